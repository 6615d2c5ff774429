"""To an identity provider and back, in a browser: its own rules on forms, cookies and other sites."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.gestures import expect_heading, press, sign_in
from tests.browser.site import CHECKOUT, Site, running_demo
from tests.people.identity_provider import CLIENT, SECRET, LocalProvider, running_provider

pytestmark = pytest.mark.slow


def write_providers(folder: Path, provider: LocalProvider) -> Path:
    words = {"name": "Local Identity", "issuer": provider.issuer, "client_id": CLIENT}
    lines = [f'{name} = "{value}"' for name, value in (words | {"client_secret": SECRET}).items()]
    file = folder / "providers.toml"
    file.write_text("\n".join(["[local]", *lines]))
    return file


def fresh(chromium: Browser, *, script: bool) -> Page:
    return chromium.new_context(java_script_enabled=script).new_page()


def prove(page: Page, site: Site) -> None:
    page.goto(site.page(CHECKOUT + "identity/"))
    press(page, "Go on with Local Identity")
    expect(page.get_by_role("status")).to_contain_text("It is proved")


def attach_then_sign_in(page: Page, site: Site) -> None:
    page.goto(site.sign_in_link())
    sign_in(page)
    page.goto(site.page("sessions/identities/"))
    page.locator("button[name=attach]").click()
    expect_heading(page, "Identities kept elsewhere")
    expect(page.locator("button[name=remove]")).to_have_count(1)
    page.context.clear_cookies()
    page.goto(site.page("sign-in/"))
    press(page, "Sign in with Local Identity")
    expect_heading(page, "Desk")


def test_a_browser_goes_to_the_provider_and_comes_back(chromium: Browser, tmp_path: Path) -> None:
    with running_provider() as provider:
        file = write_providers(tmp_path, provider)
        with running_demo(tmp_path, PARTAGE_IDENTITY_PROVIDERS=str(file)) as site:
            for script, subject in ((True, "one"), (False, "another")):
                provider.subject = subject
                prove(fresh(chromium, script=script), site)
            attach_then_sign_in(fresh(chromium, script=False), site)
    assert "/end" not in provider.asked
