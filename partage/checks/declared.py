"""How an app declares its standing checks: a rule in words, and the rows that break it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

AT_ONCE = 2000


@dataclass(frozen=True)
class Check:
    """A rule that the data must keep at any moment.

    `broken` names the rows that do not keep it, as `table number`: it is read to the end, or until
    there are too many, so it must not gather them first.
    """

    code: str
    rule: str | Promise
    broken: Callable[[], Iterable[str]]


def all_checks() -> list[Check]:
    """Those that each app declares in its checks.py, in the order of the apps."""
    ours = [one.name for one in apps.get_app_configs() if one.name.startswith("partage.")]
    named = [f"{name}.checks" for name in ours if find_spec(f"{name}.checks")]
    return [check for name in named for check in import_module(name).CHECKS]


def named(rows: "QuerySet[Model]") -> Iterator[str]:
    """Each of these rows by its table and number."""
    label = rows.model._meta.label
    for number in rows.order_by("pk").values_list("pk", flat=True).iterator(AT_ONCE):
        yield f"{label} {number}"
