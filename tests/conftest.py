"""PARTAGE_NO_SKIP=1 turns a skipped test into a failure: in CI nothing is left out in silence."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import translation

# A busy machine is no fault of the code: how long things take is measured by `partage bench`.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def own_register(tmp_path: Path) -> Iterator[None]:
    """Each test its own register files: those of another would look like a fork of its database."""
    with override_settings(
        REGISTER_DIR=tmp_path / "register",
        REGISTER_KEY=tmp_path / "register-key",
        BADGE_KEYS=tmp_path / "badge-keys",
        ERASURE_LIST=tmp_path / "erased",
        OPEN_DATA_DIR=tmp_path / "open-data",
        SEARCH_DIR=tmp_path / "search",
    ):
        yield


@pytest.fixture(autouse=True)
def own_cache() -> None:
    """What a process keeps is of a database that the next test does not have."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> None:
    """The language of a request stays with its thread: the next test starts without it."""
    translation.deactivate()


@pytest.fixture
def empty_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """One without a table in the place of the tests' own: to undo every migration takes a minute."""
    own = connection.settings_dict["NAME"]
    is_postgres = connection.vendor == "postgresql"
    other = f"{own}_empty" if is_postgres else str(tmp_path / "empty.sqlite3")
    if is_postgres:
        connection.cursor().execute(f'CREATE DATABASE "{other}"')
    _go_to(other)
    yield
    _go_to(own)
    if is_postgres:
        connection.cursor().execute(f'DROP DATABASE "{other}"')


def _go_to(name: str) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name


DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, only what uses it: the rest was done on SQLite already."""
    if os.environ.get("PARTAGE_TEST_DB") == "postgres":
        kept = [item for item in items if _uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & fixtures)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("PARTAGE_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
