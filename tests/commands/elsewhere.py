"""A second, empty site for the tests of backups: its own folder, its own database, its own process."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection


@dataclass(frozen=True)
class Elsewhere:
    folder: Path
    database_url: str = ""

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """A `partage` command of that site."""
        return self._python("-m", "partage", *map(str, words))

    def ask(self, code: str) -> str:
        """What a few lines of Python print there, with its models at hand."""
        done = self._python("-c", f"import django; django.setup()\n{code}")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _python(self, *words: str) -> subprocess.CompletedProcess[str]:
        variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "partage.config.settings",
            "PARTAGE_DATA_DIR": str(self.folder),
            "PARTAGE_DATABASE_URL": self.database_url,
            "PARTAGE_SECRET_KEY": "",
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        return subprocess.run(
            [sys.executable, *words], env=variables, capture_output=True, text=True, check=False
        )


@contextmanager
def elsewhere(folder: Path) -> Iterator[Elsewhere]:
    """An empty site on the kind of database that these tests run on."""
    folder.mkdir()
    if connection.vendor == "sqlite":
        yield Elsewhere(folder)
        return
    told, name = connection.settings_dict, f"elsewhere_{secrets.token_hex(4)}"
    server = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield Elsewhere(folder, f"{server}/{name}")
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
