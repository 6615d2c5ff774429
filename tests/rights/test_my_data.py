"""What is held about whoever looks, generated from what the apps declare."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.assemblies.models import Member
from partage.consents.models import Consent
from partage.contributions.models import Vote
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_assembly,
    make_call,
    make_coproduction,
    make_device,
    make_facilitator,
    make_sensitive,
    make_statements,
    members_of,
    participant_of,
    signed_in,
    stored,
)
from tests.news.letterbox import subscribe
from tests.web.page import bytes_of, html_of, words_of

pytestmark = pytest.mark.django_db


def shown(browser: Client, **query: Any) -> str:
    return words_of(browser.get(at("my-data"), query))


def test_nobody_yet_is_told_that_nothing_is_held() -> None:
    make_coproduction()
    before = stored()
    for device in (Client(), make_device()):
        assert "We hold nothing about you on this device." in shown(device)
        assert f'href="{at("sign-in")}">Sign in</a>' in html_of(device.get(at("my-data")))
    assert stored() == before
    assert Client().post(at("my-data")).status_code == 405


def test_a_device_sees_what_it_gave_in_each_coproduction_and_nothing_of_others() -> None:
    here, there = make_coproduction("here"), make_coproduction("there")
    device, other = make_device(here, there), make_device(here)
    for statement in make_statements(here, 3):
        answer(device, statement)
        answer(other, statement)
    other.post(at("propose", "here"), {"text": "One more sentence."})
    page = shown(device)
    assert "Title of here" in page and "Title of there" in page
    assert "Download my data (zip)" in page and "Erase everything" in page
    assert "Your answers to sentences (3)" in page and "nobody: results show totals only" in page
    assert "Sentences you proposed" not in page and "Sentences you proposed" in shown(other)
    assert "Title of there" not in shown(other)


def test_a_call_is_listed_too() -> None:
    call = make_call(make_coproduction(), pk=1)
    device = make_device()
    device.post(at("call-support", call.pk), {"once": "x" * 40})
    assert "A garden on the roof" in shown(device) and "Your supports of calls" in shown(device)


def test_consent_is_withdrawn_from_the_page_in_one_press() -> None:
    coproduction = make_sensitive()
    device = make_device(coproduction)
    device.post(at("consent", "convictions"))
    for statement in make_statements(coproduction, 2):
        answer(device, statement)
    page = device.get(at("my-data")).content.decode()
    assert f'action="{at("withdraw", "convictions")}"' in page
    assert Vote.objects.count() == 2
    device.post(at("withdraw", "convictions"))
    assert not Vote.objects.exists() and not Consent.objects.in_force().exists()
    assert at("withdraw", "convictions") not in device.get(at("my-data")).content.decode()


def test_who_is_signed_in_sees_their_account_and_what_others_gave_about_them() -> None:
    browser = signed_in(make_facilitator(make_coproduction()))
    page = shown(browser)
    assert "Your account: address and name" in page and "Your roles in coproductions" in page
    assert "given by the people at the desk" in page
    assert "Your account" not in shown(Client())


def test_a_member_sees_their_seat_once_their_address_is_proved() -> None:
    person = make_facilitator()
    member = members_of(make_assembly())[0]
    Member.objects.filter(pk=member.pk).update(person=person)
    browser = signed_in(person)
    assert "Your seat in an assembly" in shown(browser)
    type(person).objects.filter(pk=person.pk).update(awaits_proof=True)
    assert "Your seat in an assembly" not in shown(browser)


def test_a_forged_or_foreign_cookie_shows_nothing() -> None:
    coproduction = make_coproduction()
    device = make_device(coproduction)
    token = str(device.cookies[settings.PARTICIPANT_COOKIE_NAME].value)
    for forged in ("x", token[:-12], "A" * 43, f"A{token[1:]}"):
        other = Client()
        other.cookies[settings.PARTICIPANT_COOKIE_NAME] = forged
        assert "Title of shops" not in shown(other)


def queries_of(device: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        device.get(at("my-data"))
    return len(queries)


def test_many_answers_and_many_coproductions_take_as_many_queries_and_a_light_page() -> None:
    coproductions = [make_coproduction(f"c{n}") for n in range(12)]
    device = make_device(*coproductions)
    few = queries_of(device)
    for coproduction in coproductions:
        for statement in make_statements(coproduction, 2):
            answer(device, statement)
    assert queries_of(device) == few <= 50
    assert len(bytes_of(device.get(at("my-data")))) < 60_000
    assert "Title of c11" in shown(device, page=2) and "Title of c11" not in shown(device)
    assert participant_of(device, coproductions[0]).pk


def test_an_address_that_one_gave_to_be_written_to_is_shown_to_its_device_alone(
    settings: Any, tmp_path: Path
) -> None:
    settings.MAIL_IS_ON = True
    coproduction = make_coproduction()
    device, other = make_device(coproduction), make_device(coproduction)
    subscribe(device, "notices", address="me@example.org")
    page = shown(device)
    assert "An address that asked for mail" in page and "until you stop it" in page
    assert "An address that asked for mail" not in shown(other)
    file = tmp_path / "my-data.zip"
    file.write_bytes(bytes_of(device.get(at("take-away"))))
    with zipfile.ZipFile(file) as archive:
        assert '"address": "me@example.org"' in archive.read("data.json").decode()
    assert b"me@example.org" not in bytes_of(other.get(at("take-away")))
    device.post(at("erase-all"))
    assert "me@example.org" not in everything_stored()
