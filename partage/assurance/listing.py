"""The organization's list of members: marks of addresses and member numbers, each of which serves once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assurance.models import ListedMember
from partage.assurance.proofs import ProofRefused, keep_proof, mark_of, unlist
from partage.coproductions.models import Coproduction, Frame
from partage.people.models import Participant
from partage.register.recording import record

NUMBER = re.compile(r"[A-Z0-9]+([-/. ]?[A-Z0-9]+)*")
SHORTEST, LONGEST = 6, 40
# One of a series: what stands before its last digits, those, and at most a letter that checks them.
IN_SERIES = re.compile(r"(.*?)(\d+)[A-Z]?")
NEAR = 20
BATCH = 500


class NotAMember(ValueError):
    """What was written can stand for no member; the message is the sentence to show."""


def read_member(text: str) -> str:
    """An address or a member number in one form, whatever its capitals and its spaces."""
    said = text.strip()
    if is_address(said):
        return _address(said)
    number = said.upper()
    signs = re.sub(r"[-/. ]", "", number)
    is_number = len(number) <= LONGEST and NUMBER.fullmatch(number) is not None
    if not is_number or len(signs) < SHORTEST:
        raise NotAMember(
            _("“%(seen)s” is neither a mail address nor a member number of 6 to 40 letters and digits.")
            % {"seen": said[:40]}
        )  # fmt: skip
    return signs


def is_address(text: str) -> bool:
    return "@" in text


def _address(said: str) -> str:
    try:
        validate_email(said)
    except ValidationError:
        sentence = _("“%(seen)s” is not a mail address such as name@example.org.")
        raise NotAMember(sentence % {"seen": said[:80]}) from None
    return said.lower()


def follow_each_other(members: Iterable[str]) -> bool:
    """Whether most of the member numbers are near another: who has one would guess the next."""
    series: defaultdict[str, list[int]] = defaultdict(list)
    numbers = [each for each in members if not is_address(each)]
    for number in numbers:
        if found := IN_SERIES.fullmatch(number):
            series[found[1]].append(int(found[2]))
    return 2 * sum(_near(each) for each in series.values()) > len(numbers)


def _near(series: list[int]) -> int:
    """How many of them are near another one of the same beginning."""
    ordered = sorted(series)
    near = [later - earlier <= NEAR for earlier, later in pairwise(ordered)]
    sides = zip([False, *near], [*near, False], strict=True)
    return sum(before or after for before, after in sides)


@transaction.atomic
def list_members(coproduction: Coproduction, members: Iterable[str]) -> int:
    """Add those that are not on the list yet, as marks; how many were. A place that served stays so."""
    there = ListedMember.objects.filter(coproduction=coproduction)
    before = there.listed().count()
    rows = _rows(coproduction, members)
    while some := list(islice(rows, BATCH)):
        ListedMember.objects.bulk_create(some, ignore_conflicts=True)
        served = there.filter(mark__in=[each.mark for each in some], listed_at=None)
        served.update(listed_at=some[0].listed_at)
    added = there.listed().count() - before
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
    """Forget the marks but of places that served; nobody else of the list can begin."""
    listed = ListedMember.objects.listed().filter(coproduction=coproduction)
    gone = listed.count()
    unlist(listed)
    if gone:
        record("list-erased", space=coproduction.slug, public={"members": gone})
    return gone


@transaction.atomic
def use_place(participant: Participant, coproduction: Coproduction, mark: bytes) -> None:
    """Spend a member's place on the list, by its mark; an address was shown to be theirs before.

    One refusal for both reasons: who is listed, and who has answered, is nobody else's business.
    """
    places = ListedMember.objects.listed().filter(coproduction=coproduction, mark=mark)
    if not places.filter(is_used=False).update(is_used=True):
        raise ProofRefused(
            _("The list of members does not have this, or it has served already, on another device. Look again, go on from that device, or ask the organization.")
        )  # fmt: skip
    keep_proof(participant, coproduction, Frame.Assurance.LIST)
