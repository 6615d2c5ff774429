"""Notices and daily summaries: what they say, to whom, once, and when they say nothing."""

import threading

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.contributions.follow_up import say_outcome
from partage.contributions.models import Idea, Outcome, Statement
from partage.coproductions.models import Coproduction
from partage.news import telling
from partage.news.models import Subscription
from partage.people.models import Mail, Person
from partage.register.sequencer import seal
from tests.contributions.test_idea_desk import decide
from tests.contributions.test_ideas import TITLE, argue, propose, with_ideas
from tests.contributions.test_reports import contest, judge
from tests.factories import (
    at,
    breaks_at,
    make_facilitator,
    make_idea,
    make_people,
    make_sensitive,
    make_statements,
    make_votes,
    publish_results,
    signed_in,
)
from tests.news.letterbox import (
    ADDRESS,
    BASE,
    a_day_passes,
    ask,
    confirm,
    letters,
    morning,
    subscribe,
    worker_passes,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
DECISION = "A decision about what you wrote"


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_IS_ON = True
    monkeypatch.setattr(telling, "DIGEST_HOUR", 24)  # whatever the hour is now: `morning` comes


@pytest.fixture
def author() -> Client:
    """Somebody who proposed an idea, in a coproduction whose desk has two people."""
    coproduction = with_ideas()
    for name in ("claire", "bob"):
        make_facilitator(coproduction, email=f"{name}@example.org")
    browser = Client()
    propose(browser)
    return browser


def desk(name: str = "claire") -> Client:
    return signed_in(Person.objects.get(email=f"{name}@example.org"))


def publish_another(title: str = "A second idea, of somebody else") -> Idea:
    idea = propose(Client(), title)
    assert decide(desk(), "publish") == 302
    return idea


def body_of(found: list[EmailMessage]) -> str:
    (letter,) = found
    assert letter.to == [ADDRESS]
    return str(letter.body)


def test_the_author_is_told_that_the_idea_is_published_and_where(author: Client) -> None:
    subscribe(author, "notices")
    assert worker_passes() == []
    decide(desk(), "publish")
    found = worker_passes()
    assert found[0].subject == DECISION and TITLE not in found[0].subject
    body = body_of(found)
    idea = Idea.objects.get()
    assert f"- Your idea “{TITLE}” is published.\n  {BASE}{at('idea', 'shops', idea.pk)}\n" in body
    assert f"{BASE}/en/mail/" in body and body.rstrip().endswith("/stop/")
    assert worker_passes() == []


def test_a_refusal_is_told_with_its_reason_and_opens_on_any_device(author: Client) -> None:
    subscribe(author, "notices")
    decide(desk(), "refuse", rule="off-topic", reason="The stage is about tills.")
    body = body_of(worker_passes())
    assert "was refused. It is about something else. The stage is about tills." in body
    link = next(word for word in body.split() if "?key=" in word).removeprefix(BASE)
    assert "refused" in words_of(Client().get(link))


def test_each_kind_of_decision_is_told_in_words(author: Client) -> None:
    idea = Idea.objects.get()
    subscribe(author, "notices")
    decide(desk(), "refuse", rule="off-topic")
    contest(author)
    assert "was refused." in body_of(worker_passes())
    judge(desk("bob"), "publish")
    assert "and were right: it is published." in body_of(worker_passes())
    argue(author, idea)
    assert decide(desk(), "refuse", rule="several") == 302
    assert "Your argument “It keeps people.” was refused. It holds several" in body_of(
        worker_passes()
    )
    idea.refresh_from_db()
    say_outcome(idea, Outcome.Kind.PLANNED, "In March.", "en")
    assert f"What was done with your idea “{TITLE}”: planned." in body_of(worker_passes())
    author.post(at("propose", "shops"), {"text": "Keep the tills open on Sundays."})
    sentence = Statement.objects.get()
    desk().post(at("queue", "shops"), {"number": sentence.pk, "decision": "publish"})
    assert "Your sentence “Keep the tills open on Sundays.” is published." in body_of(
        worker_passes()
    )


def test_what_was_done_with_an_idea_is_told_to_those_whose_idea_was_grouped_with_it(
    author: Client,
) -> None:
    subscribe(author, "notices")
    other = make_idea(Coproduction.objects.get(), "The same in other words")
    decide(desk(), "group", same_as=other.pk)
    assert "was grouped with another" in body_of(worker_passes())
    say_outcome(other, Outcome.Kind.DONE, "It is there.", "en")
    assert f"What was done with your idea “{TITLE}”: done." in body_of(worker_passes())


def test_several_decisions_between_two_passes_make_one_mail(author: Client) -> None:
    propose(author, "A second idea of the same person")
    subscribe(author, "notices")
    decide(desk(), "publish")
    decide(desk(), "refuse", rule="duplicate")
    assert body_of(worker_passes()).count("\n- Your idea") + 1 == 2


def test_what_changed_again_meanwhile_is_told_as_it_stands(author: Client) -> None:
    subscribe(author, "notices")
    decide(desk(), "refuse", rule="off-topic")
    contest(author)
    judge(desk("bob"), "publish")
    body = body_of(worker_passes())
    assert "was refused" not in body and "and were right" in body


def test_nobody_else_is_told_and_nothing_from_before_the_asking(author: Client) -> None:
    other, stranger = Client(), Client()
    propose(other, "An idea of somebody else, who asks later")
    propose(stranger, "An idea of somebody who never asks")
    subscribe(author, "digest")
    for _idea in range(3):
        decide(desk(), "publish")
    assert worker_passes() == []  # a summary is not a notice
    subscribe(other, "notices", address="other@example.org")
    assert worker_passes() == []


def test_what_was_decided_between_asking_and_confirming_is_told_once(author: Client) -> None:
    helper = Client()
    propose(helper, "An idea of another follower")
    subscribe(helper, "notices", address="other@example.org")
    ask(author, "notices")
    (first,) = letters()
    decide(desk(), "publish")
    assert worker_passes() == []
    confirm(first)
    assert "is published." in body_of(letters())
    assert worker_passes() == []


def test_where_answers_are_sensitive_the_mail_quotes_nothing() -> None:
    coproduction = make_sensitive("shops")
    make_facilitator(coproduction)
    browser = Client()
    browser.post(at("consent", "shops"))
    browser.post(at("propose", "shops"), {"text": "The chapel should be open at night."})
    subscribe(browser, "notices", "digest")
    sentence = Statement.objects.get()
    desk().post(at("queue", "shops"), {"number": sentence.pk, "decision": "publish"})
    found = worker_passes()
    assert "chapel" not in body_of(found) and "Your sentence of " in body_of(found)
    (summary,) = morning()
    assert summary.subject == "What is new"


def test_mails_come_in_the_language_that_was_chosen(author: Client) -> None:
    subscribe(author, "notices", "digest", language="fr")
    decide(desk(), "publish")
    found = worker_passes()
    assert found[0].subject == "Une décision sur ce que vous avez écrit"
    assert f"Votre idée « {TITLE} » est publiée." in body_of(found)
    assert f"{BASE}/fr/demarches/shops/idees/" in body_of(found)
    (summary,) = morning()
    assert summary.subject == "Ce qui est nouveau – Titre de shops"
    assert "Nouvelles idées\n\n- " in summary.body


def test_hostile_words_stay_on_their_line_and_out_of_the_headers(author: Client) -> None:
    Coproduction.objects.update(title={"en": "Shops\r\nBcc: all@example.org\r\n\r\n" + "x" * 300})
    Idea.objects.update(title="Keep\r\n- Your idea “Another” was refused.\r\n" + "y" * 200)
    subscribe(author, "notices", "digest")
    decide(desk(), "publish")
    found = worker_passes()
    assert body_of(found).count("\n- ") + body_of(found).startswith("- ") == 1
    (summary,) = morning()
    assert summary.to == [ADDRESS] and summary.bcc == []
    assert "\n" not in summary.subject and len(summary.subject) <= 120
    assert b"\nBcc:" not in summary.message().as_bytes()


def test_the_summary_lists_what_is_new_and_leads_to_the_rest(author: Client) -> None:
    subscribe(author, "digest")
    for number in range(7):
        publish_another(f"Idea number {number} of somebody else")
    coproduction = Coproduction.objects.get()
    idea = Idea.objects.published().latest("pk")
    say_outcome(idea, Outcome.Kind.PLANNED, "In March.", "en")
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    (letter,) = morning()
    assert letter.subject == "What is new – Title of shops"
    body = str(letter.body)
    assert f"About what you wrote\n\n- Your idea “{TITLE}” is published." in body
    assert body.count("- Idea number") == 5 + 1  # in the list, and what was done with one
    assert f"and 2 more: {BASE}{at('ideas', 'shops')}" in body
    assert f"{idea.title}: planned\n  {BASE}{idea.get_absolute_url()}" in body
    assert "Release 1: 12 people counted" in body and at("results", "shops") in body


def test_a_summary_comes_once_a_day_and_never_when_nothing_is_new(author: Client) -> None:
    subscribe(author, "digest")
    assert morning() == []
    publish_another()
    assert worker_passes() == []  # the day has had its look
    assert len(morning()) == 1
    assert morning() == []
    argue(author, Idea.objects.latest("pk"))  # waits: nothing to tell yet
    assert morning() == []


def test_a_worker_that_passes_again_or_beside_another_sends_no_summary_twice(
    author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(author, "digest")
    publish_another()
    a_day_passes()
    seal()
    now = timezone.localtime().replace(hour=9)
    (seen_by_both,) = Subscription.objects.select_related("coproduction__frame")
    for _worker in range(2):
        telling._send_alike([seen_by_both], now)
    telling.send_digests(now)
    assert Mail.objects.count() == 1


def test_summaries_wait_for_the_morning(author: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(author, "digest")
    publish_another()
    a_day_passes()
    assert worker_passes() == []
    monkeypatch.setattr(telling, "DIGEST_HOUR", 0)
    assert len(worker_passes()) == 1


def test_whoever_gets_notices_reads_of_them_once(author: Client) -> None:
    subscribe(author, "notices", "digest")
    decide(desk(), "publish")
    assert len(worker_passes()) == 1
    (summary,) = morning()
    assert "About what you wrote" not in summary.body and TITLE in summary.body


def test_what_is_no_longer_public_is_left_out(author: Client) -> None:
    subscribe(Client(), "digest")
    decide(desk(), "publish")
    idea = Idea.objects.get()
    say_outcome(idea, Outcome.Kind.DONE, "It is there.", "en")
    author.post(at("erase", "shops"))
    assert morning() == []


def test_a_pass_that_breaks_writes_neither_mail_nor_position_and_the_next_one_does(
    author: Client,
) -> None:
    subscribe(author, "notices", "digest")
    decide(desk(), "publish")
    seal()
    for work in (telling.tell, lambda: morning()):
        with connection.execute_wrapper(breaks_at("people_mail")), pytest.raises(OperationalError):
            work()
    assert not Mail.objects.exists()
    assert len(worker_passes()) == 1 and len(morning()) == 1
    assert morning() == []


def test_whoever_stops_while_words_are_made_gets_nothing(
    author: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(author, "notices", "digest")
    decide(desk(), "publish")
    seal()
    a_day_passes()
    (read_before,) = Subscription.objects.select_related("coproduction__frame")
    author.post(at("news", "shops"), {"stop": "1"})
    telling._send_alike([read_before], timezone.now())
    telling.tell()
    assert not Mail.objects.exists()


def test_while_mail_is_off_nothing_is_written_and_nothing_is_lost(
    author: Client, settings: LazySettings
) -> None:
    subscribe(author, "notices")
    decide(desk(), "publish")
    settings.MAIL_IS_ON = False
    assert worker_passes() == []
    settings.MAIL_IS_ON = True
    assert len(worker_passes()) == 1


def test_many_followers_take_as_many_questions_each_as_few(author: Client) -> None:
    def queries() -> int:
        publish_another(f"An idea at {timezone.now():%H:%M:%S.%f}")
        a_day_passes()
        seal()
        with CaptureQueriesContext(connection) as found:
            telling.send_digests(timezone.now())
        reads = [one for one in found if one["sql"].startswith("SELECT")]
        assert letters()
        return len(reads)

    for number in range(2):
        subscribe(Client(), "digest", address=f"reader{number}@example.org")
    few = queries()
    for number in range(2, 12):
        subscribe(Client(), "digest", address=f"reader{number}@example.org")
    assert queries() == few


def test_the_loop_goes_on_after_a_database_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, passes = threading.Event(), []

    def fails() -> None:
        passes.append(1)
        if len(passes) == 2:
            stop.set()
        raise OperationalError(ADDRESS)

    monkeypatch.setattr(telling, "tell", fails)
    monkeypatch.setattr(telling, "EVERY_SECONDS", 0.001)
    monkeypatch.setattr(telling, "close_old_connections", lambda: None)
    telling.tell_for_ever(stop)
    assert len(passes) == 2 and ADDRESS not in caplog.text


def test_positions_hold_after_a_long_time_without_followers(author: Client) -> None:
    decide(desk(), "publish")
    for number in range(3):
        publish_another(f"Idea number {number} of somebody else")
    seal()
    subscribe(author, "notices")
    assert worker_passes() == []
    say_outcome(Idea.objects.earliest("pk"), Outcome.Kind.DONE, "It is there.", "en")
    assert "done." in body_of(worker_passes())
