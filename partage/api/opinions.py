"""Published opinions, their recommendations, and what became of these."""

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query

from partage.api import shapes
from partage.api.paging import Asked, Facts, Listing, told
from partage.api.places import page
from partage.api.service import gives, lists
from partage.opinions.listing import last_versions
from partage.opinions.models import Answer, Milestone, Opinion, Version
from partage.opinions.reminding import days_reminded
from partage.opinions.views import version_of

PLACE = "opinions/{slug:slug}"
SAID = ("kind", "said_by", "text", "language", "said_at")
DONE = ("reached_on", "text", "address", "language")


def opinion_facts(one: Version) -> Facts:
    space = one.opinion.coproduction
    return {
        "slug": one.opinion.slug,
        "coproduction": space.slug if space else None,
        **{name: one.content[name] for name in ("title", "voted_on", "vote")},
        "version": one.number,
        "published_at": one.published_at,
        "page": page("opinion", one.opinion.slug),
    }


OPINIONS = Listing("opinions", "opinion_id", shapes.OpinionLine, opinion_facts)


@lists("opinions", "api-opinions", _("Published opinions"), shapes.OpinionLine)
def opinions(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Each by its last version."""
    rows = last_versions(Opinion.objects.listed()).select_related("opinion__coproduction")
    return told(request, asked, OPINIONS, rows)


@gives(PLACE, "api-opinion", _("One opinion, with its text"), shapes.Opinion)
def opinion(request: HttpRequest, slug: str) -> Facts:
    version = version_of(slug)
    return opinion_facts(version) | {"sha256": version.digest, "content": version.content}


def version_facts(one: Version) -> Facts:
    return {
        "number": one.number,
        "published_at": one.published_at,
        "sha256": one.digest,
        "page": page("opinion-version", one.opinion.slug, one.number),
    }


VERSIONS = Listing("versions", "number", shapes.OpinionVersion, version_facts)


@lists(f"{PLACE}/versions", "api-versions", _("The versions of an opinion"), shapes.OpinionVersion)
def versions(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    found = version_of(slug).opinion.versions.select_related("opinion").defer("content")
    return told(request, asked, VERSIONS, found)


def _followed(version: Version, slug: str) -> list[Facts]:
    """Each recommendation of the last version with its answers, milestones and reminders."""
    rows = version.content["recommendations"]
    mine = {"recommendation__opinion": version.opinion}
    answers = _by_number(Answer.objects.filter(**mine), SAID)
    milestones = _by_number(Milestone.objects.filter(**mine), DONE)
    days = days_reminded(version.opinion, [row["number"] for row in rows])
    return [
        {
            **row,
            "answers": answers[row["number"]],
            "milestones": milestones[row["number"]],
            "reminded_on": days.get(row["number"], []),
            "page": page("recommendation", slug, row["number"]),
        }
        for row in rows
    ]


def _by_number(rows: Any, names: tuple[str, ...]) -> dict[int, list[Facts]]:
    found = defaultdict(list)
    for row in rows.select_related("recommendation"):
        found[row.recommendation.number].append({name: getattr(row, name) for name in names})
    return found


def _as_it_is(row: Facts) -> Facts:
    return row


RECOMMENDATIONS = Listing("recommendations", "number", shapes.Recommendation, _as_it_is)


@lists(
    f"{PLACE}/recommendations",
    "api-recommendations",
    _("What an opinion recommends, and what became of it"),
    shapes.Recommendation,
)
def recommendations(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(request, asked, RECOMMENDATIONS, _followed(version_of(slug), slug))


@gives(
    f"{PLACE}/recommendations/{{int:number}}",
    "api-recommendation",
    _("One recommendation"),
    shapes.Recommendation,
)
def recommendation(request: HttpRequest, slug: str, number: int) -> Facts:
    found = _followed(version_of(slug), slug)
    row = next((row for row in found if row["number"] == number), None)
    if row is None:
        raise Http404
    return row
