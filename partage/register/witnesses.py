"""Asking witnesses to sign the register's checkpoint too (C2SP tlog-witness)."""

import http.client
import logging
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from partage.calc.merkle import consistency_proof
from partage.register.checkpoints import Checkpoint, unchecked
from partage.register.models import Log
from partage.register.notes import NoteError, Verifier, encoded, open_note
from partage.register.sequencer import Halted, current_log, halt
from partage.register.storage import TileMissing, Tree

log_file = logging.getLogger("partage.register")
EVERY_SECONDS = 60.0
PATIENCE = 5.0
LONGEST_ANSWER = 20_000
LATER_AT_MOST = 300  # seconds that a witness's clock may be ahead


class WitnessRefused(Exception):
    """A witness did not sign; the message says why."""


@dataclass
class Witness:
    """One witness, and how much of each log it is known to have signed last."""

    address: str
    verifier: Verifier
    seen: dict[int, int] = field(default_factory=dict)

    def cosign(self, log: Log) -> str:
        """Its line of signature under the log's checkpoint."""
        head = unchecked(log.checkpoint)
        status, answer = self._ask(log, head)
        if status == http.client.CONFLICT and answer.strip().isdecimal():
            self._catch_up(log, head, int(answer))
            status, answer = self._ask(log, head)
        if status != http.client.OK:
            raise WitnessRefused(f"{self.verifier.name} answered {status}")
        return self._checked(log.checkpoint, answer)

    def _ask(self, log: Log, head: Checkpoint) -> tuple[int, str]:
        seen = min(self.seen.get(log.pk, 0), head.size)
        proof = consistency_proof(seen, head.size, Tree(log.pk, head.size).subtree)
        lines = "".join(f"{encoded(one)}\n" for one in proof)
        body = f"old {seen}\n{lines}\n{log.checkpoint}".encode()
        asked = urllib.request.Request(f"{self.address}/add-checkpoint", body, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - as set
                said: str = answer.read(LONGEST_ANSWER).decode(errors="replace")
                return answer.status, said
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(LONGEST_ANSWER).decode(errors="replace")
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise WitnessRefused(f"{self.verifier.name} does not answer: {error}") from None

    def _catch_up(self, log: Log, head: Checkpoint, seen: int) -> None:
        """A witness that has seen more than there is: this database comes from an older backup."""
        if seen > log.size:
            raise halt(
                log,
                f"The witness {self.verifier.name} has seen {seen} entries, {log.size} are here.",
            )
        if seen > head.size:
            raise WitnessRefused(f"{self.verifier.name} has seen a later checkpoint already")
        self.seen[log.pk] = seen

    def _checked(self, note: str, answer: str) -> str:
        """The line of the answer that is this witness's signature of this checkpoint."""
        text = note.rpartition("\n\n")[0]
        for line in answer.splitlines(keepends=True):
            try:
                opened = open_note(f"{text}\n\n{line}", [self.verifier])
            except NoteError:
                continue
            if max(opened.seen_at, default=0) > time.time() + LATER_AT_MOST:
                raise WitnessRefused(f"{self.verifier.name} signed for a moment to come")
            return line
        raise WitnessRefused(f"{self.verifier.name} sent no signature of its own")


def witnesses() -> list[Witness]:
    """Those that the settings name."""
    return [Witness(address, Verifier.parse(vkey)) for address, vkey in settings.WITNESSES]


def cosign(asked: list[Witness]) -> int:
    """Have the current checkpoint signed by all who answer; returns how many did."""
    log = current_log()
    if not log.checkpoint or log.halted or log.cosigned.startswith(log.checkpoint):
        return 0
    lines = []
    for witness in asked:
        try:
            lines.append(witness.cosign(log))
            witness.seen[log.pk] = unchecked(log.checkpoint).size
        except WitnessRefused as error:
            log_file.warning("witness: %s", error)
    if lines:
        Log.objects.filter(pk=log.pk).update(cosigned=log.checkpoint + "".join(lines))
    return len(lines)


def cosign_for_ever(stop: threading.Event) -> None:
    """At most once a minute, until told to stop."""
    asked = witnesses()
    while asked and not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            cosign(asked)
        except (Halted, TileMissing, OSError, OperationalError, InterfaceError) as error:
            log_file.error("witnesses: %s", type(error).__name__)
