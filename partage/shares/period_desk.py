"""The desk of one period: withdraw it, bring in what people did, compute it, give links."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.contributions.desk import facilitated_coproduction
from partage.coproductions.models import Coproduction
from partage.events.reading import NotAnEvent, who_of
from partage.shares.adopting import AdoptionRefused, withdraw
from partage.shares.bringing import CannotBring, bring_events, bring_file, counted_events
from partage.shares.computing import CannotCompute, Pot, compute, foresee, what_is_computed
from partage.shares.forms import ContributionsForm, PotForm, ReasonForm
from partage.shares.models import Period, ShareOut
from partage.shares.people import link_of, make_links
from partage.shares.reading import MOST_BYTES, FileRefused
from partage.shares.wording import rule_sentences
from partage.web.csv_files import csv_file

Refusals = (AdoptionRefused, CannotBring, CannotCompute)


def own_period(request: HttpRequest, slug: str, number: int) -> Period:
    """The period, if this person facilitates its coproduction."""
    coproduction = facilitated_coproduction(request, slug)
    found = get_object_or_404(Period, coproduction=coproduction, number=number)
    found.coproduction = coproduction
    return found


def share_out_of(period: Period) -> ShareOut | None:
    return ShareOut.objects.filter(period=period).first()


@never_cache
def period_desk(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """POST withdraws, brings in from events or a file, computes once sure, or makes links."""
    period = own_period(request, slug, number)
    if request.method != "POST":
        return _show(request, period)
    acts = {
        "withdraw": _withdraw,
        "events": _events,
        "file": _file,
        "compute": _compute,
        "links": _links,
    }
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        sentence = _("This button is unknown: open the page again.")
        return _show(request, period, 400, refusals=[sentence])
    try:
        return act(request, period)
    except Refusals as refused:
        return _show(request, period, 409, refusals=[str(refused)])
    except FileRefused as refused:
        return _show(request, period, 400, refusals=refused.sentences)


def _show(request: HttpRequest, period: Period, status: int = 200, **more: Any) -> HttpResponse:
    told = counted_events(period)
    nameless = told.filter(who=None).aggregate(time=Sum("seconds"))["time"] or 0
    context = {
        "coproduction": period.coproduction,
        "period": period,
        "sentences": rule_sentences(period.read),
        "share_out": share_out_of(period),
        "recorded": period.recorded.count(),
        "nameless_minutes": nameless // 60,
        "reason_form": ReasonForm(),
        "file_form": ContributionsForm(),
        "pot_form": PotForm(),
        "tasks": _task_columns(period),
        **more,
    }
    return render(request, "shares/period.html", context, status=status)


def _task_columns(period: Period) -> list[str]:
    return [task for part in period.read.parts for task, _points in part.points]


def _faulty(request: HttpRequest, period: Period, name: str, form: forms.Form) -> HttpResponse:
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    return _show(request, period, 400, refusals=sentences, **{name: form})


def _withdraw(request: HttpRequest, period: Period) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _faulty(request, period, "reason_form", form)
    withdraw(period, form.cleaned_data["reason"])
    return redirect("share-period", period.coproduction.slug, period.number)


def _events(request: HttpRequest, period: Period) -> HttpResponse:
    return _show(request, period, brought=bring_events(period))


def _sent(form: forms.Form) -> bytes:
    """The file, no longer than what may be read of it."""
    sent: bytes = form.cleaned_data["file"].read(MOST_BYTES + 1)
    return sent


def _file(request: HttpRequest, period: Period) -> HttpResponse:
    form = ContributionsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _faulty(request, period, "file_form", form)
    return _show(request, period, brought=bring_file(period, _sent(form)))


def _compute(request: HttpRequest, period: Period) -> HttpResponse:
    form = PotForm(request.POST)
    if not form.is_valid():
        return _faulty(request, period, "pot_form", form)
    data = form.cleaned_data
    pot = Pot(data["pot"], data["source"], data["contributions"], data["tax"], data["rates_source"])
    # Computed for good: what it would give is read before a second press, which says what was read.
    read, now = request.POST.get("sure", ""), what_is_computed(period, pot)
    if read != now:
        changed = [_("Something changed since: read again what it gives.")] if read else []
        told = {"foreseen": foresee(period, pot), "sure": now, "refusals": changed}
        return _show(request, period, 409 if read else 200, pot_form=form, **told)
    compute(period, pot)
    return redirect("share-period", period.coproduction.slug, period.number)


def _links(request: HttpRequest, period: Period) -> HttpResponseBase:
    """The organization's own numbers in, their links out: shown here once."""
    form = ContributionsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _faulty(request, period, "file_form", form)
    numbers = _numbers(_sent(form))
    marks = _marks(period.coproduction, numbers)
    people = make_links(period.coproduction, set(marks.values()))
    links = {who: f"{settings.BASE_URL}{link_of(one)}" for who, one in people.items()}
    name = f"{period.coproduction.slug}-links"
    return csv_file(name, ["person", "link"], _rows(numbers, marks, links))


def _rows(
    numbers: list[str], marks: dict[str, int], links: dict[int, str]
) -> Iterator[list[object]]:
    for number in numbers:
        link = links.get(marks[number])
        yield [number, link or _("nobody here has this number")]


def _numbers(sent: bytes) -> list[str]:
    """The first column of a file, without the name of the column."""
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = _("The file is not in UTF-8 (byte %(place)s): save it as “CSV UTF-8”.")
        raise FileRefused([sentence % {"place": error.start}]) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error:
        sentence = _("The file is not CSV that can be read: put one number on each line.")
        raise FileRefused([sentence]) from None
    cells = [row[0].strip() for row in rows]
    found = list(dict.fromkeys(cell for cell in cells if cell and cell != "person"))
    if not found:
        raise FileRefused([_("The file names nobody: put one number on each line.")])
    return found


def _marks(coproduction: Coproduction, numbers: list[str]) -> dict[str, int]:
    marks = {}
    for number in numbers:
        try:
            marks[number] = who_of(coproduction, number) or 0
        except NotAnEvent:
            raise FileRefused([_("A number is too long, or cannot be printed.")]) from None
    return marks
