"""Contested refusals, and what the organization did with ideas."""

import pytest
from django.test import Client

from partage.contributions.models import Outcome, Progress
from partage.register.models import Entry
from tests.contributions.test_ideas import with_ideas
from tests.factories import at, make_facilitator, make_idea, signed_in
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


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
