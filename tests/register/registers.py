"""Registers to test on: entries in numbers, the files of a log, and hands that tamper with rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from partage.register.audit import Audit, Folder, Report
from partage.register.models import Entry, VaultKey
from partage.register.notes import Verifier
from partage.register.recording import new_vault_key, record
from partage.register.sequencer import current_log, seal
from partage.register.storage import folder_of


@transaction.atomic
def record_acts(count: int, space: str = "shops") -> list[Entry]:
    """So many public entries, each saying which it is."""
    return [record("frame-published", space=space, public={"version": n}) for n in range(count)]


@transaction.atomic
def record_votes(count: int, key: VaultKey | None = None) -> VaultKey:
    """So many entries that hide an answer of one person; returns the person's secret."""
    key = key or new_vault_key()
    for number in range(count):
        record("vote", space="shops", payload={"statement": number}, vault_key=key)
    return key


def sealed(count: int) -> None:
    """A register of so many entries, signed."""
    record_acts(count)
    seal()


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below, by its path."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def audited(number: int = 1) -> Report:
    """What a stranger finds who reads the files of a log."""
    folder = folder_of(number)
    keys = (folder / "vkey").read_text().splitlines()
    audit = Audit(Folder(folder), [Verifier.parse(key) for key in keys])
    for _done in audit.run():
        pass
    return audit.report


def placed(number: int = 1) -> list[int | None]:
    """The places of a log's entries, in order."""
    entries = Entry.objects.filter(log=number, position__isnull=False)
    return list(entries.order_by("position").values_list("position", flat=True))


def signed_size() -> int:
    return current_log().signed_size


def waiting() -> int:
    return Entry.objects.filter(position=None).count()


def behind_the_back(sql: str, *values: str | int | bytes) -> None:
    """Somebody with access to the database changes rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def just_before(start: str, deed: Callable[[], object]) -> Callable[..., Any]:
    """For `connection.execute_wrapper`: another hand is quicker than the first such statement."""
    left = [deed]

    def wrapper(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if left and sql.replace('"', "").lstrip().startswith(start):
            left.pop()()
        return execute(sql, *more)

    return wrapper


def key_file() -> Path:
    path: Path = settings.REGISTER_KEY
    return path
