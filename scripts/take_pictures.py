"""Take the README's pictures of a running demo again.

`.venv/bin/python scripts/take_pictures.py http://localhost:8000`
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"
SAMPLE = "/en/coproductions/self-checkout"
PAGES = {
    "vote-390.png": (f"{SAMPLE}/vote/", {"width": 390, "height": 760}),
    "results-1280.png": (f"{SAMPLE}/results/?order=agreed", {"width": 1280, "height": 780}),
    "account-1280.png": (f"{SAMPLE}/account/", {"width": 1280, "height": 780}),
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]  # fmt: skip


def main(site: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, (address, size) in PAGES.items():
            page = browser.new_page(viewport=size)
            page.goto(site + address)
            page.screenshot(path=PICTURES / name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
