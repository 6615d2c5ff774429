"""Training hours: declared by whoever took them, counted by the organization, offered by programmes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.calc.disclosure import FEWEST
from partage.contributions.voting import VoteRefused, check_may_act, refuse_beyond_limit
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.register.recording import record
from partage.training.models import Attendance, Programme, TakenHours
from partage.training.skills import TrainingRefused


@dataclass(frozen=True)
class Hours:
    """A number of hours, of how many people or programmes, and the last day it rests on."""

    hours: Decimal
    of: int
    until: str


@dataclass(frozen=True)
class Offered:
    """Hours for all places together; how many programmes do not say their places."""

    hours: Decimal | None
    programmes: int
    unsaid: int


@transaction.atomic
def say_hours(participant: Participant, programme: Programme, hours: Decimal) -> None:
    """Declare one's own hours in a programme; said again, they replace the former."""
    coproduction = programme.coproduction
    check_may_act(participant, coproduction)
    if programme.withdrawn_at is not None:
        raise VoteRefused(_("This programme was withdrawn, so your hours were not recorded."))
    if not 0 < hours <= programme.hours:
        facts = {"seen": f"{hours:f}", "most": f"{programme.hours.normalize():f}"}
        raise VoteRefused(
            _("You wrote %(seen)s hours, and this programme has %(most)s: write from more than 0 to %(most)s.")
            % facts
        )  # fmt: skip
    said = {"hours": hours, "said_at": timezone.now()}
    TakenHours.objects.update_or_create(programme=programme, participant=participant, defaults=said)
    record(
        "training-hours-said",
        space=coproduction.slug,
        payload={"programme": programme.pk, "hours": f"{hours:f}"},
        vault_key=participant.vault_key,
    )


@transaction.atomic
def take_hours_back(participant: Participant, programme: Programme) -> None:
    refuse_beyond_limit(participant)
    mine = TakenHours.objects.filter(participant=participant, programme=programme)
    if mine.delete()[0]:
        record(
            "training-hours-withdrawn",
            space=participant.space,
            payload={"programme": programme.pk},
            vault_key=participant.vault_key,
        )


def withdraw_hours(participant: Participant) -> None:
    """Remove what the person declared; the caller ends the consent in the same transaction."""
    TakenHours.objects.filter(participant=participant).delete()


@transaction.atomic
def count_attendance(programme: Programme, values: dict[str, Any]) -> Attendance:
    """Hours that the organization counted in one session, of all its people together."""
    most = programme.hours * values["people"]
    if values["hours"] > most:
        facts = {"seen": f"{values['hours']:f}", "people": values["people"], "most": f"{most:f}"}
        raise TrainingRefused(
            _("%(seen)s hours are more than %(people)s people can take of this programme, which is %(most)s.")
            % facts
        )  # fmt: skip
    try:
        with transaction.atomic():
            row = Attendance.objects.create(
                programme=programme, counted_at=timezone.now(), **values
            )
    except IntegrityError:
        sentence = _("The session of %(day)s is counted already: take it back first.")
        raise TrainingRefused(sentence % {"day": values["held_on"]}) from None
    public = {"programme": programme.pk, "attendance": row.pk}
    record("training-counted", space=programme.coproduction.slug, public=public)
    return row


@transaction.atomic
def take_count_back(row: Attendance) -> None:
    """The line stays, and counts no more."""
    standing = Attendance.objects.filter(pk=row.pk, taken_back_at=None)
    if standing.update(taken_back_at=timezone.now()):
        public = {"programme": row.programme_id, "attendance": row.pk}
        record("training-count-taken-back", space=row.programme.coproduction.slug, public=public)


def declared_hours(coproduction: Coproduction) -> Hours | None:
    """What the first ten, twenty, thirty… people say together: a live sum would tell the last one's."""
    rows = TakenHours.objects.filter(programme__coproduction=coproduction)
    each = rows.order_by().values("participant").annotate(sum=Sum("hours"), last=Max("said_at"))
    people = list(each.order_by("last", "participant"))
    told = people[: len(people) - len(people) % FEWEST]
    if not told:
        return None
    total = sum((one["sum"] for one in told), Decimal(0))
    return Hours(total, len(told), f"{told[-1]['last']:%Y-%m}")


def counted_hours(coproduction: Coproduction) -> Hours | None:
    """What the organization counted, of sessions of ten people and more."""
    rows = Attendance.objects.filter(
        programme__coproduction=coproduction, taken_back_at=None, people__gte=FEWEST
    )
    found = rows.aggregate(hours=Sum("hours"), people=Sum("people"), last=Max("held_on"))
    if not found["people"]:
        return None
    return Hours(found["hours"], found["people"], f"{found['last']:%Y-%m}")


def offered_hours(coproduction: Coproduction) -> Offered:
    """Of every programme that is shown; those that do not say their places are told apart."""
    rows = list(Programme.objects.shown().filter(coproduction=coproduction))
    known = [one.hours_offered for one in rows if one.hours_offered is not None]
    total = sum(known, Decimal(0)) if known else None
    return Offered(total, len(rows), len(rows) - len(known))
