"""The four shipped accounts equal their published figures, line by line, bounds included."""

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypedDict, cast

import pytest

from partage.calc.declaration import SCENARIOS, read_declaration
from partage.calc.scenario import Account, compute_account, published

EXPECTED_FILE = Path(__file__).with_name("account-examples.json")
SAMPLES = Path(str(files("partage"))) / "samples" / "accounts"
NAMES = ("self-checkout", "online-banking", "idea-box", "user-test")
FRENCH = dict(zip(("avant", "laissez-faire", "cadre"), SCENARIOS, strict=True))
CODES = {
    "A1_staff_hours": "A1",
    "A2_consumer_work_hours": "A2",
    "A3_consumer_wait_hours": "A3",
    "A4_hours_moved": "A4",
    "A5_fte_moved": "A5",
    "A6_consumer_time_change": "A6",
    "B_staff_cost": "B1",
    "B_consumer_at_net_smic": "B2",
    "C_device": "C1",
    "C_losses": "C2",
    "C_paid_to_contributors": "C3",
    "C_total_cost": "total_cost",
    "C_net_value": "C4",
    "D_contributions_on_staff": "D1",
    "D_contributions_on_contributor_pay": "D2",
    "D_corporate_tax": "D3",
    "D_balance_vs_avant": "D4",
    "E_data_category_days": "E",
    "F_kgco2e": "F",
}
# Exactly half a cent: 41,164.755 and 12,140.765. The published file rounded the nearest binary
# number down; our rule, half away from zero, rounds both up.
HALF_CENTS = {
    ("self-checkout", "within_frame", "D3"): 41_164.76,
    ("idea-box", "let_it_run", "D3"): 12_140.77,
}


class Expected(TypedDict):
    lines: dict[str, list[float]]
    shares: list[int]


@cache
def account(name: str) -> Account:
    return compute_account(read_declaration(SAMPLES / f"{name}.toml"))


def figures(account: Account, code: str, scenario: str) -> list[float]:
    value = account.line(code).values[scenario]
    assert value.low is not None and value.central is not None and value.high is not None
    return [float(each) for each in (value.low, value.central, value.high)]


def expected(name: str, french: str) -> Expected:
    lines = json.loads(EXPECTED_FILE.read_text())[name.replace("-", "_")][french]
    shares = list(cast(dict[str, int], lines.pop("C_shares_cents")).values())
    assert set(lines) == set(CODES)
    return {"lines": lines, "shares": shares}


@pytest.mark.parametrize("french", FRENCH)
@pytest.mark.parametrize("name", NAMES)
def test_every_line_and_bound_equals_the_published_example(name: str, french: str) -> None:
    wanted, scenario = expected(name, french), FRENCH[french]
    for label, bounds in wanted["lines"].items():
        exact_high = HALF_CENTS.get((name, scenario, CODES[label]), bounds[2])
        assert figures(account(name), CODES[label], scenario) == [*bounds[:2], exact_high], label
    shares = account(name).shares[scenario]
    assert shares is not None and list(shares.values()) == wanted["shares"]


def test_self_checkout_recomputed_with_plain_decimals() -> None:
    """Written again from the method's text alone, with another kind of number."""
    cost_hour, net_hour = (
        Decimal(12) * Decimal("1958.23") / 1607,
        Decimal(12) * Decimal("1477.93") / 1820,
    )
    levies_hour = Decimal(12) * (Decimal("1958.23") - Decimal("1477.93")) / 1607
    passages, year = Decimal(1_000_000), Decimal(7 * 360 * 12 * 3600)
    before = passages * 59 / Decimal("0.75") / 3600
    after = passages * 135 / (6 * Decimal("0.6")) / 3600
    till_before = passages * 11_000 * 59 / (year * Decimal("0.75"))
    till_after = passages * 20_000 * 135 / (year * Decimal("0.6"))
    losses = passages * 25 * Decimal("0.0044")
    value = (before * cost_hour + till_before) - (after * cost_hour + till_after + losses)
    tax = Decimal("0.25") * round(value, 2)
    found = {
        "A4": before - after,
        "A5": (before - after) / 1607,
        "B2": passages * 135 / 3600 * net_hour,
        "C4": value,
        "D3": tax,
        "D4": (after - before) * levies_hour + tax,
    }
    for code, figure in found.items():
        assert figures(account("self-checkout"), code, "let_it_run")[1] == float(round(figure, 2))


def test_consumer_work_at_minimum_wage_is_more_than_twice_what_staff_saves() -> None:
    example = account("self-checkout")
    saved = figures(example, "B1", "before")[1] - figures(example, "B1", "let_it_run")[1]
    assert figures(example, "B2", "let_it_run")[1] / saved == pytest.approx(2.19, abs=0.01)


def test_the_five_values_of_work_stand_side_by_side() -> None:
    values = [figures(account("online-banking"), f"V{n}", "let_it_run")[1] for n in range(1, 6)]
    assert values == [779567.47, 1169820.04, 1990957.56, 2133168.82, 1441582.42]


def test_draws_tell_that_self_checkout_is_a_coin_toss() -> None:
    spread = account("self-checkout").net_value_quantiles["let_it_run"]
    assert spread is not None
    assert spread.p5 == pytest.approx(-122_150, rel=0.06)
    assert spread.p95 == pytest.approx(124_231, rel=0.06)
    assert spread.above_zero == pytest.approx(0.53, abs=0.03)


def test_idea_box_shares_nothing() -> None:
    example = account("idea-box")
    assert figures(example, "C4", "let_it_run")[1] == -36_939.10
    assert figures(example, "C4", "within_frame")[1] == -44_347.88
    assert all(not any((shares or {}).values()) for shares in example.shares.values())


def test_data_exposure_of_a_million_passages() -> None:
    assert figures(account("self-checkout"), "E", "let_it_run")[1] == 4_380_000_000


@pytest.mark.parametrize("name", NAMES)
def test_the_same_declaration_publishes_the_same_bytes(name: str) -> None:
    again = compute_account(read_declaration(SAMPLES / f"{name}.toml"))
    assert json.dumps(published(again)) == json.dumps(published(account(name)))


@pytest.mark.parametrize("name", NAMES)
def test_no_line_without_grade_and_each_assumption_is_marked(name: str) -> None:
    example = account(name)
    for line in example.lines + example.memo:
        used = {example.inputs[each] for names in line.inputs.values() for each in names}
        assert line.grade in "PMSA"
        assert line.assumed == any(each.basis == "assumed" for each in used)
