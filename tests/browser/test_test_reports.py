"""A user test: set up at the desk, tried by a newcomer, read at the desk, and shown to all."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import Site

TASK = "Book a room for Tuesday"


def expect_no_fault(page: Page, *, script: bool) -> None:
    """What axe finds wrong; it needs scripts, and the page is the same without."""
    assert not script or audit.faults(page) == []


def set_up(desk: Page, title: str) -> str:
    """A user test with one task; its address."""
    follow(desk, "Set up a coproduction")
    desk.get_by_label("User test").check()
    desk.get_by_label("Title").fill(title)
    desk.get_by_label("The question").fill("Can you book a room alone?")
    desk.get_by_label("Who decides, and what").fill("The library decides in June.")
    press(desk, "Take its stages, from today")
    press(desk, "Publish")
    expect_heading(desk, title)
    address = desk.url
    follow(desk, "The tasks and the test reports")
    follow(desk, "Choose the tasks to try")
    desk.get_by_label("What should people try?").fill(TASK)
    press(desk, "Add this task")
    expect(desk.get_by_role("listitem").get_by_text(TASK)).to_be_visible()
    return address


def test_a_newcomer_reports_on_a_task_and_everybody_reads_it(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    options = {"script": script, "storage_state": facilitator, "bypass_csp": True}
    title = f"Booking rooms {'with' if script else 'without'} a script"
    desk = visit(site.page("desk/"), **options)
    address = set_up(desk, title)
    expect_no_fault(desk, script=script)
    tester = visit(address, script=script, bypass_csp=True)
    follow(tester, "The tasks and the test reports")
    follow(tester, "Say how it went")
    expect(tester.get_by_label(TASK)).to_be_checked()
    tester.get_by_label("I did it with help").check()
    press(tester, "Send my report")  # without a word
    expect(tester.get_by_role("alert")).to_contain_text("Write what happened")
    expect(tester.get_by_label("I did it with help")).to_be_checked()
    expect_no_fault(tester, script=script)
    tester.get_by_label("What happened?").fill("I found the button after a while.")
    tester.get_by_label("How many minutes did it take?").fill("7")
    press(tester, "Send my report")
    expect(tester.locator("main")).to_contain_text("waiting: somebody will read it")
    expect_no_fault(tester, script=script)
    desk.goto(site.page("desk/"))
    desk.get_by_role("listitem").filter(has_text=title).get_by_text("1 contribution").click()
    expect(desk.get_by_role("button", name="Publish")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_contain_text("Nothing to read.")
    reader = visit(address, script=script, bypass_csp=True)
    follow(reader, "The tasks and the test reports")
    expect_heading(reader, "Test reports (1)")
    expect_no_fault(reader, script=script)
    follow(reader, "Read the reports")
    expect(reader.locator("main")).to_contain_text("I found the button after a while.")
    reader.get_by_role("link", name=re.compile("^Report [0-9]+$")).click()
    expect(reader.locator("main")).to_contain_text("I did it with help")
    expect(reader.locator("main")).not_to_contain_text("Your minutes")
