"""The results page, its files, and where one stands: the table first, the files safe to open."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from partage.calc.ranking import KEYS, ordered
from partage.contributions.models import Release, Statement, Vote
from partage.contributions.results import BETWEEN_GROUPS, BETWEEN_PEOPLE, ORDERS
from partage.people.models import Participant
from partage.web.csv_files import FORMULA_STARTS
from partage.web.csv_files import cell as cell_of
from tests.calc.landscape_sets import cast
from tests.factories import (
    AGREE,
    DISAGREE,
    UNCLEAR,
    UNSURE,
    at,
    make_coproduction,
    make_device,
    make_people,
    make_statements,
    make_two_camps,
    make_votes,
    participant_of,
    publish_results,
    stored,
)
from tests.web.page import bytes_of, html_of, words_of


@pytest.fixture
def camps(db: None) -> Release:
    """Results of a hundred people in two halves."""
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=50)
    return publish_results(coproduction)


def shown(query: str) -> str:
    return words_of(Client().get(f"{at('results', 'shops')}?{query}"))


@pytest.mark.django_db
def test_before_any_release_the_page_says_what_will_appear_and_when() -> None:
    make_coproduction()
    page = shown("")
    assert "Nobody has answered yet." in page
    assert "Plain counts appear from 10 people, sentences from 30" in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["results-csv", "results-json"])
def test_before_any_release_there_is_no_file(name: str) -> None:
    make_coproduction()
    assert Client().get(at(name, "shops")).status_code == 404


def test_the_page_says_what_unites_first_and_counts_everybody(camps: Release) -> None:
    page = shown("order=agreed")
    assert page.index("To remember:") < page.index("Every sentence")
    assert "100 people counted." in page
    assert "Sentence number 1 of shops. 100%" in page


def test_without_an_order_a_seed_is_drawn_and_written_in_the_address(camps: Release) -> None:
    response = Client().get(at("results", "shops"))
    assert response.status_code == 302
    assert "?order=random&seed=" in response["Location"]


def test_the_same_seed_gives_everybody_the_same_order_and_another_seed_another(
    camps: Release,
) -> None:
    assert shown("order=random&seed=a") == shown("order=random&seed=a")
    assert shown("order=random&seed=a") != shown("order=random&seed=b")


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_shows_its_rule_and_every_sentence(camps: Release, order: str) -> None:
    page = shown(f"order={order}&seed=1")
    assert str(BETWEEN_GROUPS if order == "different" else ORDERS[order][1]) in page
    assert all(text in page for text in Statement.objects.values_list("text", flat=True))


@pytest.fixture
def uneven() -> Release:
    """Two groups of forty that part more or less, and a sentence few of one group answered."""
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=60, statements=24)
    people = list(Participant.objects.order_by("pk"))
    ones, others = people[:60], people[60:]
    for n, statement in enumerate(Statement.objects.order_by("pk")[2:10]):
        turned = Vote.objects.filter(statement=statement, participant__in=others[: n * 2])
        turned.update(answer=AGREE)
    [seldom] = make_statements(coproduction, 1)
    Statement.objects.filter(pk=seldom.pk).update(text="Few of one group answered this.")
    make_votes(ones[:14], [seldom], AGREE)
    make_votes(ones[14:20], [seldom], DISAGREE)
    make_votes(others[:8], [seldom], DISAGREE)
    return publish_results(coproduction)


def listed(order: str) -> list[int]:
    """The sentences of all pages, in the order shown."""
    found: list[int] = []
    number, last = 1, 1
    while number <= last:
        query = {"order": order, "seed": "a1b2", "page": str(number)}
        page = Client().get(at("results", "shops"), query).context["page"]
        found += [row["id"] for row in page]
        number, last = number + 1, page.paginator.num_pages
    return found


def rows_of_json() -> list[dict[str, Any]]:
    file = json.loads(bytes_of(Client().get(at("results-json", "shops"))))
    found = (file["landscape"] or {"statements": []})["statements"]
    groups = {int(row["id"] or 0): row["groups"] for row in found}
    return [{**row, "groups": groups.get(row["id"])} for row in file["statements"]]


def rows_of_csv() -> list[dict[str, Any]]:
    file = bytes_of(Client().get(at("results-csv", "shops"))).decode()
    names = ("agrees", "disagrees", "passes", "seen")
    found = []
    for row in csv.DictReader(io.StringIO(file)):
        counts = {name: int(row[name]) if row[name] else None for name in names}
        letters = [c for c in "ABCDE" if row.get(f"group_{c}_seen")]
        groups = [tuple(int(row[f"group_{c}_{name}"]) for name in names) for c in letters]
        found.append({"id": int(row["id"]), "groups": groups, **counts})
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("rows_of_file", [rows_of_json, rows_of_csv])
def test_each_order_can_be_made_again_from_each_open_file(
    uneven: Release, rows_of_file: Callable[[], list[dict[str, Any]]]
) -> None:
    assert uneven.content["landscape"]["groups"]["k"] == 2
    for order in ("random", *KEYS):
        expected = [row["id"] for row in ordered(rows_of_file(), order, "a1b2")]
        assert len(expected) == 25
        assert listed(order) == expected


@pytest.mark.django_db
def test_most_different_compares_groups_and_leaves_what_hides_them_for_the_end(
    uneven: Release,
) -> None:
    page = shown("order=different&page=99")
    assert str(BETWEEN_GROUPS) in page
    assert page.index("Few of one group answered this.") > page.index("Sentence number 1 of shops.")
    assert listed("different")[-1] == Statement.objects.latest("pk").pk


@pytest.mark.django_db
def test_without_groups_the_list_says_that_it_compares_people() -> None:
    coproduction = make_coproduction()
    people, statements = make_people(coproduction, 12), make_statements(coproduction, 3)
    make_votes(people, statements[:2])
    make_votes(people[:6], statements[2:])
    make_votes(people[6:], statements[2:], DISAGREE)
    publish_results(coproduction)
    page = shown("order=different")
    assert str(BETWEEN_PEOPLE) in page and str(BETWEEN_GROUPS) not in page
    assert listed("different") == [statements[2].pk, statements[0].pk, statements[1].pk]
    assert [row["id"] for row in ordered(rows_of_csv(), "different")] == listed("different")


@pytest.mark.django_db
def test_the_page_says_what_a_map_of_two_dimensions_leaves_out() -> None:
    coproduction = make_coproduction()
    rng = np.random.default_rng(0)
    votes = cast(2 * rng.standard_normal((150, 3)), 30, 30, rng)
    people, statements = make_people(coproduction, 150), make_statements(coproduction, 30)
    letters, now = {1: AGREE, 0: UNSURE, -1: DISAGREE}, timezone.now()
    rows = zip(votes.people, votes.statements, votes.answers, strict=True)
    Vote.objects.bulk_create(
        Vote(participant=people[i], statement=statements[j], answer=letters[said], cast_at=now)
        for i, j, said in rows
    )
    publish_results(coproduction)
    assert "In 3 dimensions it would be 88% of the time: the map, which has two" in shown(
        "order=agreed"
    )


@pytest.mark.parametrize("query", ["order=x&seed=1", "order=agreed&page=x", "order=agreed&page=99"])
def test_a_mistyped_address_shows_the_nearest_page(camps: Release, query: str) -> None:
    assert "Sentence number" in shown(query)


def test_the_seed_typed_in_the_address_is_shown_as_text(camps: Release) -> None:
    response = Client().get(at("results", "shops"), {"order": "random", "seed": '"><b>x</b>'})
    assert "<b>x</b>" not in html_of(response)


def test_the_csv_holds_one_line_a_sentence_with_the_published_counts(camps: Release) -> None:
    response = Client().get(at("results-csv", "shops"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="shops-1.csv"'
    rows = list(csv.DictReader(io.StringIO(bytes_of(response).decode())))
    expected = {str(row["id"]): str(row["agrees"]) for row in camps.content["statements"]}
    assert {row["id"]: row["agrees"] for row in rows} == expected


def test_the_json_holds_the_release_as_published(camps: Release) -> None:
    response = Client().get(at("results-json", "shops"))
    found = json.loads(bytes_of(response))
    assert found["coproduction"] == "shops" and found["release"] == 1 and not found["final"]
    assert {name: found[name] for name in camps.content} == json.loads(json.dumps(camps.content))


BEGINS = re.compile(r"(^|[;\t\r\n]\"*)[=+\-@]")
CELLS = st.text() | st.builds(str.__add__, st.sampled_from(FORMULA_STARTS), st.text())


@given(CELLS)
@example("=HYPERLINK(1)")
@example("\t=1+1")
@example("-1+1|cmd")
@example("@SUM(A1)")
@example("Ana;=HYPERLINK(1)")
@example('Ana;"=HYPERLINK(1)')
def test_no_text_of_the_csv_can_run_as_a_formula(text: str) -> None:
    cell = cell_of(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not BEGINS.search(cell)
    # Apostrophes alone are added.
    assert cell.replace("'", "") == text.replace("'", "")


@given(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False))
def test_a_number_of_the_csv_stays_a_number(number: float) -> None:
    assert float(cell_of(number)) == number


@pytest.mark.django_db
@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_sentence_that_begins_like_a_formula_gets_an_apostrophe_in_the_csv(start: str) -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 1))
    Statement.objects.update(text=f'{start}1+1"; x,y')
    publish_results(coproduction)
    response = Client().get(at("results-csv", "shops"))
    rows = list(csv.reader(io.StringIO(bytes_of(response).decode(), newline="")))
    assert rows[1][1] == f"'{start}1+1\"; x,y"


def locate(answers: int, given: int = AGREE) -> str:
    """What a device that gave so many answers reads."""
    coproduction = Statement.objects.all()[0].coproduction
    browser = make_device(coproduction)
    statements = list(Statement.objects.order_by("pk")[:answers])
    make_votes([participant_of(browser, coproduction)], statements, given)
    before = stored()
    response = browser.get(at("where-am-i", "shops"))
    assert "no-store" in response["Cache-Control"]
    assert stored() == before
    return words_of(response)


def test_where_one_stands_is_computed_for_the_asker_and_kept_nowhere(camps: Release) -> None:
    page = locate(8)
    assert "You answered as most people did on 1 of 1 sentences." in page
    assert "Computed for you alone" in page


def test_with_too_few_answers_one_is_told_how_many_are_missing(camps: Release) -> None:
    assert "Answer 4 more sentences to be placed." in locate(3)


def test_unclear_sentences_do_not_count_towards_being_placed(camps: Release) -> None:
    assert "Answer 7 more sentences to be placed." in locate(8, UNCLEAR)


@pytest.mark.django_db
def test_without_a_map_nobody_is_placed() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 8), DISAGREE)
    publish_results(coproduction)
    assert "Plain counts appear from 10 people" in locate(8)


def test_a_stranger_reads_how_many_answers_are_needed(camps: Release) -> None:
    page = words_of(Client().get(at("where-am-i", "shops")))
    assert "Answer 7 more sentences to be placed." in page
