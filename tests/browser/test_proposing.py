"""A sentence from its author to the facilitator's desk, and the answer back to its author."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press, read_up_to, sign_in
from tests.browser.site import CHECKOUT, Site


def propose(visit: Visit, site: Site, sentence: str, *, script: bool) -> Page:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    follow(page, "Propose a sentence")
    page.get_by_label("Your sentence").fill(sentence)
    press(page, "Send my sentence")
    expect(page.locator(".card", has_text=sentence)).to_contain_text("waiting: somebody will read")
    return page


def test_a_published_sentence_is_shown_as_such_to_its_author(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    sentence = f"The scanners should be lighter ({'with' if script else 'without'} script)."
    author = propose(visit, site, sentence, script=script)
    desk = visit(site.page("desk/"), script=script, storage_state=facilitator)
    follow(desk, "Self-checkouts: what do we want?")
    read_up_to(desk, sentence)
    press(desk, "Publish")
    expect(desk.get_by_text(sentence)).to_have_count(0)
    author.reload()
    expect(author.locator(".card .tag")).to_have_text("published")


def test_a_refusal_needs_a_reason_that_its_author_reads(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    sentence = f"The car park should be larger ({'with' if script else 'without'} script)."
    author = propose(visit, site, sentence, script=script)
    desk = visit(site.page("desk/"), script=script, storage_state=facilitator)
    follow(desk, "Self-checkouts: what do we want?")
    read_up_to(desk, sentence)
    desk.get_by_label("It is about something else.").check()
    desk.get_by_label("A word to the author").fill("The question is about checkouts.")
    press(desk, "Refuse with a reason")
    author.reload()
    card = author.locator(".card", has_text=sentence)
    expect(card.locator(".tag")).to_have_text("refused")
    expect(card).to_contain_text("It is about something else.")
    expect(card).to_contain_text("The question is about checkouts.")


def test_a_refusal_without_a_rule_is_not_sent(site: Site, visit: Visit, facilitator: Any) -> None:
    sentence = "The bread should be baked on the spot."
    propose(visit, site, sentence, script=False)
    desk = visit(site.page("desk/"), storage_state=facilitator)
    follow(desk, "Self-checkouts: what do we want?")
    read_up_to(desk, sentence)
    press(desk, "Refuse with a reason")
    expect(desk.locator("input:invalid").first).to_be_focused()
    desk.reload()
    expect(desk.locator(".statement")).to_have_text(sentence)


def test_a_sentence_too_short_stays_in_its_field_and_says_why(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT + "propose/"), script=script)
    page.get_by_label("Your sentence").fill("Too short")
    press(page, "Send my sentence")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Your sentence")).to_have_value("Too short")
    assert page.title().startswith("Error:")


def test_the_link_that_the_demo_prints_signs_in_once(site: Site, visit: Visit) -> None:
    page = visit(site.desk_link)
    sign_in(page)
    press(page, "Sign out")
    expect(page.get_by_role("link", name="Sign in (facilitators)")).to_be_visible()
    again = visit(site.desk_link)
    press(again, "Sign in")
    expect_heading(again, "You are not signed in")


@pytest.mark.parametrize("path", ["desk/", "desk/self-checkout/"])
def test_the_desk_asks_to_sign_in(site: Site, visit: Visit, path: str) -> None:
    expect_heading(visit(site.page(path)), "Sign in")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["", "self-checkout/", "self-checkout/figures/", "self-checkout/account/"]
)
def test_the_desk_has_no_fault_that_axe_can_find(
    site: Site, visit: Visit, facilitator: Any, path: str
) -> None:
    desk = visit(site.page(f"desk/{path}"), bypass_csp=True, storage_state=facilitator)
    assert audit.faults(desk) == []
