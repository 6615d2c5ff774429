"""What the desk is shown of possible stuffing: sets found by public rules, computed when it looks."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Count

from partage.assurance.models import InvitationBatch, Proof
from partage.calc.disclosure import FEWEST_ALIKE, Split, is_alike, may_follow
from partage.calc.stuffing import Cast, alike, bursts, too_fast
from partage.contributions.channels import FEWEST, Way, ways_in
from partage.contributions.left_out import excluded_sets, people_left_out
from partage.contributions.models import ContestedSet, InDoubt, Statement, Vote
from partage.contributions.protecting import split_of
from partage.contributions.releases import COUNTED
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant
from partage.register import consumers

Kind = ContestedSet.Kind
MOST_MOVED = 10
KEPT_SECONDS = 600
Sides = tuple[Split, Split]  # with a set, without it


@dataclass(frozen=True)
class Finding:
    """A set that a rule points at, with figures that tell of nobody."""

    kind: Kind
    people: frozenset[int]
    facts: dict[str, Any]

    @property
    def key(self) -> str:
        """What a form sends back: the same people, or it is another finding."""
        said = ",".join(map(str, sorted(self.people)))
        return hashlib.sha256(f"{self.kind}:{said}".encode()).hexdigest()[:32]


def findings(coproduction: Coproduction) -> list[Finding]:
    """What the rules see now, save what stands in a set already."""
    known = _members_of_sets(coproduction)
    return [one for one in _found(_cast(coproduction)) if not any(one.people <= s for s in known)]


def findings_kept(coproduction: Coproduction) -> list[Finding]:
    """The same, kept until the next act is recorded here: reading every answer takes long."""
    # Read first: an answer that comes meanwhile makes another mark.
    key = f"findings-{coproduction.pk}-{consumers.last_act(coproduction.slug)}"
    found: list[Finding] | None = cache.get(key)
    if found is None:
        found = findings(coproduction)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _found(votes: Cast) -> Iterator[Finding]:
    for burst in bursts(votes):
        begins = datetime.fromtimestamp(burst.begins, UTC).isoformat()
        facts = {"begins": begins, "expected": round(burst.expected, 1)}
        yield Finding(Kind.BURST, burst.people, facts)
    for each in alike(votes):
        facts = {"sentences": each.sentences, "expected": round(each.expected, 1)}
        yield Finding(Kind.ALIKE, each.people, facts)
    if fast := too_fast(votes):
        yield Finding(Kind.FAST, fast, {})


def _cast(coproduction: Coproduction) -> Cast:
    """What was answered on this site: the desk enters sheets in a burst."""
    rows = Vote.objects.filter(
        COUNTED, statement__coproduction=coproduction, participant__channel=Channel.WEB
    )
    columns = rows.values_list("participant_id", "statement_id", "answer", "cast_at")
    table = [(*ids, at.timestamp()) for *ids, at in columns.iterator(chunk_size=10_000)]
    people, asked, answers, seconds = zip(*table, strict=True) if table else ((), (), (), ())
    return Cast(
        np.array(people, np.int64),
        np.array(asked, np.int64),
        np.array(answers, np.int64),
        np.array(seconds, np.float64),
    )


def _members_of_sets(coproduction: Coproduction) -> list[set[int]]:
    found: dict[int, set[int]] = {}
    rows = InDoubt.objects.filter(contested_set__coproduction=coproduction)
    for one, person in rows.values_list("contested_set", "participant"):
        found.setdefault(one, set()).add(person)
    return list(found.values())


def way_set(coproduction: Coproduction, way: Way) -> Finding:
    """Everybody who came by this way so far."""
    ways = ways_in(coproduction)
    people = Participant.objects.filter(space=coproduction.slug).values_list("pk", flat=True)
    mine = frozenset(pk for pk in people if ways.get(pk, Way.WEB.value) == way)
    return Finding(Kind.WAY, mine, {"way": way.value})


def invitations_set(batch: InvitationBatch) -> Finding:
    """Everybody who showed a code of this batch so far."""
    shown = Proof.objects.filter(batch=batch).values_list("participant", flat=True)
    return Finding(Kind.INVITATIONS, frozenset(shown), {"batch": batch.pk})


@dataclass(frozen=True)
class Shift:
    """How many agree with a sentence, counted with a set and without it."""

    words: dict[str, str]
    share_with: float
    share_without: float


def fewest_on_a_side(kind: str) -> int:
    """Of a way or a batch, the desk may have brought all but one itself: more must be in it."""
    return FEWEST_ALIKE if kind in (Kind.WAY, Kind.INVITATIONS) else FEWEST


def shifts(one: ContestedSet) -> list[Shift]:
    """The sentences that a set moves most, as counted when it was opened."""
    statements = Statement.objects.published().filter(pk__in=list(one.tallies))
    found = [_shift(each, one.tallies[str(each.pk)]) for each in statements]
    return sorted(found, key=lambda each: -abs(each.share_with - each.share_without))[:MOST_MOVED]


def _shift(statement: Statement, sides: list[list[int]]) -> Shift:
    agrees, left = (side[0] / sum(side) for side in sides)
    return Shift(statement.words, agrees, left)


def sides_told(one: ContestedSet) -> dict[str, Sides]:
    """Sentence to its counts with the set and without it, where no subtraction tells what few said.

    Counted once: a live counter would say what somebody answered as soon as they do.
    """
    sets = ContestedSet.objects.filter(coproduction=one.coproduction).exclude(pk=one.pk)
    before = [each for each in sets if each.tallies]
    voters = _voters(one)
    if any(len(voters ^ _voters(each)) < FEWEST for each in before):
        return {}
    beside = _told_before(one.coproduction, before)
    fewest = fewest_on_a_side(one.kind)
    return {
        key: sides for key, sides in _sides(one).items() if _may_tell(sides, fewest, beside[key])
    }


def _voters(one: ContestedSet) -> set[int]:
    voted = one.members.filter(participant__votes__isnull=False)
    return set(voted.values_list("participant", flat=True).distinct())


def _told_before(coproduction: Coproduction, sets: list[ContestedSet]) -> dict[str, list[Split]]:
    """What the desk knows of each sentence: the last results, and figures of other sets."""
    found: defaultdict[str, list[Split]] = defaultdict(list)
    last = coproduction.releases.order_by("number").last()
    for line in last.content["statements"] if last else ():
        if split := split_of(line):
            found[str(line["id"])].append(split)
    for one in sets:
        for key, sides in one.tallies.items():
            found[key].extend(Split(*side) for side in sides)
    return found


def _sides(one: ContestedSet) -> dict[str, Sides]:
    coproduction = one.coproduction
    others = excluded_sets(coproduction).exclude(pk=one.pk)
    both = ContestedSet.objects.filter(pk__in=[one.pk, *others.values_list("pk", flat=True)])
    counted, left = (
        _tallies(coproduction, people_left_out(coproduction, sets)) for sets in (others, both)
    )
    shown = Statement.objects.published().filter(coproduction=coproduction)
    return {
        str(pk): (_split(counted, pk), _split(left, pk))
        for pk in shown.values_list("pk", flat=True)
    }


def _tallies(coproduction: Coproduction, out: Any) -> Counter[tuple[int, int]]:
    votes = Vote.objects.filter(COUNTED, statement__coproduction=coproduction)
    rows = votes.exclude(participant__in=out).order_by().values_list("statement", "answer")
    return Counter({(pk, answer): n for pk, answer, n in rows.annotate(n=Count("pk"))})


def _split(tally: Counter[tuple[int, int]], statement: int) -> Split:
    return Split(*(tally[statement, answer] for answer in (1, -1, 0)))


def _may_tell(sides: Sides, fewest: int, beside: list[Split]) -> bool:
    """Enough answers on each side that are not alike, also beside what was told before."""
    counted, rest = sides
    own = Split(*(n - m for n, m in zip(counted, rest, strict=True)))
    if any(one.seen < fewest or is_alike(one) for one in (own, rest)):
        return False
    return all(may_follow(before, now) for before in beside for now in sides)
