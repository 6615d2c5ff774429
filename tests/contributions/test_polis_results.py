"""Where the frame asks for the rules of Polis: the results, what they say of themselves, and refusals."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from partage.contributions.models import Progress, Rule, Statement
from partage.contributions.polis import import_polis
from partage.contributions.releases import compute_results
from partage.contributions.results import summary
from partage.coproductions.creation import CreationRefused, create_coproduction, publish_frame
from partage.coproductions.models import Coproduction
from tests.calc.landscape_sets import REAL_SETS, real_folder
from tests.calc.test_polis import golden_of
from tests.factories import (
    answer,
    at,
    coproduction_table,
    make_coproduction,
    make_device,
    make_facilitator,
    make_two_camps,
    publish_results,
    signed_in,
)
from tests.pages.test_frame_editor import typed
from tests.web.page import bytes_of, words_of

POLIS = {"landscape": "polis"}
REASON = {"reason": {"en": "To compare."}, "sensitive": False}


@pytest.fixture
def camps(db: None) -> Coproduction:
    """Forty people in two camps, under a frame that asks for the rules of Polis."""
    coproduction = make_coproduction(frame=POLIS)
    make_two_camps(coproduction, each=50)
    return coproduction


def test_the_results_follow_the_rules_of_polis_and_say_what_they_hide(camps: Coproduction) -> None:
    content = publish_results(camps).content
    assert content["landscape"] is None
    assert [group["size"] for group in content["polis"]["groups"]] == [50, 50]
    page = words_of(Client().get(at("results", "shops") + "?order=answered"))
    assert "do not say how sure" in page and "Group A: 50 people" in page
    assert "How sure is this?" not in page and "No distinct groups" not in page
    assert "What they hide" in words_of(Client().get(at("how")))


def test_files_hold_the_groups_and_no_single_person(camps: Coproduction) -> None:
    release = publish_results(camps)
    told = json.loads(bytes_of(Client().get(at("results-json", "shops"))))
    assert told["polis"] == release.content["polis"] and release.model is None
    table = bytes_of(Client().get(at("results-csv", "shops"))).decode()
    head, first = (line.replace('"', "").split(",") for line in table.splitlines()[:2])
    seen = [int(first[head.index(f"group_{letter}_seen")]) for letter in "AB"]
    assert seen == [50, 50]


def test_nobody_is_placed_in_such_a_group(camps: Coproduction) -> None:
    device = make_device(camps)
    for statement in camps.statements.order_by("pk")[:8]:
        answer(device, statement)
    publish_results(camps)
    page = words_of(device.get(at("where-am-i", "shops")))
    assert "nobody is placed" in page and "nearest to you" not in page


def test_under_thirty_people_there_are_counts_only(db: None) -> None:
    coproduction = make_coproduction(frame=POLIS)
    make_two_camps(coproduction, each=14)
    content = publish_results(coproduction).content
    assert content["polis"] is None and content["landscape"] is None
    assert "rules of Polis" not in words_of(
        Client().get(at("results", "shops") + "?order=answered")
    )


def test_a_sentence_taken_down_is_named_nowhere(camps: Coproduction) -> None:
    gone = Statement.objects.filter(coproduction=camps)[:1].get()
    Statement.objects.filter(pk=gone.pk).update(state=Progress.REFUSED, rule=Rule.SOURCE)
    by_polis = compute_results(camps).content["polis"]
    named = [one["id"] for one in by_polis["statements"]] + by_polis["consensus"]
    assert str(gone.pk) not in named and by_polis["moderated_out"] == 1


def test_once_a_map_is_out_the_way_of_mapping_stays(camps: Coproduction) -> None:
    publish_frame(camps, {**REASON, "landscape": "default"})
    first = publish_results(camps)
    assert first.content["polis"] is None
    publish_frame(camps, REASON | POLIS)
    assert compute_results(camps, first).content["polis"] is None


@pytest.mark.parametrize("page", ["change-frame", "declare-frame"])
def test_the_desk_is_told_why_it_stays(camps: Coproduction, page: str) -> None:
    publish_results(camps)
    desk = signed_in(make_facilitator(camps))
    toml = 'sensitive = false\nlandscape = "default"\nreason = { en = "To see." }\n'
    sent = {"version": 1, "toml": toml} if page == "declare-frame" else frame_sent(desk)
    answer = desk.post(at(page, "shops"), sent)
    assert answer.status_code == 400 and "two maps of the same answers" in words_of(answer)
    camps.refresh_from_db()
    assert camps.frame and camps.frame.version == 1


def frame_sent(desk: Client) -> dict[str, object]:
    chosen = {"landscape": "default", "alternative": "unknown", "decides": "The board."}
    return typed(desk, **chosen, reason="To see.", do="publish")


def test_before_results_the_desk_may_choose(camps: Coproduction) -> None:
    desk = signed_in(make_facilitator(camps))
    assert desk.post(at("change-frame", "shops"), frame_sent(desk)).status_code == 302
    page = words_of(Client().get(at("frame", "shops")))
    assert "announces groups only when tests pass" in page


def test_a_way_of_mapping_that_nobody_knows_is_refused(db: None) -> None:
    with pytest.raises(CreationRefused, match="landscape"):
        create_coproduction(coproduction_table(frame={"landscape": "tarot"}))


def test_the_summary_names_what_the_groups_agree_with(camps: Coproduction) -> None:
    publish_results(camps)
    first = camps.statements.order_by("pk")[0]
    assert f"people mostly agree: “{first.text}”" in words_of(
        Client().get(at("results", "shops") + "?order=answered")
    )
    # The first sentence alone has everybody's agreement; without it nothing has a majority.
    Statement.objects.filter(pk=first.pk).update(state=Progress.REFUSED, rule=Rule.SOURCE)
    content = compute_results(camps).content
    assert summary(content).unites is None


def test_what_comes_in_while_results_are_made_is_in_both_counts_or_in_none(
    camps: Coproduction,
) -> None:
    first = camps.statements.order_by("pk")[0]

    def one_more_after(execute: Any, sql: str, *more: Any) -> Any:
        found = execute(sql, *more)
        if sql.startswith("SELECT") and '"contributions_vote"."answer"' in sql.split("WHERE")[0]:
            answer(make_device(camps), first)
        return found

    with connection.execute_wrapper(one_more_after):
        content = compute_results(camps).content
    counted, by_polis = (
        {str(s["id"]): s["seen"] for s in part["statements"]}
        for part in (content, content["polis"])
    )
    assert first.votes.count() > 40 and counted == by_polis


@pytest.mark.data
@pytest.mark.django_db
@pytest.mark.parametrize("name", REAL_SETS)
def test_a_conversation_brought_in_gives_the_groups_of_the_engine(name: str) -> None:
    golden = golden_of(name)
    brought = import_polis(real_folder(name), landscape="polis").coproduction
    by_polis = compute_results(brought).content["polis"]
    ids = dict(Statement.objects.filter(coproduction=brought).values_list("pk", "source_id"))
    assert by_polis["k"] == golden["k"]
    expected = golden["group_aware_consensus"]
    told = {ids[int(s["id"])]: s["consensus"] for s in by_polis["statements"] if s["consensus"]}
    assert told
    assert told == pytest.approx({name: expected[name] for name in told}, abs=1e-6)
