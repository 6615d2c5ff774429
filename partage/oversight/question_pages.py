"""Questions and notes at the workbench, and the desk's page where the organization answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partage.contributions.desk import facilitated_coproduction
from partage.coproductions.models import Coproduction
from partage.oversight.asking import Asked, QuestionRefused, answer_question, ask, write_note
from partage.oversight.consulting import under_mandate
from partage.oversight.forms import AnswerForm, NoteForm, QuestionForm
from partage.oversight.models import Mandate, Question
from partage.web.paging import page_of
from partage.web.tidying import number_in

READS = require_http_methods(["GET", "HEAD", "POST"])


@READS
@under_mandate
def questions(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """What was asked and answered; POST asks."""
    if request.method != "POST":
        return _show_questions(request, mandate, QuestionForm(mandate))
    form = QuestionForm(mandate, request.POST)
    if not form.is_valid():
        return _show_questions(request, mandate, form, 400)
    try:
        ask(mandate, Asked(**form.cleaned_data))
    except QuestionRefused as error:
        return _show_questions(request, mandate, form, 409, refusal=str(error))
    return redirect("inspection-questions", mandate.number)


def _show_questions(
    request: HttpRequest, mandate: Mandate, form: QuestionForm, status: int = 200, **more: str
) -> HttpResponse:
    page = page_of(mandate.questions.select_related("coproduction"), request)
    context = {"mandate": mandate, "form": form, "page": page, **more}
    return render(request, "oversight/questions.html", context, status=status)


@READS
@under_mandate
def notes(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """The inspector's own notes; POST writes one."""
    form = NoteForm(mandate, request.POST if request.method == "POST" else None)
    if form.is_valid():
        write_note(mandate, form.cleaned_data["text"], form.cleaned_data["coproduction"])
        return redirect("inspection-notes", mandate.number)
    page = page_of(mandate.notes.select_related("coproduction").order_by("-number"), request)
    context = {"mandate": mandate, "form": form, "page": page}
    return render(request, "oversight/notes.html", context, status=400 if form.errors else 200)


@never_cache
@READS
def questions_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What inspectors ask this organization; POST answers one, once."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show_desk(request, coproduction)
    asked = Question.objects.filter(coproduction=coproduction).select_related("mandate")
    question = get_object_or_404(asked, pk=number_in(request.POST.get("question", "")))
    question.coproduction = coproduction
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show_desk(request, coproduction, 400, form=form, chosen=question.pk)
    try:
        answer_question(question, form.cleaned_data["text"])
    except QuestionRefused as error:
        return _show_desk(request, coproduction, 409, refusal=str(error))
    return redirect("questions-desk", slug)


def _show_desk(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    asked = coproduction.inspection_questions.select_related("mandate")
    page = page_of(asked.order_by("answered_at", "-pk"), request)
    context = {"coproduction": coproduction, "page": page, "form": AnswerForm(), "chosen": 0}
    return render(request, "oversight/questions_desk.html", context | more, status=status)
