"""Answering a sentence: once each, the last one counts, until voting closes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from partage.contributions.models import (
    Progress,
    Vote,
)
from partage.register.models import Entry, Payload
from tests.factories import (
    AGREE,
    DISAGREE,
    UNCLEAR,
    UNSURE,
    answer,
    at,
    close_voting,
    make_coproduction,
    make_device,
    make_people,
    make_statement,
    make_statements,
    make_votes,
    participant_of,
    stored,
)
from tests.web.page import hidden_fields, html_of, words_of

pytestmark = pytest.mark.django_db


def test_one_click_counts_an_answer_and_shows_the_next_sentence() -> None:
    coproduction = make_coproduction()
    first, second = make_statements(coproduction, 2)
    browser = Client()
    response = answer(browser, first, AGREE)
    assert response.status_code == 302
    assert Vote.objects.get().answer == AGREE
    page = words_of(browser.get(response["Location"]))
    assert "Sentence 2 of 10" in page and second.text in page and first.text not in page


@pytest.mark.parametrize("given", [AGREE, DISAGREE, UNSURE, UNCLEAR])
def test_each_of_the_four_answers_is_kept(given: Vote.Answer) -> None:
    statement = make_statement(make_coproduction())
    assert answer(Client(), statement, given).status_code == 302
    assert Vote.objects.get().answer == given


def test_the_database_refuses_a_second_vote_of_a_person_on_a_statement() -> None:
    coproduction = make_coproduction()
    people, statements = make_people(coproduction, 1), make_statements(coproduction, 1)
    make_votes(people, statements)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_votes(people, statements, DISAGREE)


def test_the_database_refuses_an_answer_that_is_not_one_of_the_four() -> None:
    coproduction = make_coproduction()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_votes(make_people(coproduction, 1), make_statements(coproduction, 1), 3)


def test_another_answer_to_the_same_sentence_replaces_the_first() -> None:
    statement = make_statement(make_coproduction())
    browser = Client()
    answer(browser, statement, AGREE)
    answer(browser, statement, DISAGREE)
    assert Vote.objects.get().answer == DISAGREE
    assert Entry.objects.filter(kind="vote").count() == 2


def test_my_answers_lists_answers_and_changing_one_there_comes_back_there() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    browser = Client()
    answer(browser, statement, AGREE)
    mine = at("my-answers", coproduction.slug)
    assert statement.text in words_of(browser.get(mine))
    sent = {"statement": statement.pk, "answer": 0, "change": 1}
    response = browser.post(at("vote", coproduction.slug), sent)
    assert response["Location"] == f"{mine}#card"
    assert Vote.objects.get().answer == UNSURE


def test_my_answers_of_one_device_are_not_those_of_another() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    answer(Client(), statement)
    assert statement.text not in words_of(Client().get(at("my-answers", coproduction.slug)))


def test_undo_takes_the_last_answer_back_and_asks_the_sentence_again() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    browser = Client()
    answer(browser, statement)
    response = browser.post(at("undo", coproduction.slug), {"statement": statement.pk}, follow=True)
    assert statement.text in words_of(response)
    assert not Vote.objects.exists()
    assert Entry.objects.filter(kind="vote-withdrawn").count() == 1


@pytest.mark.parametrize("sent", [{}, {"statement": "x"}, {"statement": "9" * 40}])
def test_undoing_nonsense_changes_nothing(sent: dict[str, str]) -> None:
    coproduction = make_coproduction()
    browser = Client()
    answer(browser, make_statement(coproduction))
    before = stored()
    assert browser.post(at("undo", coproduction.slug), sent).status_code == 302
    assert stored() == before


def test_undoing_does_not_touch_the_answer_of_somebody_else() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    answer(Client(), statement)
    make_device(coproduction).post(at("undo", coproduction.slug), {"statement": statement.pk})
    assert Vote.objects.count() == 1


def test_undo_is_refused_after_closing() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    browser = Client()
    answer(browser, statement)
    close_voting(coproduction)
    response = browser.post(at("undo", coproduction.slug), {"statement": statement.pk})
    assert response.status_code == 409
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(("opens", "closes"), [(-20, -1), (5, 30), (None, None)])
def test_a_vote_outside_the_opening_is_refused_and_nothing_is_written(
    opens: int | None, closes: int | None
) -> None:
    statement = make_statement(make_coproduction(opens=opens, closes=closes))
    before = stored()
    response = answer(Client(), statement)
    assert response.status_code == 409
    assert "Voting is closed here" in words_of(response)
    assert stored() == before and not response.cookies.get("participant")


@pytest.mark.parametrize("state", [Progress.WAITING, Progress.REFUSED])
def test_a_vote_on_an_unpublished_sentence_is_refused(state: Progress) -> None:
    statement = make_statement(make_coproduction(), state=state)
    before = stored()
    assert answer(Client(), statement).status_code == 409
    assert stored() == before


def test_a_vote_on_a_sentence_of_another_coproduction_is_refused() -> None:
    here, elsewhere = make_coproduction("here"), make_coproduction("elsewhere")
    sent = {"statement": make_statement(elsewhere).pk, "answer": 1}
    before = stored()
    response = Client().post(at("vote", here.slug), sent)
    assert response.status_code == 409
    assert "does not belong" in words_of(response)
    assert stored() == before


@pytest.mark.parametrize("given", ["3", "-2", "", "agree", "1.0", "01x", "١x", "9" * 30, "1\x00"])
def test_a_crafted_answer_is_refused_with_a_sentence(given: str) -> None:
    statement = make_statement(make_coproduction())
    before = stored()
    response = answer(Client(), statement, given)
    assert response.status_code == 400
    assert "Choose one of the answers" in words_of(response)
    assert stored() == before


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("0", 400),
        ("-1", 400),
        ("x", 400),
        ("9" * 19, 400),
        ("9" * 5000, 400),
        (str(2**63 - 1), 409),
    ],
)
def test_a_crafted_sentence_number_is_refused(number: str, status: int) -> None:
    coproduction = make_coproduction()
    sent = {"statement": number, "answer": "1"}
    assert Client().post(at("vote", coproduction.slug), sent).status_code == status
    assert not Vote.objects.exists()


def test_a_refused_answer_keeps_what_was_sent_and_offers_to_try_again() -> None:
    coproduction = make_coproduction(closes=-1)
    statement = make_statement(coproduction)
    response = answer(Client(), statement)
    assert hidden_fields(response) == {"statement": str(statement.pk), "answer": "1"}
    assert "Try again" in words_of(response)


def test_after_ten_answers_the_card_pauses_and_more_goes_on() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 11)
    browser = make_device(coproduction)
    make_votes([participant_of(browser, coproduction)], statements[:10])
    address = at("vote", coproduction.slug)
    assert "Thank you. 10 answers counted." in words_of(browser.get(address))
    assert statements[10].text in words_of(browser.get(f"{address}?more=1"))


def test_when_every_sentence_is_answered_the_card_says_so() -> None:
    coproduction = make_coproduction()
    browser = Client()
    answer(browser, make_statement(coproduction))
    assert "You answered the only sentence there is." in words_of(browser.get(at("vote", "shops")))


def test_an_answer_sent_by_htmx_gets_the_next_card_alone() -> None:
    coproduction = make_coproduction()
    first, second = make_statements(coproduction, 2)
    response = answer(Client(), first, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "<html" not in html_of(response)
    assert second.text in words_of(response)
    assert "Answer counted: Agree." in words_of(response)
    assert "HX-Request" in response["Vary"]


def test_a_vote_takes_at_most_ten_sql_statements_however_many_there_are(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 60)
    make_votes(make_people(coproduction, 20), statements)
    browser = make_device(coproduction)
    for statement in statements[:3]:
        with django_assert_max_num_queries(10):
            assert answer(browser, statement).status_code == 302


def test_votes_stop_at_the_limit_of_a_minute(settings: Settings) -> None:
    settings.ACTS_PER_MINUTE = 2
    coproduction = make_coproduction()
    first, second, third = make_statements(coproduction, 3)
    browser = Client()
    assert [answer(browser, s).status_code for s in (first, second)] == [302, 302]
    refused = answer(browser, third)
    assert refused.status_code == 429 and "Wait a moment" in words_of(refused)
    assert Vote.objects.count() == 2
    Payload.objects.update(recorded_at=timezone.now() - timedelta(minutes=2))
    assert answer(browser, third).status_code == 302
