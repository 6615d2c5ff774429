"""Badges: made, read by a library that is not ours, altered, revoked, foreign; keys that change."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from joserfc.jwk import RSAKey
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from partage.commands.badges import badges as badges_command
from partage.commands.verify import verify
from partage.coproductions.models import Coproduction
from partage.people.models import Person
from partage.register.audit import Address
from partage.register.models import Entry
from partage.training import checking
from partage.training.badge_keys import add_key, signed
from partage.training.checking import BadgeRefused, check_badge, check_status, read_badge
from partage.training.models import Badge, BadgeKey, Claim
from tests.factories import (
    at,
    everything_stored,
    make_coproduction,
    make_device,
    make_facilitator,
    signed_in,
)
from tests.training.learning import claim, keep_a_key, make_skill
from tests.training.vector import EXAMPLE
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    keep_a_key()
    return make_device(make_coproduction())


@pytest.fixture
def one(owner: Client) -> Claim:
    """A skill that a facilitator confirmed."""
    skill = make_skill(make_shops(), esco="http://data.europa.eu/esco/skill/1", rome="D1505")
    found = claim(owner, skill, asks_desk="on")
    desk().post(at("skills-desk", "shops"), {"do": "confirm", "claim": found.pk})
    return found


def make_shops() -> Coproduction:
    return Coproduction.objects.get(slug="shops")


def desk() -> Client:
    known = Person.objects.filter(email="claire@example.org").first()
    return signed_in(known or make_facilitator(make_shops()))


def revoke(found: Claim) -> None:
    said = {"do": "revoke", "claim": found.pk, "reason": "It was somebody else."}
    assert desk().post(at("skills-desk", "shops"), said).status_code == 302


def made(owner: Client, found: Claim, **typed: str) -> str:
    answer = owner.post(at("make-badge", "shops", found.pk), typed)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/vc+jwt"
    return answer.content.decode()


def served(address: str) -> Any:
    """What the site answers at an address that a badge names."""
    return Client().get(address.removeprefix(settings.BASE_URL))


def status_of(text: str) -> str:
    address = str(read_badge(text).status["statusListCredential"])
    return str(served(address).content.decode())


def independent(text: str) -> OB3Verifier:
    """A library of others, with the key that our badge names, as our site serves it."""
    key = RSAKey.import_key(served(read_badge(text).kid).json())
    pem = key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return OB3Verifier(pem)


def checked(text: str) -> str:
    """What the page says of it."""
    return words_of(Client().post(at("verify-badge"), {"badge": text}))


def test_a_library_of_others_verifies_a_badge_and_its_status(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    judge = independent(text)
    held = judge.verify(text)
    lists: list[str] = []

    def download(address: str) -> bytes:
        lists.append(address)
        return bytes(served(address).content)

    judge.check_status(held, verify_list=True, download=download)
    revoke(one)
    with pytest.raises(OB3VerificationError, match=r"revocation. is set"):
        judge.check_status(held, verify_list=True, download=download)
    assert lists == [f"{settings.BASE_URL}/badges/status/1"] * 2


def test_a_library_of_others_refuses_an_altered_one(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    with pytest.raises(OB3VerificationError):
        independent(text).verify(altered(text, name="Flying"))


def altered(text: str, **changes: object) -> str:
    """The same signature under other words."""
    head, _payload, signature = text.split(".")
    said = {**read_badge(text).said, **changes}
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


def test_the_signed_example_of_the_specification_holds_and_not_once_altered() -> None:
    held = read_badge(EXAMPLE)
    check_badge(held, held.header["jwk"])
    assert held.achievement["name"] == "Teamwork"
    with pytest.raises(BadgeRefused, match="altered"):
        check_badge(read_badge(altered(EXAMPLE, name="Solo")), held.header["jwk"])


def test_a_badge_names_the_person_by_a_number_of_its_own_alone(owner: Client, one: Claim) -> None:
    texts = [made(owner, one), made(owner, one)]
    first, second = (read_badge(text) for text in texts)
    assert first.subject["id"] != second.subject["id"] and first.said["id"] != second.said["id"]
    assert "identifier" not in first.subject
    said = json.dumps(first.said)
    assert "claire" not in said.lower() and "I helped twelve people in May." in said
    assert first.achievement["alignment"][0]["targetUrl"] == "http://data.europa.eu/esco/skill/1"
    assert served(first.achievement["id"]).json()["name"] == "Helping at the machine"
    assert served(first.issuer).json()["id"] == first.issuer
    assert "by a facilitator" in said
    assert Entry.objects.filter(kind="badge-made").first().public == {}  # type: ignore[union-attr]


def test_what_one_types_goes_into_the_badge_and_is_not_kept(owner: Client, one: Claim) -> None:
    text = made(owner, one, name="Zoé Q.", email="Zoe@example.org")
    name, mail = read_badge(text).subject["identifier"]
    assert (name["identityHash"], name["hashed"]) == ("Zoé Q.", False)
    digest = hashlib.sha256(f"zoe@example.org{mail['salt']}".encode()).hexdigest()
    assert mail["identityHash"] == f"sha256${digest}" and mail["hashed"] is True
    kept = everything_stored()
    assert "Zoé" not in kept and "zoe@" not in kept.lower() and mail["salt"] not in kept
    assert "nobody checked: Zoé Q." in checked(text)
    wrong = owner.post(at("make-badge", "shops", one.pk), {"email": "zoe"})
    assert wrong.status_code == 400 and "such as name@example.org" in words_of(wrong)


def test_a_badge_is_made_of_a_confirmed_skill_of_ones_own(owner: Client, one: Claim) -> None:
    assert make_device(make_shops()).post(at("make-badge", "shops", one.pk)).status_code == 404
    revoke(one)
    answer = owner.post(at("make-badge", "shops", one.pk))
    assert answer.status_code == 409 and "once somebody else has confirmed" in words_of(answer)
    assert not Badge.objects.exists()


def test_the_page_says_that_it_holds_or_in_one_sentence_why_not(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    assert "This badge holds." in checked(text) and "Helping at the machine" in checked(text)
    assert "This badge holds." in checked("\n".join([text[:80], text[80:]]))  # as a mail breaks it
    file = SimpleUploadedFile("badge.jwt", text.encode())
    assert "This badge holds." in words_of(Client().post(at("verify-badge"), {"file": file}))
    assert "This badge was altered" in checked(altered(text, name="Flying"))
    assert "not by this site: check it there" in checked(EXAMPLE)
    revoke(one)
    assert "This badge was revoked: it no longer holds." in checked(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste the text of a badge"),
        ("hello", "This is not a badge"),
        ("a.b.c", "This is not a badge"),
        ("é.é.é", "This is not a badge"),
        ("W10.W10.W10", "This is not a badge"),
        ("x" * 20_000 + ".y.z", "This is not a badge"),
    ],
)
def test_what_is_no_badge_gets_one_sentence(text: str, sentence: str) -> None:
    assert sentence in checked(text)


def test_every_single_altered_letter_is_found(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    key = served(read_badge(text).kid).json()
    for place in range(0, len(text), 37):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(BadgeRefused):
            check_badge(read_badge(f"{text[:place]}{other}{text[place + 1 :]}"), key)


def signed_by(key: RSAKey, text: str, **changes: object) -> str:
    """The words of a badge with changes, signed by this key under its own address."""
    return signed({**read_badge(text).said, **changes}, key, "JWT")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sub": "urn:uuid:x"}, "at odds"),
        ({"jti": "urn:uuid:x"}, "at odds"),
        ({"nbf": 1}, "at odds"),
        ({"validFrom": "yesterday"}, "at odds"),
        ({"type": ["VerifiableCredential"]}, "no Open Badge"),
        ({"validUntil": "2020-01-01T00:00:00Z"}, "past its date"),
    ],
)
def test_a_signed_badge_in_disorder_does_not_hold(
    owner: Client, one: Claim, changes: dict[str, object], sentence: str
) -> None:
    text, key = made(owner, one), add_key()
    with pytest.raises(BadgeRefused, match=sentence):
        check_badge(read_badge(signed_by(key, text, **changes)), key.as_dict(private=False))


def test_a_badge_of_tomorrow_does_not_hold_today(owner: Client, one: Claim) -> None:
    held = read_badge(made(owner, one))
    key = served(held.kid).json()
    with pytest.raises(BadgeRefused, match="not valid yet"):
        check_badge(held, key, datetime.now(UTC) - timedelta(days=1))


def test_a_key_of_nobody_signs_nothing(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    stranger = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    assert "not one of its issuer's" in checked(signed_by(stranger, text)).replace("’", "'")
    secret = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert "do not rely on it" in checked(f"{secret}.{text.split('.')[1]}.")


def test_after_a_new_key_old_badges_still_hold(owner: Client, one: Claim) -> None:
    old = made(owner, one)
    said = CliRunner().invoke(badges_command, ["new-key"])
    assert said.exit_code == 0 and "It signs from now on" in said.output
    new = made(owner, one)
    assert read_badge(old).kid != read_badge(new).kid
    assert all("This badge holds." in checked(text) for text in (old, new))
    assert len(Client().get(at("badge-keys")).json()["keys"]) == BadgeKey.objects.count() == 2
    assert not any("d" in row.public for row in BadgeKey.objects.all())
    assert settings.BADGE_KEYS.stat().st_mode & 0o777 == 0o600


def test_a_file_of_keys_that_is_damaged_is_said(owner: Client) -> None:
    settings.BADGE_KEYS.write_text("{")
    said = CliRunner().invoke(badges_command, ["keys"])
    assert said.exit_code == 1 and "put it back from a backup" in said.output
    assert "Traceback" not in said.output


def test_the_status_list_tells_bits_and_no_person(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    listed = read_badge(status_of(text))
    assert set(listed.said) == {
        "@context", "id", "type", "issuer", "validFrom", "credentialSubject",
    }  # fmt: skip
    assert str(Badge.objects.get().place) == read_badge(text).status["statusListIndex"]
    assert served(f"{settings.BASE_URL}/badges/status/2").status_code == 404


def test_the_bits_are_those_of_the_specification() -> None:
    empty = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert checking._unpacked(empty) == bytes(16_384)
    bits = checking._unpacked(checking.packed([0, 9, 131_071], 131_072))
    assert (bits[0], bits[1], bits[-1]) == (0b1000_0000, 0b0100_0000, 1)


def run(*words: object) -> tuple[int, str]:
    said = CliRunner().invoke(verify, ["badge", *map(str, words)])
    assert "Traceback" not in said.output
    return said.exit_code, said.output


@pytest.fixture
def kept(owner: Client, one: Claim, tmp_path: Path) -> tuple[Path, Path]:
    """A badge, and the public keys of its issuer, as files."""
    file, keys = tmp_path / "badge.jwt", tmp_path / "keys.json"
    file.write_text(made(owner, one))
    keys.write_bytes(Client().get(at("badge-keys")).content)
    return file, keys


def test_the_command_checks_with_the_site_gone(
    kept: tuple[Path, Path], one: Claim, tmp_path: Path
) -> None:
    file, keys = kept
    status, said = run(file, "--keys", keys)
    assert status == 0 and "This badge holds: Helping at the machine" in said
    assert "Revocation: not checked" in said
    listed = tmp_path / "status.jwt"
    listed.write_text(status_of(file.read_text()))
    assert "Revocation: not revoked" in run(file, "--keys", keys, "--status", listed)[1]
    assert json.loads(run(file, "--keys", keys, "--json")[1])["skill"] == "Helping at the machine"
    revoke(one)
    listed.write_text(status_of(file.read_text()))
    status, said = run(file, "--keys", keys, "--status", listed)
    assert status == 1 and "This badge was revoked" in said and len(said.splitlines()) == 1


def test_the_command_asks_the_issuer_alone(
    kept: tuple[Path, Path], one: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def read(self: Address, path: str) -> bytes:
        asked.append(f"{self.url}/{path}")
        return bytes(served(asked[-1]).content)

    monkeypatch.setattr(Address, "read", read)
    file, _keys = kept
    assert "Revocation: not revoked" in run(file)[1]
    assert all(address.startswith(settings.BASE_URL) for address in asked) and len(asked) == 3
    revoke(one)
    assert run(file)[0] == 1
    asked.clear()
    file.write_text(EXAMPLE)  # it names no address of its issuer's
    assert "not one of its issuer's" in run(file)[1] and not asked


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: altered(text, name="Flying"), "was altered"),
        (lambda text: text[:-40], "was altered"),
        (lambda _text: "{}", "This is not a badge"),
        (lambda _text: EXAMPLE, "not one of its issuer's"),
    ],
)
def test_the_command_refuses_in_one_line(
    kept: tuple[Path, Path], change: Callable[[str], str], sentence: str
) -> None:
    file, keys = kept
    file.write_text(change(file.read_text()))
    status, said = run(file, "--keys", keys)
    assert status == 1 and sentence in said and len(said.splitlines()) == 1
    keys.write_text("[]")
    assert run(file, "--keys", keys)[0] == 1
    assert run(file.parent / "nothing.jwt")[0] == 1


def test_a_list_signed_for_another_badge_tells_nothing(owner: Client, one: Claim) -> None:
    text = made(owner, one)
    held, key = read_badge(text), served(read_badge(text).kid).json()
    with pytest.raises(BadgeRefused, match="cannot be told"):
        check_status(held, text, key)
    with pytest.raises(BadgeRefused, match="cannot be told"):
        check_status(held, altered(status_of(text), issuer="x"), key)
