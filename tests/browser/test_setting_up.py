"""A coproduction set up at the desk, and its dates moved."""

from playwright.sync_api import Page, expect

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
    follow(desk, "Move the dates : A charter for the roof")
    assert audit.faults(desk) == []
    assert width_on_a_phone(desk) <= 320
    desk.get_by_label("Why? All will read it.").first.fill("The holidays came in between.")
    desk.get_by_label("Closes on").first.fill("2099-12-31")
    desk.get_by_role("button", name="Move the dates").first.click()
    expect(desk.get_by_text("The holidays came in between.")).to_be_visible()
