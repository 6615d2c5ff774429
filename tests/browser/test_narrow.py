"""On a phone, words of a table keep to their cell, and a field to its place."""

from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, press
from tests.browser.site import CHECKOUT, Site

# Cells whose words stand over their neighbour, or whose links have less than half the width.
SQUEEZED = """[...document.querySelectorAll(".stack td")].filter(cell =>
  cell.scrollWidth > cell.clientWidth + 1
  || (cell.querySelectorAll("a").length > 1 && cell.clientWidth < innerWidth / 2)
).map(cell => cell.textContent.trim().replace(/\\s+/g, " "))"""
# Fields that something follows at less than half a letter.
TOUCHING = """[...document.querySelectorAll("main input, main textarea, main select")].filter(field => {
  const below = [field];
  while (below[0] && (below[0] === field || !below[0].getClientRects().length
    || !below[0].getBoundingClientRect().height)) below[0] = below[0].nextElementSibling;
  const isText = !["radio", "checkbox", "hidden"].includes(field.type);
  return isText && below[0]
    && below[0].getBoundingClientRect().top - field.getBoundingClientRect().bottom < 8;
}).map(field => field.name)"""


def test_no_cell_of_a_table_is_squeezed_on_a_phone(site: Site, visit: Visit) -> None:
    page = visit(site.page(CHECKOUT + "vote/"))
    press(page, "Agree")
    expect_heading(page, "Sentence 2 of 10")
    fields = "open-data/fields/statements/"
    for path in ("my-data/", CHECKOUT + "open-data/", "open-data/", fields, CHECKOUT + "fund/"):
        page.goto(site.page(path))
        assert page.locator(".stack td").count()
        assert page.evaluate(SQUEEZED) == [], path


def test_no_field_touches_what_follows(site: Site, visit: Visit) -> None:
    page = visit(site.page(CHECKOUT + "ideas/propose/"))
    for path in (CHECKOUT + "ideas/propose/", "my-data/requests/", "sign-in/"):
        page.goto(site.page(path))
        assert page.evaluate(TOUCHING) == [], path
