"""A site where everything can be done, and people who do it, each leaving words of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from django.test import Client

from partage.accounting.publication import publish_account
from partage.contributions.models import Argument, Idea, Statement, TestReport, TrialTask
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction, Task
from partage.fund.models import Round
from partage.opinions.amending import digest_of
from partage.opinions.models import Amendment
from partage.training.models import Programme, TakenHours
from tests.factories import (
    CONSENT,
    answer,
    at,
    coproduction_table,
    make_amendment,
    make_assembly,
    make_call,
    make_debate,
    make_facilitator,
    make_idea,
    make_statements,
    make_task,
    members_of,
    signed_in,
)
from tests.fund.rounds import make_project, make_round, vote
from tests.news.letterbox import ask, confirm, letters
from tests.test_matrix import ACCOUNT
from tests.training.learning import make_programme, make_skill

STAGES = [{"kind": kind, "opens": -20, "closes": 30} for kind in ("votes", "ideas", "tests")]


@dataclass
class Place:
    """What people act on."""

    coproduction: Coproduction
    statements: list[Statement]
    idea: Idea
    trial: TrialTask
    task: Task
    amendment: Amendment
    proposing: Round
    voting: Round
    call: int
    programme: Programme
    desk: Client


def lively() -> Place:
    tasks = [{"name": {"en": "Scan"}, "degree": "chosen"}]
    frame = {"sensitive": True, "consent_text": CONSENT, "tasks": tasks}
    coproduction = create_coproduction(coproduction_table("shops", stages=STAGES, frame=frame))
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    assembly = make_assembly()
    first, second, *_others = members_of(assembly)
    amendment = make_amendment(make_debate(coproduction, assembly), first, second)
    voting = make_round(coproduction, "voting")
    make_project(voting)
    return Place(
        coproduction=coproduction,
        statements=make_statements(coproduction, 12),
        idea=make_idea(coproduction),
        trial=make_task(coproduction),
        task=Task.objects.latest("pk"),
        amendment=amendment,
        proposing=make_round(coproduction, "proposing"),
        voting=voting,
        call=make_call(coproduction).pk,
        programme=make_programme(make_skill(coproduction)),
        desk=signed_in(make_facilitator(coproduction)),
    )


def mark_of(number: int) -> str:
    """Words that nobody else would leave, and that no compression makes out of somebody else's."""
    return "MARKER" + sha256(str(number).encode()).hexdigest()[:20]


def _done(response: object) -> None:
    status = getattr(response, "status_code", 0)
    assert status in {200, 302}, getattr(response, "content", b"")[:3000]


def propose(place: Place, browser: Client, mark: str) -> None:
    _done(browser.post(at("propose", "shops"), {"text": f"A sentence with {mark} in it."}))


def undo(place: Place, browser: Client, mark: str) -> None:
    first, second = place.statements[:2]
    answer(browser, first, -1)
    _done(browser.post(at("undo", "shops"), {"statement": first.pk}))
    answer(browser, second, 1)
    _done(browser.get(at("receipt", "shops", second.pk)))


def speak(place: Place, browser: Client, mark: str) -> None:
    said = {"speaks_as": "employee", "degree": "endured", "change": "harder"}
    _done(browser.post(at("voices", "shops"), {"task": place.task.pk, **said}))


def dispute(place: Place, browser: Client, mark: str) -> None:
    figure = {"low": "40", "central": "41", "high": "5000", "source": f"Seen: {mark}"}
    address = at("account-counter", "shops", "passages")
    _done(browser.post(address, {**figure, "source_date": "2026-05-02"}))


def report(place: Place, browser: Client, mark: str) -> None:
    said = {"rule": "personal", "text": f"It names {mark}.", "good_faith": "on"}
    who = {"name": mark, "mail": f"{mark}@example.org"}
    _done(browser.post(at("report", "shops", "statement", place.statements[0].pk), said | who))


def follow(place: Place, browser: Client, mark: str) -> None:
    address = f"{mark}@example.org"
    assert ask(browser, "notices", "digest", address=address) == 200
    confirm(next(one for one in letters() if one.to == [address]))


def have_ideas(place: Place, browser: Client, mark: str) -> None:
    words = {"title": f"An idea of {mark}", "body": f"As {mark} says.", "link": ""}
    _done(browser.post(at("propose-idea", "shops"), words | {"anyway": "yes"}))
    _done(browser.post(at("idea-vote", "shops", place.idea.pk), {"answer": 1}))
    said = {"side": "for", "text": f"Because {mark} says so.", "link": ""}
    _done(browser.post(at("idea", "shops", place.idea.pk), said))


def test(place: Place, browser: Client, mark: str) -> None:
    said = {"task": place.trial.pk, "outcome": "gave-up", "text": f"It asked {mark} to wait."}
    _done(browser.post(at("file-test-report", "shops"), said | {"minutes": "7"}))


def support(place: Place, browser: Client, mark: str) -> None:
    words = {"words": digest_of(place.amendment.words)}
    _done(browser.post(at("support-amendment", "debated", place.amendment.number), words))


def spend(place: Place, browser: Client, mark: str) -> None:
    words = {"title": f"A bench for {mark}", "text": f"Where {mark} waits.", "doer": mark}
    address = at("propose-project", "shops", place.proposing.number)
    _done(browser.post(address, words | {"cost": "200"}))
    _done(vote(browser, place.voting, 1))


def learn(place: Place, browser: Client, mark: str) -> None:
    _done(browser.post(place.programme.get_absolute_url(), {"hours": "3"}))
    said = {"text": f"As {mark} saw.", "shown": [f"taken-{TakenHours.objects.latest('pk').pk}"]}
    _done(browser.post(at("claim-skill", "shops", "help"), said))


def call(place: Place, browser: Client, mark: str) -> None:
    organization = place.coproduction.organization_id
    words = {"title": f"A call of {mark}", "text": f"Because {mark} wants it, and others do."}
    _done(browser.post(at("call-new"), words | {"organization": organization}))
    _done(browser.post(at("call-support", place.call)))


def go_on_elsewhere(place: Place, browser: Client, mark: str) -> None:
    _done(browser.post(at("other-device"), {"mail": "yes", "email": f"{mark}@example.org"}))


def withdraw(place: Place, browser: Client, mark: str) -> None:
    _done(browser.post(at("withdraw", "shops")))
    _done(browser.post(at("consent", "shops")))


FEATURES: tuple[Callable[[Place, Client, str], None], ...] = (
    propose, undo, speak, dispute, report, follow, have_ideas, test, support, spend, learn, call,
    go_on_elsewhere, withdraw,
)  # fmt: skip


def live(place: Place, number: int, *, everything: bool) -> Client:
    """One person agrees, answers, and uses every feature there is, or two of them."""
    browser, mark = Client(), mark_of(number)
    _done(browser.post(at("consent", "shops")))
    answer(browser, place.statements[2 + number % 10], (1, -1, 0)[number % 3])
    some = {FEATURES[0], FEATURES[number % len(FEATURES)]}
    for feature in FEATURES if everything else (f for f in FEATURES if f in some):
        feature(place, browser, mark)
    return browser


def decide(place: Place) -> None:
    """The facilitator publishes a third of what waits and refuses a third."""
    for model in (Statement, Idea, Argument, TestReport):
        for one in model.objects.waiting():
            choice = ("publish", "refuse", "")[one.pk % 3]
            sent = {"kind": one.noun, "number": one.pk, "decision": choice}
            if choice:
                place.desk.post(at("queue", "shops"), sent | {"rule": "several", "reason": "Two."})
