"""`partage bench account`: a small run on both engines, and failures planted to be noticed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from partage.commands.bench import bench
from partage.commands.bench_account import judged


def run(*options: object) -> Any:
    return CliRunner().invoke(bench, ["account", *map(str, options)])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_a_small_run_measures_scans_and_counts_and_finds_the_same_on_spark(tmp_path: Path) -> None:
    result = run("--events=2e4", "--spark", "--json", "--keep", tmp_path / "kept")
    told = json.loads(result.stdout[: result.stdout.rindex("}") + 1])
    assert told["events"] == 20_000 and told["bytes"] > 20_000
    assert {sums["events"] for name, sums in told["checksums"].items() if "one" not in name} == {
        20_000
    }
    assert told["spark_checksums"] == told["checksums"]
    assert all(cost["wall_s"] > 0 for cost in told["steps"].values())
    kept = tmp_path / "kept"
    assert len(list((kept / "events").iterdir())) == 12
    again = run("--events=2e4", "--keep", kept)
    assert again.exit_code == 1 and "name a new folder" in again.output


@pytest.mark.parametrize("number", ["0", "1.5", "many", "-3", "1e99", "nan"])
def test_a_number_of_events_is_whole(number: str) -> None:
    result = run("--events", number)
    assert result.exit_code == 2 and "give a whole number from 1 on" in result.output


def good() -> dict[str, Any]:
    """Figures at the bars."""
    cost = {"wall_s": 0.25, "cpu_s": 14.9}
    names = ("one coproduction", "monthly account", "months: by task", "months: by coproduction")
    sums = {"monthly account": {"groups": 2}}
    return {
        "steps": {name: dict(cost) for name in names},
        "times_the_scan": {"by coproduction": 3.0},
        "checksums": sums,
        "spark_checksums": {name: dict(each) for name, each in sums.items()},
    }


@pytest.mark.parametrize(
    ("part", "name", "worse", "noticed"),
    [
        ("times_the_scan", "by coproduction", 3.1, "by coproduction"),
        ("steps", "one coproduction", {"wall_s": 1.1, "cpu_s": 0.1}, "one coproduction"),
        ("steps", "monthly account", {"wall_s": 9.0, "cpu_s": 15.0}, "monthly account"),
        ("steps", "months: by task", {"wall_s": 0.3, "cpu_s": 0.1}, "query of the months"),
        ("spark_checksums", "monthly account", {"groups": 3}, "checksums that Spark finds otherwise"),
    ],
)  # fmt: skip
def test_each_planted_failure_is_named(part: str, name: str, worse: Any, noticed: str) -> None:
    assert all(figure.holds for figure in judged(good()))
    found = good()
    found[part][name] = worse
    assert [figure.name for figure in judged(found) if not figure.holds] == [noticed]
