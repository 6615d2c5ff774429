"""`partage landscape` on files, as typed."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from partage.commands.bench_landscape import bench_landscape
from partage.commands.landscape import landscape
from tests.calc.landscape_sets import one_cloud


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
    assert "surely better predicted" not in result.output


def test_dimensions_beyond_the_map_are_told(tmp_path: Path) -> None:
    votes = one_cloud(0, n_people=400, dimensions=3)
    rows = zip(votes.people, votes.statements, votes.answers, strict=True)
    path = tmp_path / "votes.csv"
    path.write_text("participant,statement,vote\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows))
    assert "They are surely better predicted in 3 dimensions, 7" in run(path).output


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


def test_of_several_files_the_later_vote_counts(votes_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "late" / "votes.csv"
    other.parent.mkdir()
    other.write_text("statement;voter;vote\n7;voter3;disagree\n7;new;disagree\n8;new;pass\n")
    other.with_name("comments.csv").write_text("comment-id,moderated\n8,-1\n")
    content = json.loads(run(votes_file, other, "--json").output)
    seventh = next(one for one in content["statements"] if one["id"] == "7")
    assert (seventh["agrees"], seventh["disagrees"], content["people"]) == (59, 2, 61)
    assert "8" not in [one["id"] for one in content["statements"]]
    back = json.loads(run(other, votes_file, "--json").output)
    seventh = next(one for one in back["statements"] if one["id"] == "7")
    assert (seventh["agrees"], seventh["disagrees"]) == (60, 1)
    polis = json.loads(run(votes_file, other, "--json", "--mode", "polis").output)
    assert polis["people"] == 61


@pytest.mark.parametrize(
    ("library", "words"),
    [
        ("pyspark", ["--engine", "spark", "votes.csv"]),
        ("pyarrow", ["--engine", "spark", "votes.csv"]),
        ("pyarrow", ["votes.parquet"]),
    ],
)
def test_a_library_that_is_missing_is_named_with_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, words: list[str]
) -> None:
    for module in [name for name in sys.modules if name.startswith("partage.commands.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / "votes.parquet").touch()
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    extra = "spark" if "spark" in words else "parquet"
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1
    assert f"is not installed: run pip install 'partage[{extra}]'" in result.output


def test_a_folder_of_parts_must_be_complete(tmp_path: Path) -> None:
    folder = tmp_path / "votes"
    assert f"cannot read {folder}" in run(folder).output
    folder.mkdir()
    assert f"{folder} holds no .parquet file: name a folder of them" in run(folder).output
    (folder / "part-0.parquet").touch()
    result = run(folder)
    assert f"Error: {folder} has no _SUCCESS, so parts may be missing" in result.output
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1


def test_the_folder_where_one_stands_is_told_to_hold_no_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "holds no .parquet file: name a folder of them" in run(".").output


def test_a_choice_of_numba_that_cannot_be_followed_is_told(
    votes_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTAGE_NUMBA", "maybe")
    result = run(votes_file, "--mode", "polis")
    assert result.exit_code == 1 and "PARTAGE_NUMBA must be one of" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "spark", "--mode", "polis"], "--mode polis works on one machine"),
        (["--partitions", "2"], "--partitions is for --engine spark"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    votes_file: Path, words: list[str], said: str
) -> None:
    result = run(votes_file, *words)
    assert result.exit_code == 1 and said in result.output
    assert len(result.output.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_refused(votes_file: Path) -> None:
    result = run(votes_file, "--out", votes_file)
    assert result.exit_code == 1 and "cannot write in" in result.output


def test_polis_mode_says_what_it_is_and_what_it_hides(votes_file: Path) -> None:
    result = run(votes_file, "--mode", "polis")
    assert result.exit_code == 0
    head, _, told = result.output.partition("\n\n")
    assert head.startswith("Polis mode: the rules of the Polis engine, from a cold start")
    assert "It hides how sure it is" in head
    assert "2 groups of 30, 30 people; 60 of 60 people voted enough" in told
    assert "Silhouette for each number of groups tried: 2: " in told
    assert "They agree with 7" in told and "Group 1 agrees with " in told
    assert "(group-informed consensus)\n  7, " in told
    assert "voter" not in result.output


def test_polis_mode_writes_what_may_be_published(votes_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    result = run(votes_file, "--mode", "polis", "--json", "--out", out)
    content = json.loads(result.output)
    assert content == json.loads((out / "landscape.json").read_text())
    assert [path.name for path in out.iterdir()] == ["landscape.json"]
    assert (content["mode"], content["k"], content["placed"]) == ("polis", 2, 60)
    assert "voter" not in result.output and '"x"' not in result.output
    seventh = next(one for one in content["statements"] if one["id"] == "7")
    assert seventh["agrees"] == 60 and seventh["groups"] == [[30, 0, 0], [30, 0, 0]]
    assert seventh["consensus"] == round((31 / 32) ** 2, 6)


def test_polis_mode_moderates_without_dropping_people(votes_file: Path) -> None:
    votes_file.with_name("comments.csv").write_text("comment-id,moderated\n7,-1\n")
    content = json.loads(run(votes_file, "--mode", "polis", "--json").output)
    assert content["moderated_out"] == 1 and content["votes"] == 1200
    assert "7" not in [one["id"] for one in content["statements"]]
    kept = run(votes_file, "--mode", "polis", "--json", "--no-comments")
    assert json.loads(kept.output)["moderated_out"] == 0


def test_polis_mode_keeps_small_groups_quiet(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    rows = [f"voter{n},{s},{1 if (n < 14) == (s < 4) else -1}" for n, s in np.ndindex(20, 8)]
    path.write_text("\n".join(["participant,statement,vote", *rows]) + "\n")
    words = run(path, "--mode", "polis").output
    assert "2 groups whose sizes are not told (one is under 10 people)" in words
    assert (
        "Group 2 agrees with nothing and disagrees with nothing. Not told, seen by too few: 5."
        in words
    )
    content = json.loads(run(path, "--mode", "polis", "--json").output)
    assert [group["size"] for group in content["groups"]] == [None, None]
    assert all(one["groups"] is None for one in content["statements"])


def test_polis_mode_takes_a_file_without_votes(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("participant,statement,vote\n")
    result = run(path, "--mode", "polis")
    assert result.exit_code == 0 and "There are no votes." in result.output


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("ann,s1,maybe\n", "votes.csv, line 2: the vote is 'maybe';"),
        ("ann,,1\n", "votes.csv, line 2: the participant or the statement is empty;"),
        ("ann,s1\n", "votes.csv, line 2: 2 columns instead of 3;"),
    ],
)
def test_polis_mode_refuses_a_broken_file_in_one_line(tmp_path: Path, rows: str, said: str) -> None:
    path, out = tmp_path / "votes.csv", tmp_path / "results"
    path.write_text("participant,statement,vote\n" + rows)
    result = run(path, "--mode", "polis", "--out", out)
    assert result.exit_code == 1 and result.output.startswith(f"Error: {said}")
    assert len(result.output.splitlines()) == 1 and not out.exists()


def test_an_unknown_mode_is_refused(votes_file: Path) -> None:
    result = run(votes_file, "--mode", "magic")
    assert result.exit_code == 2 and "'magic' is not one of 'default', 'polis'" in result.output


def test_help_has_an_example() -> None:
    assert "Examples: partage landscape votes.csv" in run("--help").output


@pytest.fixture
def one_camp(votes_file: Path) -> Path:
    """The names of one of the two camps, and of somebody who did not vote."""
    names = votes_file.with_name("contested.txt")
    names.write_text("\n".join(f"voter{n}" for n in [*range(30), 99]) + "\n")
    return names


def test_what_a_contested_set_changes_is_said(votes_file: Path, one_camp: Path) -> None:
    words = run(votes_file, "--contested", one_camp).output
    assert "Without the 30 people contested" in words
    assert "Groups with them: 2, the evidence is clear; without them: none." in words
    assert "Unite only without them: " in words and "They cast 600 votes." in words
    found = json.loads(run(votes_file, "--contested", one_camp, "--json").output)["robustness"]
    assert found["people"] == 30 and found["moved_by"] > 0.2
    assert not {"7"} & {*found["only_with"], *found["only_without"]}


@pytest.mark.parametrize(
    ("names", "more", "sentence"),
    [
        (b"nobody\n", [], "Nobody named in"),
        (b"voter1\nvoter2\n", [], "2 of the people named voted, and 58 others"),
        (b"\n".join(b"voter%d" % n for n in range(51)), [], "51 of the people named voted"),
        (b"\xff\xfe\x00", [], "write the names as UTF-8 text"),
        (
            b"voter1\n",
            ["--mode", "polis"],
            "--contested goes with the landscape of the default mode",
        ),
    ],
)
def test_a_contested_set_that_cannot_be_compared_is_refused(
    votes_file: Path, one_camp: Path, names: bytes, more: list[str], sentence: str
) -> None:
    one_camp.write_bytes(names)
    result = run(votes_file, "--contested", one_camp, *more)
    assert result.exit_code == 1 and sentence in result.output


POLIS_STEPS = (
    *("order of arrival", "first call", "Polis mode", "counts of pairs"),
    *("one vote", "axes again", "own place"),
)
STEPS = {"plain count", "order votes", "landscape", "publish"}
STEPS |= {name + way for name in POLIS_STEPS for way in ("", ", numba")}
SIZES = ["--people", "200", "--statements", "20", "--votes", "10"]
POLIS = ("--mode", "polis")


def benched(*words: str) -> Result:
    return CliRunner().invoke(bench_landscape, words)


@pytest.mark.slow
def test_the_bench_times_each_step_and_says_loudly_what_it_leaves_out() -> None:
    found = json.loads(benched(*SIZES, "--json").output)
    assert set(found["steps"]) == STEPS
    assert found["votes_counted"] == 2000 >= found["votes"]
    assert "red-dwarf" not in found["times_the_plain_count"]
    assert set(found["peak_memory_mb"]) > {"Polis mode", "Polis mode, numba", "landscape"}
    words = benched(*SIZES, *POLIS).output
    assert "peak memory" in words and "red-dwarf: LEFT OUT" in words and "publish" not in words


@pytest.mark.slow
def test_the_bench_lets_more_people_in_than_the_engine_and_says_so() -> None:
    words = benched("--people", "100001", "--statements", "9", "--votes", "7", *POLIS)
    assert words.output.startswith("100001 people, 9 statements, ")
    assert "the Polis engine, and partage landscape, let 100000 in" in words.output


@pytest.mark.slow
def test_the_bench_takes_a_folder_of_votes(votes_file: Path) -> None:
    found = json.loads(benched(str(votes_file.parent), "--json", *POLIS).output)
    assert found["people"] == 60
    votes_file.rename(votes_file.with_name("other.csv"))
    missing = benched(str(votes_file.parent))
    assert missing.exit_code == 1 and "votes.csv" in missing.output


@pytest.mark.slow
def test_the_bench_says_why_its_peer_did_not_run() -> None:
    absent = benched(*SIZES, *POLIS, "--red-dwarf", "/nowhere/python")
    assert absent.exit_code == 1 and "No such file" in absent.output
    without = benched(*SIZES, *POLIS, "--red-dwarf", sys.executable)
    assert without.exit_code == 1 and "red-dwarf did not run" in without.output
