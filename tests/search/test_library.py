"""The library: works found, narrowed, ordered by a rule that the page prints."""

import re
from html import unescape

import pytest
from django.test import Client

from partage.commands.bench_ideas import elements
from partage.library.keeping import withdraw_work
from partage.library.models import Work
from partage.search.keeping import make_index
from tests.factories import at
from tests.library.works import make_work
from tests.web.page import bytes_of

pytestmark = pytest.mark.django_db


def library(words: str = "", tongue: str = "en", **more: str) -> str:
    asked = {**({"q": words} if words else {}), **more}
    answer = Client().get(at("library", language=tongue), asked)
    assert answer.status_code == 200
    return bytes_of(answer).decode()


def titles(page: str) -> list[str]:
    """As read: without marks, in their order."""
    found = re.findall(r"<h3>\s*<a[^>]*>(.*?)</a", page, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", title)).strip() for title in found]


@pytest.fixture
def shelf() -> list[Work]:
    """Seven works of several bodies."""
    made = [
        make_work("coproduction"),
        make_work("mediation", title="La médiation numérique", institution="CESER", date="2019", themes="inclusion", summary="Contre la fracture numérique, un accueil dans chaque commune.", votes_for="", votes_against="", votes_abstain=""),
        make_work("ai", title="Pro-worker AI", language="en", institution="CESE;CESER", date="2025-03", kind="opinion", themes="algorithmes-ia;travail-emploi", summary="Calls for social dialogue when machines enter the workplace."),
        make_work("ia", title="Intelligence artificielle et travail", date="2018-03", kind="rapport", themes="algorithmes-ia;travail-emploi", summary="Ce que les métiers deviennent."),
        make_work("haut-debit", title="L’accès au très haut débit", date="", institution="CESER", region="Bretagne", themes="territoires", summary="La fibre pour tous."),
        make_work("ecole", title="École et numérique", date="2021-05-12", themes="education-formation", summary="Ce que l’école enseigne."),
        make_work("titre", title="<b>Zèbres</b>", date="2001", summary="Un titre avec des signes."),
    ]  # fmt: skip
    make_index()
    return made


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("médiation", "La médiation numérique"),
        ("MEDIATIONS", "La médiation numérique"),
        ("digital divide", "La médiation numérique"),
        ("l’intelligence artificielle", "Intelligence artificielle et travail"),
        ("worker", "Pro-worker AI"),
        ("AI and workers", "Pro-worker AI"),
        ("Bretagne fibre", "L’accès au très haut débit"),
        ("rapport 2018", "Intelligence artificielle et travail"),
        ("jeanne martin consommateurs", "La coproduction à l'heure du numérique"),
    ],
)
def test_the_work_is_found_first(shelf: list[Work], words: str, first: str) -> None:
    assert titles(library(words))[0] == first


def test_a_word_in_a_title_counts_more_than_in_a_summary(shelf: list[Work]) -> None:
    make_work("autre", title="Un tout autre sujet", summary="Une médiation en passant.")
    make_index()
    assert titles(library("médiation")) == ["La médiation numérique", "Un tout autre sujet"]


def test_the_count_is_a_heading_that_takes_the_focus(shelf: list[Work]) -> None:
    page = " ".join(library("numérique").split())
    assert re.search(r'<h2 id="results" tabindex="-1" autofocus> \d works </h2>', page)
    assert "Order: the nearest to your words first" in page
    assert "autofocus" not in library()
    assert "7 works" in library() and "Order: the last dated first" in library()


def test_a_misspelling_is_said_and_can_be_refused(shelf: list[Work]) -> None:
    page = library("médiaton", tongue="fr")
    assert "Résultats pour « médiation »" in " ".join(page.split())
    assert titles(page)[0] == "La médiation numérique"
    assert "Aucun travail. Essayez :" in library("médiaton", tongue="fr", exact="1")


def test_few_with_all_words_are_followed_by_some_with_one(shelf: list[Work]) -> None:
    page = library("médiation école")
    assert "Few hold all your words" in page
    assert set(titles(page)) == {"La médiation numérique", "École et numérique"}


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("newest", "Pro-worker AI", "L’accès au très haut débit"),
        ("oldest", "<b>Zèbres</b>", "L’accès au très haut débit"),
        ("title", "<b>Zèbres</b>", "Pro-worker AI"),
        ("nonsense", "Pro-worker AI", "L’accès au très haut débit"),
    ],
)
def test_the_reader_chooses_the_order(shelf: list[Work], order: str, first: str, last: str) -> None:
    found = titles(library(order=order))
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"institution": "CESER"}, 3),
        ({"institution": "CESER", "year": "2025"}, 1),
        ({"theme": "algorithmes-ia"}, 2),
        ({"kind": "rapport"}, 1),
        ({"language": "en"}, 1),
        ({"followed": "yes"}, 0),
        ({"year": "abc"}, 0),
        ({"year": "9" * 30}, 0),
        ({"institution": "'; drop"}, 0),
    ],
)
def test_filters_narrow_the_list(shelf: list[Work], filters: dict[str, str], count: int) -> None:
    assert len(titles(library(**filters))) == count
    assert len(titles(library("numérique", **filters))) <= count


def test_a_filter_says_how_many_works_each_choice_leaves(shelf: list[Work]) -> None:
    page = " ".join(library(theme="algorithmes-ia").split())
    assert '<option value="2025" > 2025 (1) </option>' in page
    assert '<option value="CESE" > CESE (2) </option>' in page
    assert "Algorithms and AI (2)" in page and "Inclusion (1)" in page  # the others, without it
    assert '<option value="2019"' not in page
    assert '<option value="none" selected> none (0) </option>' in " ".join(
        library(kind="none").split()
    )


def test_votes_are_told_where_they_are_known(shelf: list[Work]) -> None:
    page = " ".join(library().split())
    assert "votes 156-0-2 (for, against, abstentions)" in page
    assert page.count("(for, against, abstentions)") == 6


def test_the_first_open_question_begins_a_coproduction(shelf: list[Work]) -> None:
    shelf[0].questions.create(number=1, text="Qui paie ?")
    shelf[0].questions.create(number=2, text="Qui décide ?")
    page = library("coproduction")
    assert "Qui paie ?" in page and "Qui décide ?" not in page
    assert "?work=coproduction&amp;asked=1" in page
    make_index()
    assert titles(library("paie")) == ["La coproduction à l'heure du numérique"]


def test_a_withdrawn_work_is_not_shown_nor_counted_from_that_moment(shelf: list[Work]) -> None:
    withdraw_work(shelf[1], "It was there twice.")
    assert "La médiation numérique" not in titles(library("numérique"))
    assert "La médiation numérique" not in titles(library())
    assert "6 works" in library()
    assert "Inclusion (" not in library()


def test_what_is_written_is_escaped(shelf: list[Work]) -> None:
    page = library("zèbres")
    assert "&lt;b&gt;<mark>Zèbres</mark>&lt;/b&gt;" in page
    assert "<b>" not in library(kind="<b>") and "<b>" not in library("<b> numérique")


def test_too_long_a_question_is_refused_in_a_sentence(shelf: list[Work]) -> None:
    answer = Client().get(at("library"), {"q": "x" * 10_000})
    assert answer.status_code == 400
    assert "Your question has 10000 signs; at most 200 are read." in bytes_of(answer).decode()


def test_without_an_index_the_works_are_there_and_the_page_says_why() -> None:
    make_work("coproduction")
    page = library("coproduction")
    assert "The search is being prepared" in page and len(titles(page)) == 1


def test_results_are_not_for_search_engines_and_the_library_is(shelf: list[Work]) -> None:
    assert 'content="noindex"' in library("numérique")
    assert 'content="noindex"' in library(kind="avis")
    assert 'content="noindex"' not in library()


def test_pages_of_ten_stay_light() -> None:
    for number in range(60):
        make_work(f"work-{number:02}", title=f"Travail {number:02}", institution=f"Conseil {number}", date=str(1950 + number), kind=f"avis {number}", summary="Mot " * 400)  # fmt: skip
    make_index()
    page = library("mot")
    assert len(titles(page)) == 10 and "1 of 6" in " ".join(page.split())
    assert len(page.encode()) < 60_000 and elements(page) < 400
    assert "Order: the nearest" in library("mot", page="6", order="relevance")
    seen = {title for number in range(1, 7) for title in titles(library("mot", page=str(number)))}
    assert len(seen) == 60
