"""`partage check`: what a site still lacks before it may open."""

import json
import sqlite3
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from partage.checks.declared import Check, all_checks
from partage.checks.running import counted_rows, run_checks
from partage.commands.wording import counted
from partage.config.environment import COMPULSORY
from partage.register.this_site import verify_this_site

OLDEST_SQLITE = (3, 51, 3)
SHORTEST_KEY = 50


@click.command()
@click.option("--data", is_flag=True, help="Check the data against the standing rules instead.")
@click.option("--json", "as_json", is_flag=True, help="With --data: print what was found as JSON.")
def check(*, data: bool, as_json: bool) -> None:
    """Say what is missing or unsafe in the settings and the database.

    With --data, read the register from its first entry on, then check every standing rule: counts
    are right, shares close to the cent, every act is recorded. The worker does it once a day; the
    page /status/ shows the last results. Ends with 1 when a rule does not hold.

    \b
    Examples:
      PARTAGE_BASE_URL=https://partage.example.org partage check
      partage check --data
    """
    if data:
        with translation.override("en"):
            _check_data(as_json=as_json)
        return
    lacks = [*_address(), *_secrets(), *_database(), *_durability(), *_legal(), *_django()]
    for line in lacks:
        click.echo(f"- {line}")
    if lacks:
        raise click.ClickException(f"{len(lacks)} to settle. docs/settings.md lists the variables.")
    click.echo("Nothing is missing.")


def _check_data(*, as_json: bool) -> None:
    verify_this_site()
    run = run_checks()
    if as_json:
        click.echo(json.dumps(run.found, indent=2))
    for each in all_checks() if not as_json else ():
        click.echo(_line(each, run.found[each.code]))
    if not run.holds:
        raise click.ClickException(
            f"{counted(run.broken, 'rule does', 'rules do')} not hold, {run.unknown} could not be "
            "checked. docs/status.md says what to do."
        )


def _line(each: Check, found: dict[str, Any]) -> str:
    if found["number"] is None:
        return f"[not checked] {each.rule}"
    if not found["number"]:
        return f"[holds] {each.rule}"
    return f"[broken] {each.rule} {counted_rows(found)}: {', '.join(found['rows'])}"


def _address() -> list[str]:
    lacks = []
    if not urlsplit(settings.BASE_URL).hostname:
        lacks.append(f"PARTAGE_BASE_URL must be an address, got {settings.BASE_URL!r}.")
    elif not settings.IS_HTTPS and not settings.IS_LOCAL:
        lacks.append(f"PARTAGE_BASE_URL must begin with https://, got {settings.BASE_URL!r}.")
    elif settings.IS_HTTPS and not settings.TRUSTED_PROXY:
        lacks.append(
            "PARTAGE_TRUSTED_PROXY is no: behind a proxy every page would redirect to itself."
        )
    if settings.DEBUG and not settings.IS_LOCAL:
        lacks.append("PARTAGE_DEBUG is yes on a public address: visitors would see tracebacks.")
    return lacks


def _secrets() -> list[str]:
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        return [f"PARTAGE_SECRET_KEY is short: {len(settings.SECRET_KEY)} of {SHORTEST_KEY} signs."]
    return []


def _database() -> list[str]:
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return [
            f"SQLite {sqlite3.sqlite_version} can corrupt its files: 3.51.3 or later is needed."
        ]
    if not settings.DATA_DIR.is_dir():
        return [f"The folder {settings.DATA_DIR} does not exist: `partage serve` makes it."]
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [f"The database does not answer: {error}".splitlines()[0]]
    return (
        [f"The database lacks {counted(len(waiting), 'migration')}: `partage serve` runs them."]
        if waiting
        else []
    )


def _durability() -> list[str]:
    """Server settings under which an answer that was accepted may be gone after a power cut."""
    if connection.vendor != "postgresql":
        return []
    asked = "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'"
    try:
        with connection.cursor() as cursor:
            cursor.execute(asked, [["fsync", "full_page_writes"]])
            off = [name for (name,) in cursor.fetchall()]
    except DatabaseError:
        return []  # said already
    return [
        f"PostgreSQL runs with {name}=off: after a power cut, accepted answers may be gone."
        for name in off
    ]


def _legal() -> list[str]:
    """The law wants these on a public site: without them whoever publishes it may be punished."""
    empty = [name for name in COMPULSORY if not settings.LEGAL[name]]
    if settings.IS_LOCAL:
        return []
    return [f"{name} is empty: the legal notice must say it." for name in empty]


def _django() -> list[str]:
    try:
        call_command("check", deploy=settings.IS_HTTPS, fail_level="WARNING", stdout=StringIO())
    except SystemCheckError as error:
        return str(error).strip().splitlines()
    return []
