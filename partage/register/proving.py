"""Making receipts: an entry's own bytes, what it hides, and its way to a signed root."""

from partage.calc.merkle import inclusion_proof
from partage.register.checkpoints import unchecked
from partage.register.leaves import opening
from partage.register.models import Entry, Log, Payload
from partage.register.receipts import Receipt
from partage.register.storage import Tree, leaves


def is_sealed(entry: Entry, log: Log | None) -> bool:
    """Whether a signed checkpoint covers the entry."""
    return log is not None and entry.position is not None and entry.position < log.signed_size


def receipt_of(payload: Payload, log: Log) -> Receipt:
    """The receipt of a sealed act, under the witnesses' signatures where they cover it."""
    entry = payload.entry
    place = int(entry.position or 0)
    note = log.checkpoint
    if log.cosigned and unchecked(log.cosigned).size > place:
        note = log.cosigned
    size = unchecked(note).size
    event = bytes(entry.event_id)
    opened = payload.opening or opening(bytes(payload.vault_key.key), event)
    (own,) = leaves(log.pk, place, place + 1)
    proof = inclusion_proof(place, size, Tree(log.pk, size).subtree)
    return Receipt(own, place, tuple(proof), note, bytes(opened), payload.content)
