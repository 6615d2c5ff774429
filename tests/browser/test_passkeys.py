"""A facilitator adds a passkey and signs in with it; the device is the browser's own virtual one."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import Site

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> Any:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    number = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return devices, number["authenticatorId"]


def test_a_passkey_is_added_and_then_signs_in(site: Site, visit: Visit) -> None:
    page = visit(site.sign_in_link(), bypass_csp=True)  # axe needs it
    press(page, "Sign in")
    devices, number = with_device(page)
    page.goto(site.page("sessions/"))
    follow(page, "My passkeys")
    page.get_by_label("Which device?").fill("Telephone")
    assert audit.faults(page) == []
    press(page, "Add a passkey")
    expect(page.get_by_role("listitem").filter(has_text="Telephone")).to_be_visible()
    page.context.clear_cookies()
    page.goto(site.page("sign-in/"))
    press(page, "Sign in with a passkey")
    expect_heading(page, "Desk")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto(site.page("sign-in/"))
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("alert")).to_have_text(
        "You are not signed in: your device said no, or nobody answered it."
    )


def test_without_javascript_the_button_is_not_there(site: Site, visit: Visit) -> None:
    page = visit(site.page("sign-in/"), script=False)
    expect_heading(page, "Sign in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
