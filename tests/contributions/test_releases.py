"""Results appear by release, made by the worker: when one is due, and what it may show."""

import hashlib
import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from partage.contributions.changes import changes
from partage.contributions.channels import Way
from partage.contributions.models import Release, Statement, Turnout, Vote
from partage.contributions.releases import (
    GRACE,
    INTERVAL,
    NEW_PEOPLE,
    commitment,
    compute_results,
    is_due,
)
from partage.contributions.worker import one_pass
from partage.coproductions.models import Stage
from partage.people.models import Participant
from partage.register.models import Entry
from partage.rights.erasure import erase_participant
from tests.factories import (
    AGREE,
    DISAGREE,
    UNCLEAR,
    at,
    breaks_at,
    close_voting,
    make_coproduction,
    make_people,
    make_statements,
    make_two_camps,
    make_votes,
    publish_results,
    stored,
)
from tests.web.page import bytes_of, words_of

NOW = datetime(2026, 5, 12, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def stage(opens: timedelta, closes: timedelta | None) -> Stage:
    return Stage(kind="votes", opens_at=NOW + opens, closes_at=NOW + closes if closes else None)


def release(age: timedelta, people: int, *, final: bool = False) -> Release:
    return Release(published_at=NOW - age, people=people, is_final=final)


OPEN, OVER = stage(-5 * DAY, DAY), stage(-5 * DAY, -HOUR)


@pytest.mark.parametrize(
    ("voting", "last", "people", "due"),
    [
        (None, None, 50, False),
        (stage(DAY, 2 * DAY), None, 50, False),
        (OPEN, None, 9, False),
        (OPEN, None, 10, True),
        (stage(-DAY, None), None, 10, True),
        (OPEN, release(DAY, 10), 19, False),
        (OPEN, release(DAY, 10), 20, True),
        (OPEN, release(23 * HOUR, 10), 50, False),
        (stage(-DAY, -GRACE / 2), None, 50, False),
        (stage(-DAY, -GRACE), None, 50, True),
        (OVER, None, 0, True),
        (OVER, release(HOUR, 10), 10, True),
        (OVER, release(HOUR, 10, final=True), 90, False),
    ],
)
def test_when_results_may_be_published(
    voting: Stage | None, last: Release | None, people: int, *, due: bool
) -> None:
    assert is_due(voting, last, people, NOW) is due


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 72))
def test_between_two_releases_there_is_a_day_and_ten_people(
    before: int, people: int, hours: int
) -> None:
    if is_due(OPEN, release(hours * HOUR, before), people, NOW):
        assert hours * HOUR >= INTERVAL and people - before >= NEW_PEOPLE


@pytest.mark.django_db
def test_reading_publishes_nothing() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    before = stored()
    for name in ("results", "coproduction", "where-am-i"):
        Client().get(at(name, "shops"))
    assert stored() == before
    assert Client().get(at("results-json", "shops")).status_code == 404


@pytest.mark.django_db
def test_the_worker_counts_people_and_answers_and_publishes_from_ten() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    make_votes(make_people(coproduction, 9), statements)
    one_pass()
    assert Turnout.objects.get().people == 9
    assert not Release.objects.exists()
    make_votes(make_people(coproduction, 1), statements[:1])
    Entry.objects.create(kind="vote", space="shops", hour=timezone.now(), event_id=b"1" * 16)
    found = publish_results(coproduction)
    assert (found.number, found.people, found.is_final) == (1, 10, False)
    assert list(Statement.objects.order_by("pk").values_list("answers_counted", flat=True)) == [
        10,
        9,
    ]


@pytest.mark.django_db
def test_a_release_is_recorded_and_does_not_change_when_more_people_vote() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    make_votes(make_people(coproduction, 12), statements)
    before = publish_results(coproduction).content
    make_votes(make_people(coproduction, 30), statements, DISAGREE)
    assert publish_results(coproduction).content == before
    assert Release.objects.count() == 1
    entry = Entry.objects.get(kind="results-published")
    told = {"release": 1, "people": 12, "final": False}
    assert entry.public == told | {"inputs": before["inputs"]}


@pytest.mark.django_db
def test_a_day_and_ten_people_later_a_second_release_stands_beside_the_first() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    make_votes(make_people(coproduction, 12), statements)
    publish_results(coproduction)
    Release.objects.update(published_at=timezone.now() - DAY)
    make_votes(make_people(coproduction, 10), statements)
    assert publish_results(coproduction).number == 2
    assert list(Release.objects.order_by("number").values_list("people", flat=True)) == [12, 22]


@pytest.mark.django_db
@pytest.mark.parametrize("people", [0, 3, 12])
def test_at_closing_one_final_release_is_published(people: int) -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, people), make_statements(coproduction, 2))
    close_voting(coproduction)
    assert publish_results(coproduction).is_final
    one_pass()
    assert Release.objects.count() == 1
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert "Voting is closed: these are the final results." in page


@pytest.mark.django_db
@pytest.mark.parametrize(("newcomers", "changed"), [(1, False), (9, False), (10, True)])
def test_the_final_release_never_tells_what_a_few_said(newcomers: int, changed: bool) -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 1)
    make_votes(make_people(coproduction, 12), statements)
    first = publish_results(coproduction)
    make_votes(make_people(coproduction, newcomers), statements)
    close_voting(coproduction)
    last = publish_results(coproduction)
    assert last.is_final and (last.content != first.content) is changed


@pytest.mark.django_db(transaction=True)
def test_killed_before_writing_the_release_is_made_at_the_next_pass() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    one_pass_until_turnout = breaks_at("contributions_release")
    with connection.execute_wrapper(one_pass_until_turnout), pytest.raises(OperationalError):
        one_pass()
    assert not Release.objects.exists()
    assert not Entry.objects.filter(kind="results-published").exists()
    assert publish_results(coproduction).number == 1


@pytest.mark.django_db(transaction=True)
def test_killed_before_recording_it_no_release_is_left_without_its_entry() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    with (
        connection.execute_wrapper(breaks_at("register_entry")),
        pytest.raises(OperationalError),
    ):
        one_pass()
    assert not Release.objects.exists()
    assert publish_results(coproduction).number == 1


@pytest.mark.django_db
def test_a_release_computed_while_voting_closes_is_not_the_final_one() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))

    def closes_while_reading(execute: Any, sql: str, *more: Any) -> Any:
        if 'SELECT "contributions_vote"."participant_id"' in sql:
            close_voting(coproduction)
        return execute(sql, *more)

    with connection.execute_wrapper(closes_while_reading):
        one_pass()
    assert not Release.objects.get().is_final
    assert publish_results(coproduction).is_final


@pytest.mark.django_db
def test_a_sentence_nobody_finds_clear_is_not_counted_as_answered() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 1), UNCLEAR)
    content = compute_results(coproduction).content
    assert content["people"] == content["answers"] == 0


@pytest.mark.django_db
def test_refused_and_waiting_sentences_are_not_in_the_results() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 3)
    make_votes(make_people(coproduction, 12), statements)
    Statement.objects.filter(pk=statements[0].pk).update(state="waiting")
    Statement.objects.filter(pk=statements[1].pk).update(state="refused", rule="personal")
    content = compute_results(coproduction).content
    assert [row["id"] for row in content["statements"]] == [statements[2].pk]


def few_and_many(people: int) -> tuple[Statement, Statement]:
    """One sentence answered by nine people, who agree 7 to 2, and one by everybody."""
    coproduction = make_coproduction()
    few, many = make_statements(coproduction, 2)
    everybody = make_people(coproduction, people)
    make_votes(everybody[:7], [few], AGREE)
    make_votes(everybody[7:9], [few], DISAGREE)
    make_votes(everybody, [many], AGREE)
    publish_results(coproduction)
    return few, many


@pytest.mark.django_db
@pytest.mark.parametrize("people", [12, 40])
def test_under_ten_answers_a_sentence_shows_nothing_anywhere(people: int) -> None:
    few, many = few_and_many(people)
    content = json.loads(bytes_of(Client().get(at("results-json", "shops"))))
    rows = {row["id"]: row for row in content["statements"]}
    assert [rows[few.pk][name] for name in ("agrees", "disagrees", "passes", "seen")] == [None] * 4
    assert rows[many.pk]["seen"] == people
    for row in (content["landscape"] or {"statements": []})["statements"]:
        if row["id"] == str(few.pk):
            assert {value for name, value in row.items() if name != "id"} == {None}
    line = next(
        line
        for line in bytes_of(Client().get(at("results-csv", "shops"))).decode().splitlines()
        if few.text in line
    )
    empty = ',""' * (7 + 4 * len(Way))
    assert line == f'"{few.pk}","{few.text}","en"{empty}'
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert f"{few.text} fewer than 10 answers" in page and "78%" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("people", "has_sentences"), [(28, False), (30, True)])
def test_sentences_appear_from_thirty_people_and_plain_counts_before(
    people: int, *, has_sentences: bool
) -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=people // 2)
    found = publish_results(coproduction)
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert ("What unites" in page) is has_sentences
    assert ("How sure is this?" in page) is has_sentences
    assert (found.content["landscape"] is not None) is has_sentences
    assert "people counted." in page and "fewer than 10 answers" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("people", "has_picture"), [(98, False), (120, True)])
def test_the_picture_appears_from_a_hundred_people_and_no_square_holds_under_ten(
    people: int, *, has_picture: bool
) -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=people // 2)
    found = publish_results(coproduction)
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert ("See the picture" in page) is has_picture
    grid = found.content["landscape"]["grid"] or {"cells": []}
    assert all(cell["count"] >= 10 for cell in grid["cells"])
    assert bool(grid["cells"]) is has_picture


@pytest.mark.django_db
def test_no_answer_of_one_person_is_in_what_is_published() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=20)
    publish_results(coproduction)
    published = json.loads(bytes_of(Client().get(at("results-json", "shops"))))
    assert "model" not in published and "people_ids" not in json.dumps(published)
    keys = {"agrees", "disagrees", "passes", "seen"}
    assert all(keys <= row.keys() for row in published["statements"])


def two_releases() -> tuple[Release, Release]:
    """A hundred people in two camps; then twenty more, who nearly all disagree with the first sentence."""
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=50)
    first = publish_results(coproduction)
    Release.objects.update(published_at=timezone.now() - INTERVAL)
    people, asked = make_people(coproduction, 20), [coproduction.statements.earliest("pk")]
    make_votes(people[:18], asked, DISAGREE)
    make_votes(people[18:], asked, AGREE)
    return first, publish_results(coproduction)


@pytest.mark.django_db
def test_a_release_says_what_changed_since_the_one_before_and_is_drawn_like_it() -> None:
    first, second = two_releases()
    assert (first.number, second.number, second.people) == (1, 2, 120)
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert (
        "What changed since release 1" in page
        and "People counted: 120, before 100. Answers: 1,220, before 1,200." in page
    )
    assert "100% agreed before, 85% now" in page
    assert page.count("agreed before") == 1, "nobody more answered the other sentences"
    assert "turned_like" not in first.content["landscape"]
    assert second.content["landscape"]["turned_like"] == 1


@pytest.mark.django_db
def test_a_release_is_sealed_with_the_answers_counted_and_with_no_others() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=20)
    found = publish_results(coproduction)
    votes = Vote.objects.order_by("-pk").values_list("participant_id", "statement_id", "answer")
    people, asked, answers = (list(column) for column in zip(*votes, strict=True))
    opening, sealed = bytes(found.opening or b""), found.content["inputs"]
    assert commitment(opening, people, asked, answers) == sealed
    assert Entry.objects.get(kind="results-published").public["inputs"] == sealed
    assert sealed[:16] in words_of(Client().get(at("results", "shops"), follow=True))
    assert opening.hex() not in bytes_of(Client().get(at("results-json", "shops"))).decode()
    assert commitment(b"x" * 32, people, asked, answers) != sealed
    written = hashlib.sha256(bytes(32) + struct.pack("<6q", 1, 7, -1, 2, 7, 0)).hexdigest()
    assert commitment(bytes(32), [2, 1], [7, 7], [0, -1]) == written
    answers[0] = -answers[0]
    assert commitment(opening, people, asked, answers) != sealed


@pytest.mark.django_db
def test_whoever_is_erased_cannot_be_told_from_a_seal_and_all_other_answers() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=20)
    assert publish_results(coproduction).opening
    erase_participant(Participant.objects.filter(space="shops").earliest("pk"))
    assert Release.objects.get().opening is None


def said(people: int, *rows: tuple[int, int], unites: tuple[str, ...] = (), k: int = 0) -> Any:
    """What a release says of sentences 1, 2 and so on: how many agree, of how many."""
    statements = [
        {"id": n, "words": {}, "agrees": agrees, "seen": seen}
        for n, (agrees, seen) in enumerate(rows, start=1)
    ]
    landscape = {"unites": list(unites), "groups": {"k": k}}
    return {"people": people, "answers": 0, "statements": statements, "landscape": landscape}


def test_changes_tell_nothing_of_a_few_people() -> None:
    before = said(100, (80, 99), unites=("1",))
    assert changes(before, said(109, (80, 100))) is None, "nine people came"
    one_answer = changes(before, said(110, (80, 100)))
    assert one_answer and not one_answer.unites_no_more and not one_answer.moved
    ten = changes(before, said(110, (80, 109)))
    assert ten and [row["id"] for row in ten.unites_no_more] == [1]
    assert changes(before | {"landscape": None}, said(200, (80, 199), unites=("1",))) is None


def test_five_points_are_five_points() -> None:
    moved = changes(said(100, (30, 100), (30, 100)), said(120, (42, 120), (41, 120)))
    assert moved and [one.row["id"] for one in moved.moved] == [1]


@pytest.mark.django_db
def test_people_who_find_a_sentence_unclear_do_not_bring_a_release_forward() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=20)
    publish_results(coproduction)
    Release.objects.update(published_at=timezone.now() - INTERVAL)
    first = list(coproduction.statements.order_by("pk")[:1])
    make_votes(make_people(coproduction, 10), first, UNCLEAR)
    make_votes(make_people(coproduction, 1), first, DISAGREE)
    assert publish_results(coproduction).number == 1
    make_votes(make_people(coproduction, 9), first, DISAGREE)
    assert publish_results(coproduction).number == 2


@pytest.mark.django_db
def test_a_first_release_has_nothing_to_be_compared_with() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=20)
    publish_results(coproduction)
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert "What changed" not in page
