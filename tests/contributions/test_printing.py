"""The ballot sheet and the poster: what they say, in both languages, without a third party."""

import pytest
from django.test import Client

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
