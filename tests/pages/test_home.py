"""The home page: what is open, what comes next, and one question to answer at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import formats, timezone, translation

from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction
from tests.factories import (
    at,
    close_voting,
    make_coproduction,
    make_people,
    make_statements,
    make_votes,
)
from tests.web.page import tags_of, words_of

pytestmark = pytest.mark.django_db


def home(language: str = "en") -> str:
    return words_of(Client().get(at("home", language=language)))


def test_with_nothing_at_all_the_page_says_so() -> None:
    assert "No coproduction is open." in home()
    assert "Answer one question" not in home()


def test_with_nothing_open_the_page_says_when_the_next_one_opens() -> None:
    make_coproduction("later", opens=9, closes=20)
    make_coproduction("sooner", opens=4, closes=20)
    with translation.override("en"):
        day = formats.date_format(timezone.localdate() + timedelta(days=4), "DATE_FORMAT")
    assert f"The next one opens on {day}." in home()
    assert "Closed, or to come Title of later" in home() or "Title of sooner" in home()


def test_what_is_open_comes_first_with_one_question_to_answer() -> None:
    close_voting(make_coproduction("over"))
    make_coproduction("open")
    page = home()
    assert page.index("Open now (1)") < page.index("Title of open")
    assert page.index("Title of open") < page.index("Closed, or to come")
    assert page.index("Closed, or to come") < page.index("Title of over")
    links = [link["href"] for link in tags_of(Client().get(at("home")), "a")]
    assert at("vote", "open") in links and at("vote", "over") not in links


def test_a_coproduction_without_a_published_frame_is_nowhere() -> None:
    make_coproduction("draft")
    Coproduction.objects.update(frame=None)
    assert "Title of draft" not in home()
    for name in ("coproduction", "vote", "results", "frame", "propose", "my-answers"):
        assert Client().get(at(name, "draft")).status_code == 404


def test_the_number_of_people_is_rounded_down() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 8), make_statements(coproduction, 1))
    one_pass()
    assert "at least 5 people" in home()


def test_many_coproductions_are_shown_by_pages_of_twenty() -> None:
    for number in range(21):
        make_coproduction(f"number-{number}")
    assert "Page 1 of 2" in home()
    assert "Title of number-0 " in words_of(Client().get(f"{at('home')}?page=2"))


def test_the_root_leads_to_the_home_page_in_the_readers_language() -> None:
    for language in ("en", "fr"):
        response = Client().get("/", headers={"Accept-Language": language})
        assert response["Location"] == at("home", language=language)
        assert "Accept-Language" in response["Vary"]
    assert Client().get("/", headers={"Accept-Language": "xx"})["Location"] == at("home")
