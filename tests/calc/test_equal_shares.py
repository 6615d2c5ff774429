"""Projects bought by equal shares: the same winners as the definition, read naively."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.equal_shares import MOST_STEPS, EqualSharesError, Purchase, equal_shares

Ballots = Sequence[frozenset[str]]
Vote = tuple[int, dict[str, int], list[frozenset[str]]]


# The definition, restated: no sorting of money, no shortcut, one fraction for each voter.


def naive_price(cost: int, money: Sequence[Fraction]) -> Fraction | None:
    """The price at which the supporters' money, each giving that or all, makes the cost."""
    if sum(money) < cost:
        return None
    poor: set[int] = set()
    while True:
        rich = [i for i in range(len(money)) if i not in poor]
        price = (cost - sum(money[i] for i in poor)) / Fraction(len(rich))
        more = {i for i in rich if money[i] < price}
        if not more:
            return price
        poor |= more


def naive_count(part: Fraction, costs: Mapping[str, int], ballots: Ballots) -> list[str]:
    money, won = [part] * len(ballots), list[str]()
    votes = {name: sum(name in ballot for ballot in ballots) for name in costs}
    while True:
        offers = []
        for place, name in enumerate(costs):
            fans = [i for i, ballot in enumerate(ballots) if name in ballot]
            if name not in won and fans:
                price = naive_price(costs[name], [money[i] for i in fans])
                if price is not None:
                    offers.append((price, -votes[name], place, name, fans))
        if not offers:
            return won
        price, _, _, name, fans = min(offers)
        won.append(name)
        for i in fans:
            money[i] -= min(price, money[i])


def naive(budget: int, costs: Mapping[str, int], ballots: Ballots, step: int) -> list[str]:
    votes = {name: sum(name in ballot for ballot in ballots) for name in costs}
    won: list[str] = []
    for steps in count():
        found = naive_count(Fraction(budget, len(ballots)) + steps * step, costs, ballots)
        if sum(costs[name] for name in found) > budget:
            break
        won, left = found, budget - sum(costs[name] for name in found)
        fits = [name for name in costs if name not in won and votes[name] and costs[name] <= left]
        if not fits or steps == MOST_STEPS:
            break
    for name in sorted(costs, key=lambda name: -votes[name]):
        if name not in won and votes[name] and costs[name] <= budget - sum(costs[n] for n in won):
            won.append(name)
    return won


def drawn_vote(seed: int) -> Vote:
    """One seeded vote; two in three have round amounts, and so many ties."""
    draw = random.Random(seed)  # noqa: S311
    unit = (1, 50, 1000)[seed % 3]
    names = [f"p{number}" for number in range(draw.randrange(1, 9))]
    costs = {name: draw.randrange(1, 5 if unit > 1 else 4000) * unit for name in names}
    groups = [frozenset(draw.sample(names, draw.randrange(len(names) + 1))) for _ in range(4)]
    ballots = [
        draw.choice(groups)
        if draw.random() < 0.5
        else frozenset(n for n in names if draw.random() < 0.4)
        for _ in range(draw.randrange(1, 25))
    ]
    return draw.randrange(1, max(2, sum(costs.values()))), costs, ballots


@pytest.mark.parametrize("seed", range(120))
def test_the_winners_are_those_of_the_definition(seed: int) -> None:
    budget, costs, ballots = drawn_vote(seed)
    step = (1 + budget // 500) * (1 + seed % 7)
    found = equal_shares(budget, costs, ballots, step)
    assert list(found.winners) == naive(budget, costs, ballots, step)


def test_the_drawn_votes_have_ties_and_completions() -> None:
    """Without them the comparison above would prove little."""
    found = [equal_shares(*drawn_vote(seed)) for seed in range(120)]
    by_votes = [outcome for outcome in found if any(p.price is None for p in outcome.purchases)]
    prices = [[p.price for p in outcome.purchases if p.price] for outcome in found]
    assert sum(outcome.raised > 0 for outcome in found) > 30
    assert len(by_votes) > 10
    assert sum(len(set(some)) < len(some) for some in prices) > 10


@st.composite
def votes(draw: st.DrawFn) -> Vote:
    names = [f"p{number}" for number in range(draw(st.integers(1, 6)))]
    costs = {name: draw(st.integers(1, 40)) for name in names}
    ballots = draw(st.lists(st.frozensets(st.sampled_from(names)), min_size=1, max_size=12))
    return draw(st.integers(0, 120)), costs, ballots


@settings(max_examples=200)
@given(votes(), st.randoms(use_true_random=False))
def test_who_the_voters_are_changes_nothing(vote: Vote, order: random.Random) -> None:
    budget, costs, ballots = vote
    shuffled = list(ballots)
    order.shuffle(shuffled)
    assert equal_shares(budget, costs, shuffled, 1) == equal_shares(budget, costs, ballots, 1)


@settings(max_examples=200)
@given(votes())
def test_the_budget_holds_and_nobody_approves_nothing_won(vote: Vote) -> None:
    budget, costs, ballots = vote
    found = equal_shares(budget, costs, ballots, 1)
    assert 0 <= found.left <= budget
    assert set(found.winners) <= set().union(*ballots)
    assert len(set(found.winners)) == len(found.winners)
    approved = set().union(*ballots) - set(found.winners)
    assert all(costs[name] > found.left for name in approved)


@settings(max_examples=200)
@given(votes())
def test_each_purchase_is_explained(vote: Vote) -> None:
    for bought in equal_shares(*vote, 1).purchases:
        if bought.price is not None:
            payers = (bought.at_price, bought.all_they_had, bought.nothing_left)
            assert sum(payers) == bought.votes
            assert bought.at_price >= 1
            given_by_payers = bought.price * bought.at_price
            assert given_by_payers <= bought.cost
            assert (given_by_payers == bought.cost) is (bought.all_they_had == 0)
            assert (
                bought.cost < given_by_payers + bought.price * bought.all_they_had or not payers[1]
            )


def test_a_group_of_two_fifths_decides_on_two_fifths() -> None:
    """By votes alone, the three would buy everything."""
    costs = dict.fromkeys(["a1", "a2", "a3", "a4", "a5", "b1", "b2"], 100)
    ballots = [frozenset(["a1", "a2", "a3", "a4", "a5"])] * 3 + [frozenset(["b1", "b2"])] * 2
    assert equal_shares(500, costs, ballots).winners == ("a1", "a2", "a3", "b1", "b2")


def test_a_supporter_with_less_left_gives_all_she_has() -> None:
    costs = {"tree": 60, "bench": 110}
    ballots = [frozenset(["tree", "bench"]), frozenset(["tree"]), frozenset(["bench"])]
    found = equal_shares(300, costs, ballots)
    assert found.purchases == (
        Purchase("tree", 60, 2, Fraction(30), 2),
        Purchase("bench", 110, 2, Fraction(55), 2),
    )
    short = equal_shares(240, {"tree": 60, "bench": 120}, ballots)
    assert short.purchases[1] == Purchase("bench", 120, 2, Fraction(70), 1, 1)


def test_of_two_equal_prices_more_votes_then_the_first_listed() -> None:
    pair = [frozenset(["x", "y", "z"]), frozenset(["x", "y", "z"]), frozenset(["z"])]
    assert equal_shares(60, {"x": 20, "y": 20, "z": 30}, pair).winners == ("z", "x")
    assert equal_shares(60, {"y": 20, "x": 20, "z": 30}, pair).winners == ("z", "y")


def test_what_floats_cannot_decide_is_decided_by_fractions() -> None:
    """Three voters own exactly a third of the cost each; a cent more cannot be paid."""
    all_three = [frozenset(["hall"])] * 3
    assert equal_shares(10**15, {"hall": 10**15}, all_three).purchases[0].price == Fraction(
        10**15, 3
    )
    assert equal_shares(10**15 - 1, {"hall": 10**15}, all_three).winners == ()


def test_prices_nearer_than_floats_can_tell_are_told_apart() -> None:
    costs = {"dear": 10**14 + 2, "cheap": 3 * 10**14 + 5}
    ballots = [frozenset(["dear"])] + [frozenset(["cheap"])] * 3
    found = equal_shares(5 * 10**14, costs, ballots)
    assert [bought.price for bought in found.purchases] == [10**14 + Fraction(5, 3), 10**14 + 2]


def test_an_empty_fund_buys_nothing() -> None:
    assert equal_shares(0, {"tree": 1}, [frozenset(["tree"])]).purchases == ()


def test_an_empty_ballot_owns_its_part_too() -> None:
    ballots = [frozenset(["tree"]), frozenset[str]()]
    found = equal_shares(100, {"tree": 50}, ballots)
    assert (found.part, found.left, found.raised) == (Fraction(50), 50, 0)


def test_a_dear_project_with_one_vote_stops_the_completion_in_the_end() -> None:
    found = equal_shares(10**9, {"palace": 10**9}, [frozenset(["palace"])] + [frozenset()] * 99)
    assert found.raised == MOST_STEPS * 100
    assert found.purchases == (Purchase("palace", 10**9, 1),)


BAD: list[tuple[int, dict[str, int], list[frozenset[str]], int, str]] = [
    (1, {}, [], 1, "0 ballots were cast: nobody can buy anything"),
    (-5, {}, [frozenset()], 1, "the budget is -5 cents: give 0 to 1000000000000000"),
    (1, {"tree": 0}, [frozenset()], 1, "tree costs 0 cents: give 1 to 1000000000000000"),
    (1, {"tree": 1}, [frozenset()], 0, "one step costs 0 cents: give 1"),
    (1, {"tree": 1}, [frozenset(["oak"])], 1, "ballot 1 names oak: it is not on the list"),
]


@pytest.mark.parametrize(("budget", "costs", "ballots", "step", "sentence"), BAD)
def test_bad_input_is_refused_in_one_sentence(
    budget: int, costs: dict[str, int], ballots: Ballots, step: int, sentence: str
) -> None:
    with pytest.raises(EqualSharesError, match=sentence):
        equal_shares(budget, costs, ballots, step)


@pytest.mark.slow
def test_ten_thousand_voters_and_two_hundred_projects() -> None:
    draw = random.Random(2016)  # noqa: S311
    costs = {f"p{number}": draw.randrange(5, 400) * 100_000 for number in range(200)}
    weights = [draw.random() ** 2 + 0.02 for _ in costs]
    ballots = [
        frozenset(draw.choices(list(costs), weights, k=draw.randrange(1, 20)))
        for _ in range(10_000)
    ]
    found = equal_shares(10**8, costs, ballots)
    assert found.left < min(cost for name, cost in costs.items() if name not in found.winners)
