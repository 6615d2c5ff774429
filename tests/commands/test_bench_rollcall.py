"""`partage bench rollcall`: a tiny run on a site of its own, and failures planted to be noticed."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from partage.commands.bench import bench
from partage.commands.bench_rollcall import judged


@pytest.mark.slow
def test_a_run_closes_votes_of_both_kinds_and_tells_what_it_costs() -> None:
    options = ["--database=sqlite", "--members=7", "--groups=3", "--rounds=1", "--json"]
    result = CliRunner().invoke(bench, ["rollcall", *options])
    (told,) = json.loads(result.stdout[: result.stdout.rindex("]") + 1])
    assert (told["members"], told["groups"]) == (7, 3)
    assert [vote["regime"] for vote in told["votes"]] == ["roll-call", "secret"]
    for vote in told["votes"]:
        assert vote["status"] == 200 and vote["bytes"] > 1000
        assert vote["closing_ms"] > 0 and vote["times_empty"] > 0


def test_more_groups_than_members_are_refused_in_one_sentence() -> None:
    result = CliRunner().invoke(bench, ["rollcall", "--members=2", "--groups=3"])
    assert result.exit_code == 2 and "3 groups need as many members, got 2" in result.output


GOOD = {"regime": "secret", "closing_ms": 2000.0, "bytes": 100_000, "status": 200}


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"closing_ms": 2001.0}, ["closing"]),
        ({"bytes": 100_001}, ["bytes of a result"]),
        ({"status": 404}, ["pages not shown"]),
    ],
)
def test_each_planted_failure_is_named(changed: dict[str, Any], names: list[str]) -> None:
    found = judged({"votes": [{**GOOD, **changed}]})
    assert [figure.name for figure in found if not figure.holds] == names
