"""`partage bench pages`: a tiny run on a site of its own, and failures planted to be noticed."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.db.models import Count

from partage.commands.bench import bench
from partage.commands.bench_ideas import ADDRESSES, elements, make_ideas
from partage.commands.bench_pages import judged
from partage.contributions.models import Argument, Idea
from tests.factories import make_coproduction


@pytest.mark.django_db
def test_ideas_made_up_are_numbered_without_gaps_and_know_their_arguments() -> None:
    coproduction = make_coproduction()
    make_ideas(coproduction, 30, 700)
    make_ideas(coproduction, 10, 0)
    counted = Idea.objects.published().annotate(there=Count("arguments")).order_by("number")
    ideas = list(counted.values_list("number", "discussion", "there"))
    assert [number for number, _said, _there in ideas] == list(range(1, 41))
    assert all(said == there for _number, said, there in ideas)
    assert Argument.objects.count() == 700 and ideas[0][1] > 50


@pytest.mark.slow
def test_a_run_asks_for_every_page_of_both_and_tells_what_each_costs() -> None:
    options = ["--database=sqlite", "--ideas=45", "--arguments=90", "--rounds=1", "--json"]
    result = CliRunner().invoke(bench, ["pages", *options])
    (told,) = json.loads(result.stdout[: result.stdout.rindex("]") + 1])
    assert told["ideas"] == 45
    assert [page["page"] for page in told["pages"]] == [f"{n}?{q}" for n, q in ADDRESSES]
    for page in told["pages"]:
        assert page["few"]["status"] == page["many"]["status"] == 200
        assert 0 < page["many"]["queries"] <= 12 and page["many"]["elements"] > 20
        assert page["few"]["ms"] > 0 and page["many"]["bytes"] > 1000


GOOD = {"ms": 10.0, "bytes": 60_000, "elements": 400, "queries": 12, "status": 200}


def figures_that_fail(ideas: int = 696, **many: object) -> list[str]:
    page: dict[str, Any] = {"page": "ideas?a", "few": GOOD, "many": {**GOOD, "ms": 20.0, **many}}
    found = judged({"ideas": ideas, "pages": [page]})
    return [figure.name for figure in found if not figure.holds]


def test_nothing_fails_when_all_holds() -> None:
    assert figures_that_fail() == figures_that_fail(100_000, ms=30.0) == []


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"ms": 20.1}, ["time with many ideas / with few"]),
        ({"ms": 30.1, "ideas": 100_000}, ["time with many ideas / with few"]),
        ({"bytes": 60_001}, ["most bytes of a page"]),
        ({"elements": 401}, ["most elements of a page"]),
        ({"queries": 11}, ["pages whose queries grow with the ideas"]),
        ({"queries": 13}, ["most queries of a page", "pages whose queries grow with the ideas"]),
        ({"status": 404}, ["pages not shown"]),
    ],
)
def test_each_planted_failure_is_named(changed: dict[str, Any], names: list[str]) -> None:
    assert figures_that_fail(**changed) == names


def test_elements_inside_a_picture_are_not_counted() -> None:
    assert elements("<p>a<br><img/><svg><g><path/></g></svg><b>b</b></p>") == 4
