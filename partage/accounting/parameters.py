"""The dated figures that accounts read: a list, then a page each, with history and uses."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partage.accounting.models import PublishedAccount
from partage.accounting.views import GRADES
from partage.calc.parameters import Dated, PayTable, Series, all_series
from partage.calc.uses import lines_reading
from partage.coproductions.models import Coproduction

Row = dict[str, Any]

FAMILIES = {
    _("Working time and pay"): ("labour", "pay"),
    _("Contributions and taxes"): ("levies",),
    _("Platforms: thresholds and duties"): ("platforms",),
    _("Energy and carbon"): ("footprint",),
}
UNITS = {
    "1": "",
    "1/year": _("a year"),
    "EUR/h": _("€ an hour"),
    "EUR/month": _("€ a month"),
    "EUR/year": _("€ a year"),
    "h/week": _("hours a week"),
    "h/month": _("hours a month"),
    "h/job": _("hours a year, full time"),
    "person": _("employees"),
    "kWh/GB": _("kWh a gigabyte"),
    "g/kWh": _("g CO₂e a kWh"),
}
SHARE = "1"
LISTED = 50


@login_not_required
@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    """Every figure in force, by family."""
    families = [
        {"name": name, "rows": [_row(each) for each in all_series() if each.family in files]}
        for name, files in FAMILIES.items()
    ]
    return render(request, "accounting/parameters.html", {"families": families})


@login_not_required
@require_safe
def parameter(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: its history, the lines that read it, and the accounts that used it."""
    series = next((each for each in all_series() if each.name == name), None)
    if series is None:
        raise Http404
    context = {
        "series": _row(series),
        "history": [_value(each, series.unit) for each in reversed(series.values)],
        "lines": [{"code": rule.code, "label": asdict(rule.label)} for rule in lines_reading(name)],
        "accounts": _accounts_using(name),
    }
    return render(request, "accounting/parameter.html", context)


def _row(series: Series) -> Row:
    return {
        "name": series.name,
        "label": asdict(series.label),
        "meaning": asdict(series.meaning),
        "unit": UNITS[series.unit],
        "last": _value(series.values[-1], series.unit),
    }


def _value(value: Dated | PayTable, unit: str) -> Row:
    """One dated value; a table of pay has rows instead of a figure."""
    told: Row = {
        "date": value.date,
        "source": value.source,
        "grade": GRADES[value.grade],
        "checked_on": value.checked_on,
        "rows": [],
    }
    if isinstance(value, PayTable):
        pay = [{key: float(cell) for key, cell in asdict(row).items()} for row in value.rows]
        return told | {"rows": pay, "first": pay[0]}
    # A share is easier to read in percent; a power or a number of minimum wages is not a share.
    is_share = unit == SHARE and value.value < 1
    return told | {"value": float(value.value), "is_share": is_share, "url": value.url}


def _accounts_using(name: str) -> list[Row]:
    """Accounts where a line read the parameter; in some, an input only bears the same name."""
    found = [(account, _codes(account, name)) for account in _accounts_naming(name)]
    return [{"coproduction": each.coproduction, "codes": codes} for each, codes in found if codes]


def _accounts_naming(name: str) -> QuerySet[PublishedAccount]:
    """The current account of each coproduction, where its text names the parameter."""
    current = PublishedAccount.objects.filter(coproduction=OuterRef("coproduction"))
    return (
        PublishedAccount.objects.filter(
            coproduction__in=Coproduction.objects.visible(),
            number=Subquery(current.order_by("-number").values("number")[:1]),
            content__contains=f'"name": "{name}"',
        )
        .select_related("coproduction")
        .order_by("-published_at")[:LISTED]
    )


def _codes(account: PublishedAccount, name: str) -> list[str]:
    """Codes of the lines that read the parameter in this account."""
    facts = account.facts
    lines = facts["lines"] + facts["memo"]
    return [each["code"] for each in lines if name in dict(each["parameters"])]
