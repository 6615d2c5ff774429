"""Slowing automatic voting: so many new participants an hour from one network."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as site
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from partage.contributions.models import Vote
from partage.contributions.worker import one_pass
from partage.people.models import Newcomer
from partage.people.participants import TOKEN_LENGTH, network_of
from tests.factories import (
    answer,
    everything_stored,
    make_coproduction,
    make_device,
    make_statement,
    stored,
)
from tests.web.page import hidden_fields, words_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 12, 12, tzinfo=UTC)


def network(address: str, at: datetime = NOON, **headers: str) -> bytes:
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers), at)  # type: ignore[arg-type]


def test_newcomers_beyond_the_limit_are_refused_with_their_answer_kept(settings: Settings) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 2
    statement = make_statement(make_coproduction())
    assert [answer(Client(), statement).status_code for _ in range(2)] == [302, 302]
    before = stored()
    refused = answer(Client(), statement)
    assert refused.status_code == 429
    assert "Many answers come from this network." in words_of(refused)
    assert hidden_fields(refused)["answer"] == "1"
    assert stored() == before


def test_another_network_is_not_slowed(settings: Settings) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 1
    statement = make_statement(make_coproduction())
    for address in ("192.0.2.1", "198.51.100.1"):
        assert answer(Client(), statement, REMOTE_ADDR=address).status_code == 302


def test_an_hour_later_newcomers_are_welcome_again(settings: Settings) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 1
    statement = make_statement(make_coproduction())
    answer(Client(), statement)
    Newcomer.objects.update(began_at=timezone.now() - timedelta(minutes=61))
    assert answer(Client(), statement).status_code == 302


def test_inventing_a_cookie_does_not_get_around_the_limit(settings: Settings) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 2
    statement = make_statement(make_coproduction())
    found = []
    for number in range(3):
        browser = Client()
        browser.cookies[site.PARTICIPANT_COOKIE_NAME] = str(number).ljust(TOKEN_LENGTH, "x")
        found.append(answer(browser, statement).status_code)
    assert found == [302, 302, 429]


def test_somebody_already_known_here_is_not_a_newcomer(settings: Settings) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 1
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    answer(Client(), statement)
    assert answer(make_device(coproduction), statement).status_code == 302
    assert Vote.objects.count() == 2


def test_the_address_itself_is_stored_nowhere() -> None:
    statement = make_statement(make_coproduction())
    answer(Client(), statement, REMOTE_ADDR="203.0.113.77")
    assert Newcomer.objects.count() == 1
    kept = everything_stored()
    assert "203.0.113" not in kept and "cb00714d" not in kept
    assert r"\xcb\x00q" not in kept


def test_the_mark_is_of_the_network_not_of_the_machine() -> None:
    assert network("203.0.113.77") == network("203.0.113.4") != network("203.0.114.4")
    assert network("2001:db8:0:ff::1") == network("2001:db8:0:aa::2") != network("2001:db8:1::1")


def test_the_mark_changes_every_day() -> None:
    assert network("203.0.113.77") != network("203.0.113.77", NOON + timedelta(days=1))


def test_the_mark_is_keyed(settings: Settings) -> None:
    before = network("203.0.113.77")
    settings.SECRET_KEY = "another key"  # noqa: S105
    assert network("203.0.113.77") != before


def test_a_forwarded_address_is_believed_from_a_trusted_proxy_alone(settings: Settings) -> None:
    forwarded = "198.51.100.1, 203.0.113.77"
    assert network("192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded) == network("192.0.2.1")
    settings.TRUSTED_PROXY = True
    assert network("192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded) == network("203.0.113.77")


@pytest.mark.parametrize("address", ["", "unknown", "999.1.1.1"])
def test_an_address_that_cannot_be_read_still_has_a_mark(address: str) -> None:
    assert network(address) == network("nonsense")


def test_the_worker_forgets_newcomers_after_two_hours() -> None:
    answer(Client(), make_statement(make_coproduction()))
    one_pass()
    assert Newcomer.objects.count() == 1
    Newcomer.objects.update(began_at=timezone.now() - timedelta(hours=3))
    one_pass()
    assert not Newcomer.objects.exists()
