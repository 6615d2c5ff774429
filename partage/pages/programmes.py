"""The desk of programmes: entering them from a form or a file, withdrawing, counting sessions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.contributions.desk import facilitated_coproduction
from partage.coproductions.models import Coproduction
from partage.pages.learning import account_in_force, points_of
from partage.training.files import FileRefused, read_rows
from partage.training.forms import AttendanceForm, FileForm, ProgrammeForm, ProgrammeRow
from partage.training.hours import count_attendance, take_count_back
from partage.training.models import Attendance, Programme
from partage.training.programmes import enter_programmes, withdraw_programme
from partage.training.skills import TrainingRefused
from partage.web.paging import page_of
from partage.web.tidying import number_in

SESSIONS_SHOWN = 20
SESSION_ID = "session_%s"  # beside the form of a programme, which has hours too


@never_cache
def programmes_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """POST enters a programme or a file of them, withdraws one, counts a session or takes it back."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show(request, coproduction)
    acts = {
        "enter": _enter,
        "import": _import,
        "withdraw": _withdraw,
        "count": _count,
        "take-back": _take_back,
    }
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        sentences = [_("This button is unknown: open the page again.")]
        return _show(request, coproduction, 400, refusals=sentences)
    try:
        return act(request, coproduction)
    except FileRefused as error:
        return _show(request, coproduction, 400, refusals=error.sentences)
    except TrainingRefused as error:
        return _show(request, coproduction, 409, refusals=[str(error)])


def _show(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    points = points_of(account_in_force(coproduction))
    sessions = Attendance.objects.filter(programme__coproduction=coproduction, taken_back_at=None)
    programmes = Programme.objects.shown().filter(coproduction=coproduction)
    context = {
        "coproduction": coproduction,
        "page": page_of(programmes, request),
        "sessions": sessions.select_related("programme")[:SESSIONS_SHOWN],
        "form": ProgrammeForm(coproduction, points),
        "file": FileForm(),
        "attendance": AttendanceForm(auto_id=SESSION_ID),
        "refusals": [],
        **more,
    }
    return render(request, "pages/programmes_desk.html", context, status=status)


def _enter(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    account = account_in_force(coproduction)
    form = ProgrammeForm(coproduction, points_of(account), request.POST)
    if not form.is_valid():
        return _show(request, coproduction, 400, form=form)
    try:
        enter_programmes(coproduction, [form.cleaned_data], account.number if account else 0)
    except TrainingRefused as error:
        return _show(request, coproduction, 409, refusals=[str(error)], form=form)
    return redirect("programmes-desk", coproduction.slug)


def _import(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, coproduction, 400, file=form)
    account = account_in_force(coproduction)
    points = points_of(account)
    sent = form.cleaned_data["file"].read()
    rows = read_rows(sent, lambda row: ProgrammeRow(coproduction, points, row))
    enter_programmes(coproduction, rows, account.number if account else 0)
    return redirect("programmes-desk", coproduction.slug)


def _own(request: HttpRequest, coproduction: Coproduction) -> Programme:
    shown = Programme.objects.shown().filter(coproduction=coproduction)
    number = number_in(request.POST.get("programme", ""))
    return get_object_or_404(shown.select_related("coproduction"), pk=number)


def _withdraw(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    withdraw_programme(_own(request, coproduction))
    return redirect("programmes-desk", coproduction.slug)


def _count(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    found, form = _own(request, coproduction), AttendanceForm(request.POST, auto_id=SESSION_ID)
    if not form.is_valid():
        return _show(request, coproduction, 400, attendance=form, counting=found)
    values = {name: form.cleaned_data[name] for name in ("held_on", "people", "hours")}
    try:
        count_attendance(found, values)
    except TrainingRefused as error:
        sentences = [str(error)]
        return _show(request, coproduction, 409, refusals=sentences, attendance=form)
    return redirect("programmes-desk", coproduction.slug)


def _take_back(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    rows = Attendance.objects.filter(programme__coproduction=coproduction)
    number = number_in(request.POST.get("session", ""))
    take_count_back(get_object_or_404(rows.select_related("programme__coproduction"), pk=number))
    return redirect("programmes-desk", coproduction.slug)
