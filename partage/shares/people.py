"""Who may be paid: marks of the organization's own numbers, links, payment details, erasing."""

import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from partage.coproductions.models import Coproduction
from partage.events.forgetting import forget_mark
from partage.events.months import lock
from partage.people.models import Participant
from partage.people.participants import keyed
from partage.register.erasing import destroy
from partage.register.inserting import Insert, insert_each
from partage.register.recording import new_vault_keys, record
from partage.shares.models import Beneficiary
from partage.shares.reporting import keep_counts

ERASED = "beneficiary-erased"
KEY_LENGTH = 32
NONCE = 12
AT_ONCE = 2000


@dataclass(frozen=True)
class Payment:
    """Whom to pay, and on which account."""

    name: str
    iban: str


# Written out: rows of the ORM would take several times as long for a hundred thousand people.
NEW = Insert(
    "INSERT INTO shares_beneficiary (coproduction_id, who, vault_key_id, link_round, payment)",
    "(%s, %s, %s, 0, %s)",
)


def beneficiaries_of(
    coproduction: Coproduction, marks: Collection[int], seed: bytes
) -> dict[int, tuple[int, str]]:
    """By mark: the number of each person, made where they are new, and their name in a period."""
    there = Beneficiary.objects.filter(coproduction=coproduction)
    known = set(there.values_list("who", flat=True).iterator(AT_ONCE))
    new = sorted(set(marks) - known)
    keys = new_vault_keys(len(new))
    made = zip(new, keys, strict=True)
    insert_each(NEW, [[coproduction.pk, who, key.pk, b""] for who, key in made])
    rows = there.values_list("who", "pk", "vault_key__key").iterator(AT_ONCE)
    return {who: (number, _name(bytes(key), seed)) for who, number, key in rows if who in marks}


def _name(secret: bytes, seed: bytes) -> str:
    """What stands for somebody in a period: another in each, and nobody's once they are erased."""
    return hmac.digest(secret, b"partage/share/v1\0" + seed, "sha256")[:16].hex()


def link_key(beneficiary: Beneficiary) -> str:
    """What their own link carries: only this site makes it, and erasing or making again ends it."""
    secret = bytes(beneficiary.vault_key.key).hex()
    told = f"{beneficiary.pk}:{beneficiary.link_round}:{secret}"
    return keyed("statement link", told).hex()[:KEY_LENGTH]


def link_of(beneficiary: Beneficiary) -> str:
    """The path of their own page."""
    words = [beneficiary.coproduction.slug, beneficiary.pk, link_key(beneficiary)]
    return reverse("my-shares", args=words)


@transaction.atomic
def make_links(coproduction: Coproduction, marks: Collection[int]) -> dict[int, Beneficiary]:
    """New links for these people, by mark; those made before open nothing any more."""
    mine = Beneficiary.objects.filter(coproduction=coproduction, who__in=marks)
    mine.update(link_round=F("link_round") + 1)
    record("statement-links-made", space=coproduction.slug, public={})
    return {one.who: one for one in mine.select_related("vault_key", "coproduction")}


def _cipher(beneficiary: Beneficiary) -> AESGCM:
    return AESGCM(keyed("payment details", bytes(beneficiary.vault_key.key).hex()))


def payment_of(beneficiary: Beneficiary) -> Payment | None:
    closed = bytes(beneficiary.payment)
    if not closed:
        return None
    opened = _cipher(beneficiary).decrypt(closed[:NONCE], closed[NONCE:], None)
    return Payment(**json.loads(opened))


@transaction.atomic
def keep_payment(beneficiary: Beneficiary, payment: Payment) -> None:
    """Keep where to pay, closed with the person's secret; in the place of what was there."""
    lock(beneficiary.coproduction)  # a payout being made counts who can be paid
    nonce, told = secrets.token_bytes(NONCE), json.dumps(asdict(payment)).encode()
    beneficiary.payment = nonce + _cipher(beneficiary).encrypt(nonce, told, None)
    beneficiary.save(update_fields=["payment"])
    record("payment-details-kept", space=beneficiary.coproduction.slug)


@transaction.atomic
def forget_payment(beneficiary: Beneficiary) -> None:
    lock(beneficiary.coproduction)
    if beneficiary.payment:
        beneficiary.payment = b""
        beneficiary.save(update_fields=["payment"])
        record("payment-details-erased", space=beneficiary.coproduction.slug)


@transaction.atomic
def show_to(beneficiary: Beneficiary, participant: Participant | None) -> None:
    """Show the statements among what a participant's device holds, or no more."""
    beneficiary.participant = participant
    beneficiary.save(update_fields=["participant"])
    record("statements-linked", space=beneficiary.coproduction.slug)


@transaction.atomic
def erase_beneficiary(beneficiary: Beneficiary) -> None:
    """Destroy what leads to this person: amounts and sums stay, and are nobody's."""
    coproduction, key = beneficiary.coproduction, beneficiary.vault_key
    lock(coproduction)
    keep_counts(beneficiary)
    forget_mark(coproduction, beneficiary.who)
    beneficiary.delete()
    destroy(key, ERASED)
    record(ERASED, space=coproduction.slug)
