"""Keep a small database of the version at hand, for the tests that migrate it later.

`.venv/bin/python scripts/keep_database.py` writes tests/databases/VERSION.sql, once per release.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

DUMP = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).iterdump(), sep='\\n')"
FOLDER = Path(__file__).resolve().parent.parent / "tests/databases"


def main() -> None:
    os.environ["PARTAGE_DATA_DIR"] = tempfile.mkdtemp()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partage.config.settings")
    import django
    from django.conf import settings

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from partage import __version__
    from partage.commands.imports import load_coproduction

    call_command("migrate", verbosity=0)
    load_coproduction(FOLDER / "small.toml")
    connection.close()
    # Python's own SQLite can write a database as text; the bundled one cannot.
    dumped = subprocess.run(
        [sys.executable, "-c", DUMP, str(settings.DATABASES["default"]["NAME"])],
        capture_output=True,
        check=True,
    )
    (FOLDER / f"{__version__}.sql").write_bytes(dumped.stdout)


if __name__ == "__main__":
    main()
