"""`partage bench shares`: a tiny run on a site of its own, and failures planted to be noticed."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from partage.commands.bench import bench
from partage.commands.bench_shares import judged


@pytest.mark.slow
def test_a_run_shares_to_the_cent_and_makes_the_bank_s_file() -> None:
    options = ["--database=sqlite", "--people=12", "--payees=3", "--json"]
    result = CliRunner().invoke(bench, ["shares", *options])
    (told,) = json.loads(result.stdout[: result.stdout.rindex("]") + 1])
    assert (told["people"], told["payees"], told["cents_missing"]) == (12, 3, 0)
    assert min(told["bringing_s"], told["computing_s"], told["bank_file_s"]) > 0


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"computing_s": 10.1}, ["computing"]),
        ({"cents_missing": -1}, ["cents missing"]),
    ],
)
def test_each_planted_failure_is_named(changed: dict[str, Any], names: list[str]) -> None:
    found = judged({"computing_s": 10.0, "cents_missing": 0, **changed})
    assert [figure.name for figure in found if not figure.holds] == names
