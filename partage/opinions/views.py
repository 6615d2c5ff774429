"""Published opinions: their list, each with its recommendations, and its versions."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from partage.opinions.evidence import is_link, with_evidence
from partage.opinions.listing import last_versions, under_debate
from partage.opinions.models import Debate, Opinion, Version
from partage.opinions.pdf_files import size_of_pdf
from partage.opinions.publishing import DAYS
from partage.opinions.wording import (
    OPINION,
    by_standing,
    findings,
    group_votes,
    result_sentence,
)
from partage.web.localized import reader_language
from partage.web.paging import page_of

Content = dict[str, Any]
# Together with its evidence a recommendation weighs about a kilobyte.
RECOMMENDATIONS_EACH = 30


def version_of(slug: str, number: int | None = None) -> Version:
    """The version asked for, else the last one."""
    versions = Version.objects.filter(opinion__in=Opinion.objects.listed().filter(slug=slug))
    versions = versions.select_related("opinion__coproduction").order_by("number")
    found = versions.last() if number is None else versions.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_not_required
@require_safe
def opinions(request: HttpRequest) -> HttpResponse:
    """All published opinions, the last voted first."""
    published = Opinion.objects.listed().order_by("-voted_on", "-pk")
    page = page_of(published, request)
    last = {version.opinion_id: version for version in last_versions(list(page))}
    rows = [
        {"opinion": one, "content": content, "result": result_sentence(content)}
        for one in page
        for content in [dated(last[one.pk].content)]
    ]
    context = {"page": page, "rows": rows, "debates": under_debate()}
    return render(request, "opinions/opinions.html", context)


@login_not_required
@require_safe
def opinion(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """The result first, then who should do what, on what ground; the body's text; the groups' words."""
    return _show(request, version_of(slug, version), is_dated=version is not None)


def _show(request: HttpRequest, version: Version, *, is_dated: bool) -> HttpResponse:
    opinion = version.opinion
    page = page_of(version.content["recommendations"], request, RECOMMENDATIONS_EACH)
    language = reader_language()
    context = {
        **shown(version, list(page)),
        "coproduction": opinion.coproduction,
        "debate": Debate.objects.filter(opinion=opinion).select_related("opinion").first(),
        "vote_page": vote_page(version.content),
        "last": opinion.versions.latest().number if is_dated else version.number,
        "page": page,
        "addresses": addresses(opinion),
        "pdf_bytes": size_of_pdf(opinion.slug, version.number, language),
    }
    return render(request, "opinions/opinion.html", context)


def shown(version: Version, rows: list[Content] | None = None) -> dict[str, Any]:
    """What the page and the PDF both say, with these recommendations or all of them."""
    content = dated(version.content)
    wanted = content["recommendations"] if rows is None else list(map(_dated_row, rows))
    return {
        "opinion": version.opinion,
        "version": version,
        "content": content,
        "result": result_sentence(content),
        "count": len(content["recommendations"]),
        "standings": by_standing(with_evidence(content, wanted)),
        "group_votes": group_votes(content),
        "findings": _findings(content),
        "has_text": any(part["text"] for part in content["parts"]),
        "declarations": _declarations(content),
        "sources": [{**one, "is_link": is_link(one["address"])} for one in content["sources"]],
        "permanent": f"{settings.BASE_URL}{version.opinion.get_absolute_url()}",
        "language": reader_language(),
    }


def vote_page(content: Content) -> str:
    """The page of the vote with its names and proofs, if an assembly of this site held it."""
    vote = content["vote"]
    held = vote.get("assembly")
    return reverse("assembly-vote", args=[held, vote["number"]]) if held else ""


def _findings(content: Content) -> list[Content]:
    """Under their headings, with the places of their sources; remarks of one source in one line."""
    places = {source["address"]: source["place"] for source in content["sources"]}
    return [
        {"heading": group["heading"], "lines": _lines(group["rows"], places)}
        for group in findings(content)
    ]


def _lines(rows: list[Content], places: dict[str, int]) -> list[Content]:
    lines: list[Content] = []
    for row in rows:
        known = {key: row[key] for key in ("figure", "addresses", "said_by")}
        if lines and not row["figure"] and lines[-1]["known"] == known:
            lines[-1]["texts"].append(row["text"])
            continue
        found = [places[address] for address in row["addresses"] if address in places]
        by = "" if row["said_by"] == OPINION else row["said_by"]
        line = {"known": known, "texts": [row["text"]], "places": found, "by": by}
        lines.append({**line, "figure": row["figure"]})
    return lines


def _declarations(content: Content) -> list[Content]:
    """Each with the place of its source in the list."""
    places = {source["address"]: source["place"] for source in content["sources"]}
    return [{**one, "place": places.get(one["address"])} for one in content["declarations"]]


def addresses(opinion: Opinion) -> dict[str, str]:
    """The page in each language, which a reader of one may quote to a reader of another."""
    found = {}
    for language in ("en", "fr"):
        with override(language):
            found[language] = f"{settings.BASE_URL}{opinion.get_absolute_url()}"
    return found


def dated(content: Content) -> Content:
    """The days as days again."""
    days = {name: _day(content[name]) for name in DAYS}
    rows = [_dated_row(row) for row in content["recommendations"]]
    return {**content, **days, "recommendations": rows}


def _dated_row(row: Content) -> Content:
    return {**row, "due_on": _day(row["due_on"])}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
