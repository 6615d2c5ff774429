"""The big tables of the account: counts of events as Ibis expressions, the same on DuckDB and on Spark.

Events are counted once, by month; what else is asked is added up from that small table.
"""

from collections.abc import Sequence
from typing import Any

import ibis
from ibis import Table

PLACES = ("coproduction", "month", "task", "basis")
FIGURES = ("events", "seconds", "value_cents")


def counts(events: Table, keys: Sequence[str], bits: int = 0) -> Table:
    """Events, seconds and value by these columns; of the first kinds of data, in how many events."""
    figures = {
        "events": events.count(),
        "seconds": events.seconds.sum(),
        "value_cents": events.value_cents.sum(),
    }
    # Neither `//` nor `%`: they cost DuckDB fifteen times as much.
    taken = {f"data_{bit}": ((events.data_mask >> bit) & 1).sum() for bit in range(bits)}
    return events.group_by(*keys).aggregate(**figures, **taken)


def monthly(events: Table, bits: int) -> Table:
    """The whole account: a row for each coproduction, month, task and basis."""
    return counts(events, PLACES, bits)


def added_up(months: Table, keys: Sequence[str]) -> Table:
    """Events, seconds and value of the monthly account added up by these columns."""
    return months.group_by(*keys).aggregate(**{name: months[name].sum() for name in FIGURES})


def of_coproduction(table: Table, number: int) -> Table:
    """One coproduction, all lines."""
    return table.filter(table.coproduction == number)


def people(events: Table) -> Table:
    """How many people are told apart in each coproduction: exact, so dear where there are many."""
    return events.group_by("coproduction").aggregate(people=events.who.nunique())


def by_task(months: Table, codes: Table) -> Table:
    """By the code of the task, which several coproductions may use: each numbers its own."""
    few = added_up(months, ["coproduction", "task"])
    return added_up(_with_code(few, codes, "task"), ["task"])


def named(months: Table, codes: Table) -> Table:
    """The monthly account with the codes in place of numbers."""
    found = months
    for kind in ("task", "basis", "coproduction"):
        found = _with_code(found, codes, kind)
    return found.select(*PLACES, *(name for name in months.columns if name not in PLACES))


def _with_code(months: Table, codes: Table, kind: str) -> Table:
    chosen = codes.filter(codes.kind == kind)
    of_number = chosen.select(_of=chosen.coproduction, _number=chosen.number, _code=chosen.code)
    same: list[Any] = [months[kind] == of_number["_number"]]
    if kind == "task":
        same.append(months.coproduction == of_number["_of"])
    joined = months.inner_join(of_number, same)
    return joined.drop("_of", "_number", kind).rename({kind: "_code"})


def checksum(table: Table) -> Table:
    """One row of whole numbers that two engines must agree on: groups, figures and places."""
    figures = [name for name in table.columns if name not in PLACES]
    places = [
        name for name in table.columns if name in PLACES and not table[name].type().is_string()
    ]
    sums = {name: table[name].sum() for name in figures}
    # Each figure again with its place, so that two that changed places are noticed.
    placed = {
        f"{name}_placed": (table[name] % 1_000_003 * _place(table, places)).sum()
        for name in figures
        if places
    }
    return table.aggregate(groups=table.count(), **sums, **placed)


def _place(table: Table, names: Sequence[str]) -> Any:
    place = ibis.literal(0, "int64")
    for name in names:
        place = (place * 257 + table[name].cast("int64")) % 1_009
    return place
