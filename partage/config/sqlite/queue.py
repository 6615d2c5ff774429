"""One writer at a time: a lock between threads, then a file lock between processes."""

import fcntl
import os
import threading
import time
from typing import BinaryIO, ClassVar

from partage.config.sqlite.guard import claim
from partage.web.counters import WRITE_WAIT

RENEW_SECONDS = 30


class WriteQueue:
    _queues: ClassVar[dict[tuple[int, str], "WriteQueue"]] = {}

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: BinaryIO | None = None
        if not (path == ":memory:" or path.startswith("file:")):
            claim(path)
            self._claimed = time.monotonic()
            self._file = open(f"{path}.lock", "wb")  # noqa: SIM115 - held as long as the process

    @classmethod
    def of(cls, path: str) -> "WriteQueue":
        # Keyed by process: a lock file inherited through a fork would be shared, not queued for.
        key = (os.getpid(), path)
        queue = cls._queues.get(key)
        return queue if queue is not None else cls._queues.setdefault(key, cls(path))

    def enter(self) -> None:
        started = time.perf_counter()
        self._threads.acquire()
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        WRITE_WAIT.observe(time.perf_counter() - started)
        if self._file is not None and time.monotonic() - self._claimed > RENEW_SECONDS:
            self._renew()

    def _renew(self) -> None:
        """Say again that this machine writes, in its turn; not when another took over meanwhile."""
        try:
            claim(self._path)
        except BaseException:
            self.leave()
            raise
        self._claimed = time.monotonic()

    def leave(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()
