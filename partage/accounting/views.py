"""The account: one sentence, then a table of three scenarios; each line opens how it was made."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partage.accounting.models import PublishedAccount
from partage.coproductions.models import Coproduction
from partage.web.units import unit_in_words

Facts = dict[str, Any]

SCENARIOS = {
    "before": _("As before"),
    "let_it_run": _("Let it run"),
    "within_frame": _("Within the frame"),
}
FRAME = "within_frame"
PARTIES = {
    "organisation": _("The organization"),
    "contributors": _("Those who contribute"),
    "commons": _("The common fund"),
    "training": _("Training"),
}
UNITS = {
    "h": _("hours"),
    "EUR": "€",
    "kg": "kg CO₂e",
    "job": _("full-time jobs"),
    "category*day": _("category-days"),
    "EUR/task": _("€ a task"),
}
GRADES = {
    "P": _("official or original source"),
    "S": _("press or professional source"),
    "M": _("measured or computed"),
    "A": _("assumption, to be replaced"),
}
BASES = {
    "measured": _("measured"),
    "declared": _("declared"),
    "sampled": _("sampled"),
    "published": _("published"),
    "assumed": _("assumed"),
    "unknown": _("unknown"),
}
CENTS = 100
LISTED = 50
LONGEST_NUMBER = 9


def latest(slug: str, version: str = "") -> tuple[Coproduction, PublishedAccount]:
    """The account in force, or the version asked for: each stays readable."""
    coproduction = get_object_or_404(Coproduction.objects.visible(), slug=slug)
    accounts = coproduction.accounts.order_by("number")
    if version.isdecimal() and len(version) < LONGEST_NUMBER:
        accounts = accounts.filter(number=int(version))
    account = accounts.last()
    if account is None:
        raise Http404
    return coproduction, account


def account_row(line: Facts) -> Facts:
    """One line as the table shows it: its values side by side, on the line's own scale."""
    values = [line["values"][name] for name in SCENARIOS]
    known = [abs(value["central"]) for value in values if "central" in value]
    return {
        **line,
        "cells": values,
        "largest": max(known, default=0),
        "unit_words": UNITS.get(line["unit"]) or unit_in_words(line["unit"]),
        "grade_words": GRADES[line["grade"]],
    }


def remember(facts: Facts) -> Facts:
    """What the first sentence is made of: work moved, hours no longer needed, what is left."""
    lines = {line["code"]: line["values"][FRAME] for line in facts["lines"]}
    value = lines["C4"].get("central")
    return {
        "work": lines["A2"],
        "moved": lines["A4"],
        "value": lines["C4"],
        "loss": -value if value is not None and value <= 0 else None,
        "people": facts["people"],
        "period": facts["period"],
    }


def _shares(facts: Facts) -> list[Facts]:
    """Who receives the value, by scenario; None where it is not known."""
    shares = [facts["shares_cents"][name] for name in SCENARIOS]
    rows = [
        {"name": words, "cells": [share and share[party] / CENTS for share in shares]}
        for party, words in PARTIES.items()
    ]
    totals = [share and sum(share.values()) / CENTS for share in shares]
    return [*rows, {"name": _("Together: the pot, to the cent"), "cells": totals}]


@login_not_required
@require_safe
def account(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole account on one page."""
    coproduction, published = latest(slug, request.GET.get("version", ""))
    facts = published.facts
    taken = list(coproduction.frame.data_taken.all()) if coproduction.frame else []
    context = {
        "coproduction": coproduction,
        "account": published,
        "versions": coproduction.accounts.exclude(pk=published.pk).order_by("-number")[:LISTED],
        "facts": facts,
        "known": [each for each in taken if each.is_known_to_people],
        "unknown_to_people": [each for each in taken if not each.is_known_to_people],
        "remember": remember(facts),
        "scenarios": SCENARIOS.values(),
        "rows": [account_row(line) for line in facts["lines"]],
        "values_of_work": [
            account_row(line) for line in facts["memo"] if line["code"].startswith("V")
        ],
        "shares": _shares(facts),
        "spreads": [
            {"scenario": words, **facts["net_value_quantiles"][name]}
            for name, words in SCENARIOS.items()
            if name != "before" and facts["net_value_quantiles"][name]
        ],
    }
    return render(request, "accounting/account.html", context)


@login_not_required
@require_safe
def line(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """How one line was made: its formula, its inputs with their sources, its dated rates."""
    coproduction, published = latest(slug, request.GET.get("version", ""))
    facts = published.facts
    found = next((each for each in facts["lines"] + facts["memo"] if each["code"] == code), None)
    if found is None:
        raise Http404
    used = {name for names in found["inputs"].values() for name in names}
    rates = {tuple(each) for each in found["parameters"]}
    context = {
        "coproduction": coproduction,
        "account": published,
        "row": account_row(found),
        "columns": _columns(found),
        "inputs": [
            {**each, "grade_words": GRADES[each["grade"]], "basis_words": BASES[each["basis"]]}
            for each in facts["inputs"]
            if each["name"] in used
        ],
        # A table of rates (pay by multiple of the minimum wage) has rows instead of one value.
        "rates": [
            {"value": None, "unit": "", **each}
            for each in facts["parameters"]
            if (each["name"], each["date"]) in rates
        ],
    }
    return render(request, "accounting/line.html", context)


def _columns(found: Facts) -> list[Facts]:
    return [
        {"words": words, "formula": found["formulas"][name], "value": found["values"][name]}
        for name, words in SCENARIOS.items()
    ]


@login_not_required
@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two accounts line by line, in the scenario that the reader chooses."""
    coproduction, published = latest(slug)
    scenario = request.GET.get("scenario", FRAME)
    scenario = scenario if scenario in SCENARIOS else FRAME
    others = Coproduction.objects.visible().filter(accounts__isnull=False).exclude(slug=slug)
    other = others.filter(slug=request.GET.get("with", "")).first()
    context = {
        "coproduction": coproduction,
        "others": others.distinct().order_by("slug")[:LISTED],
        "other": other,
        "scenarios": SCENARIOS,
        "scenario": scenario,
        "rows": _side_by_side(published, other, scenario) if other else [],
    }
    return render(request, "accounting/compare.html", context)


def _side_by_side(published: PublishedAccount, other: Coproduction, scenario: str) -> list[Facts]:
    theirs = {line["code"]: line for line in latest(other.slug)[1].facts["lines"]}
    return [
        {
            **account_row(line),
            "ours": line["values"][scenario],
            "theirs": theirs[line["code"]]["values"][scenario],
        }
        for line in published.facts["lines"]
        if line["code"] in theirs
    ]


@login_not_required
@require_safe
def account_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """One row a line and scenario."""
    _coproduction, published = latest(slug, request.GET.get("version", ""))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{slug}-account-{published.number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(("code", "line", "unit", "scenario", "low", "central", "high", "grade"))
    writer.writerows(account_rows(published, unknown=""))
    return response


def account_rows(
    published: PublishedAccount, unknown: object = None
) -> Iterator[tuple[object, ...]]:
    """One row a line and scenario: code, line, unit, scenario, three numbers, grade."""
    for each in published.facts["lines"] + published.facts["memo"]:
        for scenario, value in each["values"].items():
            bounds = [value.get(bound, unknown) for bound in ("low", "central", "high")]
            label = each["label"]["en"]
            yield (each["code"], label, each["unit"], scenario, *bounds, each["grade"])


@login_not_required
@require_safe
def account_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The same bytes as `partage account FILE --json`."""
    _coproduction, published = latest(slug, request.GET.get("version", ""))
    return HttpResponse(published.content, content_type="application/json")


@login_not_required
@require_safe
def declaration(request: HttpRequest, slug: str) -> HttpResponse:
    """What was declared, as a file that recomputes to the same account."""
    _coproduction, published = latest(slug, request.GET.get("version", ""))
    response = HttpResponse(published.declaration, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{published.number}.toml"'
    return response
