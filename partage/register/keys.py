"""The keys that sign the register's checkpoints: a file that only the signing process reads."""

import os
import secrets
from urllib.parse import urlsplit

from django.conf import settings

from partage.register.models import Log
from partage.register.notes import KEY_BYTES, NoteError, Signer, Verifier


class KeyMissing(Exception):
    """The register has been signed before, and the key for it is not here."""


def origin_of(number: int) -> str:
    """The name of a log: where it is served, without the scheme."""
    site = urlsplit(settings.BASE_URL)
    return f"{site.netloc or 'localhost'}{site.path}/register/{number}"


def signers_of(log: Log) -> list[Signer]:
    """The keys of this log; the first is made when nothing was ever signed with one."""
    if not log.origin:
        return [_first(log)]
    return kept_signers(log.origin)


def kept_signers(origin: str) -> list[Signer]:
    mine = _signers_in_file(origin)
    if not mine:
        raise KeyMissing(
            f"The file {settings.REGISTER_KEY} holds no key of the register {origin}: put it back "
            "from a backup, or begin a new log with `partage register new-log`."
        )
    return mine


def _signers_in_file(origin: str) -> list[Signer]:
    path = settings.REGISTER_KEY
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [Signer.parse(line) for line in lines if line.strip()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, NoteError) as error:
        raise KeyMissing(f"The key file {path} cannot be read: {error}") from None
    return [signer for signer in found if signer.name == origin]


def _first(log: Log) -> Signer:
    origin = origin_of(log.number)
    return next(iter(_signers_in_file(origin)), None) or add_signer(origin)


def add_signer(origin: str) -> Signer:
    """Make a key and keep it, after those that are there."""
    signer = Signer(origin, secrets.token_bytes(KEY_BYTES))
    path = settings.REGISTER_KEY
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{signer}\n")
        file.flush()
        os.fsync(descriptor)
    return signer


def remove_signer(signer: Signer) -> None:
    """Forget a key: what it signed stays valid, it signs nothing more."""
    lines = settings.REGISTER_KEY.read_text("utf-8").splitlines()
    kept = "".join(f"{line}\n" for line in lines if line.strip() != str(signer))
    waiting = settings.REGISTER_KEY.with_suffix(".new")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(kept)
        file.flush()
        os.fsync(descriptor)
    waiting.replace(settings.REGISTER_KEY)


def verifiers_of(log: Log) -> list[Verifier]:
    """The public keys of a log, as its last checkpoint was signed."""
    return [Verifier.parse(line) for line in log.vkeys.splitlines()]
