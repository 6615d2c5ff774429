"""Fixtures that only contributions need."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper


@pytest.fixture
def many_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads may open at once: on SQLite, a file instead of memory."""
    here = connections["default"]
    if not isinstance(here, DatabaseWrapper) or not here.is_in_memory_db():
        yield
        return
    file = str(tmp_path / "race.sqlite3")
    with here.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [file])
    memory, name = here.connection, here.settings_dict["NAME"]
    here.connection, here.settings_dict["NAME"] = None, file
    yield
    here.close()
    here.connection, here.settings_dict["NAME"] = memory, name
