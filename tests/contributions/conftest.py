"""Fixtures that only contributions need."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection


@pytest.fixture
def many_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads may open at once: on SQLite, a file instead of memory."""
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    file = str(tmp_path / "race.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [file])
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection, connection.settings_dict["NAME"] = None, file
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name
