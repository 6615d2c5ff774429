"""From an answer to a receipt that is checked on the page and by the command, and to erasing it."""

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import CHECKOUT, Site

SEALED_WITHIN = 20_000  # milliseconds, on a machine busy with other tests


def receipt_of_an_answer(page: Page, folder: Path) -> Path:
    press(page, "Agree")
    expect_heading(page, "Sentence 2 of 10")
    follow(page, "Receipt")
    expect_heading(page, "Receipt of your answer")
    sealed = page.get_by_role("link", name="Take the receipt")
    while not sealed.count():
        follow(page, "Look again")
        page.wait_for_timeout(200)
    with page.expect_download() as download:
        sealed.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def check_alone(file: Path, vkey: str) -> str:
    """What the command says of a receipt, in a folder where there is no site."""
    done = subprocess.run(
        [sys.executable, "-m", "partage", "verify", "receipt", file.name, "--vkey", vkey],
        cwd=file.parent,
        env={**os.environ, "XDG_STATE_HOME": str(file.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_receipt_is_taken_and_checked_on_the_page_and_without_the_site(
    site: Site, visit: Visit, script: bool, tmp_path: Path
) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    file = receipt_of_an_answer(page, tmp_path)
    page.goto(site.page("register/"))
    page.get_by_label("Receipt, or number of an act").fill(file.read_text())
    press(page, "Check")
    expect_heading(page, "This receipt holds")
    expect(page.get_by_text("answer: agree")).to_be_visible()
    vkey = page.request.get(f"{site.address}/register/1/vkey").text().strip()
    assert "It says: answer agree" in check_alone(file, vkey)
    altered = file.read_text().replace("index ", "index 1", 1)
    file.write_text(altered)
    assert "Error: " in check_alone(file, vkey)


def test_the_number_of_an_act_is_found_and_an_altered_receipt_is_not(
    site: Site, visit: Visit, script: bool, tmp_path: Path
) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    file = receipt_of_an_answer(page, tmp_path)
    page.goto(site.page("register/"))
    page.get_by_label("Receipt, or number of an act").fill(file.stem)
    press(page, "Check")
    expect_heading(page, "This act is in the register")
    lines = file.read_text().splitlines(keepends=True)
    page.get_by_label("Receipt, or number of an act").fill("".join([*lines[:2], *lines[3:]]))
    press(page, "Check")
    expect(page.get_by_role("alert")).to_contain_text("This receipt does not hold")


def test_everything_is_erased_after_one_review(site: Site, visit: Visit, script: bool) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    press(page, "Agree")
    expect_heading(page, "Sentence 2 of 10")
    page.goto(site.page(CHECKOUT + "my-answers/"))
    follow(page, "Erase everything held about this device here")
    expect(page.get_by_text("1 answer")).to_be_visible()
    press(page, "Erase everything for good")
    expect_heading(page, "Everything is erased")
    page.goto(site.page(CHECKOUT + "my-answers/"))
    expect(page.get_by_text("No answer was given from this device.")).to_be_visible()
