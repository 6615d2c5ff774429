"""A frame that comes to ask for more: what was answered before can still be changed, and it is said first."""

import pytest
from django.test import Client
from django.utils import timezone

from partage.contributions.models import IdeaVote, Vote
from partage.coproductions.creation import publish_frame
from partage.coproductions.models import Coproduction, Stage
from partage.fund.models import Ballot
from tests.factories import (
    AGREE,
    DISAGREE,
    answer,
    at,
    make_coproduction,
    make_idea,
    make_sensitive,
    make_statement,
    stored,
)
from tests.fund.rounds import WORDS, make_project, make_round, move, vote
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
CODE = {"assurance": "code", "reason": {"en": "Each person once."}}
ASKED = "This coproduction first asks for your invitation code."
VOTES = f'href="{at("vote", "shops")}#card"'


def opened(slug: str = "shops", **changes: object) -> Coproduction:
    coproduction = make_coproduction(slug, **changes)  # type: ignore[arg-type]
    Stage.objects.create(coproduction=coproduction, kind="ideas", opens_at=timezone.now())
    return coproduction


def test_an_answer_of_an_earlier_frame_is_changed_and_undone_and_a_new_one_asks() -> None:
    coproduction = opened()
    first = make_statement(coproduction)
    second = make_statement(coproduction, "Open on Sundays too.")
    earlier = Client()
    assert answer(earlier, first).status_code == 302
    publish_frame(coproduction, CODE)
    assert answer(earlier, first, DISAGREE).status_code == 302
    assert Vote.objects.get().answer == DISAGREE
    assert answer(earlier, second).status_code == 403
    assert answer(Client(), first).status_code == 403
    page = earlier.get(at("vote", "shops"))
    assert "Your answers stand, and you may change them" in words_of(page)
    assert f'href="{at("my-answers", "shops")}"' in html_of(page)
    assert "Your answers stand" not in words_of(Client().get(at("vote", "shops")))
    undone = earlier.post(at("undo", "shops"), {"statement": first.pk})
    assert undone.status_code == 302 and not Vote.objects.exists()
    assert answer(earlier, first, AGREE).status_code == 403


def test_a_vote_on_an_idea_and_a_ballot_of_an_earlier_frame_are_changed_too() -> None:
    coproduction = opened()
    one, other = make_idea(coproduction), make_idea(coproduction, "Another idea altogether")
    fund = move(make_round(coproduction), "voting")
    make_project(fund)
    browser = Client()

    def on(idea: object, said: int) -> int:
        sent = browser.post(at("idea-vote", "shops", idea), {"answer": said})
        return sent.status_code

    assert on(one.pk, 1) == 302
    assert vote(browser, fund, 1).status_code == 302
    publish_frame(coproduction, CODE)
    assert on(one.pk, -1) == 302 and IdeaVote.objects.get().answer == -1
    assert on(other.pk, 1) == 403
    assert vote(browser, fund).status_code == 302 and Ballot.objects.get().projects == []
    assert vote(Client(), fund, 1).status_code == 403


def test_what_is_asked_first_is_said_before_one_writes() -> None:
    coproduction = opened(frame={"assurance": "code"})
    idea = make_idea(coproduction)
    asking = make_round(coproduction)
    pages = [
        at("propose", "shops"),
        at("propose-idea", "shops"),
        at("idea", "shops", idea.pk),
        at("propose-project", "shops", asking.number),
    ]
    for address in pages:
        page = html_of(Client().get(address))
        assert ASKED in page and VOTES in page, address
    move(asking, "voting")
    make_project(asking)
    page = html_of(Client().get(at("fund-ballot", "shops", asking.number)))
    assert ASKED in page and VOTES in page


def test_nothing_is_said_where_nothing_is_asked_and_a_consent_is_said_too() -> None:
    opened()
    page = words_of(Client().get(at("propose", "shops")))
    assert "first asks" not in page and "Before your first answer" not in page
    make_sensitive()
    page = words_of(Client().get(at("propose", "convictions")))
    assert "Before your first answer, we ask whether you agree" in page


def test_a_refusal_names_no_answer_leads_to_the_votes_and_keeps_what_was_written() -> None:
    coproduction = opened(frame={"assurance": "code"})
    fund = make_round(coproduction)
    before = stored()
    sent = {
        at("propose", "shops"): {"text": "A sentence that says a lot."},
        at("propose-idea", "shops"): {"title": "An idea that says a lot"},
        at("propose-project", "shops", fund.number): WORDS,
    }
    for address, words in sent.items():
        refused = Client().post(address, words)
        page = html_of(refused)
        assert refused.status_code == 403
        assert "One step comes first" in page and VOTES in page
        assert "Your answer was not recorded" not in page
        assert all(f'value="{said}"' in page for said in words.values())
    assert stored() == before


def test_the_poster_and_the_coproduction_say_what_is_asked() -> None:
    opened("open", frame={})
    opened("asks", frame={"assurance": "code"})
    assert "no account." in words_of(Client().get(at("poster", "open")))
    assert "code at hand" not in words_of(Client().get(at("poster", "open")))
    assert "Have your invitation code at hand." in words_of(Client().get(at("poster", "asks")))
    assert "Anyone may add an idea" in words_of(Client().get(at("coproduction", "open")))
    page = words_of(Client().get(at("coproduction", "asks")))
    assert "Anyone may add" not in page and "Whoever shows what this coproduction asks" in page


def test_a_cookie_that_is_set_is_not_announced_again() -> None:
    coproduction = make_coproduction()
    first, _second = make_statement(coproduction), make_statement(coproduction, "Another one.")
    browser = Client()
    assert "Your first answer sets a cookie" in words_of(browser.get(at("vote", "shops")))
    answer(browser, first)
    page = words_of(browser.get(at("vote", "shops")))
    assert "Your first answer sets" not in page and "With the cookie set on this device" in page
