"""Erasing somebody everywhere at once: their devices, account, seats and shares; all or nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.assemblies.assembling import AssemblyRefused
from partage.assemblies.erasing import erase_member, roll_calls_of
from partage.assemblies.models import Member, Vote
from partage.people.models import Participant, Person
from partage.rights.accounts import StillFacilitates, erase_account, facilitates_alone
from partage.rights.erasure import erase_participant, marks_that_stay
from partage.rights.holding import Holding
from partage.shares.models import Beneficiary
from partage.shares.people import erase_beneficiary
from partage.web.localized import in_reader_language


class CannotErase(Exception):
    """Something must be settled first; the message is the sentence to show, and nothing was erased."""


@transaction.atomic
def erase_everything(holdings: Sequence[Holding]) -> None:
    """Each as its own act does. The account last: erasing a seat may take it along."""
    try:
        for participant in _of(holdings, Participant):
            erase_participant(participant)
        for beneficiary in _still_there(_of(holdings, Beneficiary), Beneficiary):
            erase_beneficiary(beneficiary)
        for member in _of(holdings, Member):
            erase_member(member)
        for person in _still_there(_of(holdings, Person), Person):
            erase_account(person)
    except AssemblyRefused as error:
        raise CannotErase(str(error)) from None
    except StillFacilitates as error:
        raise CannotErase(_alone(error.coproductions)) from None


def _of(holdings: Sequence[Holding], kind: type[Model]) -> list[Any]:
    return [one.holder for one in holdings if one.key[0] is kind]


def _still_there(found: Sequence[Any], kind: type[Model]) -> Iterator[Any]:
    """Those that what was erased before did not take along."""
    for one in found:
        yield from kind._default_manager.filter(pk=one.pk)


def _alone(coproductions: Sequence[Any]) -> str:
    titles = ", ".join(in_reader_language(one.title)[0] for one in coproductions)
    return _("You are the only facilitator of: %(titles)s. Give that role to somebody else first.") % {
        "titles": titles
    }  # fmt: skip


def hindrances(holdings: Sequence[Holding]) -> list[str]:
    """What must be settled before everything can go, told before the button is pressed."""
    alone = [_alone(found) for one in _of(holdings, Person) if (found := facilitates_alone(one))]
    open_votes = Vote.objects.shown().filter(closed_at=None)
    votes = open_votes.filter(roll__member__in=_of(holdings, Member)).distinct()
    on_rolls = _("A vote is open with you on its roll: %(title)s. Come back once it is closed.")
    return alone + [on_rolls % {"title": vote.title} for vote in votes]


def stays(holdings: Sequence[Holding]) -> list[str]:
    """What is not erased, and why."""
    found = [
        _("Lines of the register, which name nobody and can no longer be opened, not even by us: without them nobody could check that nothing was taken away."),
    ]  # fmt: skip
    if _of(holdings, Participant):
        found.append(
            _("Counts in results that were published already: they tell nothing of one person.")
        )
        found.append(
            _("The place of what you published, without its words, where others answered it.")
        )
    if any(marks_that_stay(one) for one in _of(holdings, Participant)):
        found.append(
            _("The mark of the address or identity you showed here, and nothing else: your answers were left out of the results with a reason, and whoever erases everything must not count again. It serves for nothing else, and goes one year after the end.")
        )  # fmt: skip
    if _of(holdings, Beneficiary):
        found.append(_("The amounts of shares, which are then nobody's: accounts must add up."))
    members = _of(holdings, Member)
    return found + _stays_of_members(members) + _stays_of_account(_of(holdings, Person))


def _stays_of_members(members: Sequence[Member]) -> list[str]:
    found = []
    calls = sum(roll_calls_of(one).count() for one in members)
    if calls:
        found.append(
            ngettext(
                "Your name and choice in %(n)s public roll call: who decided is part of the decision.",
                "Your name and choice in %(n)s public roll calls: who decided is part of the decision.",
                calls,
            )
            % {"n": calls}
        )
    if any(one.amendments.exists() or one.seconded.exists() for one in members):
        found.append(
            _(
                "Your name on amendments that you proposed or seconded in the open: the debate is a public record."
            )
        )
    return found  # fmt: skip


def _stays_of_account(people: Sequence[Person]) -> list[str]:
    if not people:
        return []
    found = [
        _("What you decided at the desk, without your name: others rely on it, and may contest it.")
    ]
    counted = Vote.objects.filter(Q(counted_by__in=people) | Q(confirmed_by__in=people))
    if counted.exists():
        found.append(
            _("That a show of hands was counted and confirmed by two people, without your name.")
        )
    return found
