"""Counts of the big tables: those of a plain loop in Python, whatever the events, on both engines.

Without Ibis, DuckDB and PySpark (requirements/spark.txt, which `make slow` installs) these tests fail.
"""

import importlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partage.commands.tables import tables

pytestmark = [
    pytest.mark.slow,
    # PySpark leaves the sockets of its workers to the collector; Ibis 12 asks DuckDB and Spark by older names.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
CODES = ("a", "b", "c")
BASES = ("assumed", "declared")
PLACES = ("coproduction", "month", "task", "basis")
FIGURES = ("events", "seconds", "value_cents", "data_0", "data_1", "data_2")
Row = tuple[int, int, int, int | None, int, int, int, int]
ROW = st.tuples(
    st.integers(1, 3),  # coproduction
    st.integers(0, 2),  # task
    st.integers(0, 1),  # basis
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(0, 3),  # who
    st.integers(1, 12),  # month
    st.integers(0, 86_400),
    st.integers(-(10**12), 10**12),
    st.integers(0, 7),
)


def slug(coproduction: int) -> str:
    return f"made-{coproduction}"


def task(coproduction: int, number: int) -> str:
    """Each coproduction numbers its own: one number stands for several tasks."""
    return CODES[(number + coproduction) % 3]


def written(folder: Path, rows: Sequence[Row]) -> Path:
    files, pa = (importlib.import_module(n) for n in ("partage.accounting.table_files", "pyarrow"))
    code = files.Code
    codes = [code("basis", None, number, basis) for number, basis in enumerate(BASES)]
    for one in (1, 2, 3):
        codes.append(code("coproduction", one, one, slug(one)))
        codes += [code("task", one, number, task(one, number)) for number in range(3)]
        codes += [code("data", one, bit, CODES[bit]) for bit in range(3)]
    moved = [
        (*row[:4], datetime(2026, row[4], 28, 23, 59, 59, tzinfo=UTC), *row[5:])
        for row in sorted(rows, key=str)
    ]
    columns = list(zip(*moved, strict=True))
    arrays = [
        pa.array(column, kind.type) for column, kind in zip(columns, files.SCHEMA, strict=True)
    ]
    with files.replacing(folder) as place, files.EventFiles(place) as months:
        for month, some in files.by_month(pa.Table.from_arrays(arrays, schema=files.SCHEMA)):
            months.add(month, some)
        files.write_codes(place, codes)
    return folder


def plain(rows: Sequence[Row]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * len(FIGURES))
    for one, number, basis, _who, month, seconds, cents, mask in rows:
        figures = found[slug(one), f"2026-{month:02}", task(one, number), BASES[basis]]
        taken = [1 if mask & bit else 0 for bit in (1, 2, 4)]
        for place, more in enumerate((1, seconds, cents, *taken)):
            figures[place] += more
    return dict(found)


def counted(folder: Path, *options: str) -> Any:
    asked = ["count", str(folder), "--json", *options]
    result = CliRunner().invoke(tables, asked)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@given(rows=st.lists(ROW, min_size=1, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_duckdb_counts_what_a_plain_loop_counts(tmp_path: Path, rows: list[Row]) -> None:
    months = tmp_path / "months.parquet"
    found = counted(written(tmp_path / "t", rows), "--months", str(months))
    expected = plain(rows)
    lines = importlib.import_module("pyarrow.parquet").read_table(months).to_pylist()
    assert [tuple(line[name] for name in PLACES) for line in lines] == sorted(expected)
    for line in lines:
        assert [line[name] for name in FIGURES] == expected[tuple(line[name] for name in PLACES)]
    tasks: Counter[str] = Counter()
    for (_slug, _month, code, _basis), figures in expected.items():
        tasks[code] += figures[0]
    assert {row["code"]: row["events"] for row in found["tasks"]} == tasks


@given(rows=st.lists(ROW, min_size=1, max_size=60))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_people_are_counted_once_in_a_coproduction(tmp_path: Path, rows: list[Row]) -> None:
    one = rows[0][0]
    found = counted(written(tmp_path / "t", rows), "--coproduction", slug(one))
    assert found["people"] == len({row[3] for row in rows if row[0] == one and row[3] is not None})
    assert [row["code"] for row in found["coproductions"]] == [slug(one)]


def many(count: int = 3_000) -> list[Row]:
    return [
        (n % 3 + 1, n % 2, n // 7 % 2, n % 50, n % 12 + 1, n % 997, n * 31 % 8_009 - 99, n % 8)
        for n in range(count)
    ]


def test_spark_and_duckdb_find_the_same(tmp_path: Path) -> None:
    folder = written(tmp_path / "t [of] {events}*", many())
    answers = []
    for engine in ("duckdb", "spark"):
        months = tmp_path / f"{engine}.csv"
        found = counted(folder, "--engine", engine, "--months", str(months))
        assert found.pop("engine") == engine
        alone = counted(folder, "--engine", engine, "--coproduction", slug(2))
        answers.append((found, alone["people"], alone["checksums"], months.read_text()))
    assert answers[0] == answers[1]
    assert answers[0][0]["checksums"]["monthly account"]["events"] == 3_000
    assert answers[0][1] == 50


def test_the_checksum_changes_when_two_figures_change_places(tmp_path: Path) -> None:
    rows = [(1, 0, 0, None, 1, 10, 5, 0), (2, 0, 0, None, 1, 20, 5, 0)]
    swapped = [(1, 0, 0, None, 1, 20, 5, 0), (2, 0, 0, None, 1, 10, 5, 0)]
    first, second = (
        counted(written(tmp_path / name, some))["checksums"]["by coproduction"]
        for name, some in (("a", rows), ("b", swapped))
    )
    assert first["seconds"] == second["seconds"]
    assert first["seconds_placed"] != second["seconds_placed"]


def test_a_sum_that_does_not_fit_is_said_on_spark_too(tmp_path: Path) -> None:
    files, pa = (importlib.import_module(n) for n in ("partage.accounting.table_files", "pyarrow"))
    row = [1, 0, 0, None, datetime(2026, 1, 1, tzinfo=UTC), 1, 2**62, 0]
    with files.replacing(tmp_path) as place, files.EventFiles(place) as months:
        arrays = [pa.array([cell] * 3, kind.type) for cell, kind in zip(row, files.SCHEMA, strict=True)]  # fmt: skip
        months.add("2026-01", pa.Table.from_arrays(arrays, schema=files.SCHEMA))
        files.write_codes(place, [files.Code("coproduction", 1, 1, "made-1")])
    for engine in ("duckdb", "spark"):
        result = CliRunner().invoke(tables, ["count", str(tmp_path), "--engine", engine])
        assert result.exit_code == 1 and "did not finish (" in result.output
