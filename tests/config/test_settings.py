"""Settings as a public site gets them, and the variables that make them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from partage.config import environment

SHOWN = (
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE",
    "PARTICIPANT_COOKIE_NAME", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS",
    "DEBUG", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SECRET_KEY",
)  # fmt: skip
PROGRAM = (
    "import json, partage.config.settings as s;"
    f"print(json.dumps({{n: getattr(s, n) for n in {SHOWN!r}}}))"
)


def settings_of(folder: Path, **variables: str) -> dict[str, Any]:
    """The settings in a process of their own, as these variables make them."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PARTAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**ours, "PARTAGE_DATA_DIR": str(folder), **variables},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_under_https_every_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    found = settings_of(tmp_path, PARTAGE_BASE_URL="https://example.org")
    for name in ("SESSION", "CSRF", "PARTICIPANT"):
        assert found[f"{name}_COOKIE_NAME"].startswith("__Host-")
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"] and found["SECURE_HSTS_SECONDS"] > 31_000_000
    assert found["ALLOWED_HOSTS"] == ["example.org"] and found["DEBUG"] is False


def test_on_ones_own_machine_cookies_work_without_https(tmp_path: Path) -> None:
    found = settings_of(tmp_path)
    assert found["SESSION_COOKIE_NAME"] == "sessionid" and not found["SESSION_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_HTTPONLY"] and found["CSRF_COOKIE_HTTPONLY"]
    assert "localhost" in found["ALLOWED_HOSTS"] and not found["SECURE_SSL_REDIRECT"]


def test_the_secret_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first, second = settings_of(tmp_path)["SECRET_KEY"], settings_of(tmp_path)["SECRET_KEY"]
    assert first == second and len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://a", "postgres:///", "nonsense"])
def test_an_address_that_is_not_of_postgresql_is_refused(url: str) -> None:
    with pytest.raises(environment.SettingError, match="must look like postgres://"):
        environment.postgres(url)


def test_the_address_of_postgresql_is_taken_apart_with_its_odd_characters() -> None:
    found = environment.postgres("postgres://me:p%40ss@db.example:5433/my%20base?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("me", "p@ss", "my base")
    assert (found["HOST"], found["PORT"]) == ("db.example", "5433")
    assert isinstance(found["OPTIONS"], dict) and found["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", "²"])
def test_a_number_that_is_not_one_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PARTAGE_WEB_THREADS", value)
    with pytest.raises(environment.SettingError, match="PARTAGE_WEB_THREADS must be a whole"):
        environment.read_number("PARTAGE_WEB_THREADS")


def test_an_empty_variable_means_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTAGE_WEB_THREADS", " ")
    assert environment.read_number("PARTAGE_WEB_THREADS") == 2


def test_numba_is_asked_for_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTAGE_NUMBA", "yes")
    environment.check_numba()
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(environment.SettingError, match=r"install partage\[fast\], or write auto"):
        environment.check_numba()


def test_the_settings_page_lists_every_variable_that_the_code_reads() -> None:
    package = Path(environment.__file__).parent.parent
    sources = "".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    read = set(re.findall(r"""["'](PARTAGE_[A-Z_]+)["']""", sources))
    known = {variable.name for variable in environment.VARIABLES}
    assert read == known
    assert all(f"`{name}`" in environment.page() for name in known)


def test_the_settings_page_is_up_to_date() -> None:
    docs = Path(environment.__file__).parents[2] / "docs" / "settings.md"
    assert docs.read_text("utf-8") == environment.page()


def test_a_mail_server_is_read_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.read_mail() == environment.MailServer()
    monkeypatch.setenv("PARTAGE_MAIL_FROM", "partage@example.org")
    monkeypatch.setenv("PARTAGE_MAIL_URL", "smtps://me%40a.fr:s%3A@mail.example.org")
    mail = environment.read_mail()
    assert (mail.host, mail.port, mail.is_encrypted) == ("mail.example.org", 465, True)
    assert (mail.user, mail.password) == ("me@a.fr", "s:")
    monkeypatch.setenv("PARTAGE_MAIL_URL", "smtp://mail.example.org")
    assert environment.read_mail().starts_encryption and environment.read_mail().port == 587
    monkeypatch.setenv("PARTAGE_MAIL_URL", "smtp://localhost:25")
    assert not environment.read_mail().starts_encryption


@pytest.mark.parametrize("url", ["http://a", "smtp://", "nonsense", "smtp://a"])
def test_an_unusable_mail_server_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTAGE_MAIL_URL", url)
    with pytest.raises(environment.SettingError, match="PARTAGE_MAIL_URL must look like"):
        environment.read_mail()
