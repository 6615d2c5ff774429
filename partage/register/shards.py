"""Keys that change, and a new log after a fork: told in entries, so that a verifier can follow."""

from contextlib import suppress

from django.db import transaction

from partage.calc.merkle import Frontier, leaf_hash
from partage.register.checkpoints import Checkpoint, unchecked
from partage.register.keys import add_signer, kept_signers, origin_of, remove_signer
from partage.register.leaves import Line
from partage.register.models import Entry, Log
from partage.register.notes import NoteError, Signer, encoded
from partage.register.recording import record
from partage.register.sequencer import current_log, refuse_unless_extended, shown_checkpoint
from partage.register.storage import COLUMNS

LONGEST_REASON = 400


class RegisterRefused(Exception):
    """The register cannot do this now; the message is one sentence."""


@transaction.atomic
def announce_key() -> Signer:
    """A second key, announced in an entry; from the next checkpoint on both sign."""
    log = current_log()
    if not log.origin:
        raise RegisterRefused("Nothing is signed yet: the first key is made by the worker.")
    kept_signers(log.origin)
    signer = add_signer(log.origin)
    record("register-key-added", space="", public={"vkey": str(signer.verifier)})
    return signer


@transaction.atomic
def retire_key(number: str) -> Signer:
    """Stop signing with a key, once a checkpoint that both signed has announced the other."""
    log = current_log()
    signers = kept_signers(log.origin)
    chosen = [signer for signer in signers if signer.verifier.id.hex() == number]
    if not chosen:
        there = ", ".join(signer.verifier.id.hex() for signer in signers)
        raise RegisterRefused(f"No key has the number {number[:40]!r}: there are {there}.")
    if len(signers) == 1:
        raise RegisterRefused("It is the only key: announce another first (rotate-key).")
    unsigned = [str(s.verifier) for s in signers if str(s.verifier) not in log.vkeys.splitlines()]
    told = Entry.objects.filter(kind="register-key-added", log=log.pk)
    last = told.order_by("-position").values_list("position", flat=True).first()
    if unsigned or last is None or last >= log.signed_size:
        raise RegisterRefused("The other key has not signed yet: let the worker run a moment.")
    record("register-key-retired", space="", public={"vkey": str(chosen[0].verifier)})
    remove_signer(chosen[0])
    return chosen[0]


def last_published(log: Log) -> Checkpoint | None:
    """The largest checkpoint of a log that this machine knows to be public."""
    heads = []
    for note in filter(None, (shown_checkpoint(log), log.checkpoint)):
        with suppress(NoteError):
            heads.append(unchecked(note))
    return max(heads, key=lambda head: head.size, default=None)


@transaction.atomic
def begin_new_log(reason: str) -> Log:
    """A new log whose first entry names the old one, its last size and its root."""
    old = current_log()
    head = last_published(old)
    if head is None:
        raise RegisterRefused("Nothing was published yet: there is no log to follow.")
    if len(reason.encode()) > LONGEST_REASON:
        raise RegisterRefused(f"The reason must fit in {LONGEST_REASON} bytes: shorten it.")
    # What has a place that no checkpoint covers is sealed anew, in the new log.
    Entry.objects.filter(log=old.pk, position__gte=head.size).update(position=None)
    facts = {"follows": head.origin, "size": head.size, "root": encoded(head.root), "why": reason}
    first = record("register-continues", space="", public=facts)
    new = Log(number=old.number + 1)
    tree = Frontier()
    row = Entry.objects.filter(pk=first.pk).values_list(*COLUMNS).get()
    tree.append(leaf_hash(Line(*row).leaf()))
    new.size, new.frontier = tree.size, tree.to_bytes()
    new.save(force_insert=True)
    Entry.objects.filter(pk=first.pk).update(log=new.pk, position=0)
    add_signer(origin_of(new.pk))
    return new


@transaction.atomic
def resume(published: str | None) -> Log:
    """Sign again after a restore, when the tree extends what was published last.

    `published` is that checkpoint; None affirms that nothing later than this database was.
    """
    log = current_log()
    if not log.halted:
        raise RegisterRefused("Nothing is stopped: the register signs.")
    for note in (published, shown_checkpoint(log)):
        if note is None:
            continue
        if unchecked(note).origin != log.origin:
            raise RegisterRefused(
                f"This checkpoint is of {unchecked(note).origin[:80]}, not {log.origin}."
            )
        refuse_unless_extended(log, note)
    Log.objects.filter(pk=log.pk).update(halted="")
    record("register-resumed", space="", public={"size": log.size})
    return log
