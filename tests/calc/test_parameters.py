"""Every dated value has a unit, a date and a source; a date before the first one has no value."""

import re
from dataclasses import astuple
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings

from partage.calc.declaration import read_declaration
from partage.calc.footprint import GRIDS, grams_per_byte
from partage.calc.formula import FormulaError, read_unit
from partage.calc.labour import monthly_pay
from partage.calc.levies import contributor_rate, reduction_coefficient
from partage.calc.parameters import (
    PAY_TABLE,
    ParameterError,
    Series,
    all_series,
    all_values,
    pay_at,
    value_at,
)
from partage.calc.scenario import compute_account
from partage.calc.uses import lines_reading

SAMPLES = settings.PACKAGE / "samples/accounts"
SERIES = [pytest.param(each, id=each.name) for each in all_series()]

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


def test_low_central_and_high_footprint_of_a_page_of_half_a_megabyte() -> None:
    on = date(2026, 6, 1)
    rte, france, world = (grams_per_byte(grid, on) for grid in ("france_rte", "france", "model"))
    assert rte < france < world


def test_every_grid_has_a_factor_and_a_year_keeps_its_own() -> None:
    assert all(grams_per_byte(grid, date(2026, 6, 1)) > 0 for grid in GRIDS)
    factors = [value_at("grid_france_yearly", date(y, 6, 1)).value for y in (2016, 2022, 2024)]
    assert factors == [Fraction("68.62"), Fraction("78.54"), Fraction("40.48")]


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2016-05-01", "1/3"),
        ("2018-12-31", "1/3"),
        ("2019-01-01", "31/100"),
        ("2020-01-01", "28/100"),
        ("2021-01-01", "265/1000"),
        ("2022-01-01", "1/4"),
    ],
)
def test_corporate_tax_year_by_year(day: str, rate: str) -> None:
    assert value_at("corporate_tax", date.fromisoformat(day)).value == Fraction(rate)


def test_the_yearly_ceiling_is_twelve_months() -> None:
    for day in (date(2016, 1, 1), date(2025, 7, 1), date(2026, 6, 1)):
        month = value_at("social_security_ceiling_monthly", day).value
        assert value_at("social_security_ceiling_yearly", day).value == 12 * month
    share = value_at("goods_rental_share", day).value
    assert share * 12 * month == 9612


@pytest.mark.parametrize(
    ("day", "multiple", "cost", "net"),
    [
        ("2016-06-01", "2.5", "5155.89", "2862.12"),
        ("2018-12-01", "1", "1682.12", "1187.84"),
        ("2025-07-01", "2.25", "5478.49", "3205.02"),
        ("2025-07-01", "2.251", "5724.29", "3206.47"),
    ],
)
def test_pay_follows_a_change_of_contributions_alone(
    day: str, multiple: str, cost: str, net: str
) -> None:
    """The minimum wage did not move on 2016-04-01, 2018-10-01 and 2025-01-01; the rates did."""
    pay = monthly_pay(Fraction(multiple), date.fromisoformat(day))
    assert pay == (Fraction(cost), Fraction(net))


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
        assert not each.url or each.url.startswith("http")


def test_there_are_twenty_five_series_or_more_with_names_of_their_own() -> None:
    names = [each.name for each in all_series()]
    assert len(names) == len(set(names)) >= 25


@pytest.mark.parametrize("series", SERIES)
def test_every_series_is_told_in_two_languages(series: Series) -> None:
    for text in (series.label, series.meaning):
        assert len(set(astuple(text))) == 2 and all(astuple(text))
        assert "'" not in text.fr, "French has curly apostrophes"
        assert not re.search("[^\u202f][;:!?%»]", text.fr), "narrow no-break space before the sign"


@pytest.mark.parametrize("series", SERIES)
def test_every_series_has_rising_dates_one_unit_and_nothing_before_its_first(
    series: Series,
) -> None:
    dates = [each.date for each in series.values]
    assert dates == sorted(set(dates))
    before = dates[0] - timedelta(days=1)
    with pytest.raises(ParameterError, match=f"{series.name} has no value on {before}"):
        pay_at(before) if series.name == PAY_TABLE else value_at(series.name, before)


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_the_lines_said_to_read_a_parameter_are_those_that_do(file: Path) -> None:
    account = compute_account(read_declaration(file), draws=1)
    for line in account.lines + account.memo:
        for name, _date in line.parameters:
            assert line.code in [rule.code for rule in lines_reading(name)], name


def test_an_unknown_unit_says_what_is_known() -> None:
    with pytest.raises(FormulaError, match="has the unknown unit 'parsec': use 1, %, s, min, h"):
        read_unit("parsec")
