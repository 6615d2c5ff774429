"""The hint of similar ideas: under the field while typing, on the author's page, at the desk."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from partage.contributions.models import Argument, Idea, Progress
from partage.contributions.similar import index_of, keep_index
from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction
from tests.contributions.test_ideas import propose, with_ideas
from tests.factories import at, make_facilitator, make_idea, signed_in
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
CHECKOUT = "Keep one staffed checkout at all hours"


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path


def words_kept(coproduction: Coproduction) -> bytes:
    index = index_of(coproduction)
    assert index is not None
    return index.to_bytes()


def hint(title: str) -> str:
    return words_of(Client().get(at("similar-ideas", "shops"), {"title": title}))


def test_a_similar_idea_shows_while_typing_even_before_an_index_is_made() -> None:
    coproduction = with_ideas()
    make_idea(coproduction, CHECKOUT)
    assert CHECKOUT in hint("staffed chekouts")
    assert hint("") == hint("zzzz") == ""


def test_words_of_arguments_lead_to_the_idea_once_the_worker_passed() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction, CHECKOUT)
    make_idea(coproduction, "Switch the lights off at night")
    Argument.objects.create(
        idea=idea, side="for", text="Elderly customers like talking to a cashier.", language="en",
        written_at=timezone.now(), state=Progress.PUBLISHED,
    )  # fmt: skip
    assert CHECKOUT not in hint("cashiers for the elderly")
    one_pass()
    assert CHECKOUT in hint("cashiers for the elderly")


def test_a_faint_likeness_is_not_shown_beside_a_strong_one() -> None:
    coproduction = with_ideas()
    make_idea(coproduction, CHECKOUT)
    make_idea(coproduction, "Close the car park at all hours on Sundays")
    assert hint("Keep one staffed checkout").count("checkout") == 1
    assert "car park" not in hint("Keep one staffed checkout at hours of need")


def test_what_is_not_published_or_no_longer_is_never_hinted_at() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction, CHECKOUT)
    waiting = propose(Client(), "Keep two staffed checkouts on Saturdays")
    assert keep_index(coproduction)
    Idea.objects.filter(pk=idea.pk).update(state=Progress.WITHDRAWN)
    assert hint(CHECKOUT) == hint(waiting.title) == ""


def test_the_index_is_made_again_only_when_ideas_changed_and_forgets_erased_words() -> None:
    coproduction = with_ideas()
    author = Client()
    idea = propose(author, "Xylophones beside the checkout")
    Idea.objects.filter(pk=idea.pk).update(
        state=Progress.PUBLISHED, number=1, decided_at=timezone.now()
    )
    assert keep_index(coproduction) and not keep_index(coproduction)
    assert b"xylophon" in words_kept(coproduction)
    author.post(at("erase", "shops"))
    assert keep_index(coproduction)
    assert b"xylophon" not in words_kept(coproduction)


def test_the_author_and_the_desk_see_what_looks_alike_after_sending() -> None:
    coproduction = with_ideas()
    make_idea(coproduction, CHECKOUT)
    author = Client()
    idea = propose(author, "A staffed checkout at every hour")
    assert CHECKOUT in words_of(author.get(at("idea", "shops", idea.pk)))
    desk = signed_in(make_facilitator(coproduction))
    assert CHECKOUT in words_of(desk.get(at("queue", "shops")))
