"""Large files in little memory, and cells that no spreadsheet runs."""

import csv
import io
import json
import resource
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from partage.opendata.files import pieces
from partage.opendata.keeping import write_whole
from partage.opendata.tables import BY_NAME, Row
from partage.web.csv_files import FORMULA_STARTS

ENTRIES = 1_000_000  # of as many votes
MOST_BYTES = 200_000_000
ARGUMENTS = BY_NAME["arguments"]
TEXTS = st.text() | st.builds(str.__add__, st.sampled_from(FORMULA_STARTS), st.text())


def entries() -> Iterator[Row]:
    for n in range(ENTRIES):
        yield ("shops", 1, n, "vote", None, f"{n:032x}", f"{n:064x}", {"n": n})


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_the_entries_of_a_million_votes_leave_in_little_memory_and_read_back(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"entries.{ending}"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_whole(path, pieces(BY_NAME["register-entries"], entries(), ending))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown * 1024 <= MOST_BYTES
    if ending == "parquet":
        assert parquet.ParquetFile(path).metadata.num_rows == ENTRIES
        return
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file) if ending == "csv" else map(json.loads, file)
        for count, line in enumerate(lines):
            assert int(line["position"]) == count
    assert count == ENTRIES - 1


def test_a_file_is_made_piece_by_piece() -> None:
    rows: Iterator[Row] = (
        ("shops", 1, n, "vote", None, "0" * 32, "0" * 64, {}) for n in range(50_000)
    )
    tracemalloc.start()
    size = sum(map(len, pieces(BY_NAME["register-entries"], rows, "csv")))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000 < size


@settings(max_examples=10_000, deadline=None)
@given(TEXTS)
@example("=CMD()")
@example("@SUM(A1)")
@example("\t=1+1")
def test_no_cell_of_open_data_is_run_by_a_spreadsheet(text: str) -> None:
    row = ("shops", 1, 2, "for", text, "", "en", None)
    made = b"".join(pieces(ARGUMENTS, [row], "csv")).decode()
    (line,) = list(csv.reader(io.StringIO(made, newline="")))[1:]
    assert not line[4].startswith(FORMULA_STARTS)
    assert line[4].replace("'", "") == text.replace("'", "")
