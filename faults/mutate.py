"""Alter a register and its receipts in one place at a time: each alteration must be noticed.

Left out, because by the formats they alter nothing that is claimed:
- a line of signature by an unknown key under a checkpoint (readers must leave it aside);
- a signature line that stands there twice (nothing more is signed than before);
- a receipt that shows no more what its entry hides (it claims less, and still holds);
- files that the checkpoint does not cover: `vkey`, which one must not trust anyway, narrower tiles.
"""

import os
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from faults import sample_log as wrong
from faults.outcome import NothingTested, Outcome, Part, Skipped, canary, promise, report
from faults.sample_log import Altered, AlteredLog, AlteredReceipt, Files, Kind, World, write_files
from partage.calc.merkle import leaf_hash
from partage.calc.tiles import Tile, entries_in, tiles_of
from partage.register.audit import Audit, SourceError
from partage.register.checkpoints import open_checkpoint
from partage.register.leaves import LeafError, commitment, read_leaf
from partage.register.notes import NoteError, Signer
from partage.register.receipts import check_receipt, parse_receipt

CANARIES = 400
# A check that stumbles has noticed nothing: whoever reads its traceback learns of no alteration.
STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

KINDS: dict[str, Kind] = {
    **{
        f"{what} {where}": partial(wrong.in_file, change=change, of=of)
        for what, change in wrong.BYTES.items()
        for where, of in wrong.FILES.items()
    },
    **{
        f"{what} a receipt": partial(wrong.in_receipt, change=change)
        for what, change in wrong.BYTES.items()
    },
    "a file gone": wrong.file_gone,
    "a file in the place of another": wrong.file_for_another,
    "two entries swapped": wrong.entries_swapped,
    "a bundle in another order": wrong.bundle_shuffled,
    "an entry changed, and the tile over it": wrong.entry_and_tile,
    "an entry changed, and all tiles": wrong.entry_and_all_tiles,
    "an entry left out, and all tiles": wrong.entry_left_out,
    "a bundle and its tile from another log": wrong.part_of_another_log,
    "another root signed": wrong.another_root,
    "another size signed": wrong.another_size,
    "signed with another key": wrong.another_key,
    "signed for another origin": wrong.another_origin,
    "another log": wrong.another_log,
    "the signature of another checkpoint": wrong.another_signature,
    "rolled back": wrong.rolled_back,
    "forked": wrong.forked,
    "receipt: another index": wrong.another_index,
    "receipt: the proof of another place": wrong.another_proof,
    "receipt: a hash of the proof changed": wrong.proof_hash_changed,
    "receipt: the proof in another order": wrong.proof_reordered,
    "receipt: the proof longer or shorter": wrong.proof_of_other_length,
    "receipt: another entry": wrong.another_entry,
    "receipt: another content": wrong.another_content,
    "receipt: another opening": wrong.another_opening,
    "receipt: the opening longer or shorter": wrong.boundary_moved,
    "receipt: another checkpoint": wrong.another_checkpoint,
    "receipt: signed with another key": wrong.another_key_in_receipt,
    "receipt: of another log": wrong.receipt_of_another_log,
    "receipt: spelled otherwise": wrong.spelled_otherwise,
}


def mutation(world: World, seed: int) -> tuple[str, Altered]:
    """The same one each time for a seed; what alters nothing is drawn again."""
    random = Random(seed)  # noqa: S311 - repeated on purpose
    kind = random.choice(list(KINDS))
    altered = KINDS[kind](world, random)
    while world.holds(altered):
        altered = KINDS[kind](world, random)
    return kind, altered


# Who must notice.

Checker = Callable[[World, Altered], bool]


@dataclass(frozen=True)
class Memory:
    """The files of a log that are on no disk."""

    files: Files

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise SourceError(f"{path}: no such file.")
        return self.files[path]


def is_refused(world: World, altered: Altered) -> bool:
    """By the product's own checks, with a sentence for the reader."""
    try:
        if isinstance(altered, AlteredReceipt):
            check_receipt(_read(altered), world.verifiers)
            return False
        audit = Audit(Memory(altered.files), world.verifiers, remembered=altered.remembered)
        # The first broken thing is enough: reading on would only take time.
        return any(audit.report.broken for _done in audit.run()) or not audit.report.holds
    except (NoteError, SourceError):
        return True
    except STUMBLES:
        return False


def _read(altered: AlteredReceipt) -> str:
    try:
        return altered.text.decode()
    except UnicodeDecodeError:
        raise NoteError("A receipt is text, this is not.") from None


def without_root(world: World, altered: Altered) -> bool:
    """A planted fault: signature and lowest tiles are checked, the root is not."""
    if isinstance(altered, AlteredReceipt):
        return True
    source = Memory(altered.files)
    try:
        note = source.read(wrong.CHECKPOINT).decode()
        head, _note = open_checkpoint(note, world.verifiers)
        for tile in (tile for tile in tiles_of(head.size) if tile.level == "entries"):
            hashes = source.read(Tile(0, tile.index, tile.width).path)
            if b"".join(map(leaf_hash, entries_in(source.read(tile.path)))) != hashes:
                return True
    except (NoteError, SourceError, ValueError):
        return True
    return False


def without_proof(world: World, altered: Altered) -> bool:
    """A planted fault: signature and commitment are checked, the way to the root is not."""
    if isinstance(altered, AlteredLog):
        return True
    try:
        receipt = parse_receipt(_read(altered))
        open_checkpoint(receipt.checkpoint, world.verifiers)
        told = read_leaf(receipt.entry)["commitment"]
    except (NoteError, LeafError):
        return True
    return bool(commitment(receipt.opening, receipt.content).hex() != told)


# The second checker, in Go.

REPOSITORY = Path(__file__).resolve().parents[1]
PROGRAM = REPOSITORY / "tests" / "register" / "foreign" / "verify.go"
GO_PATH = Path("/usr/share/gocode")
GO_LIBRARY = GO_PATH / "src" / "golang.org" / "x" / "mod" / "sumdb"


def build_foreign(folder: Path) -> Path:
    """Compile the foreign checker into a folder; Skipped says what is missing for it."""
    go = shutil.which("go")
    if go is None:
        raise Skipped("there is no Go here (Debian: golang-go), so no second checker")
    if not GO_LIBRARY.is_dir():
        raise Skipped(f"{GO_LIBRARY} is missing (Debian: golang-golang-x-mod-dev)")
    built = folder / "verify"
    own = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOFLAGS": "", "GOCACHE": f"{folder}/go"}
    subprocess.run(
        [go, "build", "-o", str(built), str(PROGRAM)], env={**os.environ, **own}, check=True
    )
    return built


class Foreign:
    """The running foreign checker: one line asked, one line answered."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process, self._folder = process, folder

    def answer(self, altered: Altered, signer: Signer) -> str:
        """`ok`, or `broken: ` and why."""
        case = self._folder / "case"
        shutil.rmtree(case, ignore_errors=True)
        if isinstance(altered, AlteredLog):
            write_files(altered.files, case)
            return self._ask(f"log {case} {signer.verifier}")
        write_files({"receipt": altered.text}, case)
        return self._ask(f"receipt {case}/receipt {signer.verifier}")

    def _ask(self, line: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise NothingTested("the Go program cannot be talked to")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if answer != "ok" and not answer.startswith("broken: "):
            raise NothingTested(f"the Go program gave no answer, but {answer!r}")
        return answer

    def refuses(self, world: World, altered: Altered) -> bool:
        return self.answer(altered, world.log.signer) != "ok"


@contextmanager
def foreign_checker() -> Iterator[Foreign]:
    with TemporaryDirectory(prefix="partage-foreign-") as folder:
        built = build_foreign(Path(folder))
        pipe = subprocess.PIPE
        with subprocess.Popen([built, "batch"], stdin=pipe, stdout=pipe, text=True) as process:
            yield Foreign(process, Path(folder))


# The bench.


def untouched(world: World) -> list[Altered]:
    """What must be accepted: else refusing the rest says nothing."""
    return [AlteredLog(world.log.files), *map(wrong.as_text, world.receipts)]


def mutate(count: int, seed: int) -> Iterator[Outcome]:
    """So many alterations before the product's own checks."""
    world = World()
    yield from canaries(world)
    yield _accepts(world, is_refused, "mutate")
    made: Counter[str] = Counter()
    missed: dict[str, list[int]] = defaultdict(list)
    for number in range(seed, seed + count):
        kind, altered = mutation(world, number)
        made[kind] += 1
        if not is_refused(world, altered):
            missed[kind].append(number)
    for kind in filter(made.__getitem__, KINDS):
        yield _outcome(f"mutate, {kind}", made[kind], missed[kind])
    yield _outcome("mutate", count, [number for some in missed.values() for number in some])


def canaries(world: World) -> Iterator[Outcome]:
    weak = {"the root is not compared": without_root, "the proof is not followed": without_proof}
    for fault, checker in weak.items():
        drawn = (mutation(world, number)[1] for number in range(CANARIES))
        missed = sum(not checker(world, altered) for altered in drawn)
        yield canary("mutate", missed, fault)


def _accepts(world: World, checker: Checker, name: str) -> Outcome:
    refused = sum(checker(world, whole) for whole in untouched(world))
    return promise(name, f"untouched: {refused} refused", refused == 0, refused=refused)


def _outcome(name: str, made: int, missed: Sequence[int]) -> Outcome:
    words = f"{made} made, {made - len(missed)} detected"
    if missed:
        words += f"; missed, by seed: {', '.join(map(str, missed[:20]))}"
    figures = {"made": made, "detected": made - len(missed), "missed_seeds": list(missed)}
    return promise(name, words, not missed, **figures)


def mutate_foreign(count: int, seed: int) -> Iterator[Outcome]:
    """The first of the same alterations before the Go program, which remembers nothing."""
    world = World()
    with foreign_checker() as foreign:
        yield _accepts(world, foreign.refuses, "mutate, Go")
        numbers = list(_without_memory(world, count, seed))
        missed = [n for n in numbers if not foreign.refuses(world, mutation(world, n)[1])]
    yield _outcome("mutate, Go", len(numbers), missed)


def _without_memory(world: World, count: int, seed: int) -> Iterable[int]:
    found, number = 0, seed
    while found < count:
        altered = mutation(world, number)[1]
        if isinstance(altered, AlteredReceipt) or altered.remembered is None:
            found += 1
            yield number
        number += 1


@click.command("mutate")
@click.option("--count", type=click.IntRange(min=1), default=100_000, show_default=True,
              help="How many alterations.")  # fmt: skip
@click.option("--foreign", type=click.IntRange(min=0), default=1000, show_default=True,
              help="How many of them the Go program sees too; 0: it is not asked.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True,
              help="The first one's; each next has the next number.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the outcomes as JSON.")
def mutate_command(count: int, foreign: int, seed: int, *, as_json: bool) -> None:
    """Alter a register or a receipt in one place; each alteration must be detected.

    First with planted faults, which must be noticed. Then each alteration is shown to this
    program's checks, and some also to a second checker in Go (Debian: golang-go,
    golang-golang-x-mod-dev).

    \b
    Examples:
      python -m faults mutate --count 3000 --foreign 100
      python -m faults mutate --seed 4711 --count 1     one that was missed, again
    """
    parts = [Part("mutate", partial(mutate, count, seed))]
    if foreign:
        parts.append(Part("mutate, Go", partial(mutate_foreign, foreign, seed)))
    report(parts, as_json=as_json)


if __name__ == "__main__":
    mutate_command(prog_name="python -m faults.mutate")
