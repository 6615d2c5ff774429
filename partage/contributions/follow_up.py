"""What the organization did with ideas, and the queue of those that wait for a word."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partage.contributions.desk import facilitated_coproduction
from partage.contributions.forms import OutcomeForm
from partage.contributions.models import Idea, Outcome
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction, Stage
from partage.register.recording import record
from partage.web.localized import reader_language
from partage.web.paging import page_of

PROMISES = (Outcome.Kind.STUDIED, Outcome.Kind.PLANNED)
# How long a promise may stand without news.
NEWS_EVERY = timedelta(days=90)


@transaction.atomic
def say_outcome(idea: Idea, kind: Outcome.Kind, text: str, language: str) -> None:
    """Say in public what was done with an idea."""
    Outcome.objects.create(
        idea=idea, kind=kind, text=text, language=language, said_at=timezone.now()
    )
    record("outcome-said", space=idea.coproduction.slug, public={"idea": idea.pk, "outcome": kind})


@login_not_required
@require_safe
def outcomes(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organization did with ideas, the latest word first."""
    coproduction = visible_coproduction(slug)
    said = Outcome.objects.listed(coproduction).select_related("idea")
    context = {"coproduction": coproduction, "page": page_of(said.order_by("-pk"), request)}
    return render(request, "contributions/outcomes.html", context)


def to_answer(coproductions: Sequence[Coproduction]) -> "QuerySet[Idea]":
    """Ideas whose authors wait for a word: none came since closing, or no news of a promise."""
    last = Outcome.objects.filter(idea=OuterRef("pk")).order_by("-pk")
    closed = Stage.objects.filter(
        coproduction=OuterRef("coproduction"), kind=Stage.Kind.IDEAS, closes_at__lte=timezone.now()
    )
    promised = Q(last_kind__in=PROMISES, last_at__lt=timezone.now() - NEWS_EVERY)
    ideas = Idea.objects.published().filter(coproduction__in=coproductions)
    ideas = ideas.annotate(
        last_kind=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("said_at")[:1])
    )
    waiting: QuerySet[Idea] = ideas.filter(promised | (Q(last_kind=None) & Exists(closed)))
    return waiting


def to_answer_counts(coproductions: Sequence[Coproduction]) -> dict[int, int]:
    rows = to_answer(coproductions).order_by().values_list("coproduction")
    return dict(rows.annotate(n=Count("pk")))


def answer_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The next idea that waits for a word, the most answered first; others can come before it."""
    coproduction = facilitated_coproduction(request, slug)
    waiting = to_answer([coproduction]).order_by("-answers", "number")
    page = page_of(waiting, request, items_each=1)
    idea = next(iter(page.object_list), None)
    if idea is not None:
        idea.coproduction = coproduction
    context = {"coproduction": coproduction, "idea": idea, "page": page, "form": OutcomeForm()}
    return render(request, "contributions/answer_queue.html", context)


def answer_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The organization says what it did with a published idea."""
    coproduction = facilitated_coproduction(request, slug)
    published = Idea.objects.published().filter(coproduction=coproduction)
    idea = get_object_or_404(published, pk=number)
    idea.coproduction = coproduction
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        say_outcome(idea, words["kind"], words["text"], reader_language())
        return redirect("answer-queue", slug) if "queue" in request.POST else redirect(idea)
    context: dict[str, Any] = {"coproduction": coproduction, "idea": idea, "form": form}
    status = 400 if form.errors else 200
    return render(request, "contributions/answer_idea.html", context, status=status)
