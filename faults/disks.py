"""Small disks made of files, which can be filled, or copied as a power cut would leave them."""

import errno
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.outcome import Skipped

# From linux/fs.h: make this file share all the blocks of that one.
FICLONE = 0x40049409
MEGABYTE = 1024 * 1024
PACKAGES = {"mkfs.xfs": "xfsprogs", "mkfs.ext4": "e2fsprogs", "mount": "mount", "umount": "mount"}
SYSTEM_PATH = f"{os.defpath}:/usr/sbin:/sbin"
MAKE = {"ext4": ("-q", "-F", "-m", "0"), "xfs": ("-q", "-m", "reflink=1")}


def check_can_mount(*kinds: str) -> None:
    """Raise Skipped where disks of these kinds cannot be made."""
    if os.geteuid() != 0:
        raise Skipped("mounting a disk needs root")
    needed = [*(f"mkfs.{kind}" for kind in kinds), "mount", "umount"]
    missing = {PACKAGES[name] for name in needed if not _program(name)}
    if missing:
        raise Skipped(f"not installed: {', '.join(sorted(missing))}")
    if not Path("/dev/loop-control").exists():
        raise Skipped("this machine has no loop devices (/dev/loop-control)")


def _program(name: str) -> str:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") or ""


def _run(name: str, *arguments: str | Path) -> str:
    """Run a program; returns what it complained of, empty when all went well."""
    done = subprocess.run(
        [_program(name), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    said = done.stderr.strip() or f"code {done.returncode}"
    return said.splitlines()[0] if done.returncode else ""


@contextmanager
def disk(image: Path, kind: str, megabytes: int, at: Path) -> Iterator[Path]:
    """A new file system in a file, mounted; the file takes only the room that is used."""
    with image.open("wb") as file:
        file.truncate(megabytes * MEGABYTE)
    complaint = _run(f"mkfs.{kind}", *MAKE[kind], image)
    if complaint:
        raise Skipped(f"mkfs.{kind} failed: {complaint}")
    with mounted(image, at):
        yield at


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """The loop device goes with the mount."""
    at.mkdir()
    complaint = _run("mount", "-o", "loop", image, at)
    if complaint:
        raise Skipped(f"mounting a file was refused: {complaint}")
    try:
        yield at
    finally:
        _unmount(at)
        at.rmdir()


def _unmount(at: Path) -> None:
    until = time.monotonic() + 10
    while _run("umount", at) and time.monotonic() < until:
        time.sleep(0.2)
    if at.is_mount():
        _run("umount", "--lazy", at)


def write_out(at: Path) -> None:
    """What was written before the load began is on the disk."""
    _run("sync", "--file-system", at)


def clone(image: Path, copy: Path) -> None:
    """Copy at one instant what the disk has received: neither later writes nor waiting ones."""
    with image.open("rb") as source, copy.open("wb") as target:
        try:
            fcntl.ioctl(target, FICLONE, source.fileno())
        except OSError as error:
            raise Skipped(f"the file system cannot share blocks: {error}") from None


def fill(file: Path, leave: int = 0) -> None:
    """Make a file that leaves so many bytes free on its disk."""
    with file.open("ab", buffering=0) as ballast:
        room = os.statvfs(file.parent)
        wanted = room.f_bavail * room.f_frsize - leave
        for size in (MEGABYTE, 4096):
            while wanted >= size and _written(ballast.fileno(), size):
                wanted -= size
        os.fsync(ballast.fileno())


def _written(descriptor: int, size: int) -> bool:
    try:
        return os.write(descriptor, bytes(size)) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
