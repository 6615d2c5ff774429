"""Passkeys: added by whoever is signed in, used once for each question, removed for good."""

import json
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from partage.people import second_factor as factors
from partage.people.models import MOST_PASSKEYS, Passkey, Person
from partage.people.outbox import send_waiting
from partage.people.sign_in import close_ways_in, make_link
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in
from tests.people.authenticator import Device
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
HERE = settings.BASE_URL
NOT_HERE = "This passkey does not sign in here."


@pytest.fixture
def person() -> Person:
    return make_facilitator(make_coproduction(), email="claire@example.org")


def post(browser: Client, page: str, deed: str, **sent: Any) -> tuple[int, Any]:
    if "credential" in sent:
        sent["credential"] = json.dumps(sent["credential"])
    answer = browser.post(at(page), {"deed": deed} | sent)
    return answer.status_code, answer.json()


def add(browser: Client, device: Device, name: str = "Telephone", **sent: Any) -> tuple[int, Any]:
    status, options = post(browser, "passkeys", "begin", **sent)
    if status != 200:
        return status, options
    return post(browser, "passkeys", "finish", credential=device.create(options), name=name)


def sign_in(device: Device, browser: Client | None = None) -> tuple[Client, int, Any]:
    browser = browser or Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    return browser, *post(browser, "sign-in-passkey", "finish", credential=device.get(options))


@pytest.fixture
def device(person: Person) -> Device:
    """A device whose passkey signs the person in."""
    device = Device(origin=HERE)
    assert add(signed_in(person), device) == (200, {"next": at("passkeys")})
    return device


def test_a_passkey_signs_in_alone(person: Person, device: Device) -> None:
    browser, status, answer = sign_in(device)
    assert (status, answer) == (200, {"next": at("desk")})
    assert browser.get(at("desk")).status_code == 200
    page = words_of(browser.get(at("passkeys")))
    assert "Telephone" in page and "last used on" in page


def test_the_register_and_a_mail_say_that_it_was_added(
    person: Person, device: Device, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.MAIL_IS_ON = True
    second = Device(origin=HERE)
    add(signed_in(person), second)
    send_waiting()
    assert mailoutbox[-1].to == [person.email] and "passkey" in mailoutbox[-1].subject
    entries = Entry.objects.filter(kind="passkey-added")
    assert [entry.public for entry in entries] == [{}, {}]


def test_with_a_second_factor_a_passkey_is_enough_and_adding_one_takes_a_code(
    person: Person, device: Device
) -> None:
    key = factors.new_key(person)
    application = factors.application_of(person, key)
    assert isinstance(application, pyotp.TOTP)
    factors.turn_on(person, key, application.now(), None)
    assert sign_in(device)[1] == 200
    refused = add(signed_in(person), Device(origin=HERE), code="123456")
    assert refused[0] == 400 and "neither the code" in refused[1]["refusal"]
    later = application.at(timezone.now() + timedelta(seconds=30))
    assert add(signed_in(person), Device(origin=HERE), code=later)[0] == 200


@pytest.mark.parametrize("made_for", ["another site", "no finger"])
def test_a_key_of_another_site_or_without_a_finger_is_not_kept(
    person: Person, made_for: str
) -> None:
    origin = "https://false.example" if made_for == "another site" else HERE
    device = Device(origin=origin, verifies=made_for != "no finger")
    status, answer = add(signed_in(person), device)
    assert status == 400 and "was not kept" in answer["refusal"]
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("wrong", ["another site", "no finger", "another key", "a copy"])
def test_what_is_not_the_device_asked_signs_nobody_in(device: Device, wrong: str) -> None:
    assert sign_in(device)[1] == 200
    if wrong == "another site":
        device.origin = "https://false.example"
    elif wrong == "no finger":
        device.verifies = False
    elif wrong == "another key":
        device.key = Device(origin=HERE).key
    else:
        device.uses -= 1
    browser, status, answer = sign_in(device)
    assert status == 400 and NOT_HERE in answer["refusal"]
    assert browser.get(at("desk")).status_code == 302


def test_an_answer_serves_once_and_in_the_browser_that_asked(device: Device) -> None:
    browser = Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    answer = device.get(options)
    elsewhere = post(Client(), "sign-in-passkey", "finish", credential=answer)
    assert elsewhere[0] == 400
    assert post(browser, "sign-in-passkey", "finish", credential=answer)[0] == 200
    device.uses += 1
    assert post(browser, "sign-in-passkey", "finish", credential=answer)[0] == 400


def test_an_answer_that_comes_too_late_is_refused(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert post(browser, "sign-in-passkey", "finish", credential=device.get(options))[0] == 400


@pytest.mark.parametrize("sent", ["", "[]", "null", '{"id": 3}', "[" * 9000, '{"rawId": "é"}'])
def test_what_is_no_answer_of_a_device_is_refused(person: Person, sent: str) -> None:
    for page, browser in (("sign-in-passkey", Client()), ("passkeys", signed_in(person))):
        browser.post(at(page), {"deed": "begin"})
        answer = browser.post(at(page), {"deed": "finish", "credential": sent})
        assert answer.status_code == 400 and answer.json()["refusal"]


def test_a_passkey_is_kept_once_whoever_sends_it(person: Person, device: Device) -> None:
    other = signed_in(make_facilitator(make_coproduction("elsewhere"), email="other@example.org"))
    status, _answer = add(other, device)
    assert status == 400
    assert Passkey.objects.get().person == person


def test_a_removed_passkey_signs_in_no_more_and_only_its_owner_removes_it(
    person: Person, device: Device
) -> None:
    number = Passkey.objects.get().pk
    other = signed_in(make_facilitator(make_coproduction("elsewhere"), email="other@example.org"))
    sent = {"deed": "remove", "passkey": str(number)}
    assert other.post(at("passkeys"), sent).status_code == 404
    assert signed_in(person).post(at("passkeys"), sent).status_code == 302
    assert sign_in(device)[1] == 400
    assert Entry.objects.filter(kind="passkey-removed").exists()


def test_closing_the_ways_in_removes_passkeys(person: Person, device: Device) -> None:
    close_ways_in(person)
    assert sign_in(device)[1] == 400


def test_somebody_who_is_no_longer_active_gets_in_no_more(person: Person, device: Device) -> None:
    Person.objects.update(is_active=False)
    assert sign_in(device)[1] == 400


def test_without_a_proved_address_or_with_many_there_is_none_to_add(person: Person) -> None:
    browser = signed_in(person)
    Passkey.objects.bulk_create(
        Passkey(person=person, credential_id=bytes([n]), credential=b"", made_at=timezone.now())
        for n in range(MOST_PASSKEYS)
    )
    assert "remove one" in post(browser, "passkeys", "begin")[1]["refusal"]
    Person.objects.update(awaits_proof=True)
    assert "sign in by mail first" in post(browser, "passkeys", "begin")[1]["refusal"]
    assert "then you can add a passkey" in words_of(browser.get(at("passkeys")))


def test_a_link_for_a_proved_person_keeps_the_passkeys(person: Person, device: Device) -> None:
    Client().post(at("sign-in-link", make_link(person)))
    assert sign_in(device)[1] == 200
