"""Contested refusals, and what the organization did with ideas."""

import pytest
from django.test import Client

from partage.contributions.models import Dispute, Idea, Outcome, Progress
from partage.register.models import Entry
from tests.contributions.test_idea_desk import decide
from tests.contributions.test_ideas import propose, with_ideas
from tests.factories import at, make_facilitator, make_idea, signed_in, stored
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
WHY = "It is about the checkouts of our shop."


def contest(browser: Client, idea: Idea, text: str = WHY) -> int:
    return browser.post(at("dispute", "shops", idea.pk), {"text": text}).status_code


def a_refused_idea() -> tuple[Idea, Client, Client, Client]:
    """The idea, the browsers of its author, of who refused it, and of a colleague."""
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    ann, bob = (
        signed_in(make_facilitator(coproduction, email=f"{name}@example.org"))
        for name in ("ann", "bob")
    )
    assert decide(ann, "refuse", rule="off-topic") == 302
    return idea, author, ann, bob


def judge(browser: Client, idea: Idea, decision: str) -> int:
    sent = {"idea": idea.pk, "decision": decision}
    return browser.post(at("disputes", "shops"), sent).status_code


def test_somebody_else_than_who_refused_decides_on_a_contested_refusal() -> None:
    idea, author, ann, bob = a_refused_idea()
    assert "Contest the refusal" in words_of(author.get(at("idea", "shops", idea.pk)))
    assert contest(author, idea) == 302
    assert "1 contested refusal" in words_of(bob.get(at("desk")))
    shown = words_of(ann.get(at("disputes", "shops")))
    assert WHY not in shown and "1 more waits for somebody else" in shown
    before = stored()
    assert judge(ann, idea, "publish") == 403
    assert stored() == before
    assert WHY in words_of(bob.get(at("disputes", "shops")))
    assert judge(bob, idea, "publish") == 302
    idea.refresh_from_db()
    assert (idea.state, idea.number, idea.rule) == (Progress.PUBLISHED, 1, "")
    assert "and were right" in words_of(author.get(at("idea", "shops", idea.pk)))
    assert judge(bob, idea, "keep") == 409
    assert Entry.objects.get(kind="dispute-decided").public["upheld"] is True


def test_a_refusal_may_be_kept_and_its_author_is_told() -> None:
    idea, author, _ann, bob = a_refused_idea()
    contest(author, idea)
    assert judge(bob, idea, "keep") == 302
    assert Idea.objects.get().state == Progress.REFUSED
    assert "keeps it refused" in words_of(author.get(at("idea", "shops", idea.pk)))


def test_only_the_author_contests_once_and_with_words() -> None:
    idea, author, _ann, _bob = a_refused_idea()
    before = stored()
    assert contest(Client(), idea) == 404
    assert contest(author, idea, "") == 400
    assert stored() == before
    assert contest(author, idea) == 302
    assert contest(author, idea) == 409
    assert Dispute.objects.count() == 1
    waiting = propose(author, "Another idea that still waits")
    assert contest(author, waiting) == 409


def test_what_was_done_shows_on_the_idea_and_among_the_outcomes() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    browser = signed_in(make_facilitator(coproduction))
    assert "Say what was done" in words_of(browser.get(at("idea", "shops", idea.pk)))
    assert "Say what was done" not in words_of(Client().get(at("idea", "shops", idea.pk)))
    address = at("answer-idea", "shops", idea.pk)
    assert browser.post(address, {"kind": "done", "text": ""}).status_code == 400
    assert browser.post(address, {"text": "Opened."}).status_code == 400
    assert not Outcome.objects.exists()
    for kind, text in (("planned", "From March."), ("done", "Opened on 1 March.")):
        assert browser.post(address, {"kind": kind, "text": text}).status_code == 302
    for page in (at("idea", "shops", idea.pk), at("outcomes", "shops")):
        words = words_of(Client().get(page))
        assert words.index("Opened on 1 March.") < words.index("From March.")
    assert Entry.objects.filter(kind="outcome-said").count() == 2


def test_ideas_that_are_not_published_take_no_answer() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction, state=Progress.WAITING)
    browser = signed_in(make_facilitator(coproduction))
    assert browser.get(at("answer-idea", "shops", idea.pk)).status_code == 404


def test_erasing_everything_takes_the_words_of_a_dispute_along() -> None:
    idea, author, _ann, bob = a_refused_idea()
    contest(author, idea)
    judge(bob, idea, "publish")
    author.post(at("erase", "shops"))
    assert not Dispute.objects.exists()
    assert Idea.objects.get().state == Progress.ERASED
