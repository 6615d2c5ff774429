"""Claiming a skill and taking it back; confirming somebody else's, and revoking that with a reason."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.models import Idea, TestReport
from partage.contributions.voting import VoteRefused, check_may_act, refuse_beyond_limit
from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person
from partage.people.participants import keyed
from partage.register.recording import record
from partage.training.badges import revoke_badges
from partage.training.models import Claim, Shown, Skill, TakenHours

ConfirmedBy = Claim.ConfirmedBy


class CannotConfirm(Exception):
    """The confirmation was not recorded; the message is the sentence to show."""


def mark_of_account(person: Person, coproduction: Coproduction) -> bytes:
    """Tells the same account again in one coproduction, and nothing elsewhere."""
    return keyed("skill claim", f"{coproduction.slug}:{person.pk}")


def showable(participant: Participant) -> dict[str, "QuerySet[Any]"]:
    """What this person may show: their own published ideas and reports, and hours they declared."""
    return {
        "idea": Idea.objects.published().filter(author=participant).order_by("pk"),
        "test_report": TestReport.objects.published()
        .filter(author=participant)
        .select_related("task")
        .order_by("pk"),
        "taken": TakenHours.objects.filter(participant=participant)
        .select_related("programme")
        .order_by("pk"),
    }


def with_claims(coproductions: "QuerySet[Coproduction]") -> "QuerySet[Any]":
    """Each with how many claims wait for the desk to confirm them, in the same query."""
    waiting = Claim.objects.filter(
        skill__coproduction=OuterRef("pk"), asks_desk=True, confirmed_at=None
    )
    counted = waiting.order_by().values("skill__coproduction").annotate(n=Count("pk")).values("n")
    return coproductions.annotate(claims_waiting=Coalesce(Subquery(counted), 0))


@transaction.atomic
def claim_skill(
    participant: Participant, skill: Skill, said: dict[str, Any], person: Person | None = None
) -> Claim:
    """Say that one has a skill. Claimed again, what it said is kept: take it back to say it anew."""
    coproduction = skill.coproduction
    check_may_act(participant, coproduction)
    if skill.retired_at is not None:
        raise VoteRefused(_("This skill is no longer in the framework, so nothing was claimed."))
    shown = said.pop("shown", [])
    mark = mark_of_account(person, coproduction) if person else None
    kept = {**said, "account_mark": mark, "claimed_at": timezone.now()}
    claim, is_new = Claim.objects.get_or_create(skill=skill, participant=participant, defaults=kept)
    if is_new:
        _show(claim, shown)
        record(
            "skill-claimed",
            space=coproduction.slug,
            payload={"claim": claim.pk, "skill": skill.code},
            vault_key=participant.vault_key,
        )
    return claim


def _show(claim: Claim, shown: Sequence[tuple[str, int]]) -> None:
    """Each thing chosen, if it is the person's own."""
    own = showable(claim.participant)
    for kind, number in shown:
        if kind not in own or not own[kind].filter(pk=number).exists():
            raise VoteRefused(_("Show only what is yours here, and published."))
        Shown.objects.create(claim=claim, **{f"{kind}_id": number})


@transaction.atomic
def withdraw_claim(participant: Participant, claim: Claim) -> None:
    """Take it back at any time: the record goes, and its badges hold no more."""
    refuse_beyond_limit(participant)
    mine = Claim.objects.filter(pk=claim.pk, participant=participant)
    revoke_badges(mine)
    gone, _which = mine.delete()
    if gone:
        record(
            "skill-claim-withdrawn",
            space=participant.space,
            payload={"claim": claim.pk},
            vault_key=participant.vault_key,
        )


@transaction.atomic
def confirm_claim(
    claim: Claim, person: Person, device: Participant | None, kind: ConfirmedBy
) -> None:
    """Confirm somebody else's skill, signed in; the register names neither of the two."""
    locked = Claim.objects.select_for_update(of=("self",)).select_related("skill__coproduction")
    found = locked.get(pk=claim.pk)
    coproduction = found.skill.coproduction
    mark = mark_of_account(person, coproduction)
    is_mine = device is not None and device.pk == found.participant_id
    if is_mine or (found.account_mark is not None and bytes(found.account_mark) == mark):
        raise CannotConfirm(_("Nobody confirms their own skill: ask somebody else."))
    if found.is_confirmed:
        raise CannotConfirm(_("This skill is confirmed already."))
    found.confirmed_as, found.confirmed_at, found.confirmed_by = kind, timezone.now(), person
    found.confirmer, found.confirmer_mark = device, mark
    found.revoked_at, found.reason, found.asks_desk = None, "", False
    found.save()
    public = {"skill": found.skill.code, "role": kind.value}
    record("skill-confirmed", space=coproduction.slug, public=public)


@transaction.atomic
def revoke_confirmation(claim: Claim, reason: str) -> None:
    """Say that a confirmation no longer holds, and why; badges made of it hold no more."""
    standing = Claim.objects.filter(pk=claim.pk, confirmed_at__isnull=False, revoked_at=None)
    if not standing.update(revoked_at=timezone.now(), reason=reason, asks_desk=False):
        raise CannotConfirm(
            _("This skill is not confirmed, or its confirmation was revoked before.")
        )
    revoke_badges(Claim.objects.filter(pk=claim.pk))
    public = {"skill": claim.skill.code}
    record("skill-confirmation-revoked", space=claim.skill.coproduction.slug, public=public)


def forget_marks(people: Sequence[Participant]) -> None:
    """Nothing ties what they claimed, or confirmed for others, to an account any more."""
    Claim.objects.filter(participant__in=people).update(account_mark=None)
    Claim.objects.filter(confirmer__in=people).update(confirmer_mark=None)


def forget_confirmer(person: Person) -> None:
    """Part of the erasure of an account: its marks go; what it confirmed stays."""
    for coproduction in Coproduction.objects.filter(skills__claims__isnull=False).distinct():
        mark = mark_of_account(person, coproduction)
        mine = Claim.objects.filter(skill__coproduction=coproduction)
        mine.filter(account_mark=mark).update(account_mark=None)
        mine.filter(confirmer_mark=mark).update(
            confirmer_mark=None, confirmer=None, confirmed_by=None
        )


def forget_skills(participant: Participant) -> None:
    """Part of an erasure: badges hold no more. What they confirmed for others stays, without them."""
    revoke_badges(Claim.objects.filter(participant=participant))
    Claim.objects.filter(confirmer=participant).update(
        confirmer=None, confirmer_mark=None, confirmed_by=None
    )
