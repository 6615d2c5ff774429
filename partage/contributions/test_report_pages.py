"""Pages of test reports: what people say together of each task, each report, and how to file one."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Count, Q, QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.authors import told_to_author
from partage.contributions.desk import facilitated_coproduction, facilitates
from partage.contributions.forms import ReportForm, TaskForm
from partage.contributions.models import Progress, TestReport, TrialTask
from partage.contributions.private_links import has_private_key
from partage.contributions.test_reports import (
    MOST_TASKS,
    TaskRefused,
    add_task,
    file_report,
    remove_task,
    tests_stage,
)
from partage.contributions.views import (
    participant_for,
    refusal,
    visible_coproduction,
    with_cookie,
)
from partage.contributions.voting import VoteRefused, acting, asked_first
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.people.participants import TooManyNewcomers, device_token
from partage.web.csv_files import csv_file
from partage.web.days import WRITTEN_ON
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.templatetags.partage import amount
from partage.web.tidying import number_in


def _tasks(coproduction: Coproduction) -> "QuerySet[TrialTask]":
    """The tasks to try, each with how many reports on it are published."""
    published = Count("reports", filter=Q(reports__state=Progress.PUBLISHED))
    return TrialTask.objects.filter(coproduction=coproduction).annotate(published=published)


def told(task: TrialTask) -> list[tuple[str, str]]:
    """What the counted reports say together, in words."""
    figures = task.figures
    said = [
        (_("How it ended"), _choices(TestReport.Outcome, figures.get("outcome"))),
        (_("Problem met"), _choices(TestReport.Severity, figures.get("severity"))),
        (_("Minutes (median)"), amount(figures["minutes"]) if "minutes" in figures else ""),
        (_("Difficulty (median, from 1, very easy, to 5, very hard)"),
         amount(figures["difficulty"]) if "difficulty" in figures else ""),
    ]  # fmt: skip
    return [(name, words) for name, words in said if words]


def _choices(choices: type[TextChoices], counts: dict[str, int] | None) -> str:
    """Each answer with how many gave it, in the order of the form."""
    return " · ".join(f"{one.label} ({counts.get(one, 0)})" for one in choices) if counts else ""


def _is_open(coproduction: Coproduction) -> bool:
    stage = tests_stage(coproduction)
    return stage is not None and stage.is_open()


@login_not_required
@require_safe
def test_reports(request: HttpRequest, slug: str) -> HttpResponse:
    """Each task with what its reports say together."""
    coproduction = visible_coproduction(slug)
    tasks = list(_tasks(coproduction))
    context = {
        "coproduction": coproduction,
        "tasks": [(task, told(task)) for task in tasks],
        "count": TestReport.objects.listed(coproduction).count(),
        "is_open": _is_open(coproduction),
        "is_facilitator": facilitates(request, coproduction),
    }
    return render(request, "contributions/test_reports.html", context)


@login_not_required
@require_safe
def trial_task(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One task: its figures, and its published reports, the latest first."""
    coproduction = visible_coproduction(slug)
    task = get_object_or_404(_tasks(coproduction), number=number)
    published = TestReport.objects.listed(coproduction).filter(task=task).order_by("-pk")
    context = {
        "coproduction": coproduction,
        "task": task,
        "told": told(task),
        "page": page_of(published, request),
        "is_open": _is_open(coproduction),
    }
    return render(request, "contributions/trial_task.html", context)


@login_not_required
def file_test_report(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, three answers needed; below, what became of this device's earlier reports."""
    coproduction = visible_coproduction(slug)
    tasks = TrialTask.objects.filter(coproduction=coproduction)
    if request.method != "POST":
        chosen = _chosen(tasks, request.GET.get("task", ""))
        return _show_form(request, coproduction, ReportForm(tasks, initial={"task": chosen}))
    form = ReportForm(tasks, request.POST)
    if not form.is_valid():
        return _show_form(request, coproduction, form, status=400)
    return _file(request, coproduction, form)


def _chosen(tasks: "QuerySet[TrialTask]", number: str) -> int | None:
    """The task that the address names, or the only one there is."""
    numbers = dict(tasks.values_list("number", "pk"))
    if len(numbers) == 1:
        return next(iter(numbers.values()))
    return numbers.get(number_in(number))


def _file(request: HttpRequest, coproduction: Coproduction, form: ReportForm) -> HttpResponse:
    said = dict(form.cleaned_data)
    task = said.pop("task")
    task.coproduction = coproduction
    try:
        with transaction.atomic():
            participant, token = participant_for(request, coproduction)
            report = file_report(participant, task, said, reader_language())
    except (VoteRefused, TooManyNewcomers) as error:
        status, sentence = refusal(error)
        form.add_error(None, sentence)
        return _show_form(request, coproduction, form, status)
    return with_cookie(redirect(report), request, coproduction, token)


def _show_form(
    request: HttpRequest, coproduction: Coproduction, form: ReportForm, status: int = 200
) -> HttpResponse:
    participant = acting(coproduction, device_token(request))
    mine = (
        TestReport.objects.filter(author=participant) if participant else TestReport.objects.none()
    )
    context = {
        "coproduction": coproduction,
        "form": form,
        "has_tasks": TrialTask.objects.filter(coproduction=coproduction).exists(),
        "is_open": _is_open(coproduction),
        "asked_first": asked_first(participant, coproduction),
        "page": page_of(mine.select_related("task").order_by("-pk"), request),
    }
    return render(request, "contributions/file_test_report.html", context, status=status)


def shown_report(
    request: HttpRequest, slug: str, number: int
) -> tuple[TestReport, Participant | None]:
    """The report, where this reader may see it; 404 where not, as if it were not there."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    by_link = has_private_key(request, "test_report", number)
    seen = TestReport.objects.visible_to(participant, [number] if by_link else [])
    here = seen.filter(task__coproduction=coproduction).select_related("task")
    found = get_object_or_404(here, pk=number)
    found.task.coproduction = coproduction
    return found, participant


@login_not_required
@require_safe
def test_report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One report: how it went, and to its author what became of it."""
    report, participant = shown_report(request, slug, number)
    told = told_to_author(request, report, participant)
    context = {"coproduction": report.task.coproduction, "report": report, **told}
    return render(request, "contributions/test_report.html", context)


COLUMNS = (
    "pk", "task__number", "task__words", "outcome", "severity", "text", "language", "written_on",
)  # fmt: skip
HEADER = ("report", "task", "task_words", "outcome", "severity", "text", "language", "written_on")


@login_not_required
@require_safe
def reports_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every published report: what its own page shows."""
    return csv_file(f"{slug}-test-reports", HEADER, report_rows(visible_coproduction(slug)))


def report_rows(coproduction: Coproduction) -> Iterable[tuple[object, ...]]:
    """What files say of each published report, in these columns."""
    published = TestReport.objects.listed(coproduction)
    named = published.annotate(written_on=WRITTEN_ON).order_by("pk").values_list(*COLUMNS)
    rows: Iterable[tuple[object, ...]] = named.iterator(chunk_size=500)
    return rows


def trial_tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """At the desk: the tasks that people are asked to try; POST adds one, or removes one."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show_tasks(request, coproduction, TaskForm())
    form = TaskForm(request.POST if "remove" not in request.POST else None)
    try:
        if "remove" in request.POST:
            remove_task(_named(coproduction, request.POST["remove"]))
        elif form.is_valid():
            add_task(coproduction, form.cleaned_data["words"], reader_language())
        else:
            return _show_tasks(request, coproduction, form, status=400)
    except TaskRefused as error:
        return _show_tasks(request, coproduction, form, status=409, refused=str(error))
    return redirect("trial-tasks", slug)


def _named(coproduction: Coproduction, number: str) -> TrialTask:
    tasks = TrialTask.objects.filter(coproduction=coproduction)
    task = get_object_or_404(tasks, number=number_in(number))
    task.coproduction = coproduction
    return task


def _show_tasks(
    request: HttpRequest,
    coproduction: Coproduction,
    form: TaskForm,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "tasks": _tasks(coproduction).annotate(filed=Count("reports")),
        "most": MOST_TASKS,
        "form": form,
        "refused": refused,
        "stage": tests_stage(coproduction),
    }
    return render(request, "contributions/trial_tasks.html", context, status=status)
