"""From the head of any page to all that is held: seen, asked about, taken away, erased."""

import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import CHECKOUT, Site


def test_data_is_seen_taken_away_and_erased_after_one_review(
    site: Site, visit: Visit, script: bool, tmp_path: Path
) -> None:
    page = visit(site.page(CHECKOUT + "vote/"), script=script)
    press(page, "Agree")
    expect_heading(page, "Sentence 2 of 10")
    follow(page, "My data")
    expect(page.get_by_role("rowheader", name="Your answers to sentences")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data (zip)").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None and "data.json" in archive.namelist()
    follow(page, "Erase everything")
    expect(page.get_by_text("What stays")).to_be_visible()
    press(page, "Erase everything for good")
    expect_heading(page, "Everything is erased")
    follow(page, "My data")
    expect(page.get_by_text("We hold nothing about you on this device.")).to_be_visible()
    assert not [one for one in page.context.cookies() if one["name"] == "participant"]


def test_a_request_is_sent_without_an_account_and_says_when_an_answer_is_due(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page("my-data/requests/"), script=script)
    press(page, "Send my request")
    expect(page.get_by_role("alert")).to_contain_text("Choose what you ask.")
    page.get_by_label("Correct what is held about me").check()
    page.get_by_label("Say what it is about").fill("A sentence there gives my name.")
    press(page, "Send my request")
    expect_heading(page, "My request")
    expect(page.get_by_role("status")).to_contain_text("An answer is due on")
