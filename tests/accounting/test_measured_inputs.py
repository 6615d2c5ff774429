"""What machines measured becomes a figure of the account, with its source and how it is known."""

import re
from datetime import date
from fractions import Fraction
from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from partage.accounting.models import PublishedAccount
from partage.calc.declaration import Input, parse_declaration
from partage.events.months import close_month
from tests.events.test_events import make_measured, send, told
from tests.factories import at, make_facilitator, signed_in

pytestmark = pytest.mark.django_db
BASE = (settings.PACKAGE / "samples/accounts/self-checkout.toml").read_text()
SECONDS = {4: 30, 5: 60}  # of each of ten events in April, twenty in May


@pytest.fixture
def desk() -> Client:
    """A facilitator whose machines told ten scans in April, twenty in May, three payments."""
    shops = make_measured()
    started = [(month, n) for month in SECONDS for n in range(10 * (month - 3))]
    scans = [
        told(100 * month + n, started_at=f"2026-0{month}-03T10:00:00Z", seconds=SECONDS[month], value_cents=250)
        for month, n in started
    ]  # fmt: skip
    few = [told(900 + n, task="pay") for n in range(3)]
    assert send(*scans, *few).json()["accepted"] == 33
    for month in SECONDS:
        close_month(shops, date(2026, month, 1))
    return signed_in(make_facilitator(shops))


def take(desk: Client, name: str, measured: str = "scan:measured") -> tuple[int, str]:
    sent = {"base": BASE, "do": "take", "measured-input": name, "measured": measured}
    answer = desk.post(at("declare", "shops"), sent)
    return answer.status_code, answer.content.decode()


def text_in(page: str, field: str) -> str:
    found = re.search(rf'<textarea name="{field}" hidden>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1]).lstrip("\n")


def input_of(desk: Client, name: str) -> Input:
    """The input once the declaration seen is published."""
    _status, page = take(desk, name)
    assert "What it computes to" in page
    desk.post(at("declare", "shops"), {"toml": text_in(page, "toml"), "do": "publish"})
    return parse_declaration(PublishedAccount.objects.get().declaration, "kept").inputs[name]


def test_a_time_is_the_mean_of_all_months_between_those_of_each(desk: Client) -> None:
    found = input_of(desk, "self_scan")
    assert [found.low, found.central, found.high] == [30, 50, 60]
    assert (found.basis, found.grade, found.date) == ("measured", "M", "2026-05")
    assert found.source_url.endswith(at("measured", "shops") + "?task=scan")
    assert "Scan, measured, 2026-04 to 2026-05, 30 times" in found.source


def test_a_short_time_in_a_large_unit_is_not_nought(desk: Client) -> None:
    base = re.sub(r"(\[inputs\.self_scan\][^\[]*?)s/task", r"\1h/task", BASE)
    sent = {"base": base, "do": "take", "measured-input": "self_scan", "measured": "scan:measured"}
    page = desk.post(at("declare", "shops"), sent).content.decode()
    found = parse_declaration(text_in(page, "toml"), "kept").inputs["self_scan"]
    figures = [found.low, found.central, found.high]
    assert figures == [Fraction(one) for one in ("0.00833333", "0.0138889", "0.0166667")]


def test_how_many_is_what_was_counted(desk: Client) -> None:
    found = input_of(desk, "passages")
    assert [found.low, found.central, found.high] == [30, 30, 30]


def test_money_for_each_task_is_in_euros(desk: Client) -> None:
    assert input_of(desk, "basket").central == 2.5


@pytest.mark.parametrize(
    ("name", "measured"),
    [
        ("self_scan", "pay:measured"),  # done three times: not published
        ("self_scan", "scan:assumed"),
        ("self_scan", ""),
        ("staff_wage", "scan:measured"),  # no time, no number, no money for each
        ("nothing", "scan:measured"),
    ],
)
def test_what_no_month_says_is_not_taken(desk: Client, name: str, measured: str) -> None:
    status, page = take(desk, name, measured)
    assert status == 400 and "nothing was taken" in page
    assert not PublishedAccount.objects.exists()


def test_another_source_typed_over_it_loses_the_address(desk: Client) -> None:
    _status, page = take(desk, "self_scan")
    typed = {f"self_scan-{key}": value for key, value in (
        ("low", "1"), ("central", "2"), ("high", "3"), ("source", "Our stopwatch"),
        ("date", "2026-05"), ("grade", "M"), ("basis", "sampled"),
    )}  # fmt: skip
    answer = desk.post(at("declare", "shops"), {"base": text_in(page, "base")} | typed)
    kept = text_in(answer.content.decode(), "toml")
    assert at("measured", "shops") in text_in(page, "base") and at("measured", "shops") not in kept


def test_without_closed_months_nothing_is_offered() -> None:
    shops = make_measured()
    page = signed_in(make_facilitator(shops)).get(at("declare", "shops"))
    assert "Take this figure" not in page.content.decode()
