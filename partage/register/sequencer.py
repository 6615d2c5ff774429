"""Giving entries their places: batch by batch, one sequencer at a time, a signature last."""

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from shutil import rmtree

from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.utils import timezone

from partage.calc.merkle import Frontier, leaf_hash, root_at
from partage.calc.tiles import WIDTH, tiles_of
from partage.register.checkpoints import Checkpoint, unchecked
from partage.register.keys import KeyMissing, signers_of
from partage.register.leaves import Line
from partage.register.models import Entry, Log
from partage.register.notes import NoteError, sign
from partage.register.storage import (
    COLUMNS,
    TileMissing,
    Tree,
    folder_of,
    keep,
    tile_bytes,
)
from partage.web.counters import UNSEALED

log_file = logging.getLogger("partage.register")
EVERY_SECONDS = 1.0
CHECKPOINT = "checkpoint"
VKEY = "vkey"
LONGEST_REASON = 400


class Halted(Exception):
    """Nothing may be signed: the message says why, and what an operator can do."""


class Raced(Exception):
    """Another sequencer was quicker; what this one did is undone."""


def current_log() -> Log:
    return Log.objects.order_by("-number").first() or Log.objects.get_or_create(number=1)[0]


def seal() -> int:
    """Give every waiting entry its place and sign the tree; returns how many were placed."""
    placed = 0
    with _turn() as is_mine:
        if is_mine:
            log = current_log()
            publish(log)
            while count := place_batch():
                placed += count
                log = current_log()
                publish(log)
                # Short of a tile, that was all: what comes meanwhile makes the next batch.
                if log.size % WIDTH:
                    break
    return placed


def seal_if_possible() -> bool:
    """Seal, unless the log is stopped or its key is missing: what follows the register goes on."""
    try:
        seal()
    except (Halted, KeyMissing, TileMissing, Raced, OSError):
        return False
    return True


@contextmanager
def _turn() -> Iterator[bool]:
    """One sequencer on this machine; between machines the row of the log decides."""
    folder = folder_of(1).parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".sequencer.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def place_batch() -> int:
    """Place up to 256 entries: all that is committed and has no place, whatever its number.

    Numbers are given before transactions commit, so a lower one may appear after a higher one:
    "those after the last" would leave it out.
    """
    waiting = Entry.objects.filter(position=None)
    if not waiting.exists():
        return 0
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=current_log().pk)
        # A batch ends with a tile, so that under load few narrow tiles are written.
        room = WIDTH - log.size % WIDTH
        rows = list(waiting.order_by("pk").values_list("pk", *COLUMNS)[:room])
        tree = Frontier.from_bytes(log.size, bytes(log.frontier))
        tree.extend([leaf_hash(Line(*row[1:]).leaf()) for row in rows])
        _place([row[0] for row in rows], log)
        grown = {"size": tree.size, "frontier": tree.to_bytes()}
        if not Log.objects.filter(pk=log.pk, size=log.size).update(**grown):
            raise Raced(f"log {log.pk} no longer has {log.size} entries")
    return len(rows)


PLACE = "UPDATE register_entry SET log = %s, position = %s WHERE id = %s AND position IS NULL"


def _place(numbers: list[int], log: Log) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            PLACE, [(log.pk, log.size + n, number) for n, number in enumerate(numbers)]
        )
        if cursor.rowcount != len(numbers):
            raise Raced(f"{len(numbers)} entries were waiting, {cursor.rowcount} were placed")


def publish(log: Log) -> None:
    """Write the tiles the last checkpoint lacked, then sign; nothing to do when it is all there."""
    if log.halted:
        raise Halted(log.halted)
    shown = shown_checkpoint(log)
    is_shown = shown is not None and shown == log.checkpoint
    if log.size == 0 or (is_shown and log.signed_size == log.size):
        return
    if not is_shown:
        refuse_unless_extended(log, shown)
    # Since what this machine shows, which may be less than another machine signed.
    _write_tiles(log, since=unchecked(shown).size if shown else 0)
    if log.signed_size == log.size:
        show(log)  # signed already, and this machine's files were behind
    else:
        _sign(log)
        _drop_parts(log)


def _write_tiles(log: Log, since: int) -> None:
    """Write tiles until they give the root that will be signed.

    Files of a batch that was never signed may be left over, from a database that lost its end:
    they are made once more from the rows.
    """
    root = Frontier.from_bytes(log.size, bytes(log.frontier)).root()
    for _try in range(2):
        for tile in tiles_of(log.size, since):
            tile_bytes(log.pk, tile, keeping=True)
        if root_at(log.size, Tree(log.pk, log.size).subtree) == root:
            return
        for tile in tiles_of(log.size, log.signed_size):
            (folder_of(log.pk) / tile.path).unlink(missing_ok=True)
    raise halt(log, "The rows of the register no longer give the root over the entries placed.")


def show(log: Log) -> None:
    """Put on this machine's disk what is signed: all tiles, then the checkpoint."""
    for tile in tiles_of(log.signed_size):
        tile_bytes(log.pk, tile, keeping=True)
    keep(log.pk, VKEY, log.vkeys.encode())
    keep(log.pk, CHECKPOINT, log.checkpoint.encode())


def _sign(log: Log) -> None:
    signers = signers_of(log)
    root = Frontier.from_bytes(log.size, bytes(log.frontier)).root()
    note = sign(Checkpoint(signers[0].name, log.size, root).text, signers)
    vkeys = "".join(f"{signer.verifier}\n" for signer in signers)
    signed = {"origin": signers[0].name, "vkeys": vkeys, "checkpoint": note}
    was = Log.objects.filter(pk=log.pk, signed_size=log.signed_size, halted="")
    if not was.update(**signed, signed_size=log.size, signed_at=timezone.now()):
        raise Raced(f"log {log.pk} was signed by another sequencer")
    keep(log.pk, VKEY, vkeys.encode())
    keep(log.pk, CHECKPOINT, note.encode())


def shown_checkpoint(log: Log) -> str | None:
    """The checkpoint as published on this machine's disk."""
    try:
        return (folder_of(log.pk) / CHECKPOINT).read_text("utf-8")
    except FileNotFoundError:
        return None


def refuse_unless_extended(log: Log, shown: str | None) -> None:
    """A tree that does not extend what was published is a fork: it must never be signed."""
    for note in {shown, log.checkpoint or None} - {None}:
        try:
            published = unchecked(note or "")
        except NoteError as error:
            raise halt(log, f"The published checkpoint cannot be read: {error}") from None
        if published.size > log.size:
            raise halt(
                log,
                f"{published.size} entries were published and this database holds {log.size}: it "
                "comes from an older backup.",
            )
        if root_at(published.size, Tree(log.pk, log.size).subtree) != published.root:
            raise halt(
                log, f"The first {published.size} entries are no longer those that were published."
            )


def halt(log: Log, reason: str) -> Halted:
    """Sign nothing more until an operator has looked."""
    reason += " Nothing more is signed here; `partage register new-log` begins a new log."
    Log.objects.filter(pk=log.pk).update(halted=reason[-LONGEST_REASON:])
    return Halted(reason)


def _drop_parts(log: Log) -> None:
    """Narrow tiles go once the full one is there, out of which they can still be served."""
    for tile in tiles_of(log.size, since=log.signed_size):
        if tile.width == WIDTH:
            rmtree(folder_of(log.pk) / tile.folder_of_parts, ignore_errors=True)


def seal_for_ever(stop: threading.Event) -> None:
    """About once a second, until told to stop; whatever fails is tried again."""
    last_said = ""
    with suppress(Halted, TileMissing, OSError, OperationalError, InterfaceError):
        # Afterwards a check is due only where the disk and the database differ.
        log = current_log()
        refuse_unless_extended(log, shown_checkpoint(log))
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            seal()
            UNSEALED.set(Entry.objects.filter(position=None).count())
            last_said = ""
        except (
            Halted,
            KeyMissing,
            TileMissing,
            Raced,
            OSError,
            OperationalError,
            InterfaceError,
        ) as e:
            said = (
                f"{type(e).__name__}: {e}"
                if isinstance(e, Halted | KeyMissing)
                else type(e).__name__
            )
            if said != last_said:
                log_file.error("sealing: %s", said)
            last_said = said
            with suppress(OperationalError, InterfaceError):
                connection.close()
