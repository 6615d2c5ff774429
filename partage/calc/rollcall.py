"""Votes of an assembly: ballots counted by group, and the majority rule that decides.

A rule is data; the conditions that decide are the ones that are shown. The method is in
docs/method/rollcall.md.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

PER_CENT = 100


class RollcallError(ValueError):
    """A roll, ballot, total or rule that cannot be; the message is one sentence."""


class Choice(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Majority(StrEnum):
    """SIMPLE: more for than against. ABSOLUTE: more than half. TWO_THIRDS: at least that."""

    SIMPLE = "simple"
    ABSOLUTE = "absolute"
    TWO_THIRDS = "two-thirds"


class Counted(StrEnum):
    """Of what a majority is: of votes for and against, of these and abstentions, of the roll."""

    EXPRESSED = "expressed"
    CAST = "cast"
    MEMBERS = "members"


class Outcome(StrEnum):
    ADOPTED = "adopted"
    NOT_ADOPTED = "not-adopted"
    NO_QUORUM = "no-quorum"


@dataclass(frozen=True)
class Ballot:
    """What one member of the roll chose; `acting` is who cast it, when it was somebody else."""

    member: Hashable
    choice: Choice
    acting: Hashable | None = None


@dataclass(frozen=True)
class Tally:
    """Totals of a group, a chamber or the whole, in members.

    Parameters
    ----------
    members : members on the roll, 0 or more.
    votes_for, against, abstentions : members who chose each, 0 or more; together at most `members`.

    Raises
    ------
    RollcallError
        If a total is negative or not whole, or more voted than the roll holds.

    Examples
    --------
    >>> Tally(233, 156, 0, 2).not_voting
    75
    """

    members: int
    votes_for: int = 0
    against: int = 0
    abstentions: int = 0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if type(value) is not int or value < 0:
                raise RollcallError(f"{name} is {value!r}: it is a whole number from 0 up")
        if self.cast > self.members:
            raise RollcallError(
                f"{self.cast} votes were cast by {self.members} members: no one votes twice"
            )

    def __add__(self, other: "Tally") -> "Tally":
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Tally(*(one + another for one, another in pairs))

    @property
    def expressed(self) -> int:
        return self.votes_for + self.against

    @property
    def cast(self) -> int:
        return self.expressed + self.abstentions

    @property
    def not_voting(self) -> int:
        return self.members - self.cast


@dataclass(frozen=True)
class GroupTally:
    """The totals of one group, and the chamber it belongs to where there are several."""

    name: str
    tally: Tally
    chamber: str = ""


@dataclass(frozen=True)
class Rule:
    """What it takes to adopt a text.

    Parameters
    ----------
    majority, counted : the majority, and of what; a simple majority is of votes for and against.
    quorum_percent : share of the members of the roll who must vote, abstentions included, in
        whole per cents from 0 (no quorum) to 100.
    by_chamber : each chamber must reach the majority, instead of all members together.
    groups_needed : how many groups must each have more votes for than against; 0 for none.
    chair_breaks_ties : at as many votes for as against, the chair's own vote decides; for a simple
        majority of all members together. Otherwise a tie adopts nothing.

    Raises
    ------
    RollcallError
        If a number is out of range, or two parts contradict each other.

    References
    ----------
    docs/method/rollcall.md, "Rules".

    Examples
    --------
    >>> Rule(Majority.TWO_THIRDS, Counted.MEMBERS, quorum_percent=50).by_chamber
    False
    """

    majority: Majority = Majority.SIMPLE
    counted: Counted = Counted.EXPRESSED
    quorum_percent: int = 0
    by_chamber: bool = False
    groups_needed: int = 0
    chair_breaks_ties: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.quorum_percent <= PER_CENT:
            raise RollcallError(f"the quorum is {self.quorum_percent} %: it lies from 0 to 100 %")
        if self.groups_needed < 0:
            raise RollcallError(f"{self.groups_needed} groups are needed: it is a number from 0 up")
        is_simple = self.majority is Majority.SIMPLE
        if is_simple and self.counted is not Counted.EXPRESSED:
            raise RollcallError(
                f"a simple majority of {self.counted}: it compares votes for and against only"
            )
        if self.chair_breaks_ties and (self.by_chamber or not is_simple):
            raise RollcallError(
                "the chair breaks ties of a simple majority of all members together only"
            )


class Kind(StrEnum):
    """What a condition asks for."""

    QUORUM = "quorum"
    MAJORITY = "majority"
    CHAIR = "chair"
    CONCURRENCE = "concurrence"


@dataclass(frozen=True)
class Condition:
    """One thing the rule asks for, with the figures that tell whether it is met.

    Parameters
    ----------
    kind : what it asks for.
    chamber : where it is asked, or "" for all members together.
    have, need : members, votes or groups there are, and the fewest that are enough.
    base : of how many: votes that count, members on the roll, or groups.
    """

    kind: Kind
    have: int
    need: int
    base: int
    chamber: str = ""

    @property
    def is_met(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True)
class Decision:
    """The outcome, the totals, and every condition that led to it."""

    outcome: Outcome
    total: Tally
    conditions: tuple[Condition, ...]


def count(
    roll: Mapping[Hashable, str],
    ballots: Iterable[Ballot],
    proxies: Mapping[Hashable, Hashable] | None = None,
) -> dict[str, Tally]:
    """Totals by group, in the order in which the roll first names them.

    Parameters
    ----------
    roll : each member, and their group.
    ballots : at most one for each member of the roll.
    proxies : each represented member, and who holds their vote.

    Raises
    ------
    RollcallError
        If a ballot is of somebody who is not on the roll, is a second one, or was cast for another
        member without their proxy or by somebody who is not on the roll.

    References
    ----------
    docs/method/rollcall.md, "Counting".

    Examples
    --------
    >>> count({"Ana": "Consumers", "Bo": "Makers"}, [Ballot("Ana", Choice.FOR)])["Consumers"]
    Tally(members=1, votes_for=1, against=0, abstentions=0)
    """
    held = proxies or {}
    chosen: dict[Hashable, Choice] = {}
    for ballot in ballots:
        _check_ballot(ballot, roll, held, chosen)
        chosen[ballot.member] = Choice(ballot.choice)
    found: dict[str, dict[Choice | None, int]] = {}
    for member, group in roll.items():
        counts = found.setdefault(group, dict.fromkeys([*Choice, None], 0))
        counts[chosen.get(member)] += 1
    return {
        group: Tally(sum(n.values()), n[Choice.FOR], n[Choice.AGAINST], n[Choice.ABSTAIN])
        for group, n in found.items()
    }


def _check_ballot(
    ballot: Ballot,
    roll: Mapping[Hashable, str],
    proxies: Mapping[Hashable, Hashable],
    chosen: Mapping[Hashable, Choice],
) -> None:
    acting = ballot.member if ballot.acting is None else ballot.acting
    for member in (ballot.member, acting):
        if member not in roll:
            raise RollcallError(f"{member!r} is not on the roll of this vote")
    if ballot.choice not in set(Choice):
        raise RollcallError(f"{ballot.choice!r} is no choice: for, against or abstain")
    if acting != ballot.member and proxies.get(ballot.member) != acting:
        raise RollcallError(f"{acting!r} has no proxy of {ballot.member!r}")
    if ballot.member in chosen:
        raise RollcallError(f"{ballot.member!r} has voted already: no one counts twice")


def decide(rule: Rule, groups: Sequence[GroupTally], chair: Choice | None = None) -> Decision:
    """Whether the text is adopted, and every condition that says so.

    Parameters
    ----------
    rule : what it takes.
    groups : totals of each group; one of no name where totals by group are not known.
    chair : the chair's own vote, for a rule that lets it break ties.

    Raises
    ------
    RollcallError
        If there is no group, one is named twice or has no member, or more groups are needed than
        there are.

    References
    ----------
    docs/method/rollcall.md, "Rules".

    Examples
    --------
    >>> decide(Rule(), [GroupTally("", Tally(233, 156, 0, 2))]).outcome.value
    'adopted'
    """
    _check_groups(rule, groups)
    total = _sum(groups)
    conditions = [*_quorum(rule, total), *_majorities(rule, groups, total)]
    if rule.chair_breaks_ties and total.votes_for == total.against and total.expressed:
        conditions[-1] = Condition(Kind.CHAIR, int(chair is Choice.FOR), 1, 1)
    conditions += _concurrence(rule, groups)
    return Decision(_outcome(conditions), total, tuple(conditions))


def _check_groups(rule: Rule, groups: Sequence[GroupTally]) -> None:
    names = [group.name for group in groups]
    if not names or len(set(names)) < len(names):
        raise RollcallError(f"{len(names)} groups of {len(set(names))} names: each is named once")
    for group in groups:
        if not group.tally.members:
            raise RollcallError(f"the group {group.name!r} has no member: nobody can vote in it")
    if rule.groups_needed > len(groups):
        raise RollcallError(
            f"{rule.groups_needed} groups must be in favour and there are {len(groups)}"
        )


def _sum(groups: Iterable[GroupTally]) -> Tally:
    return sum((group.tally for group in groups), Tally(0))


def _outcome(conditions: Iterable[Condition]) -> Outcome:
    missed = [condition.kind for condition in conditions if not condition.is_met]
    if Kind.QUORUM in missed:
        return Outcome.NO_QUORUM
    return Outcome.NOT_ADOPTED if missed else Outcome.ADOPTED


def _quorum(rule: Rule, total: Tally) -> list[Condition]:
    need = -(-rule.quorum_percent * total.members // PER_CENT)
    return [Condition(Kind.QUORUM, total.cast, need, total.members)] if rule.quorum_percent else []


def _majorities(rule: Rule, groups: Sequence[GroupTally], total: Tally) -> list[Condition]:
    if not rule.by_chamber:
        return [_majority(rule, total, "")]
    chambers: dict[str, list[GroupTally]] = {}
    for group in groups:
        chambers.setdefault(group.chamber, []).append(group)
    return [_majority(rule, _sum(inside), name) for name, inside in chambers.items()]


def _majority(rule: Rule, tally: Tally, chamber: str) -> Condition:
    base = {
        Counted.EXPRESSED: tally.expressed,
        Counted.CAST: tally.cast,
        Counted.MEMBERS: tally.members,
    }[rule.counted]
    need = {
        Majority.SIMPLE: tally.against + 1,
        Majority.ABSOLUTE: base // 2 + 1,
        # Never zero: where nobody votes, nothing is adopted.
        Majority.TWO_THIRDS: max(1, -(-2 * base // 3)),
    }[rule.majority]
    return Condition(Kind.MAJORITY, tally.votes_for, need, base, chamber)


def _concurrence(rule: Rule, groups: Sequence[GroupTally]) -> list[Condition]:
    if not rule.groups_needed:
        return []
    in_favour = sum(group.tally.votes_for > group.tally.against for group in groups)
    return [Condition(Kind.CONCURRENCE, in_favour, rule.groups_needed, len(groups))]
