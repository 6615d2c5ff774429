"""A call from its author to the organization's desk, a support, and the answer in public."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import Site


@pytest.fixture(scope="package")
def facilitator(chromium: Browser, site: Site) -> Any:
    """The cookies of the sample's facilitator, signed in with a link made for them."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.sign_in_link())
    press(page, "Sign in")
    expect_heading(page, "Desk")
    cookies = context.storage_state()
    context.close()
    return cookies


def call_for(page: Page, title: str) -> None:
    page.get_by_label("What should be made together?").fill(title)
    page.get_by_label("How, and why?").fill("So that the schools of the street grow something.")
    page.get_by_label("To which organization?").select_option(index=1)
    press(page, "Send my call")
    expect(page.get_by_text("Waiting: somebody of")).to_be_visible()


def test_a_call_is_published_supported_and_answered(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    title = f"A garden on the roof ({'with' if script else 'without'} script)"
    author = visit(site.page("calls/new/"), script=script)
    call_for(author, title)
    desk = visit(site.page("calls/desk/"), script=script, storage_state=facilitator)
    press(desk, "Publish")
    expect(desk.get_by_role("link", name=title)).to_be_visible()
    supporter = visit(site.page("calls/"), script=script)
    follow(supporter, title)
    press(supporter, "Support this call")
    expect(supporter.get_by_text("You support this call.")).to_be_visible()
    follow(desk, title)
    desk.get_by_label("The organization's answer").fill("The roof opens in May.")
    press(desk, "Publish the answer")
    author.reload()
    expect(author.get_by_text("The roof opens in May.")).to_be_visible()


def test_the_pages_of_calls_have_no_fault_that_axe_can_find(
    site: Site, visit: Visit, facilitator: Any
) -> None:
    author = visit(site.page("calls/new/"), bypass_csp=True)
    press(author, "Send my call")  # with its errors shown
    assert audit.faults(author) == []
    call_for(author, "A garden in the yard")
    assert audit.faults(author) == []
    desk = visit(site.page("calls/desk/"), bypass_csp=True, storage_state=facilitator)
    assert audit.faults(desk) == []
    press(desk, "Publish")
    follow(desk, "A garden in the yard")
    press(desk, "Publish the answer")
    assert audit.faults(desk) == []
    for path in ("calls/", "calls/?order=least"):
        assert audit.faults(visit(site.page(path), bypass_csp=True)) == []
    author.reload()
    assert audit.faults(author) == []
