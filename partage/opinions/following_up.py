"""What became of recommendations: answers of those who should act, milestones, and their board."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partage.opinions.evidence import with_evidence
from partage.opinions.models import Answer, Milestone, Recommendation, Version
from partage.opinions.reminding import days_reminded, forget_addressee
from partage.opinions.views import RECOMMENDATIONS_EACH, dated, version_of
from partage.opinions.wording import by_standing, result_sentence
from partage.register.recording import record
from partage.web.paging import page_of

Content = dict[str, Any]


@transaction.atomic
def say_answer(
    recommendation: Recommendation, kind: str, said_by: str, text: str, language: str
) -> None:
    """Keep what whoever should act answered; the register says that they did, and what."""
    Answer.objects.create(
        recommendation=recommendation, kind=kind, said_by=said_by, text=text, language=language,
        said_at=timezone.now(),
    )  # fmt: skip
    _record(recommendation, "recommendation-answered", answer=kind)
    # Nobody is reminded any more, so that the address is of no more use.
    forget_addressee(recommendation)


@transaction.atomic
def say_milestone(
    recommendation: Recommendation, reached_on: date, text: str, address: str, language: str
) -> None:
    """Keep what was done, and where it can be seen."""
    Milestone.objects.create(
        recommendation=recommendation, reached_on=reached_on, text=text, address=address,
        language=language, said_at=timezone.now(),
    )  # fmt: skip
    _record(recommendation, "milestone-reached", on=reached_on.isoformat())


def _record(recommendation: Recommendation, kind: str, **facts: Any) -> None:
    opinion = recommendation.opinion
    public = {"opinion": opinion.slug, "recommendation": recommendation.number, **facts}
    record(kind, space=opinion.space, public=public)


@login_not_required
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Recommendation by recommendation: who should act, what they answered, what was done."""
    version = version_of(slug)
    content = dated(version.content)
    page = page_of(content["recommendations"], request, RECOMMENDATIONS_EACH)
    context = {
        "opinion": version.opinion,
        "coproduction": version.opinion.coproduction,
        "content": content,
        "result": result_sentence(content),
        "page": page,
        "rows": rows_of(version, list(page)),
        "days": days_waited(version, content),
    }
    return render(request, "opinions/board.html", context)


def days_waited(version: Version, content: Content) -> int:
    """Since the vote; since the first publication where its day is not known."""
    first: date | None = content["voted_on"]
    if first is None:
        published = version.opinion.versions.order_by("number").values_list(
            "published_at", flat=True
        )
        first = timezone.localdate(published[0])
    return max(0, (timezone.localdate() - first).days)


def rows_of(version: Version, recommendations: list[Content]) -> list[Content]:
    """Each with its last answer, how many milestones, and the days of the reminders."""
    numbers = [row["number"] for row in recommendations]
    mine = {
        "recommendation__opinion": version.opinion,
        "recommendation__number__in": numbers,
    }
    said = Answer.objects.filter(**mine).select_related("recommendation").order_by("pk")
    last = {answer.recommendation.number: answer for answer in said}
    done = Milestone.objects.filter(**mine).values("recommendation__number")
    counts = dict(
        done.annotate(n=Count("pk")).order_by().values_list("recommendation__number", "n")
    )
    reminded = days_reminded(version.opinion, numbers)
    return [
        {
            **row,
            "answer": last.get(row["number"]),
            "milestones": counts.get(row["number"], 0),
            "reminded": reminded.get(row["number"], []),
        }
        for row in recommendations
    ]


@login_not_required
@require_safe
def recommendation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One recommendation at an address of its own."""
    version = version_of(slug)
    content = dated(version.content)
    rows = [row for row in content["recommendations"] if row["number"] == number]
    if not rows:
        raise Http404
    mine = {"recommendation__opinion": version.opinion, "recommendation__number": number}
    (row,) = with_evidence(content, rows)
    context = {
        "opinion": version.opinion,
        "coproduction": version.opinion.coproduction,
        "version": version,
        "content": content,
        "result": result_sentence(content),
        "row": row,
        "heading": by_standing([row])[0],
        "answers": Answer.objects.filter(**mine),
        "milestones": Milestone.objects.filter(**mine),
        "days": days_waited(version, content),
        "reminded": days_reminded(version.opinion, [number]).get(number, []),
        "part": next((part for part in content["parts"] if part["place"] == row["part"]), None),
    }
    return render(request, "opinions/recommendation.html", context)
