"""What `partage bench account` measures: the expressions of the big tables, and scans beside them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis import Table

from partage.accounting import tables
from partage.accounting.table_files import CODES
from partage.commands.bench_account_events import KINDS
from partage.commands.bench_landscape_parts import Cost, timed, usual
from partage.commands.tables_count import write_months
from partage.commands.tables_engines import on_duckdb, on_spark

ONE = 100  # a coproduction of middling size
PLACES = ["coproduction", "task", "basis"]
FIGURES = ["seconds", "value_cents"]
# Each with the columns that it reads.
READ = {
    "by coproduction": ["coproduction", *FIGURES],
    "by coproduction, task, basis": [*PLACES, *FIGURES],
    "data by coproduction": ["coproduction", *FIGURES, "data_mask"],
    "monthly account but its data": [*PLACES, *FIGURES],
    "monthly account": [*PLACES, *FIGURES, "data_mask"],
}
Found = dict[str, Any]


def measure(place: Path, threads: int, memory: str, found: Found) -> None:
    """On DuckDB: steps, how many times their scans they take, checksums."""
    months_file = place / "months.parquet"
    with on_duckdb(place, threads, memory) as opened:
        asked = questions(opened.events)
        steps: dict[str, Cost] = found["steps"]
        scans = {name: usual(scan(opened.events, READ[name]).to_pyarrow) for name in READ}
        steps |= {f"scan: {name}": cost for name, cost in scans.items()}
        steps |= {name: usual(table.to_pyarrow) for name, table in asked.items()}
        months = tables.monthly(opened.events, KINDS)
        _, steps["write the months"] = timed(lambda: write_months(months, months_file, {}))
        found["months_bytes"] = months_file.stat().st_size
        found["checksums"] = sums(asked)
        found["groups"] = found["checksums"]["monthly account"]["groups"]
    found["times_the_scan"] = {
        name: steps[name]["cpu_s"] / max(scans[name]["cpu_s"], 1e-9) for name in READ
    }
    steps |= _on_months(months_file, place / CODES, threads)


def questions(events: Table) -> dict[str, Table]:
    """What is asked, each as one row of sums, so that nothing but counting is measured."""
    one = tables.of_coproduction(events, ONE)
    found = {
        "by coproduction": tables.counts(events, PLACES[:1]),
        "by coproduction, task, basis": tables.counts(events, PLACES),
        "data by coproduction": tables.counts(events, PLACES[:1], KINDS),
        "monthly account but its data": tables.monthly(events, 0),
        "monthly account": tables.monthly(events, KINDS),
        "one coproduction": tables.monthly(one, KINDS),
        "people of one coproduction": tables.people(one),
    }
    return {name: tables.checksum(table) for name, table in found.items()}


def scan(events: Table, columns: Sequence[str]) -> Table:
    """Reads these columns, each of their values, and no more."""
    return events.aggregate(**{name: events[name].sum() for name in columns})


def _on_months(path: Path, codes_path: Path, threads: int) -> dict[str, Cost]:
    engine = ibis.duckdb.connect(threads=threads)
    months = engine.read_parquet(str(path), table_name="months")
    codes = engine.read_parquet(str(codes_path), table_name="codes")
    asked = {
        "by coproduction": tables.added_up(months, ["coproduction"]),
        "by task": tables.by_task(months, codes),
        "by month and basis": tables.added_up(months, ["month", "basis"]),
        "one coproduction": tables.of_coproduction(months, ONE),
    }
    costs = {f"months: {name}": usual(table.to_pyarrow) for name, table in asked.items()}
    engine.disconnect()
    return costs


def sums(asked: dict[str, Table]) -> dict[str, dict[str, int]]:
    return {name: whole(table.to_pyarrow()) for name, table in asked.items()}


def whole(table: pa.Table) -> dict[str, int]:
    (row,) = table.to_pylist()
    return {name: int(number) for name, number in row.items()}


def measure_spark(place: Path, found: Found) -> None:
    """The same questions, once each: only what they find is judged."""
    found["spark_checksums"] = {}
    with on_spark(place) as opened:
        for name, table in questions(opened.events).items():
            rows, cost = timed(table.to_pyarrow)
            found["spark_checksums"][name] = whole(rows)
            # What Spark's own processes use is not seen from here.
            found["steps"][f"Spark: {name}"] = {"wall_s": cost["wall_s"]}
