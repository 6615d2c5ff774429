"""`partage check`: what a site still lacks before it may open."""

import sqlite3
from io import StringIO
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from partage.config.environment import COMPULSORY

OLDEST_SQLITE = (3, 51, 3)
SHORTEST_KEY = 50


@click.command()
def check() -> None:
    """Say what is missing or unsafe in the settings and the database.

    \b
    Example:
      PARTAGE_BASE_URL=https://partage.example.org partage check
    """
    lacks = [*_address(), *_secrets(), *_database(), *_durability(), *_legal(), *_django()]
    for line in lacks:
        click.echo(f"- {line}")
    if lacks:
        raise click.ClickException(f"{len(lacks)} to settle. docs/settings.md lists the variables.")
    click.echo("Nothing is missing.")


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
        [f"The database lacks {len(waiting)} migrations: `partage serve` runs them."]
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
