"""A fresh browser on thirty pages, in French and in English, signed out and in: what it is left with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser import audit
from tests.browser.site import CHECKOUT, SENSITIVE, Site

pytestmark = pytest.mark.slow
ALLOWED = {"participant", "csrftoken", "sessionid"}
# What a policy refuses is told by an event, whatever the console says of it.
LISTEN = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", event => window.refusals.push(event.violatedDirective));
"""
STORES = """
async () => [
  localStorage.length, sessionStorage.length,
  (await indexedDB.databases()).length, (await navigator.serviceWorker?.getRegistrations() ?? []).length,
]
"""
PATHS = [
    "", "how-it-works/", "sign-in/", "register/", "ecodesign/", "legal-notice/", "personal-data/",
    "debate-rules/", "accessibility/", "site-map/", "help/", "my-data/", "my-data/requests/",
    "my-data/erase/", "other-device/", "calls/", "calls/new/", "parameters/", "opinions/",
    "opinions/cese-2016-12/", "assemblies/", CHECKOUT, f"{CHECKOUT}vote/", f"{CHECKOUT}results/?order=agreed",
    f"{CHECKOUT}account/", f"{CHECKOUT}ideas/?order=newest", f"{CHECKOUT}fund/", f"{CHECKOUT}frame/",
    f"{SENSITIVE}vote/", f"{SENSITIVE}my-answers/", "nothing-here/",
]  # fmt: skip
DESK = ["desk/", "sessions/", "sessions/passkeys/", "desk/self-checkout/", "desk/data-requests/"]


@dataclass
class Seen:
    """What a browser did beside showing pages."""

    requests: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("request", self._asked)
        page.on("console", self._said)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text or "Content-Security-Policy" in line.text:
            self.refusals.append(line.text)

    def look(self, page: Page) -> None:
        self.refusals += page.evaluate("window.refusals")
        self.kept += page.evaluate(STORES)


@pytest.fixture
def fresh(chromium: Browser) -> Iterator[Any]:
    contexts: list[BrowserContext] = []

    def new(state: Any = None) -> BrowserContext:
        context = chromium.new_context(storage_state=state)
        context.add_init_script(LISTEN)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


def crawl(context: BrowserContext, addresses: list[str]) -> Seen:
    """Open each page, and every part of it that is folded away."""
    page, seen = context.new_page(), Seen()
    seen.listen(page)
    for address in addresses:
        page.goto(address, wait_until="networkidle")
        page.evaluate(audit.OPEN_ALL)
        seen.look(page)
    return seen


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("who", ["signed out", "signed in"])
def test_thirty_pages_leave_three_cookies_at_most_and_ask_nobody_else(
    who: str, language: str, site: Site, fresh: Any, facilitator: Any
) -> None:
    is_in = who == "signed in"
    context = fresh(facilitator if is_in else None)
    addresses = [site.page(path, language) for path in PATHS + (DESK if is_in else [])]
    assert len(set(addresses)) >= 30
    seen = crawl(context, addresses)
    assert len(seen.requests) > len(addresses)  # the pages and what they are made of
    others = [one for one in seen.requests if not one.startswith("data:")]
    assert {urlsplit(one).netloc for one in others} == {urlsplit(site.address).netloc}
    assert seen.refusals == []
    assert len(seen.kept) == 4 * len(addresses) and not any(seen.kept)
    names = {cookie.get("name") for cookie in context.cookies()}
    assert names <= ALLOWED and ("sessionid" in names) is is_in


def test_the_search_would_see_a_store_a_stranger_and_a_refusal(site: Site, fresh: Any) -> None:
    """What is looked for is planted once: silence elsewhere then means that it is not there."""
    page, seen = fresh().new_page(), Seen()
    seen.listen(page)
    page.goto(site.page(""))
    page.evaluate("localStorage.setItem('planted', 'yes')")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x'}))")
    page.evaluate("new Promise(done => setTimeout(done, 300))")
    seen.look(page)
    assert any(seen.kept) and seen.refusals
    assert [one for one in seen.requests if ":9/x" in one]
