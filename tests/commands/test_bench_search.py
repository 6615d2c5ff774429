"""`partage bench search`: a small run on a site of its own, and failures planted to be noticed."""

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from partage.commands.bench import bench
from partage.commands.bench_search import catalogue_words, judged, question


@pytest.mark.slow
def test_a_run_makes_an_index_asks_it_and_tells_what_it_costs() -> None:
    options = ["--database=sqlite", "--works=300", "--questions=20", "--json"]
    result = CliRunner().invoke(bench, ["search", *options])
    (told,) = json.loads(result.stdout[: result.stdout.rindex("]") + 1])
    assert told["works"] == 300 and told["index_bytes"] > 10_000
    assert told["empty"] == 0 and told["a_second"] > 0
    for key in ("search_ms", "page_ms", "scan_ms"):
        assert 0 < told[key]["median"] <= told[key]["p95"]


def test_questions_are_the_same_at_each_run_and_some_are_misspelt() -> None:
    words = catalogue_words()

    def some() -> list[str]:
        rng = np.random.default_rng(7)
        return [question(words, rng, number) for number in range(10)]

    asked = some()
    assert asked == some() and len(set(asked)) == 10
    assert [set(one.split()) <= set(words) for one in asked[1:5]] == [True] * 4
    assert not set(asked[0].split()) <= set(words)


GOOD = {"a_second": 2000.0, "search_ms": {"p95": 50.0}, "empty": 0}


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"a_second": 1999.0}, ["index made"]),
        ({"search_ms": {"p95": 50.1}}, ["search, 95 in 100 within"]),
        ({"empty": 1}, ["questions that find nothing"]),
    ],
)
def test_each_planted_failure_is_named(changed: dict[str, Any], names: list[str]) -> None:
    assert [one.name for one in judged({**GOOD, **changed}) if not one.holds] == names
