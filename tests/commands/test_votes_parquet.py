"""Votes in Parquet on this machine: read as CSV is, and refused in one sentence.

Slow because PyArrow (requirements/spark.txt) is installed by `make slow` alone; without it they fail.
"""

import importlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from partage.calc.votes import VotesError, votes_of
from partage.commands.votes_files import stream_files

pytestmark = pytest.mark.slow


def written(path: Path, **columns: Any) -> Path:
    pa, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    default = {"participant": ["ann"], "statement": ["s1"], "vote": [1]}
    parquet.write_table(pa.table(default | columns), path)
    return path


def moments(unit: str, year: int) -> Any:
    pa = importlib.import_module("pyarrow")
    return pa.array([datetime(year, 1, 1, tzinfo=UTC)], pa.timestamp(unit))


@pytest.mark.parametrize("units", [("us", "ms"), ("s", "ns"), ("ns", "us")])
def test_the_latest_moment_counts_whatever_the_unit_of_each_file(
    tmp_path: Path, units: tuple[str, str]
) -> None:
    late = written(tmp_path / "a.parquet", vote=[-1], timestamp=moments(units[1], 2024))
    early = written(tmp_path / "b.parquet", timestamp=moments(units[0], 2020))
    assert votes_of(stream_files([late, early])).answers.tolist() == [-1]


def test_days_are_moments_too(tmp_path: Path) -> None:
    late = written(tmp_path / "a.parquet", vote=[-1], timestamp=[date(2024, 1, 1)])
    early = written(tmp_path / "b.parquet", timestamp=[date(2020, 1, 1)])
    assert votes_of(stream_files([late, early])).answers.tolist() == [-1]


def refusal(path: Path) -> str:
    with pytest.raises(VotesError) as refused:
        votes_of(stream_files([path]))
    return str(refused.value)


def test_what_is_wrong_in_a_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    assert "row 1: the vote is '2'" in refusal(written(path, vote=[2]))
    assert "row 1: the participant or the statement is empty" in refusal(
        written(path, participant=[None])
    )
    assert "the column statement holds" in refusal(written(path, statement=[[1]]))


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    pa, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    path = tmp_path / "twins.parquet"
    columns = [pa.array([each]) for each in ("ann", "s1", "1", "-1")]
    parquet.write_table(pa.table(columns, ["participant", "statement", "vote", "vote"]), path)
    assert "two columns are called 'vote'; rename one" in refusal(path)


def test_a_file_damaged_half_way_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "votes.parquet", participant=["ann"])
    content = bytearray(path.read_bytes())
    content[4:40] = bytes(36)  # the first page; how the file ends, which is read first, stays
    path.write_bytes(content)
    assert f"cannot read {path} as Parquet" in refusal(path)
