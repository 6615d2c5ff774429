"""Passkeys: added by whoever is signed in, used once for each question, removed for good."""

import json
from datetime import timedelta
from typing import Any

import hypothesis
import pyotp
import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from fido2.cbor import encode
from fido2.utils import sha256, websafe_encode
from hypothesis import strategies as st

from partage.people import second_factor as factors
from partage.people.models import MOST_PASSKEYS, Passkey, Person
from partage.people.outbox import send_waiting
from partage.people.sign_in import close_ways_in, make_link
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in, stored
from tests.people.authenticator import Device
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
HERE = settings.BASE_URL
ASKED = settings.PASSKEY_COOKIE_NAME
NESTED = '{"response":' * 5000 + "1" + "}" * 5000
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
    assert post(browser, "sign-in-passkey", "finish", credential=answer)[0] == 400


def test_a_question_serves_once_though_the_key_counts_nothing(device: Device) -> None:
    """Keys that follow their owner from device to device always say zero."""
    browser, thief = Client(), Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    answer = device.get(options, counts=False)
    thief.cookies[ASKED] = browser.cookies[ASKED].value
    assert post(browser, "sign-in-passkey", "finish", credential=answer)[0] == 200
    for again in (browser, thief):
        status, said = post(again, "sign-in-passkey", "finish", credential=answer)
        assert status == 400 and NOT_HERE in said["refusal"]
    assert sign_in(device)[1] == 200


def test_asking_leaves_no_row_and_a_forged_question_is_refused(device: Device) -> None:
    before, browser = stored(), Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    assert stored() == before
    asked = browser.cookies[ASKED]
    assert asked["httponly"] and asked["samesite"] == "Strict" and asked["max-age"] == 600
    for forged in ("", "x", asked.value[:-1], asked.value.replace(":", "", 1)):
        browser.cookies[ASKED] = forged
        assert post(browser, "sign-in-passkey", "finish", credential=device.get(options))[0] == 400


def test_the_question_of_the_sign_in_page_adds_no_passkey(person: Person) -> None:
    """It asks for no second code: whoever holds a session alone must not add a key with it."""
    browser, device = signed_in(person), Device(origin=HERE)
    _status, options = post(browser, "sign-in-passkey", "begin")
    asked = options["publicKey"] | {"rp": {"id": options["publicKey"]["rpId"]}}
    answer = device.create({"publicKey": asked})
    assert post(browser, "passkeys", "finish", credential=answer)[0] == 400
    assert not Passkey.objects.exists()


def test_an_answer_that_comes_too_late_is_refused(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert post(browser, "sign-in-passkey", "finish", credential=device.get(options))[0] == 400


@pytest.mark.parametrize(
    "sent", ["", "[]", "null", '{"id": 3}', "[" * 9000, '{"rawId": "é"}', NESTED]
)
def test_what_is_no_answer_of_a_device_is_refused(person: Person, sent: str) -> None:
    for page, browser in (("sign-in-passkey", Client()), ("passkeys", signed_in(person))):
        browser.post(at(page), {"deed": "begin"})
        answer = browser.post(at(page), {"deed": "finish", "credential": sent})
        assert answer.status_code == 400 and answer.json()["refusal"]


SHORT = [b"", b"\x18", b"\x82", b"\xa3cfmt", b"\xff", b"\x9b" + b"\xff" * 8, b"\x81" * 20_000]
PARTS = {
    "create": ["clientDataJSON", "attestationObject"],
    "get": ["clientDataJSON", "authenticatorData", "signature"],
}


def answered(browser: Client, way: str, key: Device, **response: bytes) -> tuple[int, Any]:
    """Ask, and answer as the device would but for these parts."""
    page = "passkeys" if way == "create" else "sign-in-passkey"
    _status, options = post(browser, page, "begin")
    said = getattr(key, way)(options)
    said["response"] |= {part: websafe_encode(sent) for part, sent in response.items()}
    return post(browser, page, "finish", credential=said)


@pytest.mark.parametrize("sent", SHORT)
@pytest.mark.parametrize(("way", "part"), [(way, part) for way in PARTS for part in PARTS[way]])
def test_bytes_that_no_device_sends_are_refused(
    person: Person, device: Device, way: str, part: str, sent: bytes
) -> None:
    key = device if way == "get" else Device(origin=HERE)
    status, said = answered(signed_in(person), way, key, **{part: sent})
    assert status == 400 and said["refusal"]
    assert Passkey.objects.count() == 1


def attested(flags: int, number: bytes = b"n" * 32, key: bytes = b"\xa1\x03\x26") -> bytes:
    """What a device says when it made a key; by default one that nobody can check with."""
    head = sha256(b"localhost") + bytes([flags]) + bytes(4)
    made = bytes(16) + len(number).to_bytes(2, "big") + number + key
    return encode({"fmt": "none", "attStmt": {}, "authData": head + made * bool(flags & 64)})


@pytest.mark.parametrize(
    "said",
    [
        attested(0b101),  # no key at all
        attested(0b1000101, key=encode({1: 2, 3: -999})),  # of no kind we can check
        attested(0b1000101, number=b""),
        attested(0b1000101, number=b"n" * 1024),
        attested(0b1000101, key=encode({1: 2, 3: -7, 9: bytes(5000)})),
    ],
)
def test_a_key_that_could_never_serve_is_not_kept(person: Person, said: bytes) -> None:
    status, _said = answered(
        signed_in(person), "create", Device(origin=HERE), attestationObject=said
    )
    assert status == 400 and not Passkey.objects.exists()


@pytest.mark.parametrize("key", [{1: 2, 3: -7}, {1: 2, 3: -7, -1: 1, -2: [], -3: {}}, {3: -257}])
def test_a_key_of_a_strange_shape_signs_nobody_in(person: Person, key: dict[int, Any]) -> None:
    device, browser = Device(origin=HERE), signed_in(person)
    said = attested(0b1000101, number=device.number, key=encode(key))
    answered(browser, "create", device, attestationObject=said)
    assert sign_in(device)[1] == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)
NAMES = ["id", "rawId", "type", "response", "clientExtensionResults", "authenticatorAttachment"]


@hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
@hypothesis.given(changed=st.dictionaries(st.sampled_from(NAMES), JSON, min_size=1))
def test_an_answer_of_any_shape_is_refused_in_a_sentence(
    device: Device, changed: dict[str, Any]
) -> None:
    browser = Client()
    _status, options = post(browser, "sign-in-passkey", "begin")
    sent = json.dumps(device.get(options) | changed)
    answer = browser.post(at("sign-in-passkey"), {"deed": "finish", "credential": sent})
    assert answer.status_code in (200, 400) and answer.json()


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
