"""What `partage tables count` finds: the monthly account, what follows from it, and checksums."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from ibis import Table
from pyarrow import csv, parquet

from partage.accounting import tables
from partage.accounting.table_files import (
    Code,
    TablesRefused,
    closed,
    current,
    for_us_alone,
    read_codes,
)
from partage.commands.tables_engines import Opened, on_duckdb, on_spark

__all__ = ["Asked", "TablesRefused", "count_tables", "write_months"]

MEMORY = re.compile(r"[0-9]+(\.[0-9]+)? ?[KMGT]i?B", re.IGNORECASE)
KINDS = (".parquet", ".csv")


@dataclass(frozen=True)
class Asked:
    """What to count, on what, and where to write the monthly account."""

    engine: str = "duckdb"
    slug: str | None = None
    months: Path | None = None
    threads: int = 2
    memory: str = "2GB"

    def opened(self, place: Path) -> AbstractContextManager[Opened]:
        if self.engine == "spark":
            return on_spark(place)
        return on_duckdb(place, self.threads, self.memory)

    def check(self) -> None:
        if not MEMORY.fullmatch(self.memory):
            raise TablesRefused(f"memory is {self.memory!r}: give a size, such as 2GB")
        if self.months and self.months.suffix not in KINDS:
            raise TablesRefused(f"{self.months}: its name must end in {' or '.join(KINDS)}")


def count_tables(folder: Path, asked: Asked) -> dict[str, Any]:
    """The tables of the folder, counted. Raises TablesRefused."""
    asked.check()
    place = current(folder)
    codes = read_codes(place)
    number = _number(asked.slug, codes)
    mine = [code for code in codes if number is None or code.coproduction == number]
    with asked.opened(place) as (events, named_codes):
        if number is not None:
            events = tables.of_coproduction(events, number)
        # Counted once; all that follows is small.
        with tables.monthly(events, _bits(mine)).cache() as months:
            if asked.months:
                named = tables.named(months, named_codes)
                write_months(named, asked.months, _data_names(asked.slug, mine))
            found = _found(months, named_codes, mine)
        if number is not None:
            found["people"] = sum(row["people"] for row in _rows(tables.people(events)))
        return {"engine": asked.engine} | found


def _number(slug: str | None, codes: list[Code]) -> int | None:
    if slug is None:
        return None
    for code in codes:
        if (code.kind, code.code) == ("coproduction", slug):
            return code.number
    raise TablesRefused(f"no coproduction {slug!r} has a closed month in these tables")


def _bits(codes: list[Code]) -> int:
    return max((code.number + 1 for code in codes if code.kind == "data"), default=0)


def _data_names(slug: str | None, codes: list[Code]) -> dict[str, str]:
    """A kind of data has its code where there is one coproduction; else a number."""
    mine = [code for code in codes if slug and code.kind == "data"]
    return {f"data_{code.number}": f"data_{code.code}" for code in mine}


def _found(months: Table, named_codes: Table, codes: list[Code]) -> dict[str, Any]:
    slugs = {code.number: code.code for code in codes if code.kind == "coproduction"}
    wholes = tables.added_up(months, ["coproduction"])
    parts = tables.added_up(months, ["coproduction", "task", "basis"])
    tasks = tables.by_task(months, named_codes)
    return {
        "coproductions": _figures(wholes, lambda row: slugs[row["coproduction"]]),
        "tasks": _figures(tasks, lambda row: row["task"]),
        "checksums": {
            "monthly account": _sums(months),
            "by coproduction, task, basis": _sums(parts),
            "by coproduction": _sums(wholes),
            "by task": _sums(tasks),
        },
    }


def _figures(table: Table, code: Any) -> list[dict[str, Any]]:
    """The most events first."""
    rows = [
        {"code": code(row)} | {name: row[name] for name in tables.FIGURES} for row in _rows(table)
    ]
    return sorted(rows, key=lambda row: (-row["events"], row["code"]))


def _rows(table: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return rows


def _sums(table: Table) -> dict[str, int]:
    (row,) = _rows(tables.checksum(table))
    return {name: int(number or 0) for name, number in row.items()}


def write_months(months: Table, path: Path, names: dict[str, str]) -> None:
    """In order, so that the same tables give the same file; in place of the one before, at once."""
    ordered = months.order_by(*tables.PLACES)
    columns = [names.get(name, name) for name in ordered.columns]
    aside = path.with_name(f".{path.name}.writing")
    aside.unlink(missing_ok=True)
    try:
        file = for_us_alone(aside)
    except OSError as problem:
        raise TablesRefused(f"{path} cannot be written: {problem.strerror}") from None
    with file, ordered.to_pyarrow_batches() as batches:
        schema = pa.schema(
            [field.with_name(name) for field, name in zip(batches.schema, columns, strict=True)]
        )
        kind = parquet.ParquetWriter if path.suffix == ".parquet" else csv.CSVWriter
        with kind(file, schema) as writer:
            for batch in batches:
                # DuckDB adds up in 128 bits, and says so here alone.
                cells = [
                    cell.cast(field.type) for cell, field in zip(batch.columns, schema, strict=True)
                ]
                writer.write_batch(pa.RecordBatch.from_arrays(cells, schema=schema))
        closed(file)
    aside.replace(path)
