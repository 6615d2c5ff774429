"""A pot shared by a rule, stage after stage: funds and people, then sub-pots, then persons.

Each stage sums to the cent. The method is in docs/method/sharing.md.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Rational

from partage.calc.sharing import SharingError, share_out
from partage.calc.sharing_rules import NOBODY, PEOPLE, Kind, Part, Rule

Number = Fraction | int
Weights = Mapping[str, Number]
POINTS = 100
SMALLEST_CIRCLE, LARGEST_CIRCLE = 5, 30
NAMES = {
    Kind.EQUAL: "equally",
    Kind.TIME: "by time",
    Kind.TASKS: "by tasks",
    Kind.PEERS: "by peers",
    Kind.RECEIVED: "by points received",
}


@dataclass(frozen=True)
class Contribution:
    """What one person recorded in the period; whoever has one took part.

    Parameters
    ----------
    person : pseudonym in this coproduction.
    minutes : recorded time, exact.
    counts : how many of each task, in whole numbers.
    given : points given to others: none, or 100 in all.
    received : a total of points taken as given, for the rule "received" alone.
    circle : circle of the peers, needed when there are several.

    Raises
    ------
    SharingError
        If a number is negative, if a person gives points to herself, or other than 100 in all.

    References
    ----------
    docs/method/sharing.md, "The six buttons".

    Examples
    --------
    >>> Contribution("ana", given={"ana": 10, "bob": 90})
    Traceback (most recent call last):
    partage.calc.sharing.SharingError: ana gives 10 points to ana: points go to others
    """

    person: str
    minutes: Number = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    received: int = 0
    circle: str = ""

    def __post_init__(self) -> None:
        recorded = [("minutes", self.minutes), ("points received", self.received)]
        for name, number in [*recorded, *self.counts.items()]:
            if not isinstance(number, Rational) or number < 0:
                raise SharingError(
                    f"{self.person} has {number} {name}: give an exact number from 0 up"
                )
        if self.given:
            check_given(self.person, self.given)


def check_given(person: str, given: Mapping[str, int]) -> None:
    """Check the points one person gives to others, when they are entered.

    Parameters
    ----------
    person : who gives.
    given : whole points, from 0 to 100, by person who receives; 100 in all.

    Raises
    ------
    SharingError
        If points go to oneself, are not whole, are negative, or do not add up to 100.

    References
    ----------
    docs/method/sharing.md, "By peers".

    Examples
    --------
    >>> check_given("ana", {"bob": 60, "eve": 30})
    Traceback (most recent call last):
    partage.calc.sharing.SharingError: ana gives 90 points in all: give 100
    """
    if person in given:
        raise SharingError(
            f"{person} gives {given[person]} points to {person}: points go to others"
        )
    for other, points in given.items():
        if not isinstance(points, int) or points < 0:
            raise SharingError(
                f"{person} gives {points} points to {other}: give a whole number from 0 up"
            )
    if sum(given.values()) != POINTS:
        raise SharingError(f"{person} gives {sum(given.values())} points in all: give {POINTS}")


@dataclass(frozen=True)
class Stage:
    """One division of an amount: ``pot`` and ``shares`` in cents, exact ``weights``.

    ``reaches_people`` tells a stage whose shares go to persons from one that makes smaller pots;
    ``stays`` one that nobody has a weight in: its pot stays with the organization.
    """

    name: str
    pot: int
    weights: Weights
    shares: Mapping[str, int]
    reaches_people: bool = False
    stays: bool = False


@dataclass(frozen=True)
class Sharing:
    """A pot shared to the cent; amounts are in cents, and all zero if the pot is not above zero.

    ``funds``, ``people`` and ``kept`` together sum to the pot; ``kept`` is of parts that follow
    what nobody did. ``stages`` tells how, in order. ``silent`` names who gave no points to peers.
    """

    pot: int
    funds: Mapping[str, int]
    people: Mapping[str, int]
    stages: tuple[Stage, ...] = ()
    silent: tuple[str, ...] = ()
    kept: int = 0

    @property
    def shares_something(self) -> bool:
        return self.pot > 0

    @property
    def deficit(self) -> int:
        """Cents that a negative pot lacks to be at zero; 0 for any other pot."""
        return max(-self.pot, 0)


def share(
    pot_cents: int, rule: Rule, contributions: Sequence[Contribution], seed: bytes
) -> Sharing:
    """Share a pot by a rule: the funds first, then the sub-pots, then each person.

    Parameters
    ----------
    pot_cents : cents; zero or less shares nothing, and the deficit is told.
    rule : voted before the period.
    contributions : one for each person who took part; their order does not matter.
    seed : published with the rule; it settles who gets a cent left between equals.

    Returns
    -------
    Sharing; each stage sums exactly, and so do the funds, the people and what is kept together.

    Raises
    ------
    SharingError
        If nobody took part, if a task has no published points, or if a circle is too small, too
        large, or gives points outside.

    References
    ----------
    docs/method/sharing.md, formulas (1) to (4).

    Examples
    --------
    >>> rule = Rule((("common fund", Fraction(1, 5)),), (Part(Kind.EQUAL),))
    >>> done = share(10_000, rule, [Contribution("ana"), Contribution("bob")], b"seed")
    >>> dict(done.funds), sorted(done.people.items())
    ({'common fund': 2000}, [('ana', 4000), ('bob', 4000)])
    """
    people = in_order(contributions, seed)
    totals = {one.person: 0 for one in people}
    if pot_cents <= 0:
        return Sharing(pot_cents, {name: 0 for name, _ in rule.funds}, totals)
    stages = _stages(pot_cents, rule, people)
    for stage in stages:
        for person, cents in stage.shares.items() if stage.reaches_people else ():
            totals[person] += cents
    funds = {name: stages[0].shares[name] for name, _ in rule.funds}
    kept = sum(stage.pot for stage in stages if stage.stays)
    return Sharing(pot_cents, funds, totals, tuple(stages), _silent(rule, people), kept)


def in_order(contributions: Sequence[Contribution], seed: bytes) -> list[Contribution]:
    """Participants in the public order of the period: by SHA-256 of the seed, a colon, the name.

    Parameters
    ----------
    contributions : one for each person.
    seed : published with the rule.

    Returns
    -------
    list of Contribution; of two equals, the first gets the cent left.

    Raises
    ------
    SharingError
        If someone is listed twice.

    References
    ----------
    docs/method/sharing.md, "Ties".

    Examples
    --------
    >>> [one.person for one in in_order([Contribution("ana"), Contribution("bob")], b"2016")]
    ['bob', 'ana']
    """
    found = {one.person: one for one in contributions}
    if len(found) < len(contributions):
        listed = Counter(one.person for one in contributions)
        raise SharingError(f"{listed.most_common(1)[0][0]} is listed twice: list each person once")
    return sorted(found.values(), key=lambda one: _place(seed, one.person))


def _place(seed: bytes, person: str) -> bytes:
    return hashlib.sha256(seed + b":" + person.encode()).digest()


def _stages(pot: int, rule: Rule, people: Sequence[Contribution]) -> list[Stage]:
    stages = [_stage("pot", pot, {**dict(rule.funds), PEOPLE: rule.for_people})]
    if not rule.parts:
        return stages
    if not people:
        raise SharingError("0 persons took part: nothing can be shared between people")
    rates = {part.kind.value: part.rate for part in rule.parts}
    stages.append(_stage("sub-pots", stages[0].shares[PEOPLE], rates))
    for part in rule.parts:
        stages += _part_stages(part, stages[1].shares[part.kind], people)
    return stages


def _part_stages(part: Part, pot: int, people: Sequence[Contribution]) -> list[Stage]:
    name = NAMES[part.kind]
    if part.kind is not Kind.PEERS:
        return [_last_stage(name, pot, WEIGHTS[part.kind](part, people))]
    circles = _circles(people)
    pots = _stage("circles", pot, {circle: len(members) for circle, members in circles.items()})
    inside = [
        _last_stage(f"{name} {circle}".strip(), pots.shares[circle], _kept(members))
        for circle, members in circles.items()
    ]
    return [pots, *inside]


def _last_stage(name: str, pot: int, weights: Weights) -> Stage:
    """To persons; where all weights are zero nothing is split, and the pot stays."""
    if not any(weights.values()):
        return Stage(name, pot, {NOBODY: 1}, {NOBODY: pot}, stays=True)
    return _stage(name, pot, weights, reaches_people=True)


def _stage(name: str, pot: int, weights: Weights, *, reaches_people: bool = False) -> Stage:
    try:
        return Stage(name, pot, weights, share_out(pot, weights), reaches_people)
    except SharingError as error:
        raise SharingError(f"sharing {name}: {error}") from None


def _equal(_part: Part, people: Sequence[Contribution]) -> Weights:
    return {one.person: 1 for one in people}


def _by_time(part: Part, people: Sequence[Contribution]) -> Weights:
    """Recorded time, cut at the cap times the median of those who recorded some."""
    recorded = sorted(one.minutes for one in people if one.minutes)
    if not recorded or part.cap is None:
        return {one.person: 0 for one in people}
    middle = recorded[(len(recorded) - 1) // 2] + recorded[len(recorded) // 2]
    most = part.cap * middle / 2
    return {one.person: min(one.minutes, most) for one in people}


def _by_tasks(part: Part, people: Sequence[Contribution]) -> Weights:
    points = dict(part.points)
    return {one.person: _points_of(one, points) for one in people}


def _points_of(one: Contribution, points: Mapping[str, int]) -> int:
    for task in one.counts:
        if task not in points:
            raise SharingError(f"{one.person} counts the task {task}: it has no published points")
    return sum(points[task] * count for task, count in one.counts.items())


def _as_received(_part: Part, people: Sequence[Contribution]) -> Weights:
    return {one.person: one.received for one in people}


WEIGHTS: Mapping[Kind, Callable[[Part, Sequence[Contribution]], Weights]] = {
    Kind.EQUAL: _equal,
    Kind.TIME: _by_time,
    Kind.TASKS: _by_tasks,
    Kind.RECEIVED: _as_received,
}


def _circles(people: Sequence[Contribution]) -> dict[str, list[Contribution]]:
    circles: dict[str, list[Contribution]] = {}
    for one in people:
        circles.setdefault(one.circle, []).append(one)
    for circle, members in circles.items():
        if not SMALLEST_CIRCLE <= len(members) <= LARGEST_CIRCLE:
            raise SharingError(
                f"the circle '{circle}' has {len(members)} persons: "
                f"a circle has {SMALLEST_CIRCLE} to {LARGEST_CIRCLE}"
            )
    return dict(sorted(circles.items()))


def _kept(members: Sequence[Contribution]) -> Weights:
    """Points received in a circle, each person's highest and lowest mark left out."""
    names = {one.person for one in members}
    for one in members:
        for other in one.given.keys() - names:
            raise SharingError(f"{one.person} gives points to {other}: not in the same circle")
    return {name: sum(_marks(name, members)[1:-1]) for name in (one.person for one in members)}


def _marks(person: str, members: Sequence[Contribution]) -> list[Number]:
    """Marks from each other member, lowest first; who gave none is counted as giving all the same."""
    same = Fraction(POINTS, len(members) - 1)
    others = [one.given for one in members if one.person != person]
    return sorted(given.get(person, 0) if given else same for given in others)


def _silent(rule: Rule, people: Sequence[Contribution]) -> tuple[str, ...]:
    asked = any(part.kind is Kind.PEERS for part in rule.parts)
    return tuple(one.person for one in people if asked and not one.given)
