"""`partage landscape` on Spark, and on Parquet: the same as on one machine with one CSV file.

Without PySpark (requirements/spark.txt, which `make slow` installs) these tests fail.
"""

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from partage.calc.votes import Votes
from partage.commands.landscape import landscape
from tests.calc.landscape_sets import three_groups

pytestmark = [
    pytest.mark.slow,
    # PySpark leaves the sockets of its workers to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
HEADER = "participant,statement,vote,timestamp"
Rows = Sequence[tuple[str, str, int, int]]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(landscape, [str(argument) for argument in arguments])


def on_spark(*arguments: object) -> Any:
    result = run("--engine", "spark", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def refusal(*arguments: object) -> str:
    result = run("--engine", "spark", *arguments)
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1
    return result.output


def rows_of(votes: Votes, rng: np.random.Generator) -> list[tuple[str, str, int, int]]:
    """The votes of people who changed their minds once in ten: these rows come earlier in time."""
    rows = []
    for person, statement, answer in zip(
        votes.people.tolist(), votes.statements.tolist(), votes.answers.tolist(), strict=True
    ):
        rows.append((f"p{person}", votes.statement_ids[statement], answer, 2))
        if rng.random() < 0.1:
            rows.append((f"p{person}", votes.statement_ids[statement], -answer, 1))
    return rows


def as_csv(path: Path, rows: Rows) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([HEADER, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def as_parquet(path: Path, rows: Rows) -> Path:
    """Written without Spark; people and statements as text, answers and moments as numbers."""
    pa, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    path.parent.mkdir(exist_ok=True)
    columns = dict(zip(HEADER.split(","), zip(*rows, strict=True), strict=True))
    parquet.write_table(pa.table({name: list(column) for name, column in columns.items()}), path)
    return path


def cut_in_pieces(n_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set Spark up, as an administrator may, to read files in pieces of so many bytes."""
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = importlib.import_module("pyspark.sql").SparkSession.builder.getOrCreate()
    session.conf.set("spark.sql.files.maxPartitionBytes", n_bytes)  # for this session alone


def shuffled(rows: Rows, rng: np.random.Generator) -> Rows:
    """In another order and under other names."""
    names = rng.permutation(10_000)
    renamed = [(f"x{names[int(who[1:])]}", what, said, when) for who, what, said, when in rows]
    return [renamed[place] for place in rng.permutation(len(renamed))]


@pytest.fixture(scope="module")
def rows() -> Rows:
    votes, _ = three_groups(1, n_people=300)
    return rows_of(votes, np.random.default_rng(1))


@pytest.fixture(scope="module")
def here(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one machine says of one file."""
    result = run("--json", as_csv(tmp_path_factory.mktemp("here") / "votes.csv", rows))
    content = json.loads(result.output)
    assert content["groups"]["k"] == 3 and content["grid"]["cells"]
    return content


@pytest.mark.parametrize("partitions", [1, 2, 7, 64])
def test_any_order_names_and_number_of_parts_give_the_same(
    rows: Rows, here: Any, tmp_path: Path, partitions: int
) -> None:
    other = shuffled(rows, np.random.default_rng(partitions))
    third = len(other) // 3
    files = [
        as_csv(tmp_path / "one.csv", other[:third]),
        as_csv(tmp_path / "two [late].csv", other[third:-third]),
        as_parquet(tmp_path / "three.parquet", other[-third:]),
    ]
    assert on_spark(*files, "--partitions", partitions) == here
    assert json.loads(run("--json", *files).output) == here


def test_without_moments_the_later_file_and_the_later_row_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_in_pieces(200, monkeypatch)
    lines = [f"p{n % 12},s{n % 5},{1 if n < 60 else -1}" for n in range(90)]
    header = "participant,statement,vote\n"
    (tmp_path / "b.csv").write_text(header + "\n".join(lines[:50]))
    (tmp_path / "a.csv").write_text(header + "\n".join(lines[50:]))
    folder = tmp_path / "done.parquet"
    as_parquet(folder / "part-0.parquet", [("p0", "s0", 0, 0), ("p1", "s0", 1, 0)])
    as_parquet(folder / "part-1.parquet", [("p1", "s0", 0, 0)])
    (folder / "_SUCCESS").touch()
    files = (tmp_path / "b.csv", tmp_path / "a.csv", folder)
    told = on_spark(*files)
    assert told == json.loads(run("--json", *files).output)
    first = told["statements"][0]
    assert (first["agrees"], first["disagrees"], first["passes"]) == (6, 4, 2)


def test_more_people_than_the_map_is_fitted_on_are_drawn_alike(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    leanings = rng.standard_normal((22_000, 2))
    directions = rng.standard_normal((2, 9))
    answers = np.where(leanings @ directions + rng.standard_normal((22_000, 9)) > 0, 1, -1)
    # Nine in ten give three answers, so that many gave the very same.
    kept = rng.random(answers.shape) < np.where(rng.random((22_000, 1)) < 0.1, 0.9, 0.3)
    rows = [
        (f"p{person}", f"s{statement}", int(answers[person, statement]), 0)
        for person, statement in np.argwhere(kept)
    ]
    path = as_csv(tmp_path / "votes.csv", rows)
    told = on_spark(path, "--partitions", 5)
    assert told == json.loads(run("--json", path).output)
    assert told["people"] > 20_000 and told["how_sure"]["axes_above_chance"] >= 1


def test_nothing_and_what_is_moderated_out(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "votes.csv", [("ann", "s1", 1, 0), ("bob", "s2", 1, 0)])
    (tmp_path / "comments.csv").write_text("comment-id,moderated\ns1,-1\ns2,-1\n")
    assert on_spark(path) == json.loads(run("--json", path).output)
    assert on_spark(path, "--no-comments")["people"] == 2
    empty = as_csv(tmp_path / "empty" / "votes.csv", [])
    assert on_spark(empty) == json.loads(run("--json", empty).output)


def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path) -> None:
    good = as_csv(tmp_path / "good.csv", [("ann", "s1", 1, 0)])
    bad = as_csv(tmp_path / "bad.csv", [("ann", "s1", 1, 0), ("bob", "s1", 3, 0)])
    assert "Error: bad.csv, line 3: the vote is '3'; write 1 or agree" in refusal(good, bad)
    folder = tmp_path / "votes.parquet"
    as_parquet(folder / "part-0.parquet", [("ann", "s1", 2, 0)])
    assert f"{folder} has no _SUCCESS, so parts may be missing: write " in refusal(good, folder)
    (folder / "_SUCCESS").touch()
    assert "Error: part-0.parquet, row 1: the vote is '2'; write 1 or agree" in refusal(folder)
    lost = folder / "part-1.parquet"
    assert f"cannot read {lost}: no such file or directory; check its name" in refusal(folder, lost)
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"participant,statement,vote\nZo\xe9,s1,1\n")
    assert "latin.csv, line 2: byte 0xe9 is not UTF-8; the file is" in refusal(latin)
    (tmp_path / "wide.csv").write_text("who,what\na,b\n")
    assert "wide.csv, line 1: the columns are who, what; there must be" in refusal(
        tmp_path / "wide.csv"
    )
