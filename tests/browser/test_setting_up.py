"""A coproduction set up at the desk, and its dates moved."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import Site


def width_on_a_phone(page: Page) -> int:
    page.set_viewport_size({"width": 320, "height": 568})
    return int(page.evaluate(audit.WIDTH))


def test_a_coproduction_is_set_up_previewed_published_and_moved(site: Site, visit: Visit) -> None:
    desk = visit(site.sign_in_link(), bypass_csp=True)
    press(desk, "Sign in")
    follow(desk, "Set up a coproduction")
    press(desk, "Publish")  # with its errors shown
    assert audit.faults(desk) == []
    desk.get_by_label("Consultation on a text").check()
    desk.get_by_label("Title").fill("A charter for the roof")
    desk.get_by_label("The question").fill("What should the charter say?")
    desk.get_by_label("Who decides, and what").fill("The members decide in June.")
    press(desk, "Take its stages, from today")
    press(desk, "Preview")
    expect_heading(desk, "What the public page will say")
    assert audit.faults(desk) == []
    assert width_on_a_phone(desk) <= 320
    press(desk, "Publish")
    expect_heading(desk, "A charter for the roof")
    follow(desk, "Desk")
    follow(desk, "A charter for the roof")
    follow(desk, "Move the dates")
    assert audit.faults(desk) == []
    assert width_on_a_phone(desk) <= 320
    desk.get_by_label("Why? All will read it.").first.fill("The holidays came in between.")
    desk.get_by_label("Closes on").first.fill("2099-12-31")
    desk.get_by_role("button", name="Move the dates").first.click()
    expect(desk.get_by_text("The holidays came in between.")).to_be_visible()


def preview_of(page: Page) -> Locator:
    return page.get_by_role("region", name="What the public page will say")


def test_the_preview_shows_what_is_typed_with_javascript_or_at_a_press(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    desk = visit(site.page("desk/new/"), script=script, storage_state=facilitator)
    preview = preview_of(desk)
    expect(preview).to_contain_text("No title yet")
    desk.get_by_label("The question").fill("What should the charter say?")
    desk.get_by_label("Title").fill("A charter for the roof")
    if not script:
        press(desk, "Preview")
    expect(preview).to_contain_text("A charter for the roof")
    expect(preview).to_contain_text("What should the charter say?")
    expect(desk.get_by_label("Title")).to_have_value("A charter for the roof")
    if script:
        expect(desk.get_by_label("Title")).to_be_focused()
    desk.get_by_role("group", name="Votes").get_by_label("Opens on").fill("2001-01-01")
    if not script:
        press(desk, "Preview")
    expect(desk.get_by_text("A stage cannot be opened in the past.").last).to_be_visible()


def test_a_preview_that_cannot_be_made_says_so_and_the_words_stay(
    site: Site, visit: Visit, facilitator: Any
) -> None:
    desk = visit(site.page("desk/new/"), storage_state=facilitator, may_fail=True)
    desk.get_by_label("Title").fill("A charter for the roof")
    expect(preview_of(desk)).to_contain_text("A charter for the roof")
    desk.context.clear_cookies()
    desk.get_by_label("Title").fill("A charter for the garden")
    expect(preview_of(desk)).to_contain_text("The preview could not be made.")
    expect(desk.get_by_label("Title")).to_have_value("A charter for the garden")


def test_a_frame_is_changed_setting_by_setting_and_says_what_changed(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    address = site.page("desk/self-checkout/frame/")
    desk = visit(address, script=script, storage_state=facilitator, bypass_csp=True)
    days, reason = (90, "The board asked for it.") if script else (60, "The members asked for it.")
    press(desk, "Add data")
    box = desk.get_by_label("What is erased, and when")
    box.fill(f"Names are erased {days} days after closing.")
    press(desk, "See what this would change")
    expect_heading(desk, "What this would change")
    if script:
        assert audit.faults(desk) == []
        assert desk.evaluate(audit.ELEMENTS) <= 400
        assert width_on_a_phone(desk) <= 320
    press(desk, "Publish this version")
    expect(desk.get_by_text("Give the reason: promises never change without one.")).to_be_visible()
    desk.get_by_label("Why? All will read it.").fill(reason)
    press(desk, "Publish this version")
    expect_heading(desk, "What this version changed")
    expect(desk.get_by_text(reason).first).to_be_visible()
    if script:
        assert audit.faults(desk) == []
        assert width_on_a_phone(desk) <= 320
