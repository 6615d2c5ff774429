"""Reading what came out: results in the reader's order, the account down to its sources."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import CHECKOUT, Site

LINE = "Hours of work done by consumers"


def test_the_reader_chooses_the_order_and_its_rule_is_printed(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT + "results/"), script=script)
    expect(page).to_have_url(re.compile("order=random&seed="))
    expect(page.get_by_text("The order is drawn from the seed in the address")).to_be_visible()
    page.get_by_label("Order").select_option(label="newest")
    press(page, "Sort")
    expect(page).to_have_url(re.compile("order=newest"))
    expect(page.get_by_text("By the date the sentence was proposed")).to_be_visible()


def test_the_picture_opens_on_request_and_has_a_name(
    site: Site, visit: Visit, script: bool
) -> None:
    page = visit(site.page(CHECKOUT + "results/"), script=script)
    picture = page.get_by_role("img", name="Where people stand")
    expect(picture).to_be_hidden()
    page.get_by_text("See the picture").click()
    expect(picture).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_line_of_the_account_opens_down_to_its_sources(
    site: Site, visit: Visit, script: bool, width: int
) -> None:
    page = visit(site.page(CHECKOUT), script=script, width=width)
    follow(page, "Read the account")
    page.get_by_role("link", name=LINE).first.click()
    expect_heading(page, LINE)
    inputs = page.get_by_role("table", name="Each input with its source, date and grade")
    expect(inputs).to_contain_text("Scanning by oneself")
    expect(inputs).to_contain_text("Events of this coproduction")


def test_on_a_phone_each_figure_carries_the_words_of_its_column(site: Site, visit: Visit) -> None:
    page = visit(site.page(CHECKOUT + "results/?order=agreed"))
    cell = page.locator("table.stack tbody td").first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"Agree"'
    page.set_viewport_size({"width": 1280, "height": 844})
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == "none"


@pytest.mark.parametrize("path", [CHECKOUT, f"{CHECKOUT}results/?order=agreed", "how-it-works/"])
def test_the_other_language_shows_the_same_page_and_leads_back(
    site: Site, visit: Visit, script: bool, path: str
) -> None:
    page = visit(site.page(path), script=script)
    follow(page, "Français")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page).to_have_url(site.page(path, "fr"))
    follow(page, "English")
    expect(page).to_have_url(site.page(path))


def test_an_unknown_address_leads_home_in_either_language(site: Site, visit: Visit) -> None:
    page = visit(f"{site.address}/en/nothing-here/")
    expect_heading(page, "There is no page at this address")
    follow(page, "Français")
    expect(page).to_have_url(f"{site.address}/fr/")
