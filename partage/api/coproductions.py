"""Coproductions: what they ask, what they promise, and what came of it."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as _
from ninja import Query

from partage.api import shapes
from partage.api.paging import Asked, Facts, Listing, told
from partage.api.places import address, page, shown
from partage.api.service import VERSION, gives, lists
from partage.contributions.models import Decision, Release
from partage.contributions.moderation import COLUMNS, line
from partage.contributions.protecting import told_content
from partage.contributions.results import last_release
from partage.coproductions.models import Coproduction, Frame
from partage.events.models import EventMonth
from partage.events.months import published_months
from partage.events.months import told as told_of_few
from partage.register.models import Log

PLACE = "coproductions/{slug:slug}"


@gives("", "api-index", _("What there is, and where"), shapes.Index)
def index(request: HttpRequest) -> Facts:
    sealed = Log.objects.exclude(checkpoint="").order_by("-number").first()
    return {
        "version": VERSION,
        "documentation": page("api-docs"),
        "openapi": address("api-openapi"),
        "coproductions": address("api-coproductions"),
        "calls": address("api-calls"),
        "opinions": address("api-opinions"),
        "works": address("api-works"),
        "register_links": sealed and _register_links(sealed),
    }


def _register_links(sealed: Log) -> dict[str, str]:
    return {
        "checkpoint": address("log-checkpoint", sealed.number),
        "keys": address("log-vkey", sealed.number),
    }


def coproduction_facts(one: Coproduction) -> Facts:
    turnout = getattr(one, "turnout", None)
    names = (
        "slug", "title", "question", "asked_by", "asked_on", "legal_basis", "not_discussed",
        "is_sample",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "organization": organization_facts(one),
        "frame": one.frame.version if one.frame else 0,
        "stages": [
            {"kind": stage.kind, "opens_at": stage.opens_at, "closes_at": stage.closes_at}
            for stage in one.stages.all()
        ],
        "people": turnout.shown if turnout else 0,
        "page": page("coproduction", one.slug),
    }


def organization_facts(one: Any) -> dict[str, str]:
    return {"slug": one.organization.slug, "name": one.organization.name}


COPRODUCTIONS = Listing("coproductions", "pk", shapes.Coproduction, coproduction_facts)


@lists("coproductions", "api-coproductions", _("Coproductions"), shapes.Coproduction)
def coproductions(request: HttpRequest, asked: Query[Asked]) -> Any:
    rows = Coproduction.objects.visible().select_related("turnout").prefetch_related("stages")
    return told(request, asked, COPRODUCTIONS, rows)


@gives(PLACE, "api-coproduction", _("One coproduction"), shapes.Coproduction)
def coproduction(request: HttpRequest, slug: str) -> Facts:
    return coproduction_facts(shown(slug))


FRAME = (
    "version", "published_at", "reason", "decides", "families", "profiling", "ranking", "payer",
    "law", "sharing_rule", "retention", "alternative", "alternative_words",
    "alternative_hours_a_week", "alternative_wait_minutes", "is_sensitive", "consent_text",
    "landscape",
)  # fmt: skip
TASK = ("name", "done_before_by", "degree")
DATA = ("category", "is_known_to_people", "purpose", "receivers", "is_commercial", "kept_days")


def frame_facts(one: Frame) -> Facts:
    return {
        **{name: getattr(one, name) for name in FRAME},
        "tasks": [{name: getattr(task, name) for name in TASK} for task in one.tasks.all()],
        "data_taken": [
            {name: getattr(data, name) for name in DATA} for data in one.data_taken.all()
        ],
        "page": page("frame-version", one.coproduction.slug, one.version),
    }


def _frames(slug: str) -> Any:
    frames = Frame.objects.filter(coproduction=shown(slug)).select_related("coproduction")
    return frames.prefetch_related("tasks", "data_taken")


FRAMES = Listing("frames", "version", shapes.Frame, frame_facts)


@lists(f"{PLACE}/frames", "api-frames", _("What a coproduction promised"), shapes.Frame)
def frames(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(request, asked, FRAMES, _frames(slug))


@gives(f"{PLACE}/frames/{{int:number}}", "api-frame", _("One version of the frame"), shapes.Frame)
def frame(request: HttpRequest, slug: str, number: int) -> Facts:
    return frame_facts(get_object_or_404(_frames(slug), version=number))


RELEASE = ("number", "published_at", "is_final", "people")


def release_facts(one: Release) -> Facts:
    return {name: getattr(one, name) for name in RELEASE}


RELEASES = Listing("releases", "number", shapes.Release, release_facts)


@lists(f"{PLACE}/releases", "api-releases", _("When results were published"), shapes.Release)
def releases(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    """Of the last one, `results` has the content: of two, it could be told what few people said."""
    return told(request, asked, RELEASES, shown(slug).releases.defer("content", "model", "opening"))


@gives(f"{PLACE}/results", "api-results", _("The last results"), shapes.Results)
def results(request: HttpRequest, slug: str) -> Facts:
    release = last_release(shown(slug))
    if release is None:
        raise Http404
    return release_facts(release) | {
        "content": told_content(release.content),
        "page": page("results", slug),
    }


def _month_facts(one: EventMonth, codes: list[str]) -> Facts:
    names = ("basis", "events", "seconds", "value_cents")
    return {
        "id": one.pk,
        "month": f"{one.month:%Y-%m}",
        "task": one.task.code,
        **{name: getattr(one, name) for name in names},
        "data": {code: told_of_few(one.data.get(code, 0), one.events) for code in codes},
    }


@lists(f"{PLACE}/months", "api-months", _("What was measured, by closed month"), shapes.Month)
def months(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    found = shown(slug)
    codes = list(found.event_data.values_list("code", flat=True))
    listing = Listing("months", "pk", shapes.Month, lambda one: _month_facts(one, codes))
    return told(request, asked, listing, published_months(found))


def decision_facts(one: Decision) -> Facts:
    return {"id": one.pk, **dict(zip(COLUMNS, line(one), strict=True))}


DECISIONS = Listing("decisions", "pk", shapes.Decision, decision_facts)


@lists(f"{PLACE}/decisions", "api-decisions", _("The log of moderation"), shapes.Decision)
def decisions(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    rows = Decision.objects.filter(coproduction=shown(slug)).select_related("appeal")
    return told(request, asked, DECISIONS, rows)
