"""Works of the library."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as _
from ninja import Query

from partage.api import shapes
from partage.api.paging import Asked, Facts, Listing, told
from partage.api.places import page
from partage.api.service import gives, lists
from partage.library.keeping import links_of
from partage.library.models import Work, WorkLink


def work_facts(one: Work) -> Facts:
    names = (
        "slug", "title", "region", "kind", "rapporteurs", "votes_for", "votes_against",
        "votes_abstain", "body_size", "url", "source_url", "language", "summary",
        "changed_at",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "id": one.pk,
        "date": one.dated or None,
        "institutions": one.institutions,
        "themes": one.theme_slugs,
        "shelf": one.shelf.slug if one.shelf else None,
        "questions": [row.text for row in one.questions.all()],
        "recommendations": [row.text for row in one.recommendations.all()],
        "followed_up": [{"what": row.what, "url": row.url} for row in one.effects.all()],
        **{kind.value: links_of(one, kind) for kind in WorkLink.Kind},
        "page": page("work", one.slug),
    }


WORKS = Listing("works", "pk", shapes.Work, work_facts)


def _whole(works: Any) -> Any:
    lists_of = ("bodies", "themes", "questions", "recommendations", "effects", "links__other")
    return works.select_related("shelf").prefetch_related(*lists_of)


@lists("works", "api-works", _("Works of the library"), shapes.Work)
def works(request: HttpRequest, asked: Query[Asked]) -> Any:
    return told(request, asked, WORKS, _whole(Work.objects.listed()))


@gives("works/{slug:slug}", "api-work", _("One work"), shapes.Work)
def work(request: HttpRequest, slug: str) -> Facts:
    return work_facts(get_object_or_404(_whole(Work.objects.listed()), slug=slug))
