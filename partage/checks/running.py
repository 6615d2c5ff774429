"""Running the checks, each on one consistent state of the database, and keeping what they found."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.checks.declared import Check, all_checks
from partage.checks.models import Run

log = logging.getLogger("partage.checks")
MOST_COUNTED = 10_000
ROWS_KEPT = 5
# What data that broke a rule may make of a check that reads them.
FAULTS = (DatabaseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Found = dict[str, Any]


def run_checks() -> Run:
    """Check every rule, and keep what was found."""
    began_at = timezone.now()
    found = {check.code: found_by(check) for check in all_checks()}
    numbers = [one["number"] for one in found.values()]
    return Run.objects.create(
        began_at=began_at,
        ended_at=timezone.now(),
        broken=sum(bool(number) for number in numbers),
        unknown=numbers.count(None),
        found=found,
    )


def forget_old_runs() -> None:
    Run.objects.too_old().delete()


def found_by(check: Check) -> Found:
    try:
        with one_state():
            return _counted(check.broken())
    except FAULTS as error:
        # The rule is not said to hold: the status page says that nobody could tell.
        log.error("check %s: %s", check.code, type(error).__name__)
        return {"number": None, "rows": []}


def _counted(broken: Iterable[str]) -> Found:
    """How many, and the first ones; a table that is all wrong is not read to its end."""
    rows = iter(broken)
    first = list(islice(rows, ROWS_KEPT))
    more = sum(1 for _row in islice(rows, MOST_COUNTED - len(first)))
    return {"number": len(first) + more, "rows": first}


def counted_rows(found: Found) -> str:
    """How many rows break a rule, in words."""
    number = found["number"]
    if number >= MOST_COUNTED:
        return _("%(n)s rows or more break it") % {"n": number}
    return ngettext("%(n)s row breaks it", "%(n)s rows break it", number) % {"n": number}


@contextmanager
def one_state() -> Iterator[None]:
    """Whatever is read inside is of the same moment, and nobody who writes waits for it."""
    if connection.in_atomic_block:
        yield  # in the state of whoever called
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with _reading_sqlite():
            yield


@contextmanager
def _reading_sqlite() -> Iterator[None]:
    """Not `atomic`: on SQLite it takes the turn of a writer."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
