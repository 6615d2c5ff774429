"""What a table leaves out is told nowhere else: not by groups, by lists, nor by how people came."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partage.assurance.inviting import make_batch, use_invitation
from partage.contributions.protecting import hold_lines, told_people
from tests.factories import (
    AGREE,
    DISAGREE,
    at,
    make_coproduction,
    make_people,
    make_statements,
    make_two_camps,
    make_votes,
    publish_results,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def entries_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What a map says of a sentence in a group, beside the lines of its table."""
    groups = found["groups"]
    if isinstance(groups, dict):
        return [one for few in groups["sets_apart"] for one in few]
    return [one for group in groups for one in group["representative"]]


def figures_of(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in ("id", "answer")}


@pytest.mark.parametrize(("frame", "name"), [({}, "landscape"), ({"landscape": "polis"}, "polis")])
def test_a_group_that_answered_alike_is_told_nowhere_in_a_release(
    frame: dict[str, str], name: str
) -> None:
    coproduction = make_coproduction(frame=frame)
    make_two_camps(coproduction, each=30)
    raw = publish_results(coproduction).content[name]
    assert entries_of(raw), "there must be something to hide"
    for told in (
        Client().get(at("results-json", "shops")).json()[name],
        Client().get(at("api-results", "shops")).json()["content"][name],
    ):
        hidden = {line["id"] for line in told["statements"] if not line["groups"]}
        assert hidden == {line["id"] for line in raw["statements"]}
        entries = entries_of(told)
        assert len(entries) == len(entries_of(raw))
        assert {value for one in entries for value in figures_of(one).values()} == {None}
        assert {line.get("consensus") for line in told["statements"]} == {None}
    page = words_of(Client().get(at("results", "shops") + "?order=answered"))
    assert "agree here" in page
    for share in ("0% agree here", "100% agree here", "0% elsewhere", "100% disagree here"):
        assert f" {share}" not in page


def test_groups_of_which_none_answered_alike_keep_their_figures() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=60)
    raw = publish_results(coproduction).content["landscape"]
    told = Client().get(at("results-json", "shops")).json()["landscape"]
    assert entries_of(told) == entries_of(raw) != []
    page = words_of(Client().get(at("results", "shops") + "?order=answered"))
    assert "100% agree here, 0% elsewhere" in page


def line_of(agrees: int, disagrees: int) -> dict[str, Any]:
    counts = {"agrees": agrees, "disagrees": disagrees, "passes": 0, "seen": agrees + disagrees}
    return {"id": 1, **counts, "channels": {}}


def by_polis(agrees: int, disagrees: int) -> dict[str, Any]:
    """What the rules of Polis say of one sentence, in two groups that answered it as everybody did."""
    line = line_of(agrees, disagrees) | {"id": "1", "consensus": 0.2}
    line["groups"] = [[agrees // 2, disagrees // 2, 0]] * 2
    one = {"id": "1", "answer": "agree", "agrees": agrees // 2, "seen": 50}
    return {
        "statements": [line],
        "groups": [{"size": 30, "representative": [one]}],
        "majority": {"agree": [{"id": "1", "probability": 0.6, "test": 2.0}], "disagree": []},
        "consensus": ["1"],
    }


def release_of(agrees: int, disagrees: int) -> dict[str, Any]:
    counts = agrees, disagrees
    return {"statements": [line_of(*counts)], "landscape": None, "polis": by_polis(*counts)}


@pytest.mark.parametrize(("agrees", "is_held"), [(63, True), (90, False)])
def test_a_line_that_is_held_is_held_in_the_lists_too(agrees: int, *, is_held: bool) -> None:
    before = release_of(60, 40)
    now = release_of(agrees, 40 if is_held else 60)
    raw = deepcopy(now["polis"])
    hold_lines(now, before, 2)
    assert now["statements"][0]["counted_in"] == (1 if is_held else 2)
    assert now["polis"]["consensus"] == ["1"]
    if not is_held:
        assert now["polis"] == raw
        return
    majority, entries = now["polis"]["majority"]["agree"], entries_of(now["polis"])
    assert {v for one in (*majority, *entries) for v in figures_of(one).values()} == {None}
    assert now["polis"]["statements"][0]["consensus"] is None


def test_fewer_than_ten_people_who_showed_a_code_are_counted_nowhere() -> None:
    shops = make_coproduction()
    statements = make_statements(shops, 7)
    people = make_people(shops, 41)
    make_votes(people[:20], statements, AGREE)
    make_votes(people[20:], statements, DISAGREE)
    _batch, codes = make_batch(shops, "Rue des Lilas", 10, timezone.now() + timedelta(days=3))
    use_invitation(people[0], shops, codes[0])
    assert publish_results(shops).content["channels"]["code"] == {"people": 1, "answers": 7}
    few = {"people": None, "answers": None}
    for told in (
        Client().get(at("results-json", "shops")).json(),
        Client().get(at("api-results", "shops")).json()["content"],
    ):
        assert told["channels"] == {"web": few, "code": few}  # the total tells 41 people
        assert told["by_channel"]["people"] == {"web": None, "code": None}
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert "with an invitation code – –" in page and "A dash stands for" in page


def told_by(people: dict[str, int]) -> dict[str, int | None]:
    counts = {way: {"people": n, "answers": n} for way, n in people.items()}
    channels = told_people({"channels": counts})["channels"]
    return {way: channels[way]["people"] for way in people}


def test_a_second_channel_is_hidden_only_where_the_total_would_tell_the_first() -> None:
    assert told_by({"web": 40, "code": 12, "paper": 3}) == {"web": 40, "code": None, "paper": None}
    assert told_by({"web": 40, "code": 6, "paper": 6}) == {"web": 40, "code": None, "paper": None}
    assert told_by({"web": 40, "code": 12}) == {"web": 40, "code": 12}
