"""Searching what people wrote: found in their words, never what does not show, whatever is typed."""

import json
import logging
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.test import Client

from partage.commands.index import index
from partage.contributions.models import Idea, Progress, Statement
from partage.coproductions.models import Coproduction
from partage.opinions.importing import import_opinion
from partage.register.sequencer import seal_if_possible
from partage.search.engine import EVERYTHING
from partage.search.keeping import current, is_due, keep_index, make_index
from partage.web.logs import JsonFormatter
from tests.factories import (
    at,
    make_coproduction,
    make_idea,
    make_statement,
)
from tests.opinions.opinion_file import as_bytes, small
from tests.web.page import bytes_of

FRENCH = "Des caisses automatiques accessibles"
pytestmark = pytest.mark.django_db


def found(words: str, **more: str) -> str:
    answer = Client().get(at("search"), {"q": words, **more})
    assert answer.status_code == 200
    return bytes_of(answer).decode()


def marked(page: str) -> str:
    """Without the marks, so that sentences can be read."""
    return page.replace("<mark>", "").replace("</mark>", "")


@pytest.fixture
def shops() -> Coproduction:
    """A coproduction with a little of everything."""
    shops = make_coproduction(title={"en": "Open late", "fr": "Ouvrir tard"})
    Idea.objects.filter(pk=make_idea(shops, FRENCH).pk).update(language="fr")
    make_idea(shops, "Sharing bicycles between neighbours")
    make_statement(shops, "A staffed checkout must stay open.")
    import_opinion(as_bytes(small()))
    make_index()
    return shops


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("caisses automatiques", "Des caisses automatiques accessibles"),
        ("caisse AUTOMATIQUE", "Des caisses automatiques accessibles"),
        ("l’accès d’une caisse accessible", "Des caisses automatiques accessibles"),
        ("share bicycle", "Sharing bicycles between neighbours"),
        ("self-checkout", "Des caisses automatiques accessibles"),
        ("staffed checkouts", "A staffed checkout must stay open."),
        ("ouvrir tard", "Ouvrir tard"),
        ("hourly minimum wage", "Hourly minimum wage"),
    ],
)
def test_words_are_found_whatever_their_endings_accents_and_language(
    shops: Coproduction, words: str, title: str
) -> None:
    assert title.lower() in marked(found(words)).lower()


def test_a_misspelt_word_is_read_as_the_nearest_and_said(shops: Coproduction) -> None:
    page = found("bycicles")
    assert "Sharing bicycles between neighbours" in marked(page)
    assert "Results for “bicycles”." in page
    assert "Sharing" not in marked(found("bycicles", exact="1"))
    assert "Nothing holds these words." in found("bycicles", exact="1")


def test_a_phrase_in_quotes_is_found_as_it_is(shops: Coproduction) -> None:
    make_idea(shops, "Automatic tills for cash, and open doors")
    make_index()
    assert "Automatic tills" in marked(found('"tills for cash"'))
    assert "Automatic tills" not in marked(found('"cash for tills"'))
    assert "Automatic tills" in marked(found("cash tills"))


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "((",
        "AND OR NOT",
        "title:x",
        "a* b~2 +c -d",
        "\\",
        "« caisses",
        "]",
        "^3",
        "'; drop",
        "\u202e",
        "œ",
    ],
)
def test_signs_are_no_operators(shops: Coproduction, words: str) -> None:
    assert Client().get(at("search"), {"q": words}).status_code in (200, 400)


def test_a_question_too_long_is_refused_in_a_sentence(shops: Coproduction) -> None:
    answer = Client().get(at("search"), {"q": "word " * 2000})
    assert answer.status_code == 400
    assert "Your question has 9999 signs; at most 200 are read." in bytes_of(answer).decode()
    assert "There is no word in “?!”." in bytes_of(Client().get(at("search"), {"q": "?!"})).decode()


@pytest.mark.parametrize("state", [one for one in Progress if one != Progress.PUBLISHED])
def test_what_does_not_show_is_not_found(shops: Coproduction, state: Progress) -> None:
    if state == Progress.GROUPED:
        return
    make_statement(shops, "Hidden zebras everywhere.", state=state)
    make_index()
    page = found("zebras")
    assert "Hidden" not in marked(page) and "0 things found" in page


def test_what_was_hidden_since_is_neither_shown_nor_counted(shops: Coproduction) -> None:
    one = make_statement(shops, "Visible zebras everywhere.")
    make_index()
    assert "1 thing found" in found("zebras")
    Statement.objects.filter(pk=one.pk).update(state="refused", rule="off-topic")
    page = found("zebras")
    assert "0 things found" in page and "Visible" not in marked(page)


def test_nothing_of_a_coproduction_that_does_not_show_is_found(shops: Coproduction) -> None:
    Coproduction.objects.update(frame=None)
    assert "0 things found" in found("bicycles")
    assert "0 things found" in found("late")


def test_one_kind_has_ten_a_page(shops: Coproduction) -> None:
    for number in range(12):
        make_statement(shops, f"Giraffe number {number}.")
    make_index()
    page = found("giraffe")
    assert "12 things found" in page and page.count("<h3") == 3 and "All 12" in page
    whole = found("giraffe", kind="statements")
    assert whole.count("<h3") == 10 and "1 of 2" in " ".join(whole.split())
    assert found("giraffe", kind="statements", page="2").count("<h3") == 2


def test_without_an_index_or_with_a_broken_one_the_page_says_so(
    shops: Coproduction, settings: LazySettings
) -> None:
    (folder,) = Path(settings.SEARCH_DIR).glob("v*")
    for file in folder.glob("*.json"):
        file.write_text("{")
    broken = folder.with_name(folder.name + "1")
    folder.rename(broken)
    assert "The search is being prepared" in found("bicycles")
    shutil.rmtree(settings.SEARCH_DIR)
    assert "The search is being prepared" in found("bicycles")
    assert keep_index() is not None
    assert "1 thing found" in found("bicycles")


def test_the_same_index_made_again_gives_the_same_order(shops: Coproduction) -> None:
    for number in range(30):
        make_statement(shops, f"A staffed checkout, said {number % 3} times.")
    make_index()
    before = found("staffed checkout", kind="statements")
    make_index()
    assert found("staffed checkout", kind="statements") == before


def test_the_index_follows_what_is_said_and_lets_erased_words_go(
    shops: Coproduction, settings: LazySettings
) -> None:
    seal_if_possible()
    make_index()
    assert not is_due()
    settings.ERASURE_LIST.parent.mkdir(parents=True, exist_ok=True)
    settings.ERASURE_LIST.write_text("erasure 00\n")
    Statement.objects.filter(text__contains="staffed").delete()
    assert keep_index() is not None
    words = current().vocabulary(EVERYTHING)
    assert words.forms("bicycles") and not words.forms("staffed")
    assert len(list(Path(settings.SEARCH_DIR).glob("v*"))) == 1


def test_an_act_makes_it_due_and_an_answer_does_not(
    shops: Coproduction, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_if_possible()
    make_index()
    monkeypatch.setattr("partage.search.keeping.RESTS", 0)
    assert not is_due()
    make_coproduction("another")
    seal_if_possible()
    assert is_due()


def test_the_command_makes_it_and_says_how_fast(shops: Coproduction) -> None:
    told = CliRunner().invoke(index, ["--json"])
    assert told.exit_code == 0
    assert json.loads(told.output)["texts"] == current().size > 10
    assert "texts in" in CliRunner().invoke(index).output


def test_what_was_looked_for_is_in_no_log(
    shops: Coproduction, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        found("zebracrossing")
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert any('"route": "search"' in line for line in lines)
    assert not any("zebracrossing" in line for line in lines)


def test_what_was_written_is_escaped_around_the_marks(shops: Coproduction) -> None:
    make_statement(shops, "Say <b>hippo</b> & <script>alert(1)</script>.")
    make_index()
    page = found("hippo")
    assert "Say &lt;b&gt;<mark>hippo</mark>&lt;/b&gt; &amp; &lt;script&gt;" in page


def test_every_page_leads_to_the_search_which_needs_no_script(shops: Coproduction) -> None:
    home = bytes_of(Client().get(at("home", language="fr"))).decode()
    assert '<a href="/fr/recherche/">' in home
    page = bytes_of(Client().get("/fr/recherche/")).decode()
    assert '<form role="search" action="/fr/recherche/">' in page
