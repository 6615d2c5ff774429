"""Signed notes and checkpoints: what was signed opens, in its one spelling, and nothing else does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.register.checkpoints import Checkpoint, open_checkpoint, parse, unchecked
from partage.register.notes import (
    COSIGNATURE,
    ED25519,
    MOST_SIGNATURES,
    NoteError,
    Signer,
    Verifier,
    decoded,
    encoded,
    open_note,
    sign,
)

ORIGIN = "partage.example/register/1"
LOG = Signer(ORIGIN, bytes(32))
WITNESS = Signer("witness.example", bytes([7]) * 32, COSIGNATURE)
HEAD = Checkpoint(ORIGIN, 3, bytes(range(32)))
NOTE = sign(HEAD.text, [LOG])
WORDS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=30)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(lambda lines: "\n".join(lines) + "\n")
NAMES = st.text("abc.é/é1-", min_size=1, max_size=12)
SEEDS = st.binary(min_size=32, max_size=32)


@given(TEXTS, NAMES, SEEDS, st.integers(1, 2**63))
def test_what_was_signed_opens_with_the_keys_that_signed_it(
    text: str, name: str, seed: bytes, moment: int
) -> None:
    signers = [Signer(name, seed), Signer(name, seed, COSIGNATURE)]
    note = f"{text}\n" + "".join(signer.line(text, moment) for signer in signers)
    opened = open_note(note, [signer.verifier for signer in signers])
    assert opened.text == text
    assert opened.signed_by == tuple(signer.verifier for signer in signers)
    assert opened.seen_at == (moment,)
    assert open_note(note, [signers[0].verifier]).signed_by == (signers[0].verifier,)


@given(NAMES, SEEDS, st.sampled_from([ED25519, COSIGNATURE]))
def test_keys_come_back_from_their_lines(name: str, seed: bytes, kind: int) -> None:
    signer = Signer(name, seed, kind)
    assert Signer.parse(str(signer)) == signer
    assert Verifier.parse(f"{signer.verifier}\n") == signer.verifier


@given(st.integers(0, len(NOTE) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_note_with_one_sign_changed_is_refused(at: int, sign_: str) -> None:
    changed = NOTE[:at] + sign_ + NOTE[at + 1 :]
    if changed != NOTE:
        with pytest.raises(NoteError):
            open_checkpoint(changed, [LOG.verifier])


def mutated(line: str, bit: int) -> str:
    """A line of signature with one bit of its bytes changed."""
    words, _, signature = line.strip().rpartition(" ")
    raw = int.from_bytes(base64.b64decode(signature), "big") ^ (1 << bit)
    return f"{words} {encoded(raw.to_bytes(len(base64.b64decode(signature)), 'big'))}\n"


@given(st.integers(0, 68 * 8 - 1))
def test_a_line_of_signature_with_one_bit_changed_is_refused(bit: int) -> None:
    with pytest.raises(NoteError):
        open_note(f"{HEAD.text}\n{mutated(LOG.line(HEAD.text), bit)}", [LOG.verifier])


@given(st.integers(0, 76 * 8 - 1))
def test_a_cosignature_with_one_bit_changed_is_refused_its_moment_included(bit: int) -> None:
    line = mutated(WITNESS.line(HEAD.text, 1_700_000_000), bit)
    with pytest.raises(NoteError):
        open_note(f"{HEAD.text}\n{line}", [WITNESS.verifier])


@given(st.binary(min_size=1, max_size=20))
def test_base64_has_one_spelling(raw: bytes) -> None:
    right = encoded(raw)
    assert decoded(right, "It") == raw
    wrong = [f"{right}\n", f"{right}=", f" {right}", right[:-1]]
    bare = right.rstrip("=")
    if bare != right:  # the last sign has bits that say nothing
        wrong.append(f"{bare[:-1]}{chr(ord(bare[-1]) + 1)}{right[len(bare) :]}")
    for spelled in wrong:
        with pytest.raises(NoteError, match="It is not base64"):
            decoded(spelled, "It")


@pytest.mark.parametrize("text", ["", "é===", "AB==", "A-_A", "AA==AA=="])
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(NoteError, match="is not base64"):
        decoded(text, "It")


LINE = LOG.line(HEAD.text)
MALFORMED = {
    "no signature": (HEAD.text + "\n", "some are missing"),
    "no blank line": (HEAD.text + LINE, "some are missing"),
    "no end of line": (NOTE[:-1], "some are missing"),
    "too many": (f"{HEAD.text}\n" + LINE * (MOST_SIGNATURES + 1), "some are missing"),
    "too long": (f"{'x' * 20_000}\n\n{LINE}", "too long"),
    "a control character": (NOTE.replace("\n", "\r\n"), "control characters"),
    "another dash": (NOTE.replace("—", "-"), "not a line of signature"),
    "no name": (f"{HEAD.text}\n—  AAAA\n", "not a line of signature"),
    "a plus in a name": (f"{HEAD.text}\n— a+b AAAAAAAA\n", "not a line of signature"),
    "too short": (f"{HEAD.text}\n— {ORIGIN} AAAAAA==\n", "too short: 4 bytes"),
    "twice": (NOTE + LINE, "signed twice"),
    "another's": (sign(HEAD.text, [Signer("other", bytes(32))]), "the keys trusted here are: part"),
}


@pytest.mark.parametrize(("note", "why"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_note_is_refused_with_its_reason(note: str, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        open_note(note, [LOG.verifier])


def test_without_a_key_nothing_opens() -> None:
    with pytest.raises(NoteError, match="the keys trusted here are: none"):
        open_note(NOTE, [])


def test_signatures_by_others_are_left_aside() -> None:
    note = sign(HEAD.text, [Signer("a-stranger", bytes(32)), LOG])
    assert open_note(note, [LOG.verifier]).signed_by == (LOG.verifier,)


VKEY = str(LOG.verifier)
KEYS = ["", "name", "+id+AAAA", "a b+00000000+AAAA", VKEY.replace("+", "+0", 1), VKEY[:-4],
        f"x{VKEY}", "n+00000000+" + encoded(bytes([6]) + bytes(32))]  # fmt: skip


@pytest.mark.parametrize("vkey", KEYS)
def test_what_is_not_a_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(vkey)


PRIVATE = str(LOG)
SECRETS = ["", VKEY, PRIVATE[:-4], PRIVATE.replace("PRIVATE", "private"),
           PRIVATE.replace(ORIGIN, "other"), PRIVATE.replace("+" + VKEY.split("+")[1], "+00")]  # fmt: skip


@pytest.mark.parametrize("line", SECRETS)
def test_what_is_not_a_private_key_is_refused_without_being_told(line: str) -> None:
    with pytest.raises(NoteError) as refused:
        Signer.parse(line)
    assert PRIVATE[-20:] not in str(refused.value)


ROOT = encoded(bytes(32))
CHECKPOINTS = ["", "a\n1\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n\n{ROOT}\n", "a\n1\n\n",
               f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n+1\n{ROOT}\n", f"a\n1 \n{ROOT}\n",
               f"a\n١\n{ROOT}\n", f"a\n{10**30}0\n{ROOT[:-4]}\n", f"a\n1\n{encoded(bytes(31))}\n",
               f"a\n1\n{ROOT}\n\nx\n", f"a\n1\n{ROOT}\nx"]  # fmt: skip


@pytest.mark.parametrize("text", CHECKPOINTS)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse(text)


@given(NAMES, st.integers(0, 2**63), SEEDS)
def test_a_checkpoint_comes_back_from_its_text(origin: str, size: int, root: bytes) -> None:
    head = Checkpoint(origin, size, root)
    assert parse(head.text) == head == unchecked(sign(head.text, [LOG]))
    assert parse(head.text + "an extension line\n") == head


def test_a_checkpoint_signed_by_the_key_of_another_register_or_by_a_witness_alone_is_refused() -> (
    None
):
    other = Checkpoint("elsewhere/register/1", 3, bytes(32))
    with pytest.raises(NoteError, match="is of the register elsewhere/register/1"):
        open_checkpoint(sign(other.text, [LOG]), [LOG.verifier])
    note = f"{HEAD.text}\n{WITNESS.line(HEAD.text, 5)}"
    with pytest.raises(NoteError, match="trusted here are of none"):
        open_checkpoint(note, [WITNESS.verifier])
    head, opened = open_checkpoint(NOTE + WITNESS.line(HEAD.text, 5), [LOG.verifier])
    assert (head, opened.seen_at) == (HEAD, ())
