"""`partage check`, run as an operator runs it: what a site still lacks before it may open."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import OperationalError, connection
from pytest_django import Settings

from partage.commands.check import check
from partage.config.environment import COMPULSORY

KEY = "k" * 25 + "0123456789" * 3


def partage(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PARTAGE_")}
    ours.pop("DJANGO_SETTINGS_MODULE", None)
    environment = {**ours, "PARTAGE_DATA_DIR": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "-m", "partage", *words],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site whose database is prepared."""
    folder = tmp_path_factory.mktemp("ready")
    words = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    environment = {**os.environ, "PARTAGE_DATA_DIR": str(folder), "PARTAGE_SECRET_KEY": KEY}
    environment |= {"DJANGO_SETTINGS_MODULE": "partage.config.settings"}
    environment.pop("PARTAGE_DATABASE_URL", None)
    subprocess.run(words, env=environment, cwd=folder, check=True)
    return folder


def test_a_public_site_that_is_ready_lacks_nothing(ready: Path) -> None:
    found = partage(
        ready,
        "check",
        PARTAGE_BASE_URL="https://example.org",
        PARTAGE_SECRET_KEY=KEY,
        PARTAGE_TRUSTED_PROXY="yes",
        **dict.fromkeys(COMPULSORY, "Said in the legal notice"),
    )
    assert (found.returncode, found.stdout) == (0, "Nothing is missing.\n"), found.stderr


def test_an_empty_database_is_told(tmp_path: Path) -> None:
    found = partage(tmp_path, "check")
    assert found.returncode == 1 and "The database lacks" in found.stdout
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PARTAGE_DEBUG", "perhaps", "PARTAGE_DEBUG must be yes or no, got 'perhaps'."),
        ("PARTAGE_LOG_LEVEL", "LOUD", "PARTAGE_LOG_LEVEL must be one of"),
        (
            "PARTAGE_NUMBA",
            "maybe",
            "PARTAGE_NUMBA must be one of ('auto', 'no', 'yes'), got 'maybe'.",
        ),
    ],
)
def test_a_variable_that_cannot_be_used_stops_every_command_in_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    found = partage(tmp_path, "check", **{name: value})
    assert found.returncode == 1
    assert found.stderr.startswith(f"Error: {sentence}") and len(found.stderr.splitlines()) == 1


UNSAFE: dict[str, tuple[dict[str, object], str]] = {
    "no https": ({"BASE_URL": "http://example.org", "IS_LOCAL": False}, "begin with https://"),
    "no address": ({"BASE_URL": "example.org", "IS_LOCAL": False}, "must be an address"),
    "short key": ({"SECRET_KEY": "short"}, "PARTAGE_SECRET_KEY is short: 5 of 50 signs."),
    "tracebacks": ({"DEBUG": True, "IS_LOCAL": False}, "visitors would see tracebacks"),
    "no folder": ({"DATA_DIR": Path("/nowhere")}, "The folder /nowhere does not exist"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("changes", "sentence"), UNSAFE.values(), ids=UNSAFE)
def test_what_is_unsafe_is_said_in_one_sentence(
    settings: Settings, changes: dict[str, object], sentence: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    result = CliRunner().invoke(check)
    assert result.exit_code == 1 and sentence in result.stdout
    assert "to settle. docs/settings.md lists the variables." in result.stderr


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told() -> None:
    def silent(*_sql: Any) -> Any:
        raise OperationalError("no answer")

    with connection.execute_wrapper(silent):
        result = CliRunner().invoke(check)
    assert result.exit_code == 1 and "The database does not answer: no answer" in result.stdout


def test_a_command_on_a_database_that_was_never_prepared_says_what_to_do(
    ready: Path, tmp_path: Path
) -> None:
    opinion = settings.PACKAGE / "samples/opinions/cese-2016-12.json"
    refused = partage(tmp_path, "import", "opinion", str(opinion))
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert "start the site once with `partage serve`" in refused.stderr
    assert partage(ready, "import", "opinion", str(opinion)).returncode == 0
