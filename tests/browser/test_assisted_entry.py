"""Ballot sheets entered with the keyboard alone, a file previewed, and what is printed."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import CHECKOUT, Site

SHEETS = "desk/self-checkout/sheets/"


def enter_three(page: Page, *, script: bool) -> None:
    """Plus, minus, question mark; the next field comes by itself, or by Tab; then Enter."""
    for sign in "+-?":
        page.keyboard.type(sign)
        if not script:
            page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_two_sheets_by_keyboard_alone_and_the_last_taken_back(
    site: Site, visit: Visit, facilitator: Any, *, script: bool
) -> None:
    channel = "paper" if script else "phone"
    address = site.page(f"{SHEETS}enter/{channel}/")
    page = visit(address, script=script, storage_state=facilitator)
    for number in ("1", "2"):
        expect(page.get_by_label("Number of the sheet")).to_have_value(number)
        expect(page.locator("#id_answer-1")).to_be_focused()
        enter_three(page, script=script)
        expect(page.get_by_text(f"Sheet {number} is saved: 3 answers.")).to_be_visible()
    press(page, "Take back 2")
    expect(page.get_by_text("Sheet 2 was taken back: its answers are gone.")).to_be_visible()
    expect(page.get_by_label("Number of the sheet")).to_have_value("2")


def test_a_wrong_sign_is_named_and_what_was_typed_stays(
    site: Site, visit: Visit, facilitator: Any, *, script: bool
) -> None:
    page = visit(site.page(f"{SHEETS}enter/paper/"), script=script, storage_state=facilitator)
    page.locator("#id_answer-2").fill("x")
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("“x” is not an answer: write +, - or ?, or leave it empty.")
    ).to_be_visible()
    expect(page.locator("#id_answer-2")).to_have_value("x")


def test_a_file_is_previewed_and_added(
    site: Site, visit: Visit, facilitator: Any, tmp_path: Path, *, script: bool
) -> None:
    start = 100 if script else 200
    rows = [f"{start + n};agree;disagree" for n in range(3)]
    file = tmp_path / "sheets.csv"
    file.write_text("\n".join(["sheet;1;2", *rows, "bad/number;agree;"]), "utf-8")
    page = visit(site.page(SHEETS), script=script, storage_state=facilitator)
    follow(page, "Many at once, from a CSV file")
    page.get_by_label("on paper").check()
    page.get_by_label("CSV file").set_input_files(file)
    press(page, "See what it would do")
    expect_heading(page, "1 row is refused")
    press(page, "Add 3 sheets")
    expect(page.get_by_role("row", name=f"{start + 2} on paper 2")).to_be_visible()


def test_the_pages_of_assisted_entry_have_no_fault(
    site: Site, visit: Visit, facilitator: Any
) -> None:
    desk = visit(site.page(SHEETS), storage_state=facilitator, bypass_csp=True)
    pages = [
        SHEETS,
        f"{SHEETS}enter/paper/",
        f"{SHEETS}file/",
        f"{CHECKOUT}ballot-sheet/",
        f"{CHECKOUT}poster/",
    ]
    for path in pages:
        traffic = audit.view(desk, site.page(path))
        assert audit.faults(desk) == [], path
        assert desk.evaluate(audit.ELEMENTS) < 400 and traffic.bytes < 60_000, path
        desk.set_viewport_size({"width": 320, "height": 568})
        assert desk.evaluate(audit.WIDTH) <= 320, path


def test_the_sheet_and_the_poster_print_on_a4(site: Site, visit: Visit) -> None:
    for path, most in ((f"{CHECKOUT}poster/", 1), (f"{CHECKOUT}ballot-sheet/", 2)):
        for language in ("en", "fr"):
            page = visit(site.page(path, language))
            pdf = page.pdf(prefer_css_page_size=True)
            assert 1 <= pdf.count(b"/Type /Page\n") <= most, path
            assert b"/MediaBox [0 0 594.95996 841.91998]" in pdf, path
            page.emulate_media(media="print")
            for hidden in ("header.top", "footer", ".noprint >> nth=0"):
                expect(page.locator(hidden)).to_be_hidden()
