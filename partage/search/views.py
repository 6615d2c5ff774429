"""The search of the whole site, by kind of thing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.search.asking import Answer
from partage.search.questions import Asked, answered, asked_in, is_there
from partage.search.showing import excerpt, shown_words, with_marks
from partage.search.things import BY_SLUG, KINDS, Kind, Thing
from partage.web.paging import page_of

FIRST, EACH = 3, 10
Facts = dict[str, Any]


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The first of each kind; or all of one kind, ten a page."""
    asked = asked_in(request)
    kind = BY_SLUG.get(request.GET.get("kind", ""))
    context: Facts = {"asked": asked, "kind": kind, "has_index": is_there(), "kinds": KINDS}
    if not asked.is_empty and not asked.fault and context["has_index"]:
        context |= _one(request, asked, kind) if kind else _all(asked)
    return render(request, "search/search.html", context, status=400 if asked.fault else 200)


def _all(asked: Asked) -> Facts:
    """Each kind that has something, with its first few and how many there are."""
    answers = [(kind, answered(asked, kind)) for kind in KINDS]
    groups = [_group(kind, answer, answer.numbers[:FIRST]) for kind, answer in answers]
    found = [group for group in groups if group["rows"]]
    counted = (len(answer.numbers) for _kind, answer in answers)
    # Spelling is of each kind: what the first kind with something to show was asked.
    corrected = next(
        (group["answer"].corrected for group in found if group["answer"].corrected), ""
    )
    return {
        "groups": found,
        "count": sum(counted),
        "corrected": corrected,
        "query": urlencode({"q": asked.text}),
    }


def _one(request: HttpRequest, asked: Asked, kind: Kind) -> Facts:
    answer = answered(asked, kind)
    page = page_of(answer.numbers, request, EACH)
    words = {"q": asked.text, "kind": kind.slug} | ({"exact": "1"} if asked.is_exact else {})
    return {
        "groups": [_group(kind, answer, list(page))] if answer.numbers else [],
        "count": len(answer.numbers),
        "corrected": answer.corrected,
        "page": page,
        "query": urlencode(words) + "&",
    }


def _group(kind: Kind, answer: Answer, numbers: list[int]) -> Facts:
    things = kind.shown(numbers)
    rows = [_row(one, answer.marked) for one in things]
    return {"kind": kind, "rows": rows, "answer": answer, "count": len(answer.numbers)}


def _row(thing: Thing, marked: frozenset[str]) -> Facts:
    title, title_language = shown_words(thing.title, marked)
    text, text_language = shown_words(thing.text, marked)
    return {
        "address": thing.get_absolute_url(),
        "title": with_marks(title, marked),
        "title_language": title_language,
        "text": excerpt(text, marked),
        "text_language": text_language,
        "place": thing.place,
    }
