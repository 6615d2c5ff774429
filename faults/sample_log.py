"""A register made for a trial, without a site and its database, and each way to alter it."""

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random

from partage.calc.merkle import inclusion_proof, leaf_hash, root_of
from partage.calc.tiles import WIDTH, Tile, entries_in, pack_entries, tiles_of
from partage.register.checkpoints import Checkpoint
from partage.register.leaves import ERASED, NO_OPENING, Facts, Line, canonical, commitment, opening
from partage.register.notes import KEY_BYTES, Signer, sign
from partage.register.receipts import Receipt

Files = Mapping[str, bytes]
ORIGIN = "sample.example/register/1"
BEGINNING = datetime(2026, 1, 5, 8, tzinfo=UTC)
EVENT_BYTES = 16
ANSWERS = ("agree", "disagree", "unsure", "unclear")
OPEN_EVERY, ERASED_AT = 7, 5  # one entry in seven hides nothing; the sixth says what is erased


@dataclass(frozen=True)
class SampleEntry:
    """An entry, and what it commits to."""

    leaf: bytes
    event: bytes
    opening: bytes
    content: str


def a_vote(random: Random) -> SampleEntry:
    """An entry that hides what somebody answered."""
    event = random.randbytes(EVENT_BYTES)
    facts = {"statement": random.randrange(1, 60), "answer": random.choice(ANSWERS)}
    opened_by = opening(random.randbytes(KEY_BYTES), event)
    return _entry("vote", event, opened_by, canonical(facts), {})


def a_public_act(kind: str, public: Facts, random: Random) -> SampleEntry:
    """An entry that commits to its own public part."""
    return _entry(kind, random.randbytes(EVENT_BYTES), NO_OPENING, canonical(public), public)


def _entry(kind: str, event: bytes, opened_by: bytes, content: str, public: Facts) -> SampleEntry:
    hour = BEGINNING + timedelta(hours=event[0])
    line = Line(kind, "shops", hour, event, commitment(opened_by, content), public)
    return SampleEntry(line.leaf(), event, opened_by, content)


def some_entries(count: int, random: Random) -> list[SampleEntry]:
    """Hidden and open ones, and one that says that the first two are erased."""
    entries: list[SampleEntry] = []
    for place in range(count):
        if place == ERASED_AT:
            public = {"events": [entry.event.hex() for entry in entries[:2]]}
            entries.append(a_public_act(ERASED, public, random))
        elif place % OPEN_EVERY == OPEN_EVERY - 1:
            entries.append(a_public_act("frame-published", {"version": place}, random))
        else:
            entries.append(a_vote(random))
    return entries


def a_signer(random: Random, origin: str = ORIGIN) -> Signer:
    return Signer(origin, random.randbytes(KEY_BYTES))


@dataclass(frozen=True)
class SampleLog:
    """Entries in their places, and who signs them."""

    entries: Sequence[SampleEntry]
    signer: Signer

    @cached_property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(entry.leaf) for entry in self.entries]

    @cached_property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.signer.name, len(self.leaves), root_of(self.leaves))

    @cached_property
    def note(self) -> str:
        return sign(self.checkpoint.text, [self.signer])

    @cached_property
    def tiles(self) -> Files:
        return tiles_over([entry.leaf for entry in self.entries], self.leaves)

    @cached_property
    def files(self) -> Files:
        """What a site serves, by path."""
        return {**self.tiles, "checkpoint": self.note.encode()}

    def subtree(self, height: int, index: int) -> bytes:
        """The hash of a perfect subtree, for proofs."""
        return root_of(self.leaves[index << height : (index + 1) << height])

    def receipt(self, place: int) -> Receipt:
        """The receipt of an entry, with what it hides."""
        entry = self.entries[place]
        proof = tuple(inclusion_proof(place, len(self.entries), self.subtree))
        return Receipt(entry.leaf, place, proof, self.note, entry.opening, entry.content)

    def write(self, folder: Path) -> None:
        """The folder as a site keeps it, with the key that it shows."""
        write_files({**self.files, "vkey": f"{self.signer.verifier}\n".encode()}, folder)


def sample_log(count: int, seed: int = 0, origin: str = ORIGIN) -> SampleLog:
    """A log of so many entries, the same each time for a seed."""
    random = Random(f"{seed} {origin}")  # noqa: S311 - repeated on purpose, and no secret
    return SampleLog(some_entries(count, random), a_signer(random, origin))


def tiles_over(entries: Sequence[bytes], leaves: Sequence[bytes]) -> Files:
    """All tiles over these entries; `leaves` are the hashes that stand for them."""
    hashes = [list(leaves)]
    while len(hashes[-1]) >= WIDTH:
        below = hashes[-1]
        full = range(0, len(below) - WIDTH + 1, WIDTH)
        hashes.append([root_of(below[start : start + WIDTH]) for start in full])
    files = {}
    for tile in tiles_of(len(leaves)):
        covered = slice(tile.index * WIDTH, tile.index * WIDTH + tile.width)
        if tile.level == "entries":
            files[tile.path] = pack_entries(entries[covered])
        else:
            files[tile.path] = b"".join(hashes[tile.level][covered])
    return files


def write_files(files: Files, folder: Path) -> None:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


# And what is done to it.

# Two full tiles and a narrow one over the entries, a narrow one above.
ENTRIES = 2 * WIDTH + 18
OLDER = (100, WIDTH, 400, 2 * WIDTH)
RECEIPTS = 12
LONGEST_RANGE = 40  # shorter than a signature line, which may stand there twice
CHECKPOINT = "checkpoint"
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


@dataclass(frozen=True)
class AlteredLog:
    """`remembered` is the checkpoint that the reader has seen before, if any."""

    files: Files
    remembered: Checkpoint | None = None


@dataclass(frozen=True)
class AlteredReceipt:
    text: bytes


Altered = AlteredLog | AlteredReceipt


class World:
    """What is altered: a log, its receipts, and others to take wrong parts from."""

    def __init__(self) -> None:
        self.log = sample_log(ENTRIES)
        self.verifiers = [self.log.signer.verifier]
        self.other = sample_log(ENTRIES, origin="other.example/register/1")
        self.older = [SampleLog(self.log.entries[:size], self.log.signer) for size in OLDER]
        step = ENTRIES // RECEIPTS
        self.receipts = [self.log.receipt(step * n + n) for n in range(RECEIPTS)]
        self.others = [self.other.receipt(receipt.index) for receipt in self.receipts]
        bare = [replace(receipt, opening=b"", content="") for receipt in self.receipts]
        self._whole = {str(receipt).encode() for receipt in [*self.receipts, *bare]}

    def holds(self, altered: Altered) -> bool:
        """Whether nothing is altered after all, or only less is claimed."""
        if isinstance(altered, AlteredReceipt):
            return altered.text in self._whole
        return altered.files == self.log.files


Kind = Callable[[World, Random], Altered]


# Bytes, in any file.


def _range(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content))
    return start, min(len(content), start + random.randint(1, LONGEST_RANGE))


def flipped(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    changed[random.randrange(len(content))] ^= 1 << random.randrange(8)
    return bytes(changed)


def dropped(content: bytes, random: Random) -> bytes:
    start, end = _range(content, random)
    return content[:start] + content[end:]


def repeated(content: bytes, random: Random) -> bytes:
    start, end = _range(content, random)
    return content[:end] + content[start:]


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


def lengthened(content: bytes, random: Random) -> bytes:
    return content + random.randbytes(random.randint(1, LONGEST_RANGE))


BYTES = {
    "a bit flipped in": flipped,
    "bytes left out of": dropped,
    "bytes repeated in": repeated,
    "the end cut off": cut,
    "bytes added after": lengthened,
}


def _is_bundle(path: str) -> bool:
    return path.startswith("tile/entries/")


def _is_checkpoint(path: str) -> bool:
    return path == CHECKPOINT


def _is_hash_tile(path: str) -> bool:
    return not _is_bundle(path) and not _is_checkpoint(path)


FILES = {
    "an entry bundle": _is_bundle,
    "a hash tile": _is_hash_tile,
    "the checkpoint": _is_checkpoint,
}
Change = Callable[[bytes, Random], bytes]


def in_file(world: World, random: Random, *, change: Change, of: Callable[[str], bool]) -> Altered:
    path = random.choice([path for path in world.log.files if of(path)])
    return _with(world, {path: change(world.log.files[path], random)})


def in_receipt(world: World, random: Random, *, change: Change) -> Altered:
    return AlteredReceipt(change(str(random.choice(world.receipts)).encode(), random))


def _with(world: World, changed: Files) -> AlteredLog:
    return AlteredLog({**world.log.files, **changed})


# The files of a log.


def file_gone(world: World, random: Random) -> Altered:
    gone = random.choice(list(world.log.files))
    return AlteredLog({path: own for path, own in world.log.files.items() if path != gone})


def file_for_another(world: World, random: Random) -> Altered:
    path, other = random.sample(list(world.log.files), 2)
    return _with(world, {path: world.log.files[other]})


def entries_swapped(world: World, random: Random) -> Altered:
    """Anywhere in the log, under tiles that stay as they were."""
    entries = [entry.leaf for entry in world.log.entries]
    one, other = random.sample(range(ENTRIES), 2)
    entries[one], entries[other] = entries[other], entries[one]
    tiles = tiles_over(entries, world.log.leaves)
    return _with(world, {path: own for path, own in tiles.items() if _is_bundle(path)})


def bundle_shuffled(world: World, random: Random) -> Altered:
    path = random.choice([path for path in world.log.files if _is_bundle(path)])
    entries = entries_in(world.log.files[path])
    random.shuffle(entries)
    return _with(world, {path: pack_entries(entries)})


def _one_changed(log: SampleLog, random: Random, before: int = ENTRIES) -> SampleLog:
    entries = list(log.entries)
    entries[random.randrange(before)] = a_vote(random)
    return SampleLog(entries, log.signer)


def entry_and_tile(world: World, random: Random) -> Altered:
    """What somebody does who knows of the lowest tiles only."""
    remade = _one_changed(world.log, random).files
    fitted = [path for path in remade if _is_bundle(path) or path.startswith("tile/0/")]
    return _with(world, {path: remade[path] for path in fitted})


def entry_and_all_tiles(world: World, random: Random) -> Altered:
    return _with(world, _one_changed(world.log, random).tiles)


def entry_left_out(world: World, random: Random) -> Altered:
    """From its place on, all moves up: the old checkpoint stands over tiles that fit each other."""
    entries = list(world.log.entries)
    del entries[random.randrange(ENTRIES)]
    shorter = SampleLog(entries, world.log.signer)
    return AlteredLog({**shorter.tiles, CHECKPOINT: world.log.files[CHECKPOINT]})


def part_of_another_log(world: World, random: Random) -> Altered:
    tile = random.choice([tile for tile in tiles_of(ENTRIES) if tile.level == "entries"])
    taken = (tile.path, Tile(0, tile.index, tile.width).path)
    return _with(world, {path: world.other.files[path] for path in taken})


# The checkpoint of a log.


def _signed(world: World, head: Checkpoint, signer: Signer) -> AlteredLog:
    return _with(world, {CHECKPOINT: sign(head.text, [signer]).encode()})


def another_root(world: World, random: Random) -> Altered:
    """Signed by the log's own key, over entries that are not these."""
    head = replace(world.log.checkpoint, root=random.randbytes(32))
    return _signed(world, head, world.log.signer)


def another_size(world: World, random: Random) -> Altered:
    size = random.choice([n for n in range(2 * ENTRIES) if n != ENTRIES])
    return _signed(world, replace(world.log.checkpoint, size=size), world.log.signer)


def another_key(world: World, random: Random) -> Altered:
    """A key that nobody trusts, under the name of the one that all do."""
    return _signed(world, world.log.checkpoint, a_signer(random, world.log.signer.name))


def another_origin(world: World, random: Random) -> Altered:
    """The trusted key signs for a log that is not its own."""
    head = replace(world.log.checkpoint, origin=f"register{random.randrange(1000)}.example")
    return _signed(world, head, world.log.signer)


def another_log(world: World, random: Random) -> Altered:
    """Whole and well signed, but not the one that was asked for."""
    count = random.randint(1, ENTRIES)
    return AlteredLog(SampleLog(world.other.entries[:count], world.other.signer).files)


def another_signature(world: World, random: Random) -> Altered:
    """A true signature of the right key, of an older checkpoint."""
    signature = random.choice(world.older).note.rpartition("\n\n")[2]
    return _with(world, {CHECKPOINT: f"{world.log.checkpoint.text}\n{signature}".encode()})


# What only somebody notices who remembers an earlier checkpoint.


def rolled_back(world: World, random: Random) -> Altered:
    """The last entries are gone and the rest is well signed."""
    seen = random.choice([*world.older, world.log])
    left = random.choice([len(seen.entries) - 1, random.randrange(1, len(seen.entries))])
    shorter = SampleLog(seen.entries[:left], world.log.signer)
    return AlteredLog(shorter.files, seen.checkpoint)


def forked(world: World, random: Random) -> Altered:
    """The log's own key signs one other entry than before; the log may have grown since."""
    seen = random.choice([*world.older, world.log])
    fork = _one_changed(world.log, random, before=len(seen.entries))
    return AlteredLog(fork.files, seen.checkpoint)


# Receipts.


def _receipt(world: World, random: Random) -> tuple[Receipt, Receipt]:
    """One, and another to take a wrong part from."""
    one, other = random.sample(world.receipts, 2)
    return one, other


def as_text(receipt: Receipt) -> AlteredReceipt:
    return AlteredReceipt(str(receipt).encode())


def another_index(world: World, random: Random) -> Altered:
    one, _other = _receipt(world, random)
    near = [one.index ^ (1 << random.randrange(10)), one.index + 1, random.randrange(ENTRIES)]
    return as_text(replace(one, index=random.choice(near)))


def another_proof(world: World, random: Random) -> Altered:
    one, other = _receipt(world, random)
    return as_text(replace(one, proof=other.proof))


def proof_hash_changed(world: World, random: Random) -> Altered:
    one, other = _receipt(world, random)
    proof = list(one.proof)
    proof[random.randrange(len(proof))] = random.choice([random.randbytes(32), other.proof[0]])
    return as_text(replace(one, proof=tuple(proof)))


def proof_reordered(world: World, random: Random) -> Altered:
    one, _other = _receipt(world, random)
    return as_text(replace(one, proof=tuple(random.sample(one.proof, len(one.proof)))))


def proof_of_other_length(world: World, random: Random) -> Altered:
    one, other = _receipt(world, random)
    proof, place = list(one.proof), random.randrange(len(one.proof))
    if random.random() < 0.5:
        del proof[place]
    else:
        proof.insert(place, random.choice(other.proof))
    return as_text(replace(one, proof=tuple(proof)))


def another_entry(world: World, random: Random) -> Altered:
    """With what that one hides, so that only the tree can tell."""
    one, other = _receipt(world, random)
    return as_text(replace(one, entry=other.entry, opening=other.opening, content=other.content))


def another_content(world: World, random: Random) -> Altered:
    one, other = _receipt(world, random)
    return as_text(
        replace(one, content=random.choice([other.content, a_vote(random).content, "{}"]))
    )


def another_opening(world: World, random: Random) -> Altered:
    one, other = _receipt(world, random)
    return as_text(replace(one, opening=random.choice([other.opening, random.randbytes(32)])))


def boundary_moved(world: World, random: Random) -> Altered:
    """Where the opening ends and the content begins: both together keep their hash."""
    one, _other = _receipt(world, random)
    shown = one.opening + one.content.encode()
    ends = [end for end in range(1, len(shown) + 1) if _is_text(shown[end:])]
    end = random.choice([end for end in ends if end != len(one.opening)])
    return as_text(replace(one, opening=shown[:end], content=shown[end:].decode()))


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def another_checkpoint(world: World, random: Random) -> Altered:
    """A true one of the same log, when it was smaller."""
    one, _other = _receipt(world, random)
    return as_text(replace(one, checkpoint=random.choice(world.older).note))


def another_key_in_receipt(world: World, random: Random) -> Altered:
    one, _other = _receipt(world, random)
    stranger = a_signer(random, world.log.signer.name)
    return as_text(replace(one, checkpoint=sign(world.log.checkpoint.text, [stranger])))


def receipt_of_another_log(world: World, random: Random) -> Altered:
    return as_text(random.choice(world.others))


def spelled_otherwise(world: World, random: Random) -> Altered:
    """The same bytes in another base64: the last sign before `=` has bits that stand for nothing."""
    text = str(_receipt(world, random)[0])
    ends = [n for n, sign_ in enumerate(text) if sign_ == "=" and text[n - 1] in ALPHABET]
    last = random.choice(ends) - 1
    spelled = ALPHABET[ALPHABET.index(text[last]) + 1]
    return AlteredReceipt((text[:last] + spelled + text[last + 1 :]).encode())
