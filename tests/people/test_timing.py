"""What a page answers takes as long for an address that is known here as for one that is not.

Nothing may run beside it: `make slow` runs this folder alone.
"""

import statistics
import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.news import subscribing
from partage.news.models import Asked, Subscription
from partage.people import codes, device_links
from partage.people.models import DeviceLink, Mail, SignInCode
from partage.rights import requests
from partage.rights.models import Request
from tests.factories import at, make_coproduction, make_device, make_facilitator
from tests.news.letterbox import subscribe

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
KNOWN, UNKNOWN = "claire@example.org", "nobody@example.org"
TIMES = 200


@pytest.fixture
def coproduction(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Coproduction:
    """One where the known address has an account, follows, and has a link on its way."""
    settings.MAIL_IS_ON = True
    for module in (codes, device_links, subscribing, requests):
        for limit in ("PER_ADDRESS", "PER_NETWORK"):
            if hasattr(module, limit):
                monkeypatch.setattr(module, limit, 10**6)
    coproduction = make_coproduction()
    make_facilitator(coproduction, email=KNOWN)
    subscribe(make_device(coproduction), "notices", address=KNOWN)
    return coproduction


def ask_code(browser: Client, email: str) -> Any:
    return browser.post(at("sign-in"), {"email": email})


def ask_link(browser: Client, email: str) -> Any:
    return browser.post(at("other-device"), {"mail": "yes", "email": email})


def ask_news(browser: Client, email: str) -> Any:
    return browser.post(at("news", "shops"), {"address": email, "notices": "on"})


def ask_about_data(browser: Client, email: str) -> Any:
    return browser.post(at("data-requests"), {"kind": "see", "text": "All of it.", "mail": email})


def forget() -> None:
    """Each try finds what the first one found."""
    for model in (SignInCode, DeviceLink, Asked, Request):
        model._default_manager.all().delete()
    Mail.objects.all().delete()
    Subscription.objects.pending().delete()


ENDPOINTS = {
    "sign-in code": ask_code,
    "device link": ask_link,
    "news": ask_news,
    "data request": ask_about_data,
}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_known_and_unknown_addresses_take_as_long(
    endpoint: str, coproduction: Coproduction
) -> None:
    send, browser = ENDPOINTS[endpoint], make_device(coproduction)
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    said = set()
    for number in range(TIMES + 5):  # the first ones warm up
        for email, times in took.items():
            started = time.perf_counter()
            answered = send(browser, email)
            times += [time.perf_counter() - started] if number >= 5 else []
            said.add((answered.status_code, email in answered.content.decode()))
            forget()
    assert len(said) == 1 and {status for status, _told in said} <= {200, 302}
    close(took)


def close(took: dict[str, list[float]]) -> None:
    known, unknown = (statistics.median(times) for times in took.values())
    assert len(took[KNOWN]) == TIMES
    assert abs(known - unknown) < 0.1 * max(known, unknown), (known, unknown)


def test_a_passkey_is_asked_of_everybody_in_the_same_words(
    coproduction: Coproduction,
) -> None:
    """The question is the same for everybody: it names neither a key nor a person."""
    browser, address = Client(), at("sign-in-passkey")
    asked = [browser.post(address, {"deed": "begin"}).json()["publicKey"] for _twice in range(2)]
    assert not asked[0].get("allowCredentials") and asked[0].keys() == asked[1].keys()
    for one in asked:
        del one["challenge"]
    assert asked[0] == asked[1]


def test_the_measure_would_see_a_difference(coproduction: Coproduction) -> None:
    """A tenth more work for a known address fails the test."""
    slow = {KNOWN: [0.0112] * TIMES, UNKNOWN: [0.01] * TIMES}
    with pytest.raises(AssertionError):
        close(slow)
