"""What must hold for any account: unknown stays unknown, wider inputs give wider lines."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.declaration import (
    CURRENCY,
    QUANTITIES,
    RATES,
    SCENARIOS,
    Declaration,
    Input,
    read_declaration,
)
from partage.calc.formula import ANY, Dimension, dimension_of, read_unit
from partage.calc.scenario import Account, compute_account, line_rules
from tests.calc.test_account_examples import SAMPLES

USER_TEST = read_declaration(SAMPLES / "user-test.toml")
KNOWN = compute_account(USER_TEST, draws=1)
UNCERTAIN = sorted(name for name, each in USER_TEST.inputs.items() if each.is_uncertain)
few = settings(max_examples=15)


def with_input(declaration: Declaration, changed: Input) -> Declaration:
    return replace(declaration, inputs={**declaration.inputs, changed.name: changed})


def made_unknown(name: str) -> Account:
    old = USER_TEST.inputs[name]
    unknown = replace(old, low=None, central=None, high=None, basis="unknown")
    return compute_account(with_input(USER_TEST, unknown), draws=1)


@pytest.mark.parametrize("name", ["tests", "fee", "analysis_time", "staff_wage", "video_weight"])
def test_unknown_spreads_to_every_line_that_uses_it_and_to_no_other(name: str) -> None:
    account = made_unknown(name)
    for line in account.lines + account.memo:
        for scenario, value in line.values.items():
            uses = name in KNOWN.line(line.code).inputs[scenario]
            known_before = KNOWN.line(line.code).values[scenario].is_known
            assert value.is_known == (known_before and not uses), (line.code, scenario)


def test_shares_of_an_unknown_pot_are_unknown() -> None:
    account = made_unknown("fee")
    assert account.shares["within_frame"] is None
    assert account.net_value_quantiles["within_frame"] is None
    assert account.shares["let_it_run"] is not None


@few
@given(
    name=st.sampled_from(UNCERTAIN),
    lower=st.fractions(Fraction(1, 2), 1, max_denominator=9),
    higher=st.fractions(1, 2, max_denominator=9),
)
def test_widening_an_input_never_narrows_a_line(
    name: str, lower: Fraction, higher: Fraction
) -> None:
    old = USER_TEST.inputs[name]
    assert old.low is not None and old.high is not None
    wider = replace(old, low=old.low * lower, high=old.high * higher)
    account = compute_account(with_input(USER_TEST, wider), draws=1)
    for line in account.lines:
        if line.code == "D4":  # it bends where the pot empties: corners may miss its least value
            continue
        for scenario, value in line.values.items():
            narrow = KNOWN.line(line.code).values[scenario]
            if value.low is not None and value.high is not None:
                assert narrow.low is not None and value.low <= narrow.low
                assert narrow.high is not None and value.high >= narrow.high


@pytest.mark.parametrize("scenario", SCENARIOS[1:])
def test_equal_scenarios_give_equal_lines_and_no_value(scenario: str) -> None:
    before = USER_TEST.scenarios["before"].formulas
    same = replace(USER_TEST.scenarios[scenario], formulas=before)
    scenarios = {**USER_TEST.scenarios, scenario: same}
    account = compute_account(replace(USER_TEST, scenarios=scenarios), draws=1)
    for line in account.lines:
        assert line.values[scenario] == line.values["before"] or not line.values["before"].is_known
    changes = [account.line(code).values[scenario] for code in ("A4", "A5", "A6", "C4", "D4")]
    assert all(value.low == value.high == 0 for value in changes)


def test_pay_of_the_organisation_replaces_the_table() -> None:
    own = {"staff_cost": Fraction(30), "staff_levies": Fraction(12)}
    old = USER_TEST.inputs["hosting_cost"]
    inputs = dict(USER_TEST.inputs)
    for name, euros in own.items():
        inputs[name] = replace(old, name=name, unit="EUR/h", low=euros, central=euros, high=euros)
    rates = {name: name for name in own}
    account = compute_account(replace(USER_TEST, inputs=inputs, rates=rates), draws=1)
    assert account.line("B1").values["let_it_run"].central == 1000
    assert account.line("D1").values["let_it_run"].central == 400


def test_an_uncertain_wage_moves_cost_and_contributions_together() -> None:
    wage = replace(USER_TEST.inputs["staff_wage"], low=Fraction(1), high=Fraction(2))
    account = compute_account(with_input(USER_TEST, wage), draws=50)
    cost = account.line("B1").values["let_it_run"]
    assert cost.low is not None and cost.low < 492.81 and cost.central == Fraction("985.63")


def test_the_digest_follows_meaning_and_not_layout() -> None:
    again = replace(USER_TEST, file="elsewhere.toml")
    assert again.digest == USER_TEST.digest
    other_source = with_input(USER_TEST, replace(USER_TEST.inputs["fee"], source="Another"))
    assert compute_account(other_source, draws=1).digest != KNOWN.digest


def test_every_formula_of_the_method_counts_in_its_own_unit() -> None:
    units = {**QUANTITIES, **RATES, "hours_per_job": "h/job", "tasks": "task"}
    units |= dict.fromkeys(("minimum_cost", "minimum_net", "mean_net"), f"{CURRENCY}/h")
    units |= {"contributor_rate": "1", "share_organisation": CURRENCY, "share_commons": CURRENCY}
    units |= {rule.code: rule.unit for rule in line_rules()}

    def dimension(name: str) -> Dimension:
        return read_unit(units[name.removeprefix("before.")]).dimension

    for rule in line_rules():
        found = dimension_of(rule.formula, dimension)
        assert found in (read_unit(rule.unit).dimension, ANY), rule.code
