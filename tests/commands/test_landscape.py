"""`partage landscape` on files, as typed."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from partage.commands.bench_landscape import bench_landscape
from partage.commands.landscape import landscape


def run(*arguments: object) -> Result:
    return CliRunner().invoke(landscape, [str(argument) for argument in arguments])


@pytest.fixture
def votes_file(tmp_path: Path) -> Path:
    """Two camps of 30 people; everyone agrees with statement 7."""
    rng = np.random.default_rng(1)
    lines = ["participant,statement,vote"]
    for person, statement in np.ndindex(60, 20):
        side = 1 if (person < 30) == (statement % 2 == 0) else -1
        answer = 1 if statement == 7 or rng.random() > 0.9 else side
        lines.append(f"voter{person},{statement},{answer}")
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_report_says_it_in_words(votes_file: Path) -> None:
    result = run(votes_file)
    assert result.exit_code == 0
    assert result.output.startswith("Across the map, people agree with statement 7 (")
    for title in ("What unites", "What separates", "Groups", "How sure is this"):
        assert f"\n{title}\n" in result.output
    assert "2 groups of 30, 30 people" in result.output
    assert "voter" not in result.output.replace("voters", "")


def test_json_and_files_hold_the_published_part(votes_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "results"
    result = run(votes_file, "--json", "--out", out)
    content = json.loads(result.output)
    assert content == json.loads((out / "landscape.json").read_text())
    assert content["unites"] == ["7"] and content["people"] == 60
    rows = (out / "statements.csv").read_text().splitlines()
    assert rows[0].startswith("id,agrees,disagrees,passes,seen,support") and len(rows) == 21
    assert sorted(path.name for path in out.iterdir()) == ["landscape.json", "statements.csv"]


def test_moderated_statements_are_dropped_unless_asked(votes_file: Path) -> None:
    votes_file.with_name("comments.csv").write_text("comment-id,moderated\n7,-1\n")
    ids = [one["id"] for one in json.loads(run(votes_file, "--json").output)["statements"]]
    assert "7" not in ids and len(ids) == 19
    kept = json.loads(run(votes_file, "--json", "--no-comments").output)
    assert len(kept["statements"]) == 20


def test_a_set_without_map_says_so(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("participant,statement,vote\nann,s1,agree\n")
    result = run(path)
    assert result.exit_code == 0
    assert "too few to say anything" in result.output
    assert "There is no map" in result.output and "No distinct groups" in result.output


def test_a_broken_file_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    path, out = tmp_path / "votes.csv", tmp_path / "results"
    path.write_text("participant,statement,vote\nann,s1,maybe\n")
    result = run(path, "--out", out)
    assert result.exit_code == 1
    assert result.output.startswith("Error: votes.csv, line 2: the vote is 'maybe';")
    assert len(result.output.splitlines()) == 1 and not out.exists()


def test_a_folder_that_cannot_be_written_is_refused(votes_file: Path) -> None:
    result = run(votes_file, "--out", votes_file)
    assert result.exit_code == 1 and "cannot write in" in result.output


def test_help_has_an_example() -> None:
    assert "Example: partage landscape votes.csv" in run("--help").output


def test_the_bench_prints_each_step() -> None:
    sizes = ["--people", "200", "--statements", "20", "--votes", "10"]
    found = json.loads(CliRunner().invoke(bench_landscape, [*sizes, "--json"]).output)
    assert set(found["steps"]) == {"plain count", "order votes", "landscape", "publish"}
    assert found["votes_counted"] == 2000 >= found["votes"]
    assert "peak memory" in CliRunner().invoke(bench_landscape, sizes).output
