"""What SQLite cannot check: that one machine alone writes the file, and that its disk has room."""

import os
import socket
import threading
import time
from pathlib import Path

from django.db import OperationalError

# A machine that stopped without a word may be replaced after this long.
CLAIM_SECONDS = 120
NETWORK_DISKS = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)


class NoRoom(OperationalError):
    """The disk is nearly full: nothing more is recorded, so that nothing is half written."""


def refuse_when_full(path: str, keep_free_mb: int) -> None:
    disk = os.statvfs(os.path.dirname(path) or ".")
    free_mb = disk.f_bavail * disk.f_frsize / 1e6
    if free_mb < keep_free_mb:
        raise NoRoom(f"{free_mb:.0f} MB are free on the disk, {keep_free_mb} must stay free")


def this_machine() -> tuple[str, str]:
    """Two names: the machine's own, kept over a restart, and that of its running kernel."""
    return _first_line("/etc/machine-id") or socket.gethostname(), _first_line(
        "/proc/sys/kernel/random/boot_id"
    )


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text("ascii").strip()
    except OSError:
        return ""


def disk_kind(path: Path, mounts: str = "/proc/self/mounts") -> str:
    """The kind of file system that holds a file, by the longest mount point above it."""
    held: tuple[int, str] = (0, "")
    for line in _first_lines(mounts):
        _device, point, kind, *_rest = line.split(" ")
        point = point.replace("\\040", " ")
        if path.is_relative_to(point):
            held = max(held, (len(point), kind))
    return held[1]


def _first_lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []


def claim(path: str) -> None:
    """Say that this machine writes the file; refuse when another does, or on a network disk.

    Locks do not hold between machines, so two of them would corrupt the file in silence.
    """
    mark = Path(f"{path}.host")
    kind = disk_kind(mark.resolve())
    if kind in NETWORK_DISKS:
        raise OperationalError(
            f"{path} is on a network disk ({kind}), where SQLite's locks do not hold: move it to a "
            "local disk, or use PostgreSQL."
        )
    me = this_machine()
    try:
        other = mark.read_bytes().decode("ascii", "replace").split()
        age = time.time() - mark.stat().st_mtime
    except FileNotFoundError:
        other, age = list(me), 0.0
    if other and age < CLAIM_SECONDS and not set(me) & set(filter(None, other)):
        raise OperationalError(
            f"Another machine ({' '.join(other)[:80]}) wrote {path} {age:.0f} seconds ago. One machine "
            f"alone may: stop it, wait {CLAIM_SECONDS} seconds, or use PostgreSQL for several."
        )
    # Whole or not at all: another process reads it at any moment.
    waiting = mark.with_name(f"{mark.name}.{os.getpid()}.{threading.get_ident()}")
    waiting.write_text(" ".join(me), "ascii")
    waiting.replace(mark)
