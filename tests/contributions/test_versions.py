"""Words of an idea that change, and the old ones that stay to be seen."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from partage.contributions.models import Idea, IdeaVersion, Progress
from partage.contributions.versions import MOST_VERSIONS
from partage.register.models import Entry
from partage.web.diffs import word_diff
from tests.contributions.test_idea_desk import decide
from tests.contributions.test_ideas import TITLE, propose, with_ideas
from tests.factories import at, make_facilitator, signed_in, stored
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def change(browser: Client, idea: Idea, title: str, body: str = "") -> int:
    address = at("change-idea", "shops", idea.pk)
    return browser.post(address, {"title": title, "body": body}).status_code


def mend(browser: Client, idea: Idea, title: str, body: str = "") -> int:
    address = at("mend-spelling", "shops", idea.pk)
    return browser.post(address, {"title": title, "body": body}).status_code


def test_an_author_changes_a_waiting_idea_and_both_wordings_can_be_seen() -> None:
    with_ideas()
    author = Client()
    idea = propose(author)
    assert change(author, idea, "Keep two checkouts with a person at all hours") == 302
    page = author.get(at("idea-versions", "shops", idea.pk))
    assert "[removed: one checkout ] [added: two checkouts ]" in words_of(page)
    assert "by the author" in words_of(page)
    assert Entry.objects.get(kind="idea-changed").public == {}
    assert Client().get(at("idea-versions", "shops", idea.pk)).status_code == 404


def test_nobody_else_changes_it_and_nobody_once_it_is_read() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    before = stored()
    assert change(Client(), idea, "Something else entirely") == 404
    assert change(author, idea, "short") == 400
    assert stored() == before
    decide(signed_in(make_facilitator(coproduction)), "publish")
    assert change(author, idea, "Something else entirely") == 404
    assert Idea.objects.get().title == TITLE


def test_the_same_words_again_make_no_version_and_there_is_an_end_to_changes() -> None:
    with_ideas()
    author = Client()
    idea = propose(author)
    assert change(author, idea, TITLE) == 302
    assert not IdeaVersion.objects.exists()
    for number in range(MOST_VERSIONS):
        assert change(author, idea, f"A title with the number {number}") == 302
    assert change(author, idea, "One more title than that") == 409


def test_the_desk_mends_spelling_and_nothing_else() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author, "Kep one checkuot with a person")
    desk = signed_in(make_facilitator(coproduction))
    assert "Mend the spelling" in words_of(desk.get(at("queue", "shops")))
    before = stored()
    assert mend(desk, idea, "Close every checkout in the town") == 400
    assert mend(desk, idea, "Kep one checkuot with a person", "And the desk adds a text.") == 400
    assert stored() == before
    assert mend(desk, idea, "Keep one checkout with a person") == 302
    decide(desk, "publish")
    page = Client().get(at("idea-versions", "shops", idea.pk))
    assert "[removed: Kep ] [added: Keep ]" in words_of(page)
    assert "spelling, by the desk" in words_of(page)
    assert "Its words were changed" in words_of(author.get(at("idea", "shops", idea.pk)))


def test_erasing_everything_takes_earlier_words_along() -> None:
    with_ideas()
    author = Client()
    idea = propose(author)
    change(author, idea, "Something else entirely")
    Idea.objects.filter(pk=idea.pk).update(state=Progress.PUBLISHED, number=1)
    author.post(at("erase", "shops"))
    assert not IdeaVersion.objects.exists()


@given(st.text(), st.text())
def test_a_diff_shows_the_new_words_and_never_their_markup(old: str, new: str) -> None:
    html = str(word_diff(old, new))
    for mark in ("<ins>", "</ins>", "<del>", "</del>", '<span class="visually">', "</span>"):
        html = html.replace(mark, "")
    assert "<" not in html
