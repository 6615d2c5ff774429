"""A site where every table that the standing checks read holds something, made by the acts themselves."""

from django.test import Client

from partage.accounting.publication import publish_account
from partage.assemblies.ballots import cast_ballot
from partage.assemblies.votes import close_vote
from partage.calls.calling import publish_call
from partage.calls.models import Call
from partage.contributions.models import Idea
from partage.contributions.worker import one_pass
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction
from partage.fund.counting import count_round
from partage.fund.ledger import pay
from partage.opinions.importing import import_opinion
from partage.register.this_site import verify_this_site
from tests.events.test_events import TOKEN, make_measured, told
from tests.events.test_events import send as send_events
from tests.factories import (
    answer,
    at,
    coproduction_table,
    make_assembly,
    make_assembly_vote,
    make_device,
    make_facilitator,
    make_people,
    make_sensitive,
    make_statements,
    members_of,
)
from tests.fund.rounds import make_ballots, make_project, make_round, move
from tests.opinions.opinion_file import as_bytes, small
from tests.shares.making import compute, desk_of, over
from tests.shares.making import send as send_shares
from tests.shares.test_payouts import make as make_payout
from tests.shares.test_payouts import pays
from tests.test_matrix import ACCOUNT
from tests.training.learning import claim, keep_a_key, make_skill
from tests.web.page import hidden_fields

IBAN = "FR1420041010050500013M02606"


def make_lively_site() -> Coproduction:
    stages = [{"kind": kind, "opens": -20, "closes": 30} for kind in ("votes", "ideas", "tests")]
    shops = create_coproduction(coproduction_table("shops", stages=stages))
    desk = desk_of(shops)
    _consult(shops, desk)
    _agree_first()
    _share(shops, desk)
    _spend(shops)
    _assemble()
    _measure()
    import_opinion(as_bytes(small()))
    publish_account(shops, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    _call(shops)
    _learn(shops, desk)
    one_pass()
    verify_this_site()
    return shops


def _call(shops: Coproduction) -> None:
    call = {"organization": shops.organization.pk, "title": "A garden on the roof"}
    Client().post(at("call-new"), call | {"text": "So that the schools grow something."})
    found = Call.objects.get()
    publish_call(found, make_facilitator(shops, email="odile@example.org"))
    assert Client().post(at("call-support", found.pk)).status_code == 302


def _learn(shops: Coproduction, desk: Client) -> None:
    device = make_device(shops)
    found = claim(device, make_skill(shops), asks_desk="on")
    desk.post(at("skills-desk", "shops"), {"do": "confirm", "claim": found.pk})
    keep_a_key()
    assert device.post(at("make-badge", "shops", found.pk)).status_code == 200


def _consult(shops: Coproduction, desk: Client) -> None:
    """Answers, ideas and reports, some refused, some contested."""
    statements = make_statements(shops, 2)
    for _number in range(12):
        device = make_device(shops)
        assert answer(device, statements[0]).status_code in (200, 302)
    for name, sent in (
        ("propose", {"text": "Off the point."}),
        ("propose-idea", {"title": "A bench by the door", "body": "To sit and wait."}),
    ):
        assert device.post(at(name, "shops"), sent).status_code == 302
    desk.post(at("trial-tasks", "shops"), {"words": "Book a room"})
    task = shops.trial_tasks.get()
    report = {"task": task.pk, "outcome": "done", "text": "It went well."}
    assert device.post(at("file-test-report", "shops"), report).status_code == 302
    _decide(desk, "refuse", "publish", "publish")
    idea = Idea.objects.get()
    device.post(at("idea-vote", "shops", idea.pk), {"answer": "1"})
    argument = {"side": "for", "text": "People wait there."}
    device.post(at("idea", "shops", idea.pk), argument)
    notice = {"rule": "personal", "text": "It names somebody.", "good_faith": "on"}
    assert device.post(at("report", "shops", "idea", idea.pk), notice).status_code == 302
    _decide(desk, "publish")
    one_pass()  # results are out before answers are left out of the next
    desk.post(at("doubts", "shops"), {"way": "web"})
    why = {"decision": "leave-out", "reason": "All of them came within the same minute."}
    assert desk.post(at("doubt", "shops", 1), why).status_code == 302


def _decide(desk: Client, *decisions: str) -> None:
    for decision in decisions:
        shown = desk.get(at("queue", "shops"))
        sent = {"decision": decision, "rule": "off-topic", "reason": "It is about something else."}
        assert desk.post(at("queue", "shops"), {**hidden_fields(shown), **sent}).status_code == 302


def _agree_first() -> None:
    coproduction = make_sensitive()
    (statement,) = make_statements(coproduction, 1)
    device = make_device(coproduction)
    device.post(at("consent", coproduction.slug), {"agree": "yes"})
    answer(device, statement)


def _share(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops, equal_rate="", time_rate="100", cap="9", funds="Tools: 10")
    send_shares(desk, period, "person;minutes\n1;10\n2;20\n3;10\n")
    compute(desk, period, "100")
    pays(desk, period, "1", name="Ana", iban=IBAN)
    assert make_payout(desk, period).status_code == 302


def _spend(shops: Coproduction) -> None:
    one = move(make_round(shops), "to-count")
    project = make_project(one)
    make_ballots(one, make_people(shops, 3), [[1], [1], []])
    count_round(one)
    pay(project, 5_000, "Invoice 12", "invoice 12")


def _assemble() -> None:
    assembly = make_assembly()
    for regime in ("roll-call", "secret"):
        vote = make_assembly_vote(assembly, regime)
        for member, choice in zip(members_of(assembly), ("for", "for", "against"), strict=False):
            cast_ballot(vote, member, member, choice)
        close_vote(vote)


def _measure() -> None:
    make_measured("tills")
    to = {"slug": "tills", "token": f"tills{TOKEN}"}
    send_events(told(0), told(1, task="pay", value_cents=250), told(2), **to)
    corrected = told(3, seconds=20, corrects=told(2)["id"])
    assert send_events(corrected, **to).json()["accepted"] == 1
