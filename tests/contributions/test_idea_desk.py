"""The desk's queue of ideas and arguments."""

import pytest
from django.test import Client

from partage.contributions.models import Argument, Idea, Progress
from partage.register.models import Entry
from tests.contributions.test_ideas import argue, propose, with_ideas
from tests.factories import at, make_facilitator, make_idea, signed_in, stored
from tests.web.page import hidden_fields, tags_of, words_of

pytestmark = pytest.mark.django_db


def decide(browser: Client, decision: str, **words: object) -> int:
    shown = browser.get(at("idea-queue", "shops"))
    sent = {**hidden_fields(shown), "decision": decision, **words}
    return browser.post(at("idea-queue", "shops"), sent).status_code


def test_a_queue_is_cleared_one_by_one_and_published_ideas_are_numbered_without_gaps() -> None:
    coproduction = with_ideas()
    for number in range(4):
        propose(Client(), f"A quite new idea, number {number}")
    browser = signed_in(make_facilitator(coproduction))
    assert "4 contributions to read" in words_of(browser.get(at("desk")))
    for _turn in range(3):
        assert decide(browser, "publish") == 302
    assert decide(browser, "refuse", rule="off-topic", reason="Elsewhere.") == 302
    assert "Nothing to read." in words_of(browser.get(at("idea-queue", "shops")))
    published = Idea.objects.published().order_by("pk")
    assert list(published.values_list("number", flat=True)) == [1, 2, 3]
    assert Entry.objects.filter(kind="idea-published").count() == 3
    told = Entry.objects.get(kind="idea-refused").public
    assert told["rule"] == "off-topic" and "reason" not in told


def test_the_first_button_has_the_focus_so_that_enter_publishes() -> None:
    coproduction = with_ideas()
    propose(Client())
    page = signed_in(make_facilitator(coproduction)).get(at("idea-queue", "shops"))
    (focused,) = [b for b in tags_of(page, "button") if "autofocus" in b]
    assert focused["value"] == "publish"


def test_a_refusal_needs_a_rule_and_its_author_reads_the_reason() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    browser = signed_in(make_facilitator(coproduction))
    before = stored()
    assert decide(browser, "refuse") == 400
    assert stored() == before
    decide(browser, "refuse", rule="personal", reason="It names your neighbour.")
    page = words_of(author.get(at("idea", "shops", idea.pk)))
    assert "It attacks or names a person." in page and "It names your neighbour." in page
    assert Client().get(at("idea", "shops", idea.pk)).status_code == 404


def test_an_idea_is_grouped_with_a_published_one_and_its_address_leads_there() -> None:
    coproduction = with_ideas()
    there = make_idea(coproduction, "Keep a person at the checkout")
    idea = propose(Client())
    browser = signed_in(make_facilitator(coproduction))
    for wrong in ("", 999, idea.pk):
        assert decide(browser, "group", same_as=wrong) == 400
    assert decide(browser, "group", same_as=there.pk) == 302
    page = Client().get(at("idea", "shops", idea.pk))
    assert "grouped with another idea" in words_of(page)
    assert at("idea", "shops", there.pk) in [a["href"] for a in tags_of(page, "a")]


def test_arguments_are_read_after_ideas_and_counted_when_published() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    argue(Client(), idea, "against", "It costs too much.")
    browser = signed_in(make_facilitator(coproduction))
    assert "It costs too much." in words_of(browser.get(at("idea-queue", "shops")))
    assert decide(browser, "publish") == 302
    idea.refresh_from_db()
    assert idea.discussion == 1
    assert Argument.objects.get().state == Progress.PUBLISHED
    assert "It costs too much." in words_of(Client().get(at("idea", "shops", idea.pk)))


def test_of_two_colleagues_at_once_the_second_is_told() -> None:
    coproduction = with_ideas()
    propose(Client())
    first, second = (
        signed_in(make_facilitator(coproduction, email=f"{name}@example.org"))
        for name in ("ann", "bob")
    )
    held = hidden_fields(second.get(at("idea-queue", "shops")))
    decide(first, "publish")
    sent = {**held, "decision": "refuse", "rule": "off-topic"}
    answer = second.post(at("idea-queue", "shops"), sent)
    assert answer.status_code == 409 and "Somebody decided on it first." in words_of(answer)
    assert Idea.objects.get().state == Progress.PUBLISHED
