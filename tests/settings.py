"""The product's settings on a throwaway data folder; PARTAGE_TEST_DB=postgres for PostgreSQL."""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from partage.commands.throwaway_postgres import throwaway_postgres


def _memory() -> str | None:
    """A folder in memory with room to spare: what survives a power cut is for `python -m faults`."""
    room = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it
    return str(room) if room.is_dir() and shutil.disk_usage(room).free > LEAST_ROOM else None


LEAST_ROOM = 4 * 1024**3
_FOLDER = tempfile.mkdtemp(prefix="partage-tests-", dir=_memory())
if _memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _FOLDER)
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ |= {
    "PARTAGE_DATA_DIR": _FOLDER,
    "PARTAGE_BASE_URL": "http://localhost:8000",
    "PARTAGE_SECRET_KEY": "tests-only-" + "x" * 50,
    "PARTAGE_METRICS_TOKEN": "tests-only-token",
    "PARTAGE_LOG_LEVEL": "ERROR",
    "PARTAGE_WEB_THREADS": "1000",  # tests leave files half read
}
for _name in ("PARTAGE_DATABASE_URL", "PARTAGE_DEBUG", "PARTAGE_HOSTS"):
    os.environ.pop(_name, None)
if os.environ.get("PARTAGE_TEST_DB") == "postgres":
    if "PARTAGE_TEST_POSTGRES_URL" not in os.environ:  # parallel test processes share one server
        _stack = ExitStack()
        os.environ["PARTAGE_TEST_POSTGRES_URL"] = _stack.enter_context(throwaway_postgres())
        atexit.register(_stack.close)
    os.environ["PARTAGE_DATABASE_URL"] = os.environ["PARTAGE_TEST_POSTGRES_URL"]

from partage.config.settings import *  # noqa: E402, F403

# Pages name static files without collecting them first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "partage.config.sqlite":  # noqa: F405
    # A real file, with its write queue, and a name that parallel processes can add to.
    DATABASES["default"]["TEST"] = {"NAME": f"{_FOLDER}/test.sqlite3"}  # noqa: F405
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
