"""Every dated value has a unit, a date and a source; a date before the first one has no value."""

from datetime import date
from fractions import Fraction

import pytest

from partage.calc.footprint import grams_per_byte
from partage.calc.formula import FormulaError, read_unit
from partage.calc.labour import monthly_pay
from partage.calc.levies import contributor_rate, reduction_coefficient
from partage.calc.parameters import ParameterError, all_values, pay_at, value_at

# Employer cost and net at the minimum wage, OpenFisca-France 176.1.8, 100 staff.
PUBLISHED_PAY = {
    "2016-01-01": ("1647.24", "1141.61"),
    "2017-01-01": ("1662.43", "1151.50"),
    "2018-01-01": ("1682.12", "1173.60"),
    "2019-01-01": ("1547.61", "1204.20"),
    "2020-01-01": ("1578.01", "1218.60"),
    "2021-01-01": ("1593.39", "1230.60"),
    "2021-10-01": ("1629.13", "1258.22"),
    "2022-01-01": ("1643.78", "1269.02"),
    "2022-05-01": ("1687.33", "1302.63"),
    "2022-08-01": ("1721.54", "1329.04"),
    "2023-01-01": ("1752.80", "1353.06"),
    "2023-05-01": ("1791.70", "1383.07"),
    "2024-01-01": ("1811.54", "1398.68"),
    "2024-11-01": ("1847.30", "1426.29"),
    "2026-01-01": ("1869.64", "1443.10"),
    "2026-06-01": ("1958.23", "1477.93"),
}


@pytest.mark.parametrize(
    ("day", "euros"),
    [
        ("2016-05-01", "9.67"),
        ("2025-07-01", "11.88"),
        ("2026-05-31", "12.02"),
        ("2026-06-01", "12.31"),
    ],
)
def test_minimum_wage_on_a_day(day: str, euros: str) -> None:
    assert value_at("minimum_wage_hourly", date.fromisoformat(day)).value == Fraction(euros)


def test_a_day_before_the_first_value_is_an_error_not_a_default() -> None:
    with pytest.raises(ParameterError) as caught:
        value_at("minimum_wage_hourly", date(1969, 12, 31))
    assert str(caught.value) == (
        "minimum_wage_hourly has no value on 1969-12-31: the first one starts on 2016-01-01; "
        "choose a later date, or give the value as an input with its source"
    )


def test_a_day_before_the_first_pay_table_is_an_error() -> None:
    with pytest.raises(ParameterError, match="pay_table has no value on 2015-12-31: the first"):
        pay_at(date(2015, 12, 31))


@pytest.mark.parametrize("day", PUBLISHED_PAY)
def test_pay_at_the_minimum_wage(day: str) -> None:
    cost, net = PUBLISHED_PAY[day]
    on = date.fromisoformat(day)
    assert monthly_pay(Fraction(1), on) == (Fraction(cost), Fraction(net))


@pytest.mark.parametrize("day", PUBLISHED_PAY)
def test_pay_table_agrees_with_the_minimum_wage_of_its_day(day: str) -> None:
    on = date.fromisoformat(day)
    for row in pay_at(on).rows:
        hourly = row.gross / row.multiple * 12 / 1820
        assert float(hourly) == pytest.approx(
            float(value_at("minimum_wage_hourly", on).value), rel=1e-4
        )
        assert row.net < row.gross < row.cost


@pytest.mark.parametrize(
    ("multiple", "ratio"),
    [("1.1", 1.131), ("1.2", 1.192), ("1.4", 1.275), ("1.6", 1.326), ("2", 1.378), ("3", 1.430)],
)
def test_cost_over_gross_between_the_rows_of_june_2026(multiple: str, ratio: float) -> None:
    cost, _net = monthly_pay(Fraction(multiple), date(2026, 6, 1))
    gross = Fraction(multiple) * Fraction("1867.02")
    assert float(cost / gross) == pytest.approx(ratio, rel=0.002)


def test_general_reduction_of_june_2026_uses_the_frozen_minimum_wage() -> None:
    on = date(2026, 6, 1)
    assert reduction_coefficient(1, 12.31, 100, on) == 0.3788
    assert reduction_coefficient(1, 12.02, 100, on) == 0.4021
    assert reduction_coefficient(1, 12.02, 49, on) == 0.3981
    assert reduction_coefficient(3 * 12.02 / 12.31, 12.31, 100, on) == 0


def test_general_reduction_explains_the_pay_table() -> None:
    """Cost without reduction is the same share of gross at 1, 1.4 and 1.6 minimum wages."""
    on = date(2026, 6, 1)
    rows = [row for row in pay_at(on).rows if row.multiple in (1, Fraction("1.4"), Fraction("1.6"))]
    full = [
        float(row.cost / row.gross) + reduction_coefficient(float(row.multiple), 12.31, 100, on)
        for row in rows
    ]
    assert full == pytest.approx([full[0]] * 3, abs=2e-4)


@pytest.mark.parametrize(
    ("grid", "grams"),
    [("model", 0.0741), ("europe", 0.0468), ("france", 0.0305), ("france_rte", 0.0283)],
)
def test_footprint_of_a_page_of_half_a_megabyte(grid: str, grams: float) -> None:
    assert round(float(grams_per_byte(grid, date(2026, 6, 1)) * 500_000), 4) == grams


def test_contributor_rates() -> None:
    on = date(2026, 6, 1)
    assert contributor_rate("micro_services_bnc", on) == Fraction("0.258")
    assert contributor_rate("none", on) == 0
    with pytest.raises(ParameterError, match="contributor_status is 'friend': use micro_sales"):
        contributor_rate("friend", on)


def test_every_value_has_a_unit_a_source_a_grade_and_a_past_check() -> None:
    for each in all_values():
        assert each.source and each.grade in "PMSA" and each.value >= 0
        assert each.date <= each.checked_on
        assert read_unit(each.unit).name == each.unit


def test_an_unknown_unit_says_what_is_known() -> None:
    with pytest.raises(FormulaError, match="has the unknown unit 'parsec': use 1, %, s, min, h"):
        read_unit("parsec")
