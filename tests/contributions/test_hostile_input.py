"""Addresses and forms of ideas sent by somebody who means harm: one sentence, never an error page."""

import pytest
from django.test import Client

from partage.contributions.models import Argument, Idea, Progress
from tests.contributions.test_ideas import TITLE, argue, propose, with_ideas
from tests.factories import at, make_facilitator, make_idea, signed_in
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
HUGE = (2**31, 2**63, 2**64, 10**30)
ODD = ("\0", "\ud800".encode("utf-8", "surrogatepass"), "\u202e", "é" * 300, "'\"<script>", "%")


@pytest.mark.parametrize("number", HUGE)
def test_a_number_too_large_for_the_database_is_a_page_that_is_not_there(number: int) -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    browser, desk = Client(), signed_in(make_facilitator(coproduction))
    browser.post(at("idea-vote", "shops", idea.pk), {"answer": "1"})
    for name in ("idea", "idea-versions", "change-idea"):
        assert browser.get(at(name, "shops", number)).status_code == 404
    for name in ("idea", "idea-vote"):
        sent = {"answer": "1", "side": "for", "text": "A long enough point."}
        assert browser.post(at(name, "shops", number), sent).status_code == 404
    assert browser.post(at("helped", "shops", idea.pk, number)).status_code == 404
    for noun in ("idea", "argument", "person"):
        assert browser.post(at("withdraw-mine", "shops", noun, number)).status_code == 404
    for name in ("answer-idea", "mend-spelling"):
        assert desk.get(at(name, "shops", number)).status_code == 404
    for name, field in (
        ("queue", "number"),
        ("reports", "notice"),
        ("reports", "appeal"),
        ("unclear", "number"),
    ):
        sent = {field: str(number), "kind": "argument", "decision": "publish"}
        assert desk.post(at(name, "shops"), sent).status_code == 404
    group = {
        "kind": "idea",
        "number": str(propose(Client()).pk),
        "decision": "group",
        "same_as": str(number),
    }
    assert desk.post(at("queue", "shops"), group).status_code == 400


@pytest.mark.parametrize("odd", ODD)
def test_odd_signs_in_addresses_are_read_as_text(odd: str | bytes) -> None:
    idea = make_idea(with_ideas())
    for name, field in (("similar-ideas", "title"), ("ideas", "seed"), ("ideas", "page")):
        assert Client().get(at(name, "shops"), {field: odd, "order": "random"}).status_code in {
            200,
            302,
        }
    assert Client().get(at("idea", "shops", idea.pk), {"key": odd, "seed": odd}).status_code == 200


def test_hidden_signs_are_left_out_and_a_null_is_refused_in_one_sentence() -> None:
    idea = make_idea(with_ideas())
    browser = Client()
    mine = propose(browser, f"{TITLE}\u202e", body="One\r\ntwo\u200b")
    assert (mine.title, mine.body) == (TITLE, "One\ntwo")
    for sent in ({"title": f"{TITLE}\0"}, {"title": TITLE, "body": "\0"}):
        page = browser.post(at("propose-idea", "shops"), sent)
        assert page.status_code == 400 and "Null characters are not allowed." in words_of(page)
    assert argue(browser, idea, text="A point\0 with a hole.") == 400
    assert not Argument.objects.exists() and Idea.objects.count() == 2


def test_markup_shows_as_text_wherever_an_idea_shows() -> None:
    coproduction = with_ideas()
    evil = "<script>alert(1)</script> and <img src=x>"
    author = Client()
    idea = propose(author, evil, body=evil)
    desk = signed_in(make_facilitator(coproduction))
    pages = [desk.get(at("queue", "shops")), author.get(at("idea", "shops", idea.pk))]
    Idea.objects.update(state=Progress.PUBLISHED, number=1)
    argue(author, idea, text=evil)
    Argument.objects.update(state=Progress.PUBLISHED)
    pages += [
        Client().get(at("ideas", "shops"), {"order": "newest"}),
        Client().get(at("idea", "shops", idea.pk)),
        Client().get(at("similar-ideas", "shops"), {"title": "script alert"}),
    ]
    for page in pages:
        assert "<img src=x" not in html_of(page) and "<script>alert" not in html_of(page)
    assert "<script" not in Client().get(at("ideas-feed", "shops")).content.decode()


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example.org", "ftp://example.org", "https:///x"],
)  # fmt: skip
def test_only_addresses_of_pages_become_links(link: str) -> None:
    with_ideas()
    page = Client().post(at("propose-idea", "shops"), {"title": TITLE, "link": link})
    if page.status_code == 302:
        shown = Idea.objects.get().sources.get().link
        assert shown.startswith(("https://", "http://", "ftp://"))
    else:
        assert page.status_code == 400 and "not the address of a page" in words_of(page)


def test_a_body_of_a_megabyte_is_refused_in_one_sentence() -> None:
    with_ideas()
    page = Client().post(at("propose-idea", "shops"), {"title": TITLE, "body": "x" * 1_000_000})
    assert page.status_code == 400 and not Idea.objects.exists()
    assert len(words_of(page)) < 2000


def test_ten_thousand_links_are_too_long_and_five_hundred_are_shown() -> None:
    with_ideas()
    browser = Client()
    many = "<https://example.org> " * 400
    idea = propose(browser, body=many)
    page = html_of(browser.get(at("idea", "shops", idea.pk)))
    assert page.count("nofollow") >= 400 and len(page) < 60_000
