"""Data of every released version moves on: a kept database is migrated and still tells its story."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

KEPT = sorted((Path(__file__).parent / "databases").glob("*.sql"))
ASK = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0, interactive=False)
call_command("collectstatic", verbosity=0, interactive=False)
from partage.contributions.worker import one_pass
from partage.contributions.models import Vote
from partage.register.sequencer import seal
seal()
one_pass()
client = Client(SERVER_NAME="localhost")
for path in ("", "results/?order=answered", "account/", "frame/", "vote/"):
    answer = client.get("/en/coproductions/kept/" + path)
    assert answer.status_code == 200, (path, answer.status_code)
print(Vote.objects.count())
"""


def test_a_database_is_kept_of_each_version() -> None:
    assert [file.stem for file in KEPT][:1] == ["0.1.0"]


@pytest.mark.parametrize("kept", KEPT, ids=lambda file: file.stem)
def test_a_kept_database_is_migrated_its_pages_open_and_its_register_is_sealed(
    kept: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "partage.sqlite3") as database:
        database.executescript(kept.read_text())
        (votes,) = database.execute("SELECT COUNT(*) FROM contributions_vote").fetchone()
        (entries,) = database.execute("SELECT COUNT(*) FROM register_entry").fetchone()
    database.close()
    assert run(tmp_path, "-c", ASK).split()[-1] == str(votes)
    report = json.loads(run(tmp_path, "-m", "partage", "verify", "log", "--json"))
    assert report["holds"] and report["size"] == entries > 0
    assert report["matches"] + report["erased"] == entries


def run(folder: Path, *words: str) -> str:
    variables = {**os.environ, "PARTAGE_DATA_DIR": str(folder), "PARTAGE_DATABASE_URL": ""}
    variables |= {"DJANGO_SETTINGS_MODULE": "partage.config.settings"}
    variables |= {"XDG_STATE_HOME": str(folder / "state")}
    done = subprocess.run(
        [sys.executable, *words], env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
