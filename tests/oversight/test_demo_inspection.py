"""The inspection of the demo: an inspector follows the self-checkout's account to its events."""

import re

import pytest
from django.conf import settings

from partage.commands.imports import load_coproduction
from partage.coproductions.models import Coproduction
from partage.oversight.flags import flags_of
from partage.oversight.gathering import figures_of
from partage.oversight.samples import make_sample_inspection
from partage.register.sequencer import seal
from partage.shares.samples import make_sample_period
from tests.factories import at
from tests.oversight.inspections import inspector_browser, make_inspector
from tests.oversight.test_workbench import hrefs
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
MOST_CLICKS = 4


@pytest.fixture
def shops() -> Coproduction:
    load_coproduction(settings.PACKAGE / "samples" / "coproductions" / "self-checkout.toml")
    found = Coproduction.objects.select_related("organization", "frame").get()
    make_sample_period(found)
    make_sample_inspection(found, make_inspector())
    seal()
    return found


def test_the_account_of_the_demo_leads_to_its_events_in_four_clicks(shops: Coproduction) -> None:
    browser, address = inspector_browser(), at("inspection-account", 1, shops.slug)
    for step in (r"account/A4/", r"/events/\?task=scan", r"/events/\d+/$"):
        address = next(one for one in hrefs(browser, address) if re.search(step, one))
    events = words_of(browser.get(address))
    assert "Events in the order they came" in events
    address = next(one for one in hrefs(browser, address) if "/entries/" in one)
    assert "events-received" in words_of(browser.get(address))
    assert "no gap" in words_of(browser.get(at("inspection-figure", 1, shops.slug, "A4")))


def test_the_demo_raises_at_least_two_flags(shops: Coproduction) -> None:
    codes = {flag.rule.code for flag in flags_of(figures_of([shops])[shops.pk])}
    assert {"data-unknown", "rule-not-voted"} <= codes
    page = words_of(inspector_browser().get(at("inspection-flags", 1)))
    assert "Data taken without people knowing: 1" in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_light(shops: Coproduction, language: str) -> None:
    browser = inspector_browser()
    names = ("inspection", "inspection-entries", "inspection-flags", "inspection-compare")
    addresses = [at(name, 1, language=language) for name in names]
    addresses += [at("inspection-account", 1, shops.slug, language=language)]
    addresses += [at("inspection-figure", 1, shops.slug, "A4", language=language)]
    for address in addresses:
        page = browser.get(address).content
        assert len(page) < 60_000, address
        assert len(re.findall(rb"<[a-z]", page)) < 400, address
