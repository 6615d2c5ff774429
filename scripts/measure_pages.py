"""Measure the public pages of a running demo, for the ecodesign page.

`.venv/bin/python scripts/measure_pages.py http://localhost:8000`
"""

import json
import shutil
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

MEASURES = Path(__file__).resolve().parent.parent / "partage/pages/ecodesign.json"
SAMPLE = "/en/coproductions/self-checkout"
PAGES = {
    "home": "/en/",
    "coproduction": f"{SAMPLE}/",
    "vote": f"{SAMPLE}/vote/",
    "results": f"{SAMPLE}/results/?order=agreed",
    "frame": f"{SAMPLE}/frame/",
    "account": f"{SAMPLE}/account/",
    "how": "/en/how-it-works/",
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]  # fmt: skip
OUTSIDE_SVG = "document.querySelectorAll(':not(svg *)').length"
TIMES = 15


def measure(browser: Browser, address: str) -> dict[str, Any]:
    """Bytes, requests and elements of a first view, and the server's time in milliseconds."""
    page = browser.new_context().new_page()
    sizes: list[float] = []
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    elements = page.evaluate(OUTSIDE_SVG)
    page.context.close()
    return {
        "bytes": round(sum(sizes)),
        "requests": len(sizes),
        "elements": elements,
        "server_ms": round(median(_answer_ms(address) for _ in range(TIMES)), 1),
    }


def _answer_ms(address: str) -> float:
    started = time.perf_counter()
    urllib.request.urlopen(address).read()  # noqa: S310 - a page of one's own
    return (time.perf_counter() - started) * 1000


def main(site: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        pages = [{"page": name, **measure(browser, site + path)} for name, path in PAGES.items()]
        browser.close()
    day = datetime.now(UTC).date().isoformat()
    MEASURES.write_text(json.dumps({"measured_on": day, "pages": pages}, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
