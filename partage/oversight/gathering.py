"""The counts that red flags read, of many coproductions at once: as many queries for one as for twenty."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce, Length, Now
from django.utils import timezone

from partage.accounting.models import CounterInput, Voice
from partage.accounting.voices import heard
from partage.consents.models import Consent
from partage.contributions.models import Appeal, Decision, Vote
from partage.coproductions.models import Coproduction, DataTaken, Frame, Stage, Task
from partage.oversight.flags import APPEAL_DAYS, GRACE_DAYS, Figures, TaskSaid
from partage.people.models import Channel, Participant
from partage.people.participants import DEVICES_KNOWN, KEY_OF_NO_DEVICE
from partage.register.models import Payload
from partage.shares.models import Activity, Period, WorkFacts
from partage.shares.reporting import unreported_in

Counts = dict[int, int]
# What tells a volunteer from an employee; that criteria were published is another matter.
SUBORDINATION = ("free", "unscheduled", "unranked")


def figures_of(coproductions: Sequence[Coproduction]) -> dict[int, Figures]:
    """By number of the coproduction."""
    counted = {name: count(coproductions) for name, count in COUNTS.items()}
    tasks = _tasks(coproductions)
    return {
        one.pk: Figures(
            alternative=one.frame.alternative if one.frame else "unknown",
            tasks=tasks[one.pk],
            **{name: counts.get(one.pk, 0) for name, counts in counted.items()},
        )
        for one in coproductions
    }


def _by(rows: Any, path: str, **conditions: Any) -> Counts:
    """How many rows, by the coproduction that a path leads to."""
    grouped = rows.filter(**conditions).order_by().values(path).annotate(n=Count("pk"))
    return dict(grouped.values_list(path, "n"))


def _frames(coproductions: Iterable[Coproduction]) -> list[int]:
    return [one.frame_id for one in coproductions if one.frame_id]


def _tasks(coproductions: Sequence[Coproduction]) -> dict[int, list[TaskSaid]]:
    asked = Task.objects.filter(frame__in=_frames(coproductions)).select_related("frame")
    tasks = list(asked.order_by("pk"))
    said, found = heard(tasks), defaultdict(list)
    for task in tasks:
        shares = said[task.pk][Voice.SpeaksAs.PARTICIPANT].shares
        endured = shares["endured"] if shares else None
        found[task.frame.coproduction_id].append(TaskSaid(task.degree, endured))
    return found


def _taken_unknown(coproductions: Sequence[Coproduction]) -> Counts:
    taken = DataTaken.objects.filter(frame__in=_frames(coproductions))
    return _by(taken, "frame__coproduction", is_known_to_people=False)


def _taken_without_limit(coproductions: Sequence[Coproduction]) -> Counts:
    taken = DataTaken.objects.filter(frame__in=_frames(coproductions))
    return _by(taken, "frame__coproduction", kept_days=None)


def _without_consent(coproductions: Sequence[Coproduction]) -> Counts:
    """People whose answers on this site count, where a consent is asked and none is in force."""
    given = Consent.objects.in_force().filter(participant=OuterRef("participant"))
    votes = Vote.objects.filter(
        statement__coproduction__in=coproductions,
        statement__coproduction__frame__is_sensitive=True,
        participant__channel=Channel.WEB,
    )
    rows = votes.exclude(Exists(given)).order_by().values("statement__coproduction")
    counted = rows.annotate(n=Count("participant", distinct=True))
    return dict(counted.values_list("statement__coproduction", "n"))


def _kept_too_long(coproductions: Sequence[Coproduction]) -> Counts:
    """As the nightly job looks for them, a week after it should have forgotten them."""
    before = timezone.now() - DEVICES_KNOWN - timedelta(days=GRACE_DAYS)
    lasts = Stage.objects.filter(coproduction=OuterRef("pk"))
    still = lasts.filter(Q(closes_at=None) | Q(closes_at__gt=before))
    rows = Coproduction.objects.filter(
        Exists(lasts), ~Exists(still), pk__in=[c.pk for c in coproductions]
    )
    numbers = dict(rows.values_list("slug", "pk"))
    acts = Payload.objects.filter(vault_key=OuterRef("vault_key"), recorded_at__gt=before)
    known = Participant.objects.alias(length=Length("key")).exclude(length=KEY_OF_NO_DEVICE)
    known = known.exclude(Exists(acts)).filter(channel=Channel.WEB)
    counted: dict[Any, int] = {**_by(known, "space", space__in=list(numbers))}
    return {numbers[slug]: n for slug, n in counted.items()}


def _changed_after_opening(coproductions: Sequence[Coproduction]) -> Counts:
    opened = Stage.objects.filter(coproduction=OuterRef("coproduction")).order_by()
    first = opened.values("coproduction").annotate(at=Min("opens_at")).values("at")
    changed = Frame.objects.filter(coproduction__in=coproductions, version__gt=1)
    return _by(changed, "coproduction", published_at__gt=first)


def _rules_not_voted(coproductions: Sequence[Coproduction]) -> Counts:
    return _by(
        Period.objects.in_force(), "coproduction", coproduction__in=coproductions, opinion=None
    )


def _refused_without_reason(coproductions: Sequence[Coproduction]) -> Counts:
    refused = [Decision.Kind.REFUSED, Decision.Kind.EXCLUDED]
    said = _by(
        Decision.objects.all(),
        "coproduction",
        coproduction__in=coproductions,
        kind__in=refused,
        reason="",
    )
    figures = _by(
        CounterInput.objects.all(),
        "account__coproduction",
        account__coproduction__in=coproductions,
        state=CounterInput.State.REFUSED,
        reason="",
    )
    return {pk: said.get(pk, 0) + figures.get(pk, 0) for pk in said.keys() | figures.keys()}


def _appeals_late(coproductions: Sequence[Coproduction]) -> Counts:
    waited = ExpressionWrapper(
        Coalesce(F("decided_at"), Now()) - F("filed_at"), output_field=DurationField()
    )
    late = Appeal.objects.alias(waited=waited).filter(waited__gt=timedelta(days=APPEAL_DAYS))
    return _by(late, "decision__coproduction", decision__coproduction__in=coproductions)


def _like_employees(coproductions: Sequence[Coproduction]) -> Counts:
    """Of those who pay for services, how many facts the organization answers by no."""
    paying = Period.objects.in_force().filter(
        coproduction=OuterRef("coproduction"), activity=Activity.SERVICES
    )
    later = WorkFacts.objects.filter(
        coproduction=OuterRef("coproduction"), number__gt=OuterRef("number")
    )
    facts = WorkFacts.objects.filter(Exists(paying), ~Exists(later), coproduction__in=coproductions)
    return {
        row.coproduction_id: sum(row.answers[code]["answer"] == "no" for code in SUBORDINATION)
        for row in facts
    }


COUNTS = {
    "taken_unknown": _taken_unknown,
    "taken_without_limit": _taken_without_limit,
    "without_consent": _without_consent,
    "kept_too_long": _kept_too_long,
    "changed_after_opening": _changed_after_opening,
    "rules_not_voted": _rules_not_voted,
    "refused_without_reason": _refused_without_reason,
    "appeals_late": _appeals_late,
    "like_employees": _like_employees,
    "unreported": unreported_in,
}
