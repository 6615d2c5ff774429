"""Each red flag has a coproduction that raises it, and a sound one that does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from partage.accounting.models import Voice
from partage.consents.models import Consent
from partage.contributions.models import Appeal, Decision, Progress, Rule, Vote
from partage.coproductions.creation import publish_frame
from partage.coproductions.models import Coproduction, Stage
from partage.oversight.flags import RULES, Figures, TaskSaid, flags_of
from partage.oversight.gathering import figures_of
from partage.shares.models import Activity, Payout, Period, Statement
from tests.factories import (
    CONSENT,
    at,
    make_coproduction,
    make_people,
    make_statement,
    make_statements,
    make_votes,
)
from tests.oversight.inspections import inspector_browser, make_mandate
from tests.shares.making import compute, desk_of, over, say_facts, send
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
TASK = {"name": {"en": "Scan"}, "degree": "chosen"}
DATA = {"category": {"en": "Purchases"}, "known": True, "kept_days": 30}


def sound() -> Coproduction:
    """Everything that the rules look at is there, and nothing is wrong."""
    frame = {"alternative": "staffed", "tasks": [TASK], "data": [DATA]}
    found = make_coproduction("sound", frame=frame)
    make_votes(make_people(found, 12), make_statements(found, 2))
    _voices(found, endured=1)
    _refused(found, reason="It is not about this.")
    return found


def _framed(**frame: Any) -> Coproduction:
    return make_coproduction("shops", frame={"alternative": "staffed"} | frame)


def _voices(coproduction: Coproduction, endured: int) -> None:
    assert coproduction.frame
    task = coproduction.frame.tasks.get()
    now = timezone.now()
    for number, person in enumerate(make_people(coproduction, 10)):
        degree = "endured" if number < endured else "chosen"
        Voice.objects.create(
            participant=person, task=task, speaks_as="participant", degree=degree, change="nothing", said_at=now
        )  # fmt: skip


def _refused(coproduction: Coproduction, reason: str = "") -> Decision:
    statement = make_statement(coproduction, state=Progress.REFUSED)
    return Decision.objects.create(
        coproduction=coproduction, statement=statement, kind="refused", rule=Rule.OFF_TOPIC,
        reason=reason, role="facilitator", decided_at=timezone.now(),
    )  # fmt: skip


def no_alternative() -> Coproduction:
    return _framed(alternative="none", tasks=[TASK])


def data_unknown() -> Coproduction:
    return _framed(data=[DATA | {"known": False}])


def no_limit() -> Coproduction:
    return _framed(data=[{name: DATA[name] for name in ("category", "known")}])


def no_consent() -> Coproduction:
    found = _framed(sensitive=True, consent_text=CONSENT)
    make_votes(make_people(found, 2), make_statements(found, 1))
    return found


def kept_too_long() -> Coproduction:
    found = make_coproduction("shops", opens=-500, closes=-400, frame={"alternative": "staffed"})
    make_people(found, 3)
    return found


def frame_changed() -> Coproduction:
    found = _framed()
    publish_frame(found, {"alternative": "staffed", "reason": {"en": "A change."}})
    return Coproduction.objects.get(pk=found.pk)


def rule_not_voted() -> Coproduction:
    found = _framed()
    over(desk_of(found), found)
    Period.objects.update(activity=Activity.NONE, activity_reason="A price cut.")
    return found


def endured() -> Coproduction:
    found = _framed(tasks=[TASK])
    _voices(found, endured=5)
    return found


def no_reason() -> Coproduction:
    found = _framed()
    _refused(found)
    return found


def appeals_late() -> Coproduction:
    found = _framed()
    filed = timezone.now() - timedelta(days=31)
    refusal = _refused(found, reason="It is not about this.")
    Appeal.objects.create(decision=refusal, text="It is.", filed_at=filed)
    return found


def like_employees() -> Coproduction:
    found = _framed()
    desk = desk_of(found)
    say_facts(desk, found, unscheduled="no")
    over(desk, found)
    return found


def unreported() -> Coproduction:
    found = _framed()
    desk = desk_of(found)
    period = over(desk, found, activity="none", activity_reason="A price cut.")
    send(desk, period, "person;minutes\n1;10\n")
    out = compute(desk, period, "2500")
    payout = Payout.objects.create(
        share_out=out, number=1, made_at=timezone.now(), paid_on=timezone.localdate(),
        payer_name="A", payer_iban="B", people=1, net=250_000, said_paid_at=timezone.now(),
    )  # fmt: skip
    Statement.objects.update(payout=payout)
    return found


RAISED: dict[str, tuple[Callable[[], Coproduction], set[str]]] = {
    "no-alternative": (no_alternative, set()),
    "data-unknown": (data_unknown, set()),
    "no-consent": (no_consent, set()),
    "no-limit": (no_limit, set()),
    "kept-too-long": (kept_too_long, set()),
    "frame-changed": (frame_changed, set()),
    "rule-not-voted": (rule_not_voted, set()),
    "endured": (endured, set()),
    "no-reason": (no_reason, set()),
    "appeals-late": (appeals_late, set()),
    "like-employees": (like_employees, {"rule-not-voted"}),
    "unreported": (unreported, {"rule-not-voted"}),
}


def codes(coproduction: Coproduction) -> set[str]:
    return {flag.rule.code for flag in flags_of(figures_of([coproduction])[coproduction.pk])}


def test_every_rule_has_its_coproduction() -> None:
    assert list(RAISED) == [rule.code for rule in RULES]


@pytest.mark.parametrize("code", RAISED)
def test_each_flag_is_raised_by_its_coproduction_and_not_by_a_sound_one(code: str) -> None:
    make, beside = RAISED[code]
    faulty, fine = make(), sound()
    figures = figures_of([faulty, fine])
    found = {flag.rule.code for flag in flags_of(figures[faulty.pk])}
    assert found == {code} | beside
    assert flags_of(figures[fine.pk]) == []


def test_what_was_put_right_raises_no_flag_any_more() -> None:
    found = no_consent()
    frame = found.frame
    assert frame
    for person in {vote.participant for vote in Vote.objects.all()}:
        Consent.objects.create(
            participant=person, purpose="count-answers", frame=frame, language="en",
            text_sha256=b"x" * 32, given_at=timezone.now(),
        )  # fmt: skip
    assert codes(found) == set()


def test_a_stage_still_open_keeps_its_devices() -> None:
    found = kept_too_long()
    Stage.objects.update(closes_at=None)
    assert codes(found) == set()


def test_what_few_say_raises_nothing() -> None:
    few = [TaskSaid("chosen", None), TaskSaid("endured", 1.0), TaskSaid("chosen", 0.2)]
    assert flags_of(Figures(tasks=few)) == []


def test_flags_are_shown_with_their_rules() -> None:
    make_mandate(no_alternative(), sound())
    page = words_of(inspector_browser().get(at("inspection-flags", 1)))
    assert "Work moved without an alternative: 1" in page
    assert page.count("No flag.") == 1
    assert all(str(rule.words) in page for rule in RULES)
