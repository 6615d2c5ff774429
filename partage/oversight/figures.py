"""A figure followed down: the account, a line, its inputs, the months and events, their leaves."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partage.accounting.models import PublishedAccount
from partage.accounting.views import BASES, GRADES, UNITS
from partage.calc.declaration import parse_declaration
from partage.coproductions.models import Coproduction
from partage.events.models import Batch, Event, EventMonth
from partage.oversight.consulting import covered_coproduction, under_mandate
from partage.oversight.measuring import after, first_moment, input_gap, month_gaps, months_of
from partage.oversight.models import Mandate
from partage.oversight.recomputing import (
    Facts,
    Gap,
    gaps_of,
    leaf_of_account,
    lines_of,
    recomputed,
)
from partage.register.finding import code_of
from partage.register.models import Entry
from partage.web.paging import page_of
from partage.web.tidying import number_in

LONGEST_NUMBER = 9


def _account(coproduction: Coproduction, number: str) -> PublishedAccount:
    """The version asked for, else the last one."""
    accounts = coproduction.accounts.order_by("number")
    if number:
        accounts = accounts.filter(number=number_in(number[:LONGEST_NUMBER]))
    found = accounts.last()
    if found is None:
        raise Http404
    return found


def _code(entry: Entry | None) -> str:
    return code_of(bytes(entry.event_id)) if entry else ""


@require_safe
@under_mandate
def account(request: HttpRequest, mandate: Mandate, slug: str) -> HttpResponse:
    """Every line as published, computed again, and the gap between the two."""
    coproduction = covered_coproduction(mandate, slug)
    found = _account(coproduction, request.GET.get("version", ""))
    again, leaf = recomputed(found), leaf_of_account(coproduction, found)
    rows: list[Facts] = [
        {"line": line, "unit": UNITS.get(line["unit"], line["unit"]), "gaps": gaps_of(line, again)}
        for line in lines_of(found)
    ]
    context = {
        "mandate": mandate,
        "coproduction": coproduction,
        "account": found,
        "versions": coproduction.accounts.exclude(pk=found.pk).order_by("-number")[:20],
        "again": again,
        "rows": rows,
        "gap": any(not gap.is_none for row in rows for gap in row["gaps"]),
        "code": _code(leaf),
        "is_sealed": leaf is not None and leaf.public.get("digest") == found.digest,
        "measured": coproduction.event_months.exists(),
    }
    return render(request, "oversight/account.html", context)


@require_safe
@under_mandate
def figure(request: HttpRequest, mandate: Mandate, slug: str, code: str) -> HttpResponse:
    """One line: formula, inputs, rates, what events say of each input, computed again."""
    coproduction = covered_coproduction(mandate, slug)
    found = _account(coproduction, request.GET.get("version", ""))
    line = next((one for one in lines_of(found) if one["code"] == code), None)
    if line is None:
        raise Http404
    facts = found.facts
    rates = {tuple(each) for each in line["parameters"]}
    context = {
        "mandate": mandate,
        "coproduction": coproduction,
        "account": found,
        "line": line,
        "unit": UNITS.get(line["unit"], line["unit"]),
        "columns": _columns(line, found),
        "inputs": _inputs(coproduction, found, line),
        "rates": [
            {"value": None, "unit": "", **each}
            for each in facts["parameters"]
            if (each["name"], each["date"]) in rates
        ],
        "code": _code(leaf_of_account(coproduction, found)),
    }
    return render(request, "oversight/figure.html", context)


def _columns(line: Facts, account: PublishedAccount) -> list[tuple[str, Gap]]:
    return list(zip(line["formulas"].values(), gaps_of(line, recomputed(account)), strict=True))


def _inputs(coproduction: Coproduction, account: PublishedAccount, line: Facts) -> list[Facts]:
    """Each input that the line reads, beside what the events say of it today."""
    declared = parse_declaration(account.declaration, f"account {account.number}")
    used = {name for names in line["inputs"].values() for name in names}
    return [
        {
            **given,
            "grade_words": GRADES[given["grade"]],
            "basis_words": BASES[given["basis"]],
            "measured": input_gap(coproduction, declared, given),
        }
        for given in account.facts["inputs"]
        if given["name"] in used
    ]


@require_safe
@under_mandate
def months(request: HttpRequest, mandate: Mandate, slug: str) -> HttpResponse:
    """The months of events, each added up again from its events, and the batches they came in."""
    coproduction = covered_coproduction(mandate, slug)
    page = page_of(months_of(coproduction, request.GET.get("task", "")), request)
    batches = Batch.objects.filter(coproduction=coproduction).order_by("-pk")
    context = {
        "mandate": mandate,
        "coproduction": coproduction,
        "page": page,
        "rows": month_gaps(coproduction, list(page)),
        "batches": batches.count(),
        "query": f"task={request.GET['task']}&" if request.GET.get("task") else "",
    }
    return render(request, "oversight/months.html", context)


@require_safe
@under_mandate
def month_events(request: HttpRequest, mandate: Mandate, slug: str, month: int) -> HttpResponse:
    """The events of a month and task, each with the batch it came in and the leaf of that batch."""
    coproduction = covered_coproduction(mandate, slug)
    rows = EventMonth.objects.filter(coproduction=coproduction).select_related("task")
    found = get_object_or_404(rows, pk=month)
    page = page_of(_events_of(found), request)
    leaves = _leaves(coproduction, [event.batch.inputs for event in page])
    context: dict[str, Any] = {
        "mandate": mandate,
        "coproduction": coproduction,
        "month": found,
        "page": page,
        "rows": [{"event": event, "code": leaves.get(event.batch.inputs, "")} for event in page],
    }
    return render(request, "oversight/events.html", context)


def _events_of(month: EventMonth) -> "QuerySet[Event]":
    """Corrected ones too, and said to be: an inspector sees what was there before."""
    events = Event.objects.filter(
        coproduction=month.coproduction_id,
        task=month.task,
        basis=month.basis,
        started_at__gte=first_moment(month.month),
        started_at__lt=after(month.month),
    )
    corrected = Event.objects.filter(coproduction=month.coproduction_id)
    corrected = corrected.filter(corrects=OuterRef("event_id"))
    return events.select_related("batch").annotate(is_corrected=Exists(corrected)).order_by("pk")


def _leaves(coproduction: Coproduction, digests: list[str]) -> dict[str, str]:
    """The number of the entry that sealed each batch."""
    told = Entry.objects.filter(space=coproduction.slug, kind="events-received")
    found = told.filter(public__inputs__in=list(dict.fromkeys(digests)))
    return {entry.public["inputs"]: code_of(bytes(entry.event_id)) for entry in found}
