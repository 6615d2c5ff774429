"""The workbench: the register checked, entries searched and sampled, a figure followed down."""

import re
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.accounting.models import PublishedAccount
from partage.accounting.publication import publish_account
from partage.coproductions.models import Coproduction
from partage.events.models import Event, EventMonth
from partage.events.months import close_month
from partage.oversight.models import Sample
from partage.register.erasing import destroy
from partage.register.finding import code_of
from partage.register.keys import verifiers_of
from partage.register.models import Entry, Erasure, Log, Payload, VaultKey
from partage.register.receipts import check_receipt
from partage.register.recording import record
from partage.register.sequencer import seal
from tests.accounting.test_measured_inputs import text_in
from tests.events.test_events import make_measured, send, told
from tests.factories import (
    at,
    make_coproduction,
    make_facilitator,
    make_people,
    make_statements,
    make_votes,
    signed_in,
)
from tests.oversight.inspections import inspector_browser, make_mandate, today
from tests.register.registers import behind_the_back, record_acts, record_votes
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
BASE = (settings.PACKAGE / "samples/accounts/self-checkout.toml").read_text()


@pytest.fixture
def shops() -> Coproduction:
    coproduction = make_coproduction("shops")
    make_mandate(coproduction)
    return coproduction


def words(browser: Client, name: str, *more: object, query: str = "") -> str:
    answer = browser.get(at(name, 1, *more) + query)
    assert answer.status_code == 200, answer.content.decode()
    return words_of(answer)


def test_the_register_is_verified_and_a_break_is_named(shops: Coproduction) -> None:
    record_acts(5)
    seal()
    browser = inspector_browser()
    held = words_of(browser.post(at("inspection", 1), {"do": "verify"}))
    assert re.search(r"Checked: \d+ lines, no break, in", held)
    first = Entry.objects.filter(kind="frame-published").order_by("position")[1]
    behind_the_back("UPDATE register_entry SET kind = 'x' WHERE id = %s", first.pk)
    broken = words_of(browser.post(at("inspection", 1), {"do": "verify"}))
    assert f"entry {first.position}: the site's rows say something else" in broken.replace("’", "'")


def test_nothing_sealed_is_said(shops: Coproduction) -> None:
    answer = inspector_browser().post(at("inspection", 1), {"do": "verify"})
    assert answer.status_code == 409 and "Nothing is sealed yet" in answer.content.decode()


def test_entries_are_found_by_coproduction_kind_and_day(shops: Coproduction) -> None:
    record_acts(25)
    record_acts(3, space="elsewhere")
    record_votes(2)
    browser = inspector_browser()
    assert "elsewhere" not in words(browser, "inspection-entries")
    assert "2 lines" in words(browser, "inspection-entries", query="?kind=vote")
    page = words(browser, "inspection-entries", query="?kind=frame-published&page=2")
    assert "26 lines" in page and "Page 2 of 2" in page
    assert "No line fits" in words(browser, "inspection-entries", query=f"?since={today(2)}")
    assert "2 lines" in words(browser, "inspection-entries", query=f"?kind=vote&until={today()}")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?coproduction=elsewhere", "“elsewhere” is not covered by this mandate"),
        ("?kind=nothing", "“nothing” is no kind of act found here"),
        ("?since=yesterday", "Write the day as year-month-day"),
        ("?since=2026-02-02&until=2026-02-01", "comes before the first"),
        ("?since=9999-12-31", "Write the day as year-month-day"),
    ],
)
def test_words_that_find_nothing_are_said(shops: Coproduction, query: str, sentence: str) -> None:
    make_coproduction("elsewhere")
    answer = inspector_browser().get(at("inspection-entries", 1) + query)
    assert answer.status_code == 400 and sentence in answer.content.decode()


def entry_page(entry: Entry) -> Any:
    return inspector_browser().get(at("inspection-entry", 1, code_of(bytes(entry.event_id))))


def test_an_entry_opens_on_one_of_three_answers_and_never_on_what_somebody_said(
    shops: Coproduction,
) -> None:
    key, gone, lost = record_votes(1), record_votes(1), record_votes(1)
    open_one = record_acts(1)[0]
    one, two, three = (Payload.objects.get(vault_key=k).entry for k in (key, gone, lost))
    assert "it is sealed within seconds" in entry_page(one).content.decode()
    destroy(gone, "erasure")
    Erasure.objects.all().delete()
    Payload.objects.filter(vault_key=lost).delete()
    VaultKey.objects.filter(pk=lost.pk).delete()
    event = bytes(two.event_id).hex()
    record("erased", space="", public={"events": [event], "ground": "erasure"})
    seal()
    page = entry_page(one).content.decode()
    assert "Opened, and matches what it was committed to" in page and "statement" not in page
    assert "this entry hides nothing" in entry_page(open_one).content.decode()
    assert "Erased under entry" in entry_page(two).content.decode()
    assert "Broken: what it hides is gone" in entry_page(three).content.decode()
    behind_the_back("UPDATE register_entry SET kind = 'x' WHERE id = %s", open_one.pk)
    open_one.refresh_from_db()
    assert "Broken: the site" in entry_page(open_one).content.decode()


def test_the_proof_of_an_entry_is_a_receipt_that_hides_what_it_hid(shops: Coproduction) -> None:
    entry = Payload.objects.get(vault_key=record_votes(1)).entry
    record_acts(5)
    seal()
    found = re.search(r"<pre[^>]*>(c2sp.*?)</pre>", entry_page(entry).content.decode(), re.DOTALL)
    assert found
    text = found[1].replace("&#x27;", "'").strip() + "\n"
    checked = check_receipt(text, verifiers_of(Log.objects.get()))
    assert checked.facts["event"] == bytes(entry.event_id).hex() and checked.content == {}


def test_entries_of_others_and_unknown_ones_stay_closed(shops: Coproduction) -> None:
    make_coproduction("elsewhere")
    (other,) = record_acts(1, space="elsewhere")
    assert entry_page(other).status_code == 403
    assert inspector_browser().get(at("inspection-entry", 1, "x")).status_code == 404


def draw(**changes: Any) -> Any:
    return inspector_browser().post(at("inspection-samples", 1), {"size": 5} | changes)


def test_anyone_draws_the_same_sample_again(shops: Coproduction) -> None:
    record_acts(40)
    record_acts(40, space="elsewhere")
    seal()
    assert draw(kind="frame-published").status_code == 302
    sample = Sample.objects.get()
    checkpoint = Log.objects.get().checkpoint.split("\n\n")[0] + "\n"
    assert sample.seed == sha256(f"{checkpoint}1 1\n".encode()).hexdigest()
    mine = Entry.objects.filter(space="shops", kind="frame-published")
    places = [place or 0 for place in mine.values_list("position", flat=True)]
    ranked = sorted(places, key=lambda place: sha256(f"{sample.seed} {place}".encode()).hexdigest())
    assert sample.places == sorted(ranked[:5]) and sample.population == len(places) == 41
    assert sample.seed in words(inspector_browser(), "inspection-samples")
    draw(kind="frame-published")
    assert Sample.objects.get(number=2).seed != sample.seed


@pytest.mark.parametrize("size", ["0", "1001", "many", ""])
def test_a_sample_of_no_sense_is_refused(shops: Coproduction, size: str) -> None:
    seal()
    answer = draw(size=size)
    assert answer.status_code == 400 and "from 1 to 1000" in answer.content.decode()
    assert not Sample.objects.exists()


def test_nothing_is_drawn_among_nothing(shops: Coproduction) -> None:
    assert draw().status_code == 409
    seal()
    assert draw(since=str(today(3))).status_code == 409
    assert not Sample.objects.exists()


def measured_account(shops: Coproduction) -> PublishedAccount:
    """The sample's account, its scanning time taken from twenty events of May."""
    sent = [told(n, seconds=40 + n, value_cents=100) for n in range(20)]
    assert send(*sent).json()["accepted"] == 20
    close_month(shops, date(2026, 5, 1))
    desk = signed_in(make_facilitator(shops))
    taken = {"base": BASE, "do": "take", "measured-input": "self_scan", "measured": "scan:measured"}
    page = desk.post(at("declare", "shops"), taken).content.decode()
    desk.post(at("declare", "shops"), {"toml": text_in(page, "toml"), "do": "publish"})
    return PublishedAccount.objects.get()


@pytest.fixture
def measured() -> PublishedAccount:
    shops = make_measured()
    make_mandate(shops)
    return measured_account(shops)


def hrefs(browser: Client, address: str) -> list[str]:
    page = browser.get(address).content.decode()
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', page)]


def test_a_figure_is_followed_to_its_events_and_their_leaf_in_four_clicks(
    measured: PublishedAccount,
) -> None:
    seal()
    browser = inspector_browser()
    account = at("inspection-account", 1, "shops")
    steps = ["account/A4/", "/events/?task=scan", r"/events/\d+/$", r"/entries/[0-9a-f-]+/$"]
    address = account
    for step in steps:
        address = next(
            one for one in hrefs(browser, address) if re.search(step, one) or step in one
        )
    page = browser.get(address).content.decode()
    assert "events-received" in page and "this entry hides nothing" in page


def test_what_is_computed_again_is_what_was_published(measured: PublishedAccount) -> None:
    browser = inspector_browser()
    account = words(browser, "inspection-account", "shops")
    assert "is what was published, line by line" in account
    assert "The register sealed the digest" in account
    figure = words(browser, "inspection-figure", "shops", "A4")
    assert "Its events" in figure and "no gap" in figure
    assert "they differ" not in words(browser, "inspection-months", "shops")


def test_figures_changed_behind_the_back_show_their_gap(measured: PublishedAccount) -> None:
    content = measured.content
    line = next(one for one in measured.facts["lines"] if one["code"] == "A4")
    central = line["values"]["within_frame"]["central"]
    assert content.count(f'"central": {central}')
    PublishedAccount.objects.update(
        content=content.replace(f'"central": {central}', '"central": 1')
    )
    browser = inspector_browser()
    assert "differs from what was published" in words(browser, "inspection-account", "shops")
    Event.objects.filter(seconds=40).update(seconds=400)
    figure = words(browser, "inspection-figure", "shops", "A4")
    assert "Gap 18" in figure
    assert "they differ" in words(browser, "inspection-months", "shops")


def test_a_digest_that_was_not_sealed_is_said(measured: PublishedAccount) -> None:
    PublishedAccount.objects.update(digest="0" * 64)
    assert "does not hold the digest" in words(inspector_browser(), "inspection-account", "shops")


def test_events_show_no_mark_of_a_person_and_say_which_were_corrected() -> None:
    shops = make_measured()
    make_mandate(shops)
    first = told(1, person="customer-77")
    send(first)
    send(told(2, corrects=first["id"], seconds=50))
    month = EventMonth.objects.get()
    page = words(inspector_browser(), "inspection-events", "shops", month.pk)
    assert "corrected" in page and str(Event.objects.exclude(who=None).get().who) not in page
    assert "No event was told" in words(
        inspector_browser(), "inspection-months", "shops", query="?task=pay"
    )
    assert inspector_browser().get(at("inspection-events", 1, "shops", 999)).status_code == 404


def test_accounts_and_flags_of_several_are_beside_one_another_in_as_many_queries(
    shops: Coproduction,
) -> None:
    publish_account(shops, BASE, "self-checkout.toml")
    make_votes(make_people(shops, 12), make_statements(shops, 2))
    browser = inspector_browser()
    page = words(browser, "inspection-compare")
    assert "Title of shops" in page and "Red flags" in page
    counts = []
    for number in (2, 3):
        coproductions = [make_coproduction(f"more-{number}-{n}") for n in range(3 * number)]
        mandate = make_mandate(*coproductions)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(at("inspection-flags", mandate.number)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40
    assert EventMonth.objects.count() == 0
