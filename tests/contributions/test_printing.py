"""The ballot sheet and the poster: what they say, in both languages, without a third party."""

import re

import pytest
from django.conf import settings
from django.test import Client
from weasyprint import CSS, HTML

from partage.contributions.models import Statement
from partage.contributions.printing import in_words, qr_code
from partage.coproductions.models import Coproduction
from tests.factories import at, make_coproduction, make_sensitive, make_statements
from tests.web.page import html_of, tags_of, words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    coproduction = make_coproduction()
    make_statements(coproduction, 25)
    return coproduction


def test_the_ballot_sheet_numbers_its_sentences_and_has_three_boxes_each(
    shops: Coproduction,
) -> None:
    page = Client().get(at("ballot-sheet", "shops"))
    assert "20 Sentence number 20 of shops." in words_of(page)
    assert len([s for s in tags_of(page, "span") if s.get("class") == "box"]) == 60
    second = Client().get(at("ballot-sheet", "shops") + "?part=2")
    assert "25 Sentence number 25 of shops." in words_of(second)
    assert "Sentence number 20" not in words_of(second)


def printed(statements: int, signs: int, consent: int) -> tuple[int, list[str]]:
    """How many A4 pages the sheet takes, and the words of the lines that name a page."""
    words = ("a sentence of many words " * 20)[:signs]
    slug = f"c{statements}-{signs}-{consent}"
    asks = {"en": ("We count it. " * 90)[:consent]}
    frame = {"sensitive": True, "consent_text": asks} if consent else {}
    make_statements(make_coproduction(slug, frame=frame), statements)
    Statement.objects.filter(coproduction__slug=slug).update(text=words)
    page = Client().get(at("ballot-sheet", slug))
    css = CSS(string=(settings.PACKAGE / "static" / "partage.css").read_text("utf-8"))
    pages = HTML(string=html_of(page), base_url="/").render(stylesheets=[css]).pages
    return len(pages), re.findall(r"page (\d of \d)", words_of(page))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statements", "signs", "consent"),
    [(1, 30, 0), (10, 30, 0), (16, 30, 0), (17, 30, 0), (20, 30, 0), (9, 80, 0), (20, 80, 0),
     (20, 140, 500), (5, 280, 1000), (20, 280, 0)],
)  # fmt: skip
def test_each_printed_page_says_the_sheet_and_its_own_number(
    statements: int, signs: int, consent: int
) -> None:
    count, named = printed(statements, signs, consent)
    assert named == ([f"{n} of {count}" for n in range(1, count + 1)] if count > 1 else [])


@pytest.mark.django_db
def test_sixteen_short_sentences_fit_on_one_page_and_a_long_question_takes_room() -> None:
    assert printed(16, 30, 0)[0] == 1
    make_statements(make_coproduction(question={"en": "What do we want of it? " * 20}), 14)
    page = Client().get(at("ballot-sheet", "shops"))
    assert "page 2 of 2" in words_of(page) and "same number on each page" in words_of(page)
    page = Client().get(at("ballot-sheet", "shops", language="fr"))
    assert "page 2 sur 2" in words_of(page)


@pytest.mark.parametrize("part", ["0", "3", "x", "²", "-1"])
def test_a_mistyped_part_shows_the_first(shops: Coproduction, part: str) -> None:
    assert "1 Sentence number 1 of" in words_of(
        Client().get(at("ballot-sheet", "shops"), {"part": part})
    )


def test_the_ballot_sheet_says_who_asks_what_becomes_of_it_and_how_to_take_it_back(
    shops: Coproduction,
) -> None:
    page = words_of(Client().get(at("ballot-sheet", "shops")))
    assert "What do we want?" in page and "Quatre-Vents asks you." in page
    assert "Do not write your name." in page and "for a sentence from 10 answers on" in page
    assert "Voting closes on" in page and "/en/coproductions/shops/" in page
    assert "With this number you may ask Quatre-Vents at any time to remove your answers." in page
    assert "I agree." not in page


def test_the_ballot_sheet_asks_the_consent_in_the_words_of_the_frame(db: None) -> None:
    coproduction = make_sensitive()
    make_statements(coproduction, 2)
    for language, words in (("en", "May we count your answers?"), ("fr", "Pouvons-nous compter")):
        page = words_of(Client().get(at("ballot-sheet", "convictions", language=language)))
        assert words in page
    assert "Sans cette coche, vos réponses ne sont pas comptées." in page


def test_a_sheet_without_a_sentence_says_so(db: None) -> None:
    make_coproduction()
    page = words_of(Client().get(at("ballot-sheet", "shops")))
    assert "No sentence is published yet" in page


def test_the_poster_leads_to_the_vote_by_a_code_and_by_words(shops: Coproduction) -> None:
    page = Client().get(at("poster", "shops", language="fr"))
    assert "Titre de shops" in words_of(page) and "Que voulons-nous" in words_of(page)
    assert "/fr/demarches/shops/" in words_of(page) and "http" not in words_of(page)
    assert len(tags_of(page, "svg")) == 1 and "style=" not in html_of(page)
    assert not tags_of(page, "img")


def test_two_addresses_have_two_codes_and_one_has_one() -> None:
    assert qr_code("https://a.org/") == qr_code("https://a.org/") != qr_code("https://b.org/")
    assert in_words("https://a.org/fr/") == "a.org/fr/"
