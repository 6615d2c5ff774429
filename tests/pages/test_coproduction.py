"""The page of a coproduction and its frame: who asks, what is promised, what is unknown."""

from typing import Any

import pytest
from django.test import Client

from partage.contributions.models import Statement
from partage.coproductions.creation import publish_frame
from partage.coproductions.models import Coproduction
from tests.factories import (
    at,
    close_voting,
    make_coproduction,
    make_facilitator,
    make_people,
    make_statement,
    make_statements,
    make_two_camps,
    make_votes,
    publish_results,
    signed_in,
)
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
SAMPLE = "Sample: the organization, the participants and their answers are invented."
PAGES = ("coproduction", "vote", "results", "where-am-i", "my-answers", "propose", "frame")


def page(name: str, *more: object, language: str = "en") -> str:
    response = Client().get(at(name, "shops", *more, language=language), follow=True)
    assert response.status_code == 200
    return words_of(response)


def test_the_page_of_a_coproduction_opens_with_a_sentence_to_answer() -> None:
    statement = make_statement(make_coproduction())
    words = page("coproduction")
    assert words.index(statement.text) < words.index("Where opinions stand")
    assert "Asked by Quatre-Vents" in words


def test_a_coproduction_without_sentences_invites_to_propose_the_first() -> None:
    make_coproduction()
    assert "Be the first to propose one" in page("coproduction")


def test_once_closed_the_card_says_so_and_leads_to_the_results() -> None:
    coproduction = make_coproduction()
    make_statement(coproduction)
    close_voting(coproduction)
    for name in ("coproduction", "vote"):
        assert "Voting is closed" in page(name) and "Read the results" in page(name)


def test_before_the_opening_the_card_says_when() -> None:
    make_statement(make_coproduction(opens=5))
    assert "Voting has not begun It opens on" in page("vote")


def test_the_page_says_what_to_remember_once_there_are_results() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=30)
    publish_results(coproduction)
    assert "To remember:" in page("coproduction")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_sample_says_it_is_one(name: str) -> None:
    coproduction = make_coproduction(sample=True)
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    assert SAMPLE in page(name)


def test_the_queue_of_a_sample_says_it_is_one() -> None:
    browser = signed_in(make_facilitator(make_coproduction(sample=True)))
    assert SAMPLE in words_of(browser.get(at("queue", "shops")))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_a_real_coproduction_says_it_is_a_sample(name: str) -> None:
    make_coproduction()
    assert SAMPLE not in page(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_language_switch_keeps_the_page(name: str) -> None:
    make_coproduction()
    for here, there in (("en", "fr"), ("fr", "en")):
        response = Client().get(at(name, "shops", language=here))
        links = tags_of(response, "a")
        switch = next(link for link in links if link.get("hreflang") == there)
        assert switch["href"] == at(name, "shops", language=there)
        assert f'<html lang="{here}"' in html_of(response)


def test_the_language_switch_keeps_the_order_and_the_page_number() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    response = Client().get(f"{at('results', 'shops')}?order=agreed&page=1")
    links = [link["href"] for link in tags_of(response, "a") if link.get("hreflang") == "fr"]
    assert links == [f"{at('results', 'shops', language='fr')}?order=agreed&page=1"]


def test_a_text_that_exists_in_one_language_is_marked_with_it() -> None:
    make_coproduction(title={"fr": "Caisses"})
    assert '<span lang="fr">Caisses</span>' in html_of(Client().get(at("coproduction", "shops")))


def test_a_frame_that_says_nothing_prints_unknown_and_not_zero() -> None:
    make_coproduction()
    words = page("frame")
    assert "Unknown: the organization has not said whether there is another way." in words
    for promise in ("Who pays", "Under which law", "How value is shared"):
        assert f"{promise} unknown" in words


def test_hours_and_waits_that_are_not_given_are_unknown() -> None:
    make_coproduction(frame={"alternative": "staffed"})
    words = page("frame")
    assert "Hours a week with somebody to serve you unknown" in words
    assert "Usual wait unknown" in words


def test_a_wait_of_zero_minutes_is_zero_and_not_unknown() -> None:
    make_coproduction(frame={"alternative": "staffed", "alternative_wait_minutes": 0})
    assert "Usual wait 0 min" in page("frame")


def test_no_other_way_is_a_warning() -> None:
    make_coproduction(frame={"alternative": "none"})
    assert "Warning: the organization offers no other way." in page("frame")


def test_data_people_do_not_know_of_is_listed_with_what_is_unknown() -> None:
    data: list[dict[str, Any]] = [{"category": {"en": "Video"}, "known": False}]
    make_coproduction(frame={"data": data})
    assert "Video no unknown unknown unknown" in page("frame")


def test_an_earlier_frame_stays_readable_and_says_it_is_no_longer_in_force() -> None:
    coproduction = make_coproduction(frame={"payer": {"en": "The cooperative"}})
    publish_frame(coproduction, {"payer": {"en": "The town"}, "reason": {"en": "A new payer."}})
    assert "Version 2" in page("frame") and "The town" in page("frame")
    old = page("frame-version", 1)
    assert "The cooperative" in old and "This version is no longer in force." in old
    assert "This version is no longer in force." not in page("frame-version", 2)


@pytest.mark.parametrize("version", [0, 9, 10**12])
def test_a_version_that_does_not_exist_is_not_found(version: int) -> None:
    make_coproduction()
    assert Client().get(at("frame-version", "shops", version)).status_code == 404


def test_a_huge_version_number_is_not_found() -> None:
    make_coproduction()
    address = at("frame-version", "shops", 1).replace("/1/", f"/{'9' * 40}/")
    assert Client().get(address).status_code == 404


def test_a_coproduction_that_does_not_exist_is_not_found() -> None:
    for name in PAGES:
        assert Client().get(at(name, "nowhere")).status_code == 404
    assert not Coproduction.objects.exists() and not Statement.objects.exists()
