"""An idea from a newcomer to the desk, and a queue of twenty cleared by keyboard."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press, read_up_to
from tests.browser.site import CHECKOUT, Site

QUEUE = "desk/self-checkout/"
MANY = 20


def propose(visit: Visit, site: Site, title: str, *, script: bool) -> Page:
    page = visit(site.page(CHECKOUT), script=script)
    follow(page, "Read the ideas")
    follow(page, "Propose an idea")
    page.get_by_label("Your idea in one sentence").fill(title)
    press(page, "Send my idea")
    expect_heading(page, title)
    expect(page.locator("main")).to_contain_text("waiting: somebody will read it")
    return page


def test_a_newcomer_proposes_an_idea_and_the_desk_clears_twenty_by_keyboard(
    site: Site,
    visit: Visit,
    facilitator: Any,
    script: bool,
) -> None:
    titles = [f"Idea {n} {'with' if script else 'without'} a script" for n in range(MANY)]
    author = propose(visit, site, titles[0], script=script)
    for title in titles[1:]:
        author.goto(site.page(CHECKOUT + "ideas/propose/"))
        author.get_by_label("Your idea in one sentence").fill(title)
        press(author, "Send my idea")
    desk = visit(site.page(QUEUE), script=script, storage_state=facilitator)
    read_up_to(desk, titles[0])
    for title in titles[:-1]:
        expect(desk.get_by_role("heading", name=title, exact=True)).to_be_visible()
        # The page has shown before the browser gives the button its focus.
        expect(desk.get_by_role("button", name="Publish")).to_be_focused()
        desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name=titles[-1], exact=True)).to_be_visible()
    _refuse_by_keyboard(desk)
    expect(desk.locator("main")).to_contain_text("Nothing to read.")
    author.reload()
    expect(author.locator("main")).to_contain_text("It is about something else.")


def _refuse_by_keyboard(desk: Page) -> None:
    """Tab to the reasons, space for the first, tab to the button, Enter."""
    rule = desk.get_by_label("It is about something else.")
    for _key in range(30):
        desk.keyboard.press("Tab")
        if rule.evaluate("one => one === document.activeElement"):
            break
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    desk.wait_for_load_state()


def test_an_answer_and_an_argument_are_given_on_the_idea(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT + "ideas/?order=newest"), script=script)
    page.locator("ol.cards a").last.click()
    press(page, "Mixed")
    expect(page.get_by_role("status")).to_contain_text("Your answer is recorded.")
    page.get_by_label("For", exact=True).check()
    page.get_by_label("Your point in one sentence").fill("It would also help on Saturdays.")
    press(page, "Add my argument")
    expect(page.locator("main")).to_contain_text("It would also help on Saturdays.")


def test_similar_ideas_show_under_the_field_while_typing(site: Site, visit: Visit) -> None:
    page = visit(site.page(CHECKOUT + "ideas/propose/"))
    page.get_by_label("Your idea in one sentence").press_sequentially("Show paid hours replaced")
    expect(page.locator("#similar")).to_contain_text("how many paid hours it replaces")
