"""Coproductions beside one another: their key figures, and the red flags that each raises."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.accounting.models import PublishedAccount
from partage.accounting.views import FRAME, UNITS
from partage.coproductions.models import Coproduction
from partage.oversight.consulting import under_mandate
from partage.oversight.flags import RULES, flags_of
from partage.oversight.gathering import figures_of
from partage.oversight.models import Mandate
from partage.web.paging import page_of

BESIDE = 4


@require_safe
@under_mandate
def flags(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """What the published rules find in each coproduction covered."""
    page = page_of(mandate.covered(), request)
    figures = figures_of(list(page))
    rows = [{"coproduction": one, "flags": flags_of(figures[one.pk])} for one in page]
    context = {"mandate": mandate, "page": page, "rows": rows, "rules": RULES}
    return render(request, "oversight/flags.html", context)


@require_safe
@under_mandate
def compare(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """A table with a column for each coproduction: people, flags, and lines of the last account."""
    page = page_of(mandate.covered().select_related("turnout"), request, BESIDE)
    beside = list(page)
    figures, accounts = figures_of(beside), _accounts(beside)
    context = {
        "mandate": mandate,
        "page": page,
        "people": [_people(one) for one in beside],
        "flags": [len(flags_of(figures[one.pk])) for one in beside],
        "rows": _lines([accounts.get(one.pk, {}) for one in beside]),
    }
    return render(request, "oversight/compare.html", context)


def _people(coproduction: Coproduction) -> int | None:
    turnout = getattr(coproduction, "turnout", None)
    return turnout.shown if turnout else None


def _accounts(coproductions: list[Coproduction]) -> dict[int, dict[str, Any]]:
    """The lines of each last account, by code."""
    rows = PublishedAccount.objects.filter(coproduction__in=coproductions).order_by("number")
    last = {account.coproduction_id: account for account in rows}
    return {
        pk: {line["code"]: line for line in account.facts["lines"]} for pk, account in last.items()
    }


def _lines(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line that one of them has, with a value for each; they do not count the same tasks."""
    found = {code: lines[code] for lines in reversed(accounts) for code in lines}
    return [
        {
            "line": found[code],
            "unit": UNITS.get(found[code]["unit"], found[code]["unit"]),
            "values": [
                lines[code]["values"][FRAME] if code in lines else None for lines in accounts
            ],
        }
        for code in sorted(found)
    ]
