"""Measures of one page as the browser sees it: weight, structure, words, what it keeps."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

ELEMENTS = "document.querySelectorAll('*').length - document.querySelectorAll('svg *').length"
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
KEPT = "localStorage.length + sessionStorage.length"
OPEN_ALL = "document.querySelectorAll('details').forEach(details => details.open = true)"
WIDTH = "document.documentElement.scrollWidth"
LIGHTS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FOCUSED = "document.activeElement.id"


@dataclass
class Traffic:
    """What one view of a page costs, as the browser's own network log counts it."""

    bytes: float = 0
    addresses: list[str] = field(default_factory=list)


def view(page: Page, address: str) -> Traffic:
    """Open the page, and count the bytes and the requests that it takes."""
    traffic = Traffic()

    def asked(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            traffic.addresses.append(event["request"]["url"])

    def came(event: dict[str, Any]) -> None:
        traffic.bytes += event["encodedDataLength"]

    log = page.context.new_cdp_session(page)
    log.on("Network.requestWillBeSent", asked)
    log.on("Network.loadingFinished", came)
    log.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    log.detach()
    return traffic


def words(page: Page) -> Counter[str]:
    """Every word on the page, those folded away included, and how often."""
    text = page.locator("body").text_content() or ""
    return Counter(re.findall(r"\w+", text))


def share_kept(all_words: Counter[str], fewer: Counter[str]) -> float:
    return (all_words & fewer).total() / all_words.total()


def faults(page: Page) -> list[str]:
    """What axe finds in four views: a phone and a desk, in light and in dark."""
    found = set()
    page.evaluate(OPEN_ALL)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for light in LIGHTS:
            page.emulate_media(color_scheme=light)
            for fault in Axe().run(page)["violations"]:
                found |= {f"{width} {light}: {fault['id']} {n['target']}" for n in fault["nodes"]}
    return sorted(found)
