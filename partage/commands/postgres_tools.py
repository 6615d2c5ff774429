"""pg_dump and pg_restore, told where the database is without showing its password."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from partage.commands.throwaway_postgres import PostgresMissing, program


def _run(name: str, settings: dict[str, Any], *arguments: str) -> None:
    variables = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
    }
    done = subprocess.run(
        [str(program(name)), *arguments, f"--dbname={settings['NAME']}"],
        env={**os.environ, **{name: value for name, value in variables.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no word"]
        raise PostgresMissing(f"{name}: {said[-1]}")


def dump(settings: dict[str, Any], into: Path) -> None:
    _run("pg_dump", settings, "--format=custom", "--no-owner", f"--file={into}")


def load(settings: dict[str, Any], dumped: Path) -> None:
    _run(
        "pg_restore", settings, "--no-owner", "--exit-on-error", "--single-transaction", str(dumped)
    )


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    return not connection.introspection.table_names()
