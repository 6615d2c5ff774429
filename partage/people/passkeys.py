"""Passkeys: a key that a person's device keeps and uses after a finger, a face or its own code.

WebAuthn, level 2. What a device says about its maker is not asked.
"""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from partage.people.models import LONGEST_ID, LONGEST_KEY, MOST_PASSKEYS, Passkey, Person
from partage.people.participants import keyed
from partage.people.second_factor import NotProved, check_second_code, has_second_factor, tell
from partage.register.recording import record

VERIFIED = UserVerificationRequirement.REQUIRED
# What `fido2` raises on bytes and shapes that no device sends: it reads them as they come.
MALFORMED = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError,
    RuntimeError, struct.error, UnsupportedAlgorithm,
)  # fmt: skip


class PasskeyRefused(Exception):
    """What the device sent is not what was asked, or is of a key that is not known here."""


class TooManyPasskeys(Exception):
    """The person has as many as one may have."""


def _server() -> Fido2Server:
    site = urlsplit(settings.BASE_URL)
    origin = f"{site.scheme}://{site.netloc}"
    party = PublicKeyCredentialRpEntity(id=site.hostname, name=f"Partage {site.hostname}")
    return Fido2Server(party, verify_origin=lambda said: said == origin)


@contextmanager
def _reading_an_answer() -> Iterator[None]:
    try:
        yield
    except MALFORMED:
        raise PasskeyRefused from None


def begin_passkey(person: Person, typed: str) -> tuple[dict[str, Any], Any]:
    """What the browser is asked, and what to keep until it answers; a second code where one is on."""
    if Person.objects.filter(pk=person.pk, awaits_proof=True).exists():
        raise NotProved
    if person.passkeys.count() >= MOST_PASSKEYS:
        raise TooManyPasskeys
    if has_second_factor(person):
        check_second_code(person, typed)
    # Neither a number nor an address: the device shows the name and keeps the mark.
    mark = keyed("passkey of", str(person.pk))
    user = PublicKeyCredentialUserEntity(id=mark, name=person.email, display_name=person.name)
    known = [_kept(each) for each in person.passkeys.all()]
    options, state = _server().register_begin(
        user, known, resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
    )  # fmt: skip
    return dict(options), state


def _kept(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


@transaction.atomic
def add_passkey(person: Person, state: Any, answer: Mapping[str, Any], name: str) -> Passkey:
    """Keep the public half of the key that the device made."""
    with _reading_an_answer():
        said = _server().register_complete(state, answer)
    made = said.credential_data
    if made is None or not _can_serve(made):
        raise PasskeyRefused
    passkey = Passkey(
        person=person,
        credential_id=made.credential_id,
        credential=bytes(made),
        uses=said.counter,
        name=name,
        made_at=timezone.now(),
    )
    _keep(passkey)
    record("passkey-added", space="")
    tell(person, _("A passkey now signs you in"))
    return passkey


def _can_serve(made: AttestedCredentialData) -> bool:
    """Whether it is of the lengths that the standard sets, and of a kind that can be checked."""
    is_known_kind = made.public_key.ALGORITHM in CoseKey.supported_algorithms()
    return is_known_kind and 0 < len(made.credential_id) <= LONGEST_ID and len(made) <= LONGEST_KEY


def _keep(passkey: Passkey) -> None:
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
    except IntegrityError:
        raise PasskeyRefused from None


def begin_sign_in() -> tuple[dict[str, Any], Any]:
    """The same question to everybody: the device knows whose keys it holds."""
    options, state = _server().authenticate_begin(user_verification=VERIFIED)
    return dict(options), state


def use_passkey(state: Any, asked_at: datetime, answer: Mapping[str, Any]) -> Person:
    """Whose key answered. One update decides: a counter that does not grow is that of a copy.

    A question asked before the key's last use serves no more, so that none serves twice.
    """
    with _reading_an_answer():
        said = AuthenticationResponse.from_dict(answer)
        passkey = _passkey_of(said.raw_id)
        _server().authenticate_complete(state, [_kept(passkey)], answer)
    uses = said.response.authenticator_data.counter
    if (uses or passkey.uses) and uses <= passkey.uses:
        raise PasskeyRefused
    same = Passkey.objects.filter(pk=passkey.pk, uses=passkey.uses)
    unused = same.filter(Q(used_at=None) | Q(used_at__lt=asked_at))
    # Not before the question: the clocks of two machines differ.
    if not unused.update(uses=uses, used_at=max(timezone.now(), asked_at)):
        raise PasskeyRefused
    return passkey.person


def _passkey_of(credential_id: bytes) -> Passkey:
    found = Passkey.objects.filter(credential_id=credential_id, person__is_active=True)
    passkey = found.select_related("person").first()
    if passkey is None:
        raise PasskeyRefused
    return passkey


@transaction.atomic
def remove_passkey(person: Person, number: int) -> bool:
    """It signs nobody in any more; False when the person has none of this number."""
    if not person.passkeys.filter(pk=number).delete()[0]:
        return False
    record("passkey-removed", space="")
    tell(person, _("A passkey of yours was removed"))
    return True
