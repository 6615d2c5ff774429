"""The numbers someone could dispute: each with its date, unit, source and grade.

The TOML files beside this one hold them; no rate is typed in code. A value is in force from its
date until the next one. Before the first date there is no value, and asking for one is an error:
a missing number is never replaced by a default.
"""

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files

from partage.calc.checked_toml import Text

FILES = ("labour.toml", "pay.toml", "levies.toml", "platforms.toml", "footprint.toml")
PAY_TABLE = "pay_table"


class ParameterError(ValueError):
    """A parameter has no value at this date; the message is one plain sentence."""


@dataclass(frozen=True)
class Dated:
    """One value of one parameter, in force from ``date``.

    ``grade`` is P (official or original source), S (press, professional or mirror page),
    M (measured or computed) or A (assumed). ``checked_on`` is the day it was last compared
    with its source; ``url`` is where to read that, or empty.
    """

    name: str
    date: datetime.date
    value: Fraction
    unit: str
    source: str
    grade: str
    checked_on: datetime.date
    url: str = ""


@dataclass(frozen=True)
class Pay:
    """One row of the pay table: what a full-time month costs and brings, in euros.

    ``multiple`` counts minimum wages; ``cost`` is the employer's full cost after the general
    reduction; ``net`` is what the employee receives before income tax.
    """

    multiple: Fraction
    gross: Fraction
    cost: Fraction
    net: Fraction


@dataclass(frozen=True)
class PayTable:
    """The pay table in force from ``date``, by rising multiple of the minimum wage."""

    date: datetime.date
    rows: tuple[Pay, ...]
    source: str
    grade: str
    checked_on: datetime.date
    name: str = PAY_TABLE


@dataclass(frozen=True)
class Series:
    """One parameter and its whole history, by rising date.

    ``family`` is its file, without the ending: labour, pay, levies, platforms or footprint.
    """

    name: str
    family: str
    label: Text
    meaning: Text
    unit: str
    values: tuple[Dated | PayTable, ...]


def read_table(name: str) -> Mapping[str, object]:
    """Read one file of this folder, its decimal numbers kept exact.

    Parameters
    ----------
    name : file name, for example ``"labour.toml"``.

    Returns
    -------
    mapping, as TOML gives it, with Decimal in place of float.
    """
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def value_at(name: str, on: datetime.date) -> Dated:
    """Value of a parameter in force on a day.

    Parameters
    ----------
    name : name of the parameter, for example ``"minimum_wage_hourly"``.
    on : the day.

    Returns
    -------
    Dated, with its value in the parameter's unit.

    Raises
    ------
    ParameterError
        If the parameter is unknown, or the day comes before its first value.

    References
    ----------
    docs/method/account.md, "Dated parameters".

    Examples
    --------
    >>> value_at("minimum_wage_hourly", datetime.date(2026, 5, 31)).value
    Fraction(601, 50)
    """
    series = _dated().get(name)
    if series is None:
        raise ParameterError(f"no parameter is named {name!r}: use one of {', '.join(_dated())}")
    in_force = [dated for dated in series if dated.date <= on]
    if not in_force:
        raise ParameterError(_too_early(name, on, series[0].date))
    return in_force[-1]


def pay_at(on: datetime.date) -> PayTable:
    """Pay table in force on a day.

    Parameters
    ----------
    on : the day.

    Returns
    -------
    PayTable, in euros a month.

    Raises
    ------
    ParameterError
        If the day comes before the first table.

    Examples
    --------
    >>> float(pay_at(datetime.date(2026, 6, 1)).rows[0].cost)
    1958.23
    """
    tables = pay_tables()
    in_force = [table for table in tables if table.date <= on]
    if not in_force:
        raise ParameterError(_too_early(PAY_TABLE, on, tables[0].date))
    return in_force[-1]


def all_values() -> Iterator[Dated]:
    """Every value of every parameter, file by file, by rising date."""
    for series in _dated().values():
        yield from series


@cache
def all_series() -> tuple[Series, ...]:
    """Every parameter with its history, file by file, the pay table among them.

    Examples
    --------
    >>> len(next(each for each in all_series() if each.name == "minimum_wage_hourly").values)
    16
    """
    return tuple(
        _read_series(name, file.removesuffix(".toml"), table)
        for file in FILES
        for name, table in read_table(file).items()
    )


@cache
def pay_tables() -> tuple[PayTable, ...]:
    """The pay table at each of its dates, by rising date."""
    table = read_table("pay.toml")[PAY_TABLE]
    shared = _table(table)
    tables = [
        PayTable(
            date=_day(entry["date"]),
            rows=_read_pay(entry["rows"]),
            source=str(shared["source"]),
            grade=str(shared["grade"]),
            checked_on=_day(shared["checked_on"]),
        )
        for entry in _rows(table)
    ]
    return tuple(sorted(tables, key=lambda each: each.date))


def _too_early(name: str, on: datetime.date, first: datetime.date) -> str:
    return (
        f"{name} has no value on {on}: the first one starts on {first}; choose a later date, or "
        "give the value as an input with its source"
    )


@cache
def _dated() -> dict[str, tuple[Dated, ...]]:
    """The values of each parameter; the pay table, which has rows instead, is left out."""
    return {
        name: _read_values(name, table)
        for file in FILES
        for name, table in read_table(file).items()
        if name != PAY_TABLE
    }


def _read_series(name: str, family: str, table: object) -> Series:
    told = _table(table)
    return Series(
        name=name,
        family=family,
        label=_both(told["label"]),
        meaning=_both(told["meaning"]),
        unit=str(told["unit"]),
        values=pay_tables() if name == PAY_TABLE else _dated()[name],
    )


def _read_values(name: str, table: object) -> tuple[Dated, ...]:
    rows = _rows(table)
    shared = {key: value for key, value in _table(table).items() if key != "values"}
    dated = [_read_value(name, {**shared, **row}) for row in rows]
    return tuple(sorted(dated, key=lambda each: each.date))


def _read_value(name: str, row: Mapping[str, object]) -> Dated:
    return Dated(
        name=name,
        date=_day(row["date"]),
        value=_number(row["value"]),
        unit=str(row["unit"]),
        source=str(row["source"]),
        grade=str(row["grade"]),
        checked_on=_day(row["checked_on"]),
        url=str(row.get("url", "")),
    )


def _read_pay(rows: object) -> tuple[Pay, ...]:
    if not isinstance(rows, list):
        raise TypeError(f"pay.toml: rows must be a list, got {rows!r}")
    return tuple(Pay(*(_number(cell) for cell in row)) for row in rows)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"a parameter must be a table, got {value!r}")
    return value


def _rows(value: object) -> list[Mapping[str, object]]:
    rows = _table(value)["values"]
    if not isinstance(rows, list):
        raise TypeError(f"a parameter must list its values, got {rows!r}")
    return rows


def _both(value: object) -> Text:
    words = _table(value)
    return Text(en=str(words["en"]), fr=str(words["fr"]))


def _number(value: object) -> Fraction:
    """A number; one that decimals cannot write, such as a third, is given as "1/3"."""
    if isinstance(value, str):
        return Fraction(value)
    if not isinstance(value, int | Decimal):
        raise TypeError(f"a parameter must be a number, got {value!r}")
    return Fraction(value)


def _day(value: object) -> datetime.date:
    if not isinstance(value, datetime.date):
        raise TypeError(f"a parameter must have a date, got {value!r}")
    return value
