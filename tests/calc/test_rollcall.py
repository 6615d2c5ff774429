"""Totals by group sum to the total, no one counts twice, and each rule agrees with another reading.

The restatement below shares nothing with the code: it walks through people one by one and compares
fractions, where the code compares whole thresholds.
"""

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partage.calc.rollcall import (
    Ballot,
    Choice,
    Counted,
    GroupTally,
    Kind,
    Majority,
    Outcome,
    RollcallError,
    Rule,
    Tally,
    count,
    decide,
)

# A busy machine draws slowly: that is no fault of the rules.
calm = settings(suppress_health_check=[HealthCheck.too_slow])
GROUPS = ["Consumers", "Employers", "Employees", "Associations", "Researchers"]


@dataclass
class Assembly:
    roll: dict[object, str]
    chambers: dict[str, str]
    proxies: dict[object, object]
    ballots: list[Ballot]


@st.composite
def assemblies(draw: st.DrawFn) -> Assembly:
    used = draw(st.lists(st.sampled_from(GROUPS), min_size=1, unique=True))
    sizes = [draw(st.integers(1, 7)) for _ in used]
    places = [group for group, size in zip(used, sizes, strict=True) for _ in range(size)]
    roll: dict[object, str] = dict(enumerate(places))
    chambers = {group: draw(st.sampled_from(["upper", "lower"])) for group in used}
    givers = draw(st.lists(st.sampled_from(sorted(roll, key=str)), unique=True, max_size=4))
    holders = [member for member in roll if member not in givers]
    proxies = {giver: draw(st.sampled_from(holders)) for giver in givers if holders}
    ballots = []
    for member in draw(st.permutations(list(roll))):
        said = draw(st.sampled_from([*Choice, None]))
        acting = proxies.get(member) if draw(st.booleans()) else None
        if said is not None:
            ballots.append(Ballot(member, said, acting))
    return Assembly(roll, chambers, proxies, ballots)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    majority = draw(st.sampled_from(list(Majority)))
    counted = Counted.EXPRESSED
    by_chamber = draw(st.booleans())
    if majority is not Majority.SIMPLE:
        counted = draw(st.sampled_from(list(Counted)))
    return Rule(
        majority,
        counted,
        quorum_percent=draw(st.sampled_from([0, 1, 33, 50, 51, 99, 100])),
        by_chamber=by_chamber,
        groups_needed=draw(st.integers(0, 5)),
        chair_breaks_ties=majority is Majority.SIMPLE and not by_chamber and draw(st.booleans()),
    )


def groups_of(assembly: Assembly) -> list[GroupTally]:
    found = count(assembly.roll, assembly.ballots, assembly.proxies)
    return [GroupTally(name, tally, assembly.chambers[name]) for name, tally in found.items()]


@calm
@given(assemblies())
def test_totals_by_group_sum_to_the_total_and_no_one_counts_twice(assembly: Assembly) -> None:
    found = count(assembly.roll, assembly.ballots, assembly.proxies)
    assert sum(tally.members for tally in found.values()) == len(assembly.roll)
    for choice, column in zip(Choice, ("votes_for", "against", "abstentions"), strict=True):
        said = {b.member for b in assembly.ballots if b.choice == choice}
        assert sum(getattr(tally, column) for tally in found.values()) == len(said)
        for group, tally in found.items():
            assert getattr(tally, column) == sum(assembly.roll[m] == group for m in said)
    assert sum(t.not_voting + t.cast for t in found.values()) == len(assembly.roll)


@calm
@given(assemblies(), st.data())
def test_the_order_of_ballots_changes_nothing(assembly: Assembly, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(assembly.ballots))
    assert count(assembly.roll, shuffled, assembly.proxies) == count(
        assembly.roll, assembly.ballots, assembly.proxies
    )


@calm
@given(assemblies(), st.data())
def test_a_ballot_too_many_is_refused(assembly: Assembly, data: st.DataObject) -> None:
    known = sorted(assembly.roll, key=str)
    member, other = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(known))
    crafted = [Ballot("stranger", Choice.FOR), Ballot(member, Choice.FOR, "stranger")]
    crafted.append(Ballot(member, "yes"))  # type: ignore[arg-type]
    if member in {ballot.member for ballot in assembly.ballots}:
        crafted.append(Ballot(member, Choice.AGAINST))
    if other not in (member, assembly.proxies.get(member)):
        crafted.append(Ballot(member, Choice.FOR, other))
    place = data.draw(st.integers(0, len(assembly.ballots)))
    for ballot in crafted:
        cast = [*assembly.ballots[:place], ballot, *assembly.ballots[place:]]
        with pytest.raises(RollcallError):
            count(assembly.roll, cast, assembly.proxies)


def is_reached(rule: Rule, people: list[Choice | None], chair: Choice | None) -> bool:
    """Whether these people, one entry each, reach the majority: said again, in fractions."""
    yes, no = people.count(Choice.FOR), people.count(Choice.AGAINST)
    if rule.majority is Majority.SIMPLE:
        if yes == no and yes and rule.chair_breaks_ties:
            return chair is Choice.FOR
        return yes > no
    kinds: dict[Counted, list[Choice | None]] = {
        Counted.EXPRESSED: [c for c in people if c in {Choice.FOR, Choice.AGAINST}],
        Counted.CAST: [c for c in people if c is not None],
        Counted.MEMBERS: people,
    }
    counting = kinds[rule.counted]
    if not counting or not yes:
        return False
    share = Fraction(yes, len(counting))
    return share > Fraction(1, 2) if rule.majority is Majority.ABSOLUTE else share >= Fraction(2, 3)


def restated(rule: Rule, assembly: Assembly, chair: Choice | None) -> Outcome:
    said = {ballot.member: ballot.choice for ballot in assembly.ballots}
    everybody = [said.get(member) for member in assembly.roll]
    voting = [choice for choice in everybody if choice is not None]
    if Fraction(len(voting), len(everybody)) < Fraction(rule.quorum_percent, 100):
        return Outcome.NO_QUORUM

    def people(wanted: set[str]) -> list[Choice | None]:
        return [said.get(member) for member, group in assembly.roll.items() if group in wanted]

    used = set(assembly.roll.values())
    parts = [used]
    if rule.by_chamber:
        names = {assembly.chambers[group] for group in used}
        parts = [{g for g in used if assembly.chambers[g] == name} for name in names]
    reached = all(is_reached(rule, people(part), chair) for part in parts)
    willing = [g for g in used if is_reached(Rule(), people({g}), None)]
    concur = len(willing) >= rule.groups_needed
    return Outcome.ADOPTED if reached and concur else Outcome.NOT_ADOPTED


@settings(calm, max_examples=600)
@given(assemblies(), rules(), st.sampled_from([*Choice, None]))
def test_every_rule_agrees_with_another_reading_of_it(
    assembly: Assembly, rule: Rule, chair: Choice | None
) -> None:
    groups = groups_of(assembly)
    if rule.groups_needed > len(groups):
        with pytest.raises(RollcallError, match="groups must be in favour"):
            decide(rule, groups, chair)
        return
    assert decide(rule, groups, chair).outcome is restated(rule, assembly, chair)


@pytest.mark.parametrize(
    ("rule", "tally", "outcome"),
    [
        (Rule(), Tally(233, 156, 0, 2), "adopted"),
        (Rule(), Tally(10, 5, 5), "not-adopted"),
        (Rule(), Tally(10), "not-adopted"),
        (Rule(Majority.ABSOLUTE), Tally(100, 2, 1, 90), "adopted"),
        (Rule(Majority.ABSOLUTE, Counted.CAST), Tally(100, 46, 1, 45), "not-adopted"),
        (Rule(Majority.ABSOLUTE, Counted.MEMBERS), Tally(100, 50, 0), "not-adopted"),
        (Rule(Majority.ABSOLUTE, Counted.MEMBERS), Tally(100, 51, 49), "adopted"),
        (Rule(Majority.TWO_THIRDS), Tally(9, 6, 3), "adopted"),
        (Rule(Majority.TWO_THIRDS), Tally(10, 6, 4), "not-adopted"),
        (Rule(Majority.TWO_THIRDS, Counted.MEMBERS), Tally(4, 2), "not-adopted"),
        (Rule(quorum_percent=50), Tally(9, 4), "no-quorum"),
        (Rule(quorum_percent=50), Tally(9, 4, 0, 1), "adopted"),
    ],
)
def test_thresholds_by_hand(rule: Rule, tally: Tally, outcome: str) -> None:
    assert decide(rule, [GroupTally("", tally)]).outcome == outcome


def test_one_chamber_can_stop_what_the_whole_would_adopt() -> None:
    groups = [
        GroupTally("Members", Tally(90, 80, 10), "deputies"),
        GroupTally("Regions", Tally(10, 4, 5), "regions"),
    ]
    assert decide(Rule(), groups).outcome is Outcome.ADOPTED
    decision = decide(Rule(by_chamber=True), groups)
    assert decision.outcome is Outcome.NOT_ADOPTED
    assert [(c.chamber, c.is_met) for c in decision.conditions] == [
        ("deputies", True),
        ("regions", False),
    ]


def test_the_chair_decides_a_tie_and_only_a_tie() -> None:
    rule = Rule(chair_breaks_ties=True)
    tied, not_tied = [GroupTally("", Tally(9, 4, 4))], [GroupTally("", Tally(9, 4, 5))]
    assert decide(rule, tied, Choice.FOR).outcome is Outcome.ADOPTED
    assert decide(rule, tied, Choice.AGAINST).outcome is Outcome.NOT_ADOPTED
    assert decide(rule, tied).conditions[-1].kind is Kind.CHAIR
    assert decide(rule, not_tied, Choice.FOR).outcome is Outcome.NOT_ADOPTED


@pytest.mark.parametrize(
    "totals", [(-1, 0, 0, 0), (3, -1, 0, 0), (3, 2, 2, 0), (3, 1.0, 0, 0), (3, True, 0, 0)]
)
def test_totals_that_cannot_be_are_refused(totals: tuple[int, int, int, int]) -> None:
    with pytest.raises(RollcallError):
        Tally(*totals)


@pytest.mark.parametrize(
    "parts",
    [
        {"quorum_percent": 101},
        {"quorum_percent": -1},
        {"groups_needed": -1},
        {"counted": Counted.MEMBERS},
        {"chair_breaks_ties": True, "by_chamber": True},
        {"chair_breaks_ties": True, "majority": Majority.ABSOLUTE},
    ],
)
def test_rules_that_contradict_themselves_are_refused(parts: dict[str, object]) -> None:
    with pytest.raises(RollcallError):
        Rule(**parts)  # type: ignore[arg-type]


def test_a_group_without_members_is_refused() -> None:
    with pytest.raises(RollcallError, match="has no member"):
        decide(Rule(), [GroupTally("Consumers", Tally(3)), GroupTally("Nobody", Tally(0))])
    for groups in ([], [GroupTally("Same", Tally(1)), GroupTally("Same", Tally(1))]):
        with pytest.raises(RollcallError):
            decide(Rule(), groups)
