"""Journeys in Debian's Chromium, on the real product. Each visitor is a fresh browser profile."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    sync_playwright,
)

from tests.browser.gestures import sign_in
from tests.browser.site import Site, running_demo

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


# For the package only: while Playwright runs, Django takes the thread for an asynchronous one.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: `make system` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    """With JavaScript, and without."""
    return bool(request.param)


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """Opens a page as a new visitor; no visit may leave a fault in the console."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(line: ConsoleMessage) -> None:
        # The browser itself notes an answer that is an error page: that is no fault.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            faults.append(line.text)

    def open_page(
        address: str, *, width: int = 390, script: bool = True, may_fail: bool = False, **more: Any
    ) -> Page:
        size: ViewportSize = {"width": width, "height": 844}
        context = chromium.new_context(viewport=size, java_script_enabled=script, **more)
        contexts.append(context)
        page = context.new_page()
        if not may_fail:
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", note)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="package")
def facilitator(chromium: Browser, site: Site) -> Any:
    """The cookies of the sample's facilitator, signed in with a link made for them."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.sign_in_link())
    sign_in(page)
    cookies = context.storage_state()
    context.close()
    return cookies
