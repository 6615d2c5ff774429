"""Proposing a sentence: what is kept, what is refused, and who sees what became of it."""

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from partage.contributions.models import (
    LONGEST_STATEMENT,
    Progress,
    Statement,
)
from partage.register.models import Entry
from partage.web.tidying import (
    tidy,
)
from tests.factories import (
    answer,
    at,
    close_voting,
    make_coproduction,
    make_facilitator,
    make_people,
    make_statement,
    make_votes,
    publish_results,
    signed_in,
    stored,
)
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
SENTENCE = "Keep one staffed checkout in each shop."


def propose(browser: Client, text: str) -> tuple[int, str]:
    response = browser.post(at("propose", "shops"), {"text": text}, follow=True)
    return response.status_code, words_of(response)


def test_a_sentence_waits_to_be_read_and_its_author_sees_its_state() -> None:
    make_coproduction()
    browser = Client()
    status, page = propose(browser, SENTENCE)
    assert status == 200
    assert SENTENCE in page and "waiting: somebody will read it" in page
    statement = Statement.objects.get()
    assert statement.state == Progress.WAITING and not statement.is_from_team
    assert Entry.objects.get(kind="statement-proposed").public == {}


def test_a_waiting_sentence_is_shown_to_nobody_else_and_cannot_be_answered() -> None:
    make_coproduction()
    propose(Client(), SENTENCE)
    stranger = Client()
    for name in ("propose", "vote", "results", "coproduction"):
        assert SENTENCE not in words_of(stranger.get(at(name, "shops")))
    assert answer(stranger, Statement.objects.get()).status_code == 409


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a sentence first."),
        ("   \u00a0\t\n  ", "Your text has 0 characters; write at least 10."),
        ("\u200b\u200e" * 20, "Your text has 0 characters; write at least 10."),
        ("Too short", "Your text has 9 characters; write at least 10."),
        ("a    b    c", "Your text has 5 characters; write at least 10."),
        ("x" * 2000, "Your text has 2000 characters; shorten it to 280."),
        ("Nothing \x00 here at all", "Null characters are not allowed."),
    ],
)
def test_a_sentence_that_cannot_be_kept_is_refused_with_the_reason(
    text: str, sentence: str
) -> None:
    make_coproduction()
    before = stored()
    status, page = propose(Client(), text)
    assert status == 400
    assert sentence in page
    assert stored() == before


def test_a_refused_sentence_stays_in_the_field() -> None:
    make_coproduction()
    text = "y" * 2000
    assert text in propose(Client(), text)[1]


def test_a_sentence_of_exactly_the_greatest_length_is_kept() -> None:
    make_coproduction()
    assert propose(Client(), "z" * LONGEST_STATEMENT)[0] == 200
    assert Statement.objects.get().text == "z" * LONGEST_STATEMENT


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Keep one\r\nstaffed checkout. ", "Keep one staffed checkout."),
        ("Keep \u202eone\u202c staffed\u200b checkout.", "Keep one staffed checkout."),
        ("Une caisse\u00a0: oui, gardons-la.", "Une caisse\u00a0: oui, gardons-la."),
        ("Cafe\u0301 gratuit à la caisse.", "Café gratuit à la caisse."),
    ],
)
def test_a_sentence_is_kept_on_one_line_without_hidden_characters(typed: str, kept: str) -> None:
    make_coproduction()
    propose(Client(), typed)
    assert Statement.objects.get().text == kept


@given(st.text())
def test_tidy_is_stable_and_leaves_nothing_hidden(text: str) -> None:
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert all(c.isprintable() or c == "\u00a0" for c in tidied)
    assert "  " not in tidied and tidied == tidied.strip()


def test_html_in_a_sentence_is_shown_as_text_on_every_page() -> None:
    attack = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    coproduction = make_coproduction()
    author = Client()
    propose(author, attack)
    facilitator = signed_in(make_facilitator(coproduction))
    pages = [facilitator.get(at("queue", "shops")), author.get(at("propose", "shops"))]
    Statement.objects.update(state=Progress.PUBLISHED, published_at=timezone.now())
    pages += [author.get(at("vote", "shops")), author.get(at("coproduction", "shops"))]
    make_votes(make_people(coproduction, 12), [Statement.objects.get()])
    publish_results(coproduction)
    answer(author, Statement.objects.get())
    pages += [
        author.get(at("results", "shops"), follow=True),
        author.get(at("my-answers", "shops")),
    ]
    for page in pages:
        assert attack in words_of(page)
        assert "<script>alert" not in html_of(page) and "<img" not in html_of(page)


def test_the_author_alone_sees_the_rule_and_the_reason_of_a_refusal() -> None:
    coproduction = make_coproduction()
    author = Client()
    propose(author, SENTENCE)
    sent = {
        "number": Statement.objects.get().pk,
        "decision": "refuse",
        "rule": "several",
        "reason": "Please split it in two.",
    }
    signed_in(make_facilitator(coproduction)).post(at("queue", "shops"), sent)
    page = words_of(author.get(at("propose", "shops")))
    assert "refused" in page and "Please split it in two." in page
    assert "It holds several ideas" in page
    assert "Please split it in two." not in words_of(Client().get(at("propose", "shops")))


def test_the_author_sees_that_a_sentence_was_published() -> None:
    coproduction = make_coproduction()
    author = Client()
    propose(author, SENTENCE)
    sent = {"number": Statement.objects.get().pk, "decision": "publish"}
    signed_in(make_facilitator(coproduction)).post(at("queue", "shops"), sent)
    assert "published" in words_of(author.get(at("propose", "shops")))
    card = words_of(Client().get(at("vote", "shops")))
    assert SENTENCE in card and "Proposed by a participant." in card


def test_after_closing_a_sentence_is_refused_and_given_back() -> None:
    close_voting(make_coproduction())
    before = stored()
    status, page = propose(Client(), SENTENCE)
    assert status == 409
    assert SENTENCE in page and "Your sentence was not sent." in page
    assert stored() == before


def test_proposals_count_in_the_limit_of_a_minute(settings: Settings) -> None:
    settings.ACTS_PER_MINUTE = 1
    make_coproduction()
    browser = Client()
    assert propose(browser, SENTENCE)[0] == 200
    assert propose(browser, SENTENCE)[0] == 429
    assert Statement.objects.count() == 1


def test_a_sentence_of_the_team_says_so() -> None:
    make_statement(make_coproduction(), is_from_team=True)
    assert "Proposed by the team." in words_of(Client().get(at("vote", "shops")))
