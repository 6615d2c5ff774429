"""The page of a work, and what came of it here."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partage.coproductions.models import Coproduction
from partage.library.addresses import addresses
from partage.library.citing import bibtex, csl, date_in_words, reference, schema_org
from partage.library.models import Theme, Work, WorkLink
from partage.library.related import SHOWN, related
from partage.opinions.models import Evidence, Opinion

MOST_SHOWN = 20


@login_not_required
@require_safe
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """What the work is, asks for and leaves open; how to cite it, and what came of it."""
    found = get_object_or_404(Work.objects.select_related("shelf").with_lists(), slug=slug)
    if found.withdrawn_at:
        return render(request, "library/withdrawn.html", {"work": found}, status=410)
    context: dict[str, Any] = {
        "work": found,
        "when": date_in_words(found),
        "themes": [(slug, Theme(slug).label) for slug in found.theme_slugs],
        "families": families(found),
        "related": related(found),
        "related_shown": SHOWN,
        "reference": reference(found),
        "bibtex": bibtex(found),
        "schema_org": schema_org(found),
        "addresses": addresses(found),
        "started": _started(found),
        "cited_by": _cited_by(found),
    }
    return render(request, "library/work.html", context)


def families(work: Work) -> list[tuple[str, bool, list[Work]]]:
    """What it follows, answers and cites, then what follows, answers and cites it."""
    to, by = work.links.select_related("other"), work.linked_by.select_related("work")
    sides = (
        *((kind, True, [one.other for one in to if one.kind == kind]) for kind in WorkLink.Kind),
        *((kind, False, [one.work for one in by if one.kind == kind]) for kind in WorkLink.Kind),
    )
    found = [(kind.value, out, _listed(works)) for kind, out, works in sides]
    return [side for side in found if side[2]]


def _listed(works: list[Work]) -> list[Work]:
    return [work for work in works if not work.withdrawn_at]


def _started(work: Work) -> list[Coproduction]:
    shown = Coproduction.objects.visible().filter(started_from__work=work)
    return list(shown.order_by("-pk")[:MOST_SHOWN])


def _cited_by(work: Work) -> list[Evidence]:
    """Recommendations of published opinions that rest on it, by its page here or elsewhere."""
    theirs = [*addresses(work).values(), work.url]
    shown = Evidence.objects.filter(
        work__in=theirs, recommendation__opinion__in=Opinion.objects.listed()
    )
    opinions = shown.select_related("recommendation__opinion")
    return list(opinions.order_by("recommendation__opinion", "recommendation__number")[:MOST_SHOWN])


@login_not_required
@require_safe
def work_citation(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """The reference as a file: BibTeX, or CSL-JSON."""
    found = get_object_or_404(Work.objects.listed().with_lists(), slug=slug)
    if ending == "bib":
        return HttpResponse(bibtex(found), content_type="application/x-bibtex; charset=utf-8")
    if ending == "json":
        ask = {"ensure_ascii": False}
        kind = "application/vnd.citationstyles.csl+json"
        return JsonResponse([csl(found)], safe=False, json_dumps_params=ask, content_type=kind)
    raise Http404
