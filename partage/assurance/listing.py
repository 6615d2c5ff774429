"""The organization's list of members: marks of addresses and member numbers, each of which serves once."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assurance.models import ListedMember
from partage.assurance.proofs import ProofRefused, keep_proof, mark_of
from partage.coproductions.models import Coproduction, Frame
from partage.people.models import Participant
from partage.register.recording import record

NUMBER = re.compile(r"[A-Z0-9]+([-/. ]?[A-Z0-9]+)*")
SHORTEST, LONGEST = 4, 40
BATCH = 500


class NotAMember(ValueError):
    """What was written can stand for no member; the message is the sentence to show."""


def read_member(text: str) -> str:
    """An address or a member number in one form, whatever its capitals and its spaces."""
    said = text.strip()
    if is_address(said):
        return _address(said)
    number = said.upper()
    if not SHORTEST <= len(number) <= LONGEST or not NUMBER.fullmatch(number):
        raise NotAMember(
            _("“%(seen)s” is neither a mail address nor a member number of 4 to 40 letters and digits.")
            % {"seen": said[:40]}
        )  # fmt: skip
    return re.sub(r"[-/. ]", "", number)


def is_address(text: str) -> bool:
    return "@" in text


def _address(said: str) -> str:
    try:
        validate_email(said)
    except ValidationError:
        sentence = _("“%(seen)s” is not a mail address such as name@example.org.")
        raise NotAMember(sentence % {"seen": said[:80]}) from None
    return said.lower()


@transaction.atomic
def list_members(coproduction: Coproduction, members: Iterable[str]) -> int:
    """Add those that are not on the list yet, as marks; how many were."""
    before = ListedMember.objects.filter(coproduction=coproduction).count()
    rows = _rows(coproduction, members)
    while some := list(islice(rows, BATCH)):
        ListedMember.objects.bulk_create(some, ignore_conflicts=True)
    added = ListedMember.objects.filter(coproduction=coproduction).count() - before
    if added:
        record("members-listed", space=coproduction.slug, public={"added": added})
    return added


def _rows(coproduction: Coproduction, members: Iterable[str]) -> Iterator[ListedMember]:
    now = timezone.now()
    for each in members:
        mark = mark_of(coproduction, each)
        yield ListedMember(coproduction=coproduction, mark=mark, listed_at=now)


@transaction.atomic
def erase_list(coproduction: Coproduction) -> int:
    """Forget the marks; whoever answered stays counted, and nobody else of the list can begin."""
    gone, _which = ListedMember.objects.filter(coproduction=coproduction).delete()
    if gone:
        record("list-erased", space=coproduction.slug, public={"members": gone})
    return gone


@transaction.atomic
def use_place(participant: Participant, coproduction: Coproduction, mark: bytes) -> None:
    """Spend a member's place on the list, by its mark; an address was shown to be theirs before."""
    places = ListedMember.objects.filter(coproduction=coproduction, mark=mark)
    if places.filter(is_used=False).update(is_used=True):
        keep_proof(participant, coproduction, Frame.Assurance.LIST)
    elif places.exists():
        raise ProofRefused(
            _("This member has answered already, on another device. Go on from there, or ask the organization.")
        )  # fmt: skip
    else:
        raise ProofRefused(
            _("The list of members does not have this. Look again, or ask the organization.")
        )
