"""Asking an author for a change, two people to refuse, unclear sentences, ideas to answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.contributions.models import (
    Appeal,
    Argument,
    Decision,
    Idea,
    Notice,
    Outcome,
    Progress,
    Statement,
)
from partage.contributions.releases import count_turnout
from partage.coproductions.models import Coproduction
from partage.register.models import Entry
from tests.contributions.test_idea_desk import decide
from tests.contributions.test_ideas import argue, close_ideas, propose, with_ideas
from tests.contributions.test_reports import file, two_at_the_desk
from tests.factories import (
    UNCLEAR,
    answer,
    at,
    make_coproduction,
    make_facilitator,
    make_idea,
    make_people,
    make_statement,
    make_votes,
    signed_in,
    stored,
)
from tests.web.page import tags_of, words_of

pytestmark = pytest.mark.django_db
BY_TWO = {"two_to_refuse": "yes", "reason": "A refusal weighs more than one opinion."}


def test_an_author_is_asked_for_a_change_and_the_idea_waits_again_once_changed() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    desk = signed_in(make_facilitator(coproduction))
    assert decide(desk, "ask") == 400
    assert decide(desk, "ask", reason="Which shop?") == 302
    assert "Nothing to read." in words_of(desk.get(at("queue", "shops")))
    page = words_of(author.get(at("idea", "shops", idea.pk)))
    assert "a change was asked for" in page and "Which shop?" in page
    sent = {"title": "Keep a person at the checkout of the mill", "body": ""}
    assert author.post(at("change-idea", "shops", idea.pk), sent).status_code == 302
    idea.refresh_from_db()
    assert (idea.state, idea.reason) == (Progress.WAITING, "")
    assert "checkout of the mill" in words_of(desk.get(at("queue", "shops")))


def test_a_sentence_cannot_be_given_back() -> None:
    coproduction = make_coproduction()
    make_statement(coproduction, state=Progress.WAITING)
    desk = signed_in(make_facilitator(coproduction))
    assert decide(desk, "ask", reason="Which shop?") == 400
    assert Statement.objects.get().state == Progress.WAITING


def test_two_people_must_agree_to_refuse_where_that_was_chosen() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    ann, bob = two_at_the_desk(coproduction)
    assert ann.post(at("moderation-desk", "shops"), BY_TWO).status_code == 302
    assert "Two people must agree" in words_of(Client().get(at("moderation", "shops")))
    assert decide(ann, "refuse", rule="off-topic", reason="Not here.") == 302
    assert "Nothing to read." in words_of(ann.get(at("queue", "shops")))
    assert "a second person will read it" in words_of(author.get(at("idea", "shops", idea.pk)))
    assert not Decision.objects.exists()
    sent = {"kind": "idea", "number": idea.pk, "decision": "refuse", "rule": "off-topic"}
    before = stored()
    assert ann.post(at("queue", "shops"), sent).status_code == 403
    assert stored() == before
    assert "A colleague proposes to refuse it" in words_of(bob.get(at("queue", "shops")))
    assert decide(bob, "refuse", rule="off-topic", reason="Not here.") == 302
    assert Idea.objects.get().state == Progress.REFUSED
    assert Entry.objects.get(kind="idea-refused").public["rule"] == "off-topic"


def test_the_second_may_publish_what_the_first_would_refuse() -> None:
    coproduction = with_ideas()
    propose(Client())
    ann, bob = two_at_the_desk(coproduction)
    ann.post(at("moderation-desk", "shops"), BY_TWO)
    decide(ann, "refuse", rule="off-topic")
    assert decide(bob, "publish") == 302
    idea = Idea.objects.get()
    assert (idea.state, idea.rule, idea.first_reader) == (Progress.PUBLISHED, "", None)


def a_reported_sentence() -> tuple[dict[str, object], Client, Client, str]:
    """What the desk would send to take it down, two people there who must agree, the receipt."""
    coproduction = make_coproduction()
    sentence = make_statement(coproduction)
    ann, bob = two_at_the_desk(coproduction)
    ann.post(at("moderation-desk", "shops"), BY_TWO)
    receipt = file(Client(), "statement", sentence.pk)["Location"]  # type: ignore[index]
    sent = {"notice": Notice.objects.get().pk, "decision": "refuse", "rule": "personal"}
    return sent | {"answer": "It names Odile."}, ann, bob, receipt


def test_what_was_reported_is_taken_down_by_two_where_two_must_agree() -> None:
    sent, ann, bob, receipt = a_reported_sentence()
    assert "Two people must agree here" in words_of(ann.get(at("reports", "shops")))
    first = ann.post(at("reports", "shops"), sent, follow=True)
    assert "a second person will read it" in words_of(first)
    assert "1 report waits for somebody else: you proposed" in words_of(first)
    assert Statement.objects.get().state == Progress.PUBLISHED
    assert not Decision.objects.exists()
    assert "It is received" in words_of(Client().get(receipt))
    assert "It names Odile." not in words_of(Client().get(receipt))
    before = stored()
    assert ann.post(at("reports", "shops"), sent).status_code == 403
    assert stored() == before
    shown = words_of(bob.get(at("reports", "shops")))
    assert "A colleague proposes to take it down" in shown and "It names Odile." in shown
    waiting = "1 report or contested refusal"
    assert waiting in words_of(bob.get(at("desk"))) and waiting not in words_of(ann.get(at("desk")))
    assert bob.post(at("reports", "shops"), sent).status_code == 302
    statement = Statement.objects.get()
    assert statement.state == Progress.REFUSED and statement.first_reader != statement.decided_by
    assert "was taken down" in words_of(Client().get(receipt))
    assert bob.post(at("reports", "shops"), sent).status_code == 409
    kinds = ["statement-refusal-proposed", "statement-refused"]
    entries = Entry.objects.filter(kind__in=kinds).order_by("pk")
    assert [entry.kind for entry in entries] == kinds
    assert "Odile" not in str([entry.public for entry in entries])


def test_neither_of_two_who_took_it_down_decides_whether_that_was_right() -> None:
    sent, ann, bob, _receipt = a_reported_sentence()
    for browser in (ann, bob):
        browser.post(at("reports", "shops"), sent)
    refusal = Decision.objects.get()
    Appeal.objects.create(decision=refusal, text="It names nobody.", filed_at=timezone.now())
    judged = {"appeal": refusal.pk, "decision": "publish"}
    for browser in (ann, bob):
        assert "1 more waits for somebody else" in words_of(browser.get(at("reports", "shops")))
        assert browser.post(at("reports", "shops"), judged).status_code == 403
    zoe = signed_in(make_facilitator(Coproduction.objects.get(), email="zoe@example.org"))
    assert zoe.post(at("reports", "shops"), judged).status_code == 302
    assert Statement.objects.get().state == Progress.PUBLISHED


@pytest.mark.parametrize("who", ["ann", "bob"])
def test_either_of_two_may_keep_what_the_first_would_take_down(who: str) -> None:
    sent, ann, bob, receipt = a_reported_sentence()
    ann.post(at("reports", "shops"), sent)
    browser = {"ann": ann, "bob": bob}[who]
    kept = sent | {"decision": "keep", "answer": "It names nobody."}
    assert browser.post(at("reports", "shops"), kept).status_code == 302
    assert Statement.objects.get().state == Progress.PUBLISHED
    assert "stays where it is" in words_of(Client().get(receipt))


def test_once_one_person_refuses_again_what_was_proposed_is_theirs_to_decide() -> None:
    sent, ann, _bob, _receipt = a_reported_sentence()
    ann.post(at("reports", "shops"), sent)
    ann.post(at("moderation-desk", "shops"), BY_TWO | {"two_to_refuse": "no"})
    assert "It names Odile." in words_of(ann.get(at("reports", "shops")))
    assert ann.post(at("reports", "shops"), sent).status_code == 302
    assert Statement.objects.get().state == Progress.REFUSED


def test_the_database_refuses_a_report_upheld_by_one_person_twice() -> None:
    sent, ann, _bob, _receipt = a_reported_sentence()
    ann.post(at("reports", "shops"), sent)
    notice = Notice.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(
            is_upheld=True, decided_at=timezone.now(), decided_by=notice.first_reader
        )


def test_every_contested_refusal_is_reached_however_many_are_ones_own(
    django_assert_max_num_queries: object,
) -> None:
    coproduction = make_coproduction()
    ann, bob = (make_facilitator(coproduction, email=f"{n}@example.org") for n in ("ann", "bob"))
    for number in range(60):
        person = ann if number < 55 else bob
        one = make_statement(coproduction, f"Sentence {number}.", state=Progress.REFUSED)
        Statement.objects.filter(pk=one.pk).update(decided_by=person)
        decision = Decision.objects.create(
            coproduction=coproduction, statement=one, kind="refused", rule="off-topic",
            decided_at=timezone.now(),
        )  # fmt: skip
        Appeal.objects.create(decision=decision, text=f"Look {number}", filed_at=timezone.now())
    browser = signed_in(ann)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        first = words_of(browser.get(at("reports", "shops")))
    assert "5 to read" in first and "55 more wait for somebody else" in first
    assert "Look 55" in first and "Page 1 of 5" in first
    assert "Look 59" in words_of(browser.get(at("reports", "shops"), {"page": "5"}))
    assert "Page 1 of 55" in words_of(signed_in(bob).get(at("reports", "shops")))


def test_one_person_alone_cannot_ask_for_two_and_a_change_needs_a_reason() -> None:
    coproduction = with_ideas()
    desk = signed_in(make_facilitator(coproduction))
    before = stored()
    alone = desk.post(at("moderation-desk", "shops"), BY_TWO)
    assert alone.status_code == 400 and "Only one person moderates here." in words_of(alone)
    silent = desk.post(at("moderation-desk", "shops"), {"two_to_refuse": "no"})
    assert silent.status_code == 400 and "everybody reads it" in words_of(silent)
    assert stored() == before


def test_the_database_refuses_a_refusal_by_one_person_twice() -> None:
    coproduction = with_ideas()
    person = make_facilitator(coproduction)
    idea = make_idea(coproduction, state=Progress.REFUSED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(first_reader=person, decided_by=person)


def an_unclear_sentence(people: int = 5) -> tuple[Statement, Client]:
    coproduction = make_coproduction()
    sentence = make_statement(coproduction, "The optimised offer must be assumed.")
    make_votes(make_people(coproduction, people), [sentence], UNCLEAR)
    count_turnout(coproduction)
    sentence.refresh_from_db()
    return sentence, signed_in(make_facilitator(coproduction))


def test_a_sentence_that_many_find_unclear_is_replaced_by_a_clearer_one() -> None:
    sentence, desk = an_unclear_sentence()
    assert "1 unclear sentence" in words_of(desk.get(at("desk")))
    assert "5 of 5 answers" in words_of(desk.get(at("unclear", "shops")))
    before = stored()
    short = {"number": sentence.pk, "decision": "replace", "text": "No."}
    assert desk.post(at("unclear", "shops"), short).status_code == 400
    assert stored() == before
    sent = short | {"text": "The shop must say how it sets prices."}
    assert desk.post(at("unclear", "shops"), sent).status_code == 302
    sentence.refresh_from_db()
    assert (sentence.state, sentence.rule) == (Progress.REFUSED, "unclear")
    clearer = Statement.objects.get(text=sent["text"])
    assert clearer.is_from_team and answer(Client(), clearer).status_code == 302
    assert answer(Client(), sentence).status_code == 409
    assert desk.post(at("unclear", "shops"), sent).status_code == 409


def test_a_sentence_left_as_it_is_comes_back_when_more_people_say_so() -> None:
    sentence, desk = an_unclear_sentence()
    leave = {"number": sentence.pk, "decision": "leave"}
    assert desk.post(at("unclear", "shops"), leave).status_code == 400
    leave["reason"] = "The law uses this word."
    assert desk.post(at("unclear", "shops"), leave).status_code == 302
    assert "Nothing to read." in words_of(desk.get(at("unclear", "shops")))
    make_votes(make_people(sentence.coproduction, 5), [sentence], UNCLEAR)
    count_turnout(sentence.coproduction)
    assert "10 of 10 answers" in words_of(desk.get(at("unclear", "shops")))


def test_four_people_do_not_make_a_sentence_unclear() -> None:
    _sentence, desk = an_unclear_sentence(people=4)
    assert "Nothing to read." in words_of(desk.get(at("unclear", "shops")))


def test_ideas_wait_for_a_word_once_closed_and_when_a_promise_is_old() -> None:
    coproduction = with_ideas()
    first, second = make_idea(coproduction, answers=5), make_idea(coproduction, "Open on Sundays")
    desk = signed_in(make_facilitator(coproduction))
    queue = at("answer-queue", "shops")
    assert "Nobody waits for an answer." in words_of(desk.get(queue))
    close_ideas()
    assert "2 ideas to answer" in words_of(desk.get(at("desk")))
    shown = words_of(desk.get(queue))
    assert first.title in shown and second.title not in shown
    assert second.title in words_of(desk.get(queue, {"page": "2"}))
    sent = {"kind": "planned", "text": "From March.", "queue": "1"}
    response = desk.post(at("answer-idea", "shops", first.pk), sent)
    assert response["Location"] == queue
    assert second.title in words_of(desk.get(queue))
    Outcome.objects.update(said_at=timezone.now() - timedelta(days=91))
    assert first.title in words_of(desk.get(queue))


def test_the_author_of_a_sentence_follows_and_withdraws_it() -> None:
    make_coproduction()
    author = Client()
    author.post(at("propose", "shops"), {"text": "The shop should close at nine."})
    sentence = Statement.objects.get()
    address = at("statement", "shops", sentence.pk)
    assert "waiting: somebody will read it" in words_of(author.get(address))
    assert Client().get(address).status_code == 404
    leave = at("withdraw-mine", "shops", "statement", sentence.pk)
    assert Client().post(leave).status_code == 404
    assert author.post(leave).status_code == 302
    assert "withdrawn by its author" in words_of(author.get(address))
    assert Entry.objects.filter(kind="statement-withdrawn").count() == 1


def test_a_person_whose_answered_sentence_was_taken_down_can_still_erase_everything() -> None:
    coproduction = make_coproduction()
    author = Client()
    author.post(at("propose", "shops"), {"text": "The shop should close at nine."})
    desk = signed_in(make_facilitator(coproduction))
    assert decide(desk, "publish") == 302
    sentence = Statement.objects.get()
    answer(Client(), sentence)
    author.post(at("withdraw-mine", "shops", "statement", sentence.pk))
    assert author.post(at("erase", "shops")).status_code == 200
    sentence.refresh_from_db()
    assert sentence.state == Progress.ERASED and "nine" not in sentence.text


def test_an_author_takes_an_argument_back_and_only_theirs() -> None:
    idea = make_idea(with_ideas())
    author = Client()
    argue(author, idea, "for", "It saves much time.")
    desk = signed_in(make_facilitator(idea.coproduction))
    assert decide(desk, "publish") == 302
    argument = Argument.objects.get()
    leave = at("withdraw-mine", "shops", "argument", argument.pk)
    assert "Withdraw my argument" in words_of(author.get(idea.get_absolute_url()))
    assert Client().post(leave).status_code == 404
    assert author.post(leave).status_code == 302
    idea.refresh_from_db()
    assert idea.discussion == 0
    assert "It saves much time." not in words_of(Client().get(idea.get_absolute_url()))
    before = stored()
    assert author.post(leave).status_code == 302
    assert stored() == before


def test_a_report_about_something_withdrawn_meanwhile_can_be_answered() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    desk = signed_in(make_facilitator(coproduction))
    decide(desk, "publish")
    reported = {"rule": "personal", "text": "It names my neighbour.", "good_faith": "on"}
    Client().post(at("report", "shops", "idea", idea.pk), reported)
    author.post(at("withdraw-mine", "shops", "idea", idea.pk))
    sent = {"notice": Notice.objects.get().pk, "decision": "refuse", "rule": "personal"}
    assert desk.post(at("reports", "shops"), sent | {"answer": "It did."}).status_code == 302
    assert "Nothing to read." in words_of(desk.get(at("reports", "shops")))
    assert Idea.objects.get().state == Progress.WITHDRAWN


def test_the_idea_page_takes_as_many_queries_however_many_refusals_it_shows() -> None:
    idea = make_idea(with_ideas())
    author = Client()
    desk = signed_in(make_facilitator(idea.coproduction))
    counts = []
    for number in range(4):
        argue(author, idea, "for", f"It saves much time, reason {number}.")
        decide(desk, "refuse", rule="off-topic")
        with CaptureQueriesContext(connection) as queries:
            author.get(idea.get_absolute_url())
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_each_cell_of_the_log_carries_the_words_of_its_column() -> None:
    coproduction = make_coproduction()
    make_statement(coproduction, state=Progress.WAITING)
    desk = signed_in(make_facilitator(coproduction))
    assert decide(desk, "refuse", rule="off-topic", reason="Elsewhere.") == 302
    cells = tags_of(Client().get(at("moderation", "shops")), "td")
    assert [cell.get("data-label") for cell in cells] == [
        "Day", "What", "Decision", "Rule", "By",
    ]  # fmt: skip
