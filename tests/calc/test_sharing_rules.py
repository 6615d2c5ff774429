"""A voted rule shares a pot stage by stage, and each stage sums to the cent."""

import json
import random
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.sharing import SharingError
from partage.calc.sharing_rules import Kind, Part, Rule, read_rule
from partage.calc.sharing_stages import Contribution, Sharing, check_given, in_order, share

SEED = b"period of May 2016"
HALF = Fraction(1, 2)
EQUALLY = Rule(parts=(Part(Kind.EQUAL),))
POINTS = (("test", 5), ("translate", 2))
MIX = Rule(
    (("common fund", Fraction(1, 5)), ("training", Fraction(1, 10))),
    (
        Part(Kind.EQUAL, Fraction(1, 3)),
        Part(Kind.TIME, Fraction(1, 2), cap=Fraction(3, 2)),
        Part(Kind.TASKS, Fraction(1, 6), points=POINTS),
    ),
)


def by(kind: Kind, cap: Fraction | None = None, points: tuple[tuple[str, int], ...] = ()) -> Rule:
    return Rule(parts=(Part(kind, cap=cap, points=points),))


def circle(marks: Mapping[str, Mapping[str, int]], name: str = "") -> list[Contribution]:
    return [Contribution(person, given=row, circle=name) for person, row in marks.items()]


def closes(done: Sharing) -> bool:
    """Every stage sums exactly, each smaller pot comes from the stage before, and so does all."""
    inside = [stage for stage in done.stages if stage.reaches_people]
    return (
        sum(done.funds.values()) + sum(done.people.values()) == done.pot
        and all(sum(stage.shares.values()) == stage.pot for stage in done.stages)
        and sum(stage.pot for stage in inside) == sum(done.people.values())
    )


# The six buttons.


def test_the_fund_comes_first() -> None:
    rule = Rule((("common fund", Fraction(1, 5)),), (Part(Kind.EQUAL),))
    done = share(10_001, rule, [Contribution("ana"), Contribution("bob")], SEED)
    assert done.funds == {"common fund": 2_000}
    assert sorted(done.people.values()) == [4_000, 4_001]


def test_the_default_example_leaves_thirty_per_cent_to_people() -> None:
    funds = (("organisation", 40), ("commons", 20), ("training", 10))
    rule = Rule(tuple((name, Fraction(rate, 100)) for name, rate in funds), (Part(Kind.EQUAL),))
    done = share(266_648, rule, [Contribution("ana")], SEED)
    assert done.funds == {"organisation": 106_659, "commons": 53_330, "training": 26_665}
    assert done.people == {"ana": 79_994}


def test_equal_is_the_same_for_each() -> None:
    done = share(999, EQUALLY, [Contribution(name) for name in "abc"], SEED)
    assert done.people == dict.fromkeys("abc", 333)


def test_time_counts_up_to_a_number_of_medians() -> None:
    """Minutes 10, 20, 30 and 1,000: the median is 25, so at twice that 1,000 counts as 50."""
    people = [Contribution(str(minutes), minutes) for minutes in (10, 20, 30, 1_000)]
    done = share(11_000, by(Kind.TIME, cap=Fraction(2)), people, SEED)
    assert done.people == {"10": 1_000, "20": 2_000, "30": 3_000, "1000": 5_000}


def test_who_recorded_no_time_does_not_lower_the_median() -> None:
    idle = [Contribution(f"idle {number}") for number in range(9)]
    people = [Contribution("ana", 60), Contribution("bob", 60), *idle]
    done = share(100, by(Kind.TIME, cap=Fraction(1)), people, SEED)
    assert (done.people["ana"], done.people["bob"], done.people["idle 3"]) == (50, 50, 0)


def test_tasks_count_by_their_published_points() -> None:
    people = [Contribution("ana", counts={"test": 2}), Contribution("bob", counts={"translate": 5})]
    done = share(200, by(Kind.TASKS, points=POINTS), people, SEED)
    assert done.people == {"ana": 100, "bob": 100}


def test_peers_lose_their_highest_and_their_lowest_mark() -> None:
    marks = {
        "a": {"b": 40, "c": 30, "d": 20, "e": 10},
        "b": {"a": 25, "c": 25, "d": 25, "e": 25},
        "c": {"a": 10, "b": 20, "d": 30, "e": 40},
        "d": {"a": 100},
        "e": {"a": 30, "b": 30, "c": 30, "d": 10},
    }
    done = share(2_200, by(Kind.PEERS), circle(marks), SEED)
    kept = {"a": 25 + 30, "b": 20 + 30, "c": 25 + 30, "d": 20 + 25, "e": 10 + 25}
    total = sum(kept.values())
    assert done.stages[-1].weights == kept
    assert all(abs(done.people[name] - 2_200 * kept[name] / total) < 1 for name in kept)


def test_a_friend_alone_cannot_lift_a_share() -> None:
    fair = {name: {other: 25 for other in "abcde" if other != name} for name in "abcde"}
    friends = {**fair, "b": {"a": 100}}
    calm = share(10_000, by(Kind.PEERS), circle(fair), SEED).people
    lifted = share(10_000, by(Kind.PEERS), circle(friends), SEED).people
    assert calm["a"] == lifted["a"] == 2_000


def test_silence_is_counted_as_the_same_to_each_and_told() -> None:
    marks = {name: {other: 25 for other in "abcde" if other != name} for name in "abcd"}
    silent = share(10_000, by(Kind.PEERS), circle({**marks, "e": {}}), SEED)
    assert silent.silent == ("e",)
    assert silent.people == dict.fromkeys("abcde", 2_000)


def test_two_circles_get_a_pot_by_their_numbers() -> None:
    def around(names: str) -> dict[str, dict[str, int]]:
        return {
            name: {names[(i + 1) % len(names)]: 50, names[(i + 2) % len(names)]: 50}
            for i, name in enumerate(names)
        }

    people = [*circle(around("abcde"), "north"), *circle(around("tuvwxy"), "south")]
    done = share(11_000, by(Kind.PEERS), people, SEED)
    assert [stage.name for stage in done.stages][-3:] == [
        "circles",
        "by peers north",
        "by peers south",
    ]
    assert set(done.people.values()) == {1_000}
    assert closes(done)


def test_a_published_circle_with_totals_taken_as_given() -> None:
    """One published example pays 6,150 from a pot of 6,000: with its own points, this is right."""
    received = zip("abcd", (110, 115, 95, 80), strict=True)
    people = [Contribution(name, received=points) for name, points in received]
    done = share(600_000, by(Kind.RECEIVED), people, SEED)
    assert done.people == {"a": 165_000, "b": 172_500, "c": 142_500, "d": 120_000}


def test_a_mix_shares_each_sub_pot_on_its_own() -> None:
    people = [
        Contribution("ana", 60, {"test": 1}),
        Contribution("bob", 60, {"translate": 5}),
        Contribution("eve", 600),
    ]
    done = share(100_000, MIX, people, SEED)
    pot, sub_pots, equally, time, tasks = done.stages
    assert pot.shares == {"common fund": 20_000, "training": 10_000, "people": 70_000}
    assert sub_pots.shares == {"equal": 23_333, "time": 35_000, "tasks": 11_667}
    assert sorted(equally.shares.values()) == [7_777, 7_778, 7_778]
    assert time.shares == {"ana": 10_000, "bob": 10_000, "eve": 15_000}
    assert tasks.shares == {"ana": 3_889, "bob": 7_778, "eve": 0}
    assert closes(done)


# What always holds.


@st.composite
def contributions(draw: st.DrawFn) -> list[Contribution]:
    size = draw(st.integers(1, 12))
    minutes = draw(st.lists(st.integers(0, 10**5), min_size=size, max_size=size).filter(any))
    counted = draw(st.lists(st.integers(0, 50), min_size=size, max_size=size).filter(any))
    rows = enumerate(zip(minutes, counted, strict=True))
    return [Contribution(f"p{n}", time, {"test": tests}) for n, (time, tests) in rows]


@settings(max_examples=300)
@given(st.integers(1, 10**9), contributions(), st.randoms(use_true_random=False))
def test_a_mix_closes_whatever_the_order(
    pot: int, people: list[Contribution], order: random.Random
) -> None:
    done = share(pot, MIX, people, SEED)
    assert closes(done)
    shuffled = list(people)
    order.shuffle(shuffled)
    assert share(pot, MIX, shuffled, SEED) == done


def test_another_seed_favours_someone_else() -> None:
    people = [Contribution(name) for name in "abcdefgh"]
    lucky = {
        max(share(9, EQUALLY, people, str(seed).encode()).people.items(), key=lambda pair: pair[1])
        for seed in range(200)
    }
    assert lucky == {(name, 2) for name in "abcdefgh"}


def test_the_cent_left_goes_to_the_first_by_hash() -> None:
    people = [Contribution(name) for name in "abc"]
    first = in_order(people, SEED)[0].person
    assert share(10, EQUALLY, people, SEED).people[first] == 4


@pytest.mark.parametrize(("pot", "deficit"), [(0, 0), (-1, 1), (-3_693_910, 3_693_910)])
def test_an_empty_or_negative_pot_tells_its_deficit(pot: int, deficit: int) -> None:
    done = share(pot, MIX, [Contribution("ana")], SEED)
    assert (done.shares_something, done.deficit) == (False, deficit)
    assert done.funds == {"common fund": 0, "training": 0}
    assert done.people == {"ana": 0}


def test_funds_may_take_all() -> None:
    done = share(100, Rule((("common fund", Fraction(1)),)), [Contribution("ana")], SEED)
    assert (done.funds, done.people) == ({"common fund": 100}, {"ana": 0})


# Sealing.


@pytest.mark.parametrize("rule", [MIX, EQUALLY, by(Kind.PEERS), Rule((("fund", Fraction(1)),))])
def test_a_sealed_rule_reads_back_the_same(rule: Rule) -> None:
    assert read_rule(rule.canonical) == rule
    assert len(rule.digest) == 64


def test_the_seal_changes_with_the_rule() -> None:
    assert EQUALLY.digest != by(Kind.PEERS).digest


NOT_SEALED = [
    "",
    "[]",
    "{}",
    "7",
    "[" * 100_000,
    EQUALLY.canonical + " ",
    EQUALLY.canonical.replace('"rate":"1"', '"rate":"2/2"'),
    EQUALLY.canonical.replace('"rate":"1"', '"rate":"1/0"'),
    EQUALLY.canonical.replace('"rate":"1"', '"rate":"1e999999999"'),
    EQUALLY.canonical.replace('"rate":"1"', '"rate":1'),
    EQUALLY.canonical.replace('"equal"', '"luck"'),
    EQUALLY.canonical.replace('"points":[]', '"points":[[1]]'),
    EQUALLY.canonical.replace('"points":[]', '"points":[],"extra":1'),
    json.dumps(json.loads(MIX.canonical)),
]


@pytest.mark.parametrize("text", NOT_SEALED)
def test_what_is_not_a_sealed_rule_is_refused(text: str) -> None:
    with pytest.raises(SharingError, match="the rule is not in its sealed form"):
        read_rule(text)


# Refusals.


def rate_of(rate: Fraction) -> Rule:
    return Rule((("fund", rate),), (Part(Kind.EQUAL),))


BAD_RULES = [
    (lambda: Rule((("a", Fraction(3, 5)), ("b", HALF))), "the funds take 110 % of the pot"),
    (lambda: rate_of(Fraction(-1, 10)), "the rate of fund is -10 %: it lies from 0 to 100 %"),
    (lambda: rate_of(Fraction(2)), "the rate of fund is 200 %: it lies from 0 to 100 %"),
    (lambda: rate_of(0.2), "the rate of fund is 0.2: give an exact fraction"),  # type: ignore[arg-type]
    (lambda: Rule(parts=(Part(Kind.EQUAL, HALF),)), "the sub-pots add up to 50 %"),
    (lambda: Rule((("a", HALF),)), "the sub-pots add up to 0 %: .* leave 50 % of the pot"),
    (lambda: rate_of(Fraction(1)), "the sub-pots add up to 100 %: they add up to 0 %"),
    (lambda: Part(Kind.EQUAL, Fraction(0)), "the rate of the equal sub-pot is 0 %: leave it out"),
    (lambda: Rule((("a", HALF), ("a", HALF))), "the fund named 'a' comes twice"),
    (lambda: Rule((("people", HALF),)), "the fund named 'people' comes twice"),
    (lambda: Rule((("", HALF),)), "the fund named '' comes twice or has no name"),
    (lambda: Rule(parts=(Part(Kind.EQUAL, HALF),) * 2), "the sub-pot named 'equal' comes twice"),
    (lambda: Part(Kind.TIME), "the time sub-pot has the cap None: by time needs a cap"),
    (lambda: Part(Kind.EQUAL, cap=Fraction(2)), "the equal sub-pot has the cap 2"),
    (lambda: Part(Kind.TIME, cap=HALF), "the cap is 1/2 medians: it is an exact number from 1 up"),
    (lambda: Part(Kind.TASKS), "the tasks sub-pot has points for 0 tasks: by tasks needs points"),
    (lambda: Part(Kind.EQUAL, points=POINTS), "the equal sub-pot has points for 2 tasks"),
    (lambda: Part(Kind.TASKS, points=(("test", -1),)), "the task test has -1 points"),
    (lambda: Part(Kind.TASKS, points=POINTS * 2), "the task named 'test' comes twice"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD_RULES)
def test_a_bad_rule_is_refused_in_one_sentence(make: object, sentence: str) -> None:
    assert callable(make)
    with pytest.raises(SharingError, match=sentence):
        make()


BAD_POINTS = [
    ({"ana": 100}, "ana gives 100 points to ana: points go to others"),
    ({"ana": 0, "bob": 100}, "ana gives 0 points to ana: points go to others"),
    ({"bob": 120, "eve": -20}, "ana gives -20 points to eve: give a whole number from 0 up"),
    ({"bob": 101}, "ana gives 101 points in all: give 100"),
    ({}, "ana gives 0 points in all: give 100"),
]


@pytest.mark.parametrize(("points", "sentence"), BAD_POINTS)
def test_bad_points_are_refused_at_entry(points: dict[str, int], sentence: str) -> None:
    with pytest.raises(SharingError, match=sentence):
        check_given("ana", points)


@pytest.mark.parametrize("points", [row for row, _ in BAD_POINTS if row])
def test_no_contribution_holds_bad_points(points: dict[str, int]) -> None:
    with pytest.raises(SharingError):
        Contribution("ana", given=points)


def test_a_negative_record_is_refused_at_entry() -> None:
    with pytest.raises(SharingError, match="ana has -5 minutes: give an exact number from 0 up"):
        Contribution("ana", -5)
    with pytest.raises(SharingError, match="ana has -1 test: give an exact number from 0 up"):
        Contribution("ana", counts={"test": -1})


FIVE = [Contribution(name) for name in "abcde"]
ALONE = [Contribution("a", given={"z": 100}), *FIVE[1:]]
RING = circle({name: {"abcde"[("abcde".index(name) + 1) % 5]: 100} for name in "abcde"})
BAD_RECORDS = [
    (EQUALLY, [], "0 persons took part: nothing can be shared between people"),
    (EQUALLY, [FIVE[0], FIVE[0]], "a is listed twice: list each person once"),
    (
        by(Kind.TASKS, points=POINTS),
        [Contribution("a", counts={"nap": 1})],
        "a counts the task nap",
    ),
    (by(Kind.PEERS), FIVE[:4], "the circle '' has 4 persons: a circle has 5 to 30"),
    (by(Kind.PEERS), [Contribution(str(n)) for n in range(31)], "the circle '' has 31 persons"),
    (by(Kind.PEERS), ALONE, "a gives points to z: not in the same circle"),
]


@pytest.mark.parametrize(("rule", "people", "sentence"), BAD_RECORDS)
def test_what_cannot_be_shared_is_refused(
    rule: Rule, people: list[Contribution], sentence: str
) -> None:
    with pytest.raises(SharingError, match=sentence):
        share(100, rule, people, SEED)


NOBODY_HAS_IT = [
    (by(Kind.TIME, cap=Fraction(2)), FIVE),
    (by(Kind.TASKS, points=POINTS), FIVE),
    (by(Kind.RECEIVED), FIVE),
    (by(Kind.PEERS), RING),
]


@pytest.mark.parametrize(("rule", "people"), NOBODY_HAS_IT)
def test_what_follows_what_nobody_did_is_kept_and_not_split(
    rule: Rule, people: list[Contribution]
) -> None:
    done = share(101, rule, people, SEED)
    assert (done.kept, sum(done.people.values())) == (101, 0)
    [last] = [stage for stage in done.stages if stage.stays]
    assert last.pot == sum(last.shares.values()) == 101


def test_the_other_parts_of_a_mix_go_to_people() -> None:
    parts = (Part(Kind.EQUAL, HALF), Part(Kind.TASKS, HALF, points=POINTS))
    done = share(101, Rule((("fund", HALF),), parts), FIVE, SEED)
    assert sum(done.funds.values()) + sum(done.people.values()) + done.kept == 101
    assert done.kept in (25, 26)


def test_a_rule_says_which_fund_is_the_common_one() -> None:
    funds = (("Pool", HALF), ("Other", HALF))
    rule = Rule(funds, common="Pool")
    assert read_rule(rule.canonical) == rule
    assert rule.digest != Rule(funds).digest and "common" not in Rule(funds).canonical
    with pytest.raises(SharingError, match="the common fund 'Pol' is not among the funds"):
        Rule(funds, common="Pol")
    for wrong in ("7", "[]", "{}", '"Pol"'):
        with pytest.raises(SharingError):
            read_rule(rule.canonical.replace('"common":"Pool"', f'"common":{wrong}'))
