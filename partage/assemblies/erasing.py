"""Erasing what is held about a member: the public roll calls alone keep a name."""

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assemblies.assembling import AssemblyRefused
from partage.assemblies.models import Assembly, Attempt, Member, Proxy, RollEntry, Vote
from partage.assemblies.votes import clear_names
from partage.people.models import Person
from partage.register.erasing import destroy
from partage.register.recording import new_vault_key, record

ERASED = "member-erased"
NAMELESS = "–"


@transaction.atomic
def erase_member(member: Member) -> None:
    """Erase a member who asked for it, once no open vote has them on its roll."""
    Assembly.objects.select_for_update().get(groups=member.group_id)
    open_votes = Vote.objects.shown().filter(closed_at=None, roll__member=member)
    if open_votes.exists():
        sentence = _("A vote is open with %(name)s on its roll. Erase them once it is closed.")
        raise AssemblyRefused(sentence % {"name": member.name})
    forget_member(member)


@transaction.atomic
def forget_member(member: Member) -> None:
    """Erase the row, or what it says of a person where a roll still needs it."""
    # Whoever opens a vote at the same time waits: the roll must not take a name that goes.
    Assembly.objects.select_for_update().get(groups=member.group_id)
    row = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    key, person, space = row.vault_key, row.person, row.group.assembly.space
    Attempt.objects.filter(member=row).delete()
    Proxy.objects.filter(Q(giver=row) | Q(holder=row)).delete()
    clear_names(RollEntry.objects.filter(member=row))
    named = roll_calls_of(row).count()
    # Their amendments keep the name that the record shows, and lead to nobody.
    row.amendments.update(proposer=None)
    row.seconded.update(seconder=None)
    _leave_seat(row)
    _empty(row)
    record(ERASED, space=space, public={"roll_calls": named})
    destroy(key, ERASED)
    if person:
        _forget_account(person)


def roll_calls_of(member: Member) -> "QuerySet[Vote]":
    return Vote.objects.shown().filter(regime=Vote.Regime.ROLL_CALL, roll__member=member)


def _leave_seat(row: Member) -> None:
    """A seat is not left empty: the substitute sits, or the member whom it was to replace."""
    if Member.objects.filter(substitute_of=row).exists():
        Member.objects.filter(pk=row.pk).update(is_replaced=True)
    if row.substitute_of_id:
        Member.objects.filter(pk=row.pk).update(substitute_of=None)
        Member.objects.filter(pk=row.substitute_of_id, erased_on=None).update(is_replaced=False)


def _empty(row: Member) -> None:
    """The whole row where nothing hangs on it; else all that says who it was."""
    try:
        with transaction.atomic():
            Member.objects.get(pk=row.pk).delete()
    except ProtectedError:
        Member.objects.filter(pk=row.pk).update(
            name=NAMELESS, person=None, link_hash=None, vault_key=new_vault_key(),
            erased_on=timezone.localdate(),
        )  # fmt: skip


def _forget_account(person: Person) -> None:
    """The account too, where it served nothing else."""
    unused = Person.objects.filter(
        pk=person.pk, is_administrator=False, roles=None, memberships=None
    )
    try:
        with transaction.atomic():
            unused.delete()
    except ProtectedError:
        return  # it entered or confirmed a show of hands, which names it
