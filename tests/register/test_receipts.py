"""Receipts: they come back from their text, prove what they show, and none that was altered does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.sample_log import sample_log
from partage.calc.merkle import inclusion_proof, leaf_hash, root_of
from partage.register.checkpoints import Checkpoint
from partage.register.leaves import Line, commitment, read_leaf
from partage.register.notes import NoteError, encoded, sign
from partage.register.receipts import (
    HEADER,
    LONGEST,
    Receipt,
    check_receipt,
    origin_of,
    parse_receipt,
)

SIZE = 40
LOG = sample_log(SIZE)
KEYS = [LOG.signer.verifier]
RECEIPT = LOG.receipt(8)
TEXT = str(RECEIPT)
PLACES = st.integers(0, SIZE - 1)


@given(PLACES, st.booleans())
def test_a_receipt_comes_back_from_its_text_and_holds(place: int, is_closed: bool) -> None:
    receipt = LOG.receipt(place)
    if is_closed:
        receipt = replace(receipt, opening=b"", content="")
    assert parse_receipt(str(receipt)) == receipt
    checked = check_receipt(str(receipt), KEYS)
    assert (checked.index, checked.checkpoint.size) == (place, SIZE)
    assert checked.facts == read_leaf(LOG.entries[place].leaf)
    assert origin_of(str(receipt)) == LOG.signer.name


def test_it_shows_what_its_entry_hides() -> None:
    assert check_receipt(TEXT, KEYS).content.keys() == {"statement", "answer"}
    assert check_receipt(str(LOG.receipt(6)), KEYS).content == {}  # this entry hides nothing


@given(st.data())
@settings(max_examples=300)
def test_a_receipt_with_one_sign_changed_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT) - 1))
    sign_ = data.draw(st.characters(min_codepoint=32, max_codepoint=126) | st.just("\n"))
    changed = TEXT[:at] + sign_ + TEXT[at + 1 :]
    if changed != TEXT:
        with pytest.raises(NoteError):
            check_receipt(changed, KEYS)


@given(st.integers(0, len(TEXT) - 1))
def test_a_receipt_cut_short_is_refused(end: int) -> None:
    with pytest.raises(NoteError):
        check_receipt(TEXT[:end], KEYS)


def test_a_receipt_of_another_register_is_refused_and_says_whose_it_is() -> None:
    other = sample_log(SIZE, origin="other.example/register/1")
    with pytest.raises(NoteError, match=r"It is signed by other\.example/register/1"):
        check_receipt(str(other.receipt(8)), KEYS)


def test_what_another_entry_hides_does_not_open_this_one() -> None:
    other = LOG.receipt(9)
    for wrong in (
        replace(RECEIPT, content=other.content),
        replace(RECEIPT, opening=other.opening),
        replace(RECEIPT, entry=other.entry),
        replace(RECEIPT, index=9),
        replace(RECEIPT, proof=other.proof),
        replace(RECEIPT, proof=RECEIPT.proof[1:]),
    ):
        with pytest.raises(NoteError):
            check_receipt(str(wrong), KEYS)


LINES = TEXT.split("\n")


def with_extra(*parts: bytes) -> str:
    extra = encoded(b"\n".join([RECEIPT.entry, *parts]))
    return TEXT.replace(LINES[1], f"extra {extra}")


OPENED = encoded(RECEIPT.opening).encode()
MALFORMED = {
    "too long": (TEXT + "x" * LONGEST, "is too long"),
    "another header": (TEXT.replace("@v1", "@v2", 1), f"A receipt begins with {HEADER}"),
    "nothing": ("", "A receipt begins with"),
    "no checkpoint": (TEXT.partition("\n\n")[0], "its checkpoint is missing"),
    "no lines": (f"{HEADER}\n\nx\n\n", "its checkpoint is missing"),
    "no extra": (TEXT.replace("extra ", "other ", 1), "one is missing"),
    "no index": (TEXT.replace("index ", "place ", 1), "one is missing"),
    "an index spelled otherwise": (TEXT.replace("index 8", "index 08"), "must be a whole number"),
    "too many hashes": (TEXT.replace(LINES[3], "\n".join([LINES[3]] * 60)), "at most 64 lines"),
    "a short hash": (TEXT.replace(LINES[3], encoded(bytes(31))), "stands for 32 bytes"),
    "no opening": (with_extra(b"", b"{}"), "The opening is not base64"),
    "no content": (with_extra(OPENED), "cannot be read"),
    "not text": (with_extra(OPENED, b"\xff"), "cannot be read"),
    "a short opening": (with_extra(encoded(bytes(31)).encode(), b"{}"), "31 bytes instead of 32"),
    "an entry of another": (TEXT.replace(LINES[1], "extra " + encoded(b"{}")), "does not hold"),
}


@pytest.mark.parametrize(("text", "why"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_receipt_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        check_receipt(text, KEYS)


def receipt_over(entry: bytes, content: str) -> Receipt:
    """A rightly signed receipt of an entry that no site of ours would have written."""
    leaves = [leaf_hash(entry), leaf_hash(b"another")]
    note = sign(Checkpoint(LOG.signer.name, 2, root_of(leaves)).text, [LOG.signer])
    proof = inclusion_proof(0, 2, lambda height, index: root_of(leaves[index : index + 1]))
    return Receipt(entry, 0, tuple(proof), note, bytes(32 * [1]), content)


@pytest.mark.parametrize("content", ["3", "nonsense", "[" * 5000, "null"])
def test_hidden_content_that_no_register_hides_is_refused(content: str) -> None:
    kept = commitment(bytes(32 * [1]), content)
    hour = datetime(2026, 1, 1, tzinfo=UTC)
    entry = Line("vote", "shops", hour, bytes(16), kept, {}).leaf()
    with pytest.raises(NoteError, match="is not what a register hides"):
        check_receipt(str(receipt_over(entry, content)), KEYS)


def test_a_signed_entry_that_is_none_of_a_register_is_refused() -> None:
    with pytest.raises(NoteError, match="This is not an entry of a register"):
        check_receipt(str(receipt_over(b"{}", "")), KEYS)
