"""From a link to a counted answer, with and without JavaScript."""

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.gestures import answer_sentences, expect_heading, follow, press
from tests.browser.site import CHECKOUT, SENSITIVE, Site, running_demo

OUTLINE = "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"


def cookie_names(page: Page) -> set[str]:
    return {cookie.get("name", "") for cookie in page.context.cookies()}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_three_answers_are_on_a_phone_s_first_screen(
    site: Site, visit: Visit, language: str
) -> None:
    page = visit(site.page(CHECKOUT, language))
    for button in page.locator("button.answer").all():
        box = button.bounding_box()
        assert box and box["y"] + box["height"] <= 844
        assert box["height"] >= 44


@pytest.mark.parametrize("width", [390, 1280])
def test_one_click_on_the_first_page_counts_an_answer(
    site: Site, visit: Visit, script: bool, width: int
) -> None:
    page = visit(site.page(CHECKOUT), script=script, width=width)
    press(page, "Agree")
    expect_heading(page, "Sentence 2 of 10")
    expect(page.get_by_text("Last answer: Agree.")).to_be_visible()


def test_the_device_is_remembered_from_its_first_answer_only(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT), script=script)
    assert "participant" not in cookie_names(page)
    press(page, "Disagree")
    expect_heading(page, "Sentence 2 of 10")
    assert "participant" in cookie_names(page)
    assert all(cookie.get("httpOnly") for cookie in page.context.cookies())


def test_after_an_answer_the_next_heading_has_focus_and_the_count_is_said(
    site: Site, visit: Visit
) -> None:
    page = visit(site.page(CHECKOUT))
    expect(page.get_by_role("status")).to_have_text("")
    press(page, "Agree")
    expect(page.get_by_role("heading", name="Sentence 2 of 10")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text(re.compile("Answer counted: Agree"))


def test_ten_sentences_then_three_choices_of_equal_weight(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    answer_sentences(page, 10)
    expect_heading(page, "Thank you. 10 answers counted.")
    choices = page.locator("#card .answers a")
    expect(choices).to_have_text(["Stop here", "See where I stand", "10 more"])
    assert len({choice.get_attribute("class") for choice in choices.all()}) == 1
    follow(page, "10 more")
    expect_heading(page, "Sentence 1 of 10")


def test_the_last_answer_can_be_undone(site: Site, visit: Visit, script: bool) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    answer_sentences(page, 1)
    press(page, "Undo")
    expect_heading(page, "Sentence 1 of 10")
    expect(page.get_by_text("Last answer")).to_have_count(0)


def test_an_answer_can_be_changed(site: Site, visit: Visit, script: bool) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    answer_sentences(page, 1)
    follow(page, "My answers")
    press(page, "Disagree")
    pressed = page.locator("button[aria-pressed=true]")
    expect(pressed).to_have_text("Disagree")


def test_the_keyboard_alone_is_enough_to_vote(site: Site, visit: Visit, script: bool) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    agree = page.get_by_role("button", name="Agree", exact=True)
    for _stop in range(20):
        page.keyboard.press("Tab")
        if page.locator("button:focus").count():
            break
    expect(agree).to_be_focused()
    assert page.evaluate(OUTLINE) >= 3
    page.keyboard.press("Enter")
    expect_heading(page, "Sentence 2 of 10")


def test_consent_comes_first_where_answers_are_sensitive(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(SENSITIVE), script=script)
    assert not page.get_by_role("button", name="Agree", exact=True).count()
    press(page, "I agree: count my answers")
    answer_sentences(page, 1)
    follow(page, "My answers")
    press(page, "Withdraw my consent and remove my answers")
    expect(page.get_by_text("No answer was given from this device.")).to_be_visible()
    page.goto(site.page(SENSITIVE + "vote/"))
    expect_heading(page, "Before your first answer")


def test_an_answer_that_is_refused_says_why_in_place_of_the_card(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(SENSITIVE), script=script)
    press(page, "I agree: count my answers")
    expect_heading(page, "Sentence 1 of 10")
    other = page.context.new_page()
    other.goto(site.page(SENSITIVE + "my-answers/"))
    press(other, "Withdraw my consent and remove my answers")
    press(page, "Agree")
    refusal = page.get_by_role("heading", name="One step comes first")
    expect(refusal).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    press(page, "Try again")
    expect(refusal).to_be_visible()


def test_after_seven_answers_one_can_ask_where_one_stands(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT + "results/where-am-i/"), script=script)
    expect(page.get_by_text("Answer 7 more sentences to be placed.")).to_be_visible()
    follow(page, "Answer")
    answer_sentences(page, 7)
    page.goto(site.page(CHECKOUT + "results/where-am-i/"))
    expect(page.get_by_text("You answered as most people did on")).to_be_visible()
    expect(page.locator("svg .you")).to_be_visible()


def test_a_click_that_the_site_does_not_answer_is_said_aloud(visit: Visit, tmp_path: Path) -> None:
    with running_demo(tmp_path) as demo:
        page = visit(demo.page(CHECKOUT + "vote/"), may_fail=True)
        demo.stop(signal.SIGTERM)
    press(page, "Agree")
    status = page.get_by_role("status")
    expect(status).to_be_in_viewport()
    expect(status).to_contain_text("Your answer was not recorded")
    expect(page.get_by_role("button", name="Agree", exact=True)).to_be_visible()
