"""What the desk is shown of possible stuffing: sets found by public rules, computed when it looks."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db.models import Count

from partage.assurance.models import InvitationBatch, Proof
from partage.calc.stuffing import Cast, alike, bursts, too_fast
from partage.contributions.channels import FEWEST, Way, ways_in
from partage.contributions.left_out import excluded_sets, people_left_out
from partage.contributions.models import ContestedSet, InDoubt, Statement, Vote
from partage.contributions.releases import COUNTED
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant

Kind = ContestedSet.Kind
MOST_MOVED = 10


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


def shifts(one: ContestedSet) -> list[Shift] | None:
    """The sentences that a set moves most; None where it is so small that they would tell who said what."""
    coproduction = one.coproduction
    others = excluded_sets(coproduction).exclude(pk=one.pk)
    both = ContestedSet.objects.filter(pk__in=[one.pk, *others.values_list("pk", flat=True)])
    counted = _tallies(coproduction, people_left_out(coproduction, others))
    left = _tallies(coproduction, people_left_out(coproduction, both))
    if one.members.count() < FEWEST:
        return None
    statements = Statement.objects.published().filter(coproduction=coproduction)
    found = [_shift(each, counted, left) for each in statements]
    moved = [each for each in found if each is not None]
    moved.sort(key=lambda each: -abs(each.share_with - each.share_without))
    return moved[:MOST_MOVED]


def _tallies(coproduction: Coproduction, out: Any) -> Counter[tuple[int, int]]:
    votes = Vote.objects.filter(COUNTED, statement__coproduction=coproduction)
    rows = votes.exclude(participant__in=out).order_by().values_list("statement", "answer")
    return Counter({(pk, answer): n for pk, answer, n in rows.annotate(n=Count("pk"))})


def _shift(
    statement: Statement, counted: Counter[tuple[int, int]], left: Counter[tuple[int, int]]
) -> Shift | None:
    """Nothing where the set, or all others, gave fewer than ten answers."""
    seen, rest = (
        sum(tally[statement.pk, each] for each in (1, -1, 0)) for tally in (counted, left)
    )
    if seen - rest < FEWEST or rest < FEWEST:
        return None
    shares = (counted[statement.pk, 1] / seen, left[statement.pk, 1] / rest)
    return Shift(statement.words, *shares)
