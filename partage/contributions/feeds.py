"""Feeds of a coproduction: its ideas, its sentences, what was done with ideas, its results."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.models import Argument, Idea, Outcome, Statement, TestReport
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.web.feeds import ENTRIES, Entry, atom
from partage.web.localized import in_reader_language


def of(coproduction: Coproduction, words: str) -> str:
    return f"{words} – {in_reader_language(coproduction.title)[0]}"


@login_not_required
@require_safe
def ideas_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The last ideas published."""
    coproduction = visible_coproduction(slug)
    published = Idea.objects.listed(coproduction).order_by("-number")
    entries = [
        Entry(
            idea.title, reverse("idea", args=[slug, idea.pk]), idea.written_at,
            words=idea.body, changed_at=idea.decided_at,
        )
        for idea in published[:ENTRIES]
    ]  # fmt: skip
    return atom(request, of(coproduction, _("Ideas")), reverse("ideas", args=[slug]), entries)


@login_not_required
@require_safe
def idea_feed(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """What comes of one published idea: arguments, and what the organization did with it."""
    coproduction = visible_coproduction(slug)
    idea = get_object_or_404(Idea.objects.listed(coproduction), pk=number)
    page = reverse("idea", args=[slug, idea.pk])
    arguments = Argument.objects.on(idea).order_by("-pk")
    entries = [_outcome(said, page) for said in idea.outcomes.order_by("-pk")[:ENTRIES]]
    entries += [
        Entry(
            f"{one.get_side_display()}{_(':')} {one.text}"[:200], f"{page}#argument-{one.pk}",
            one.decided_at or one.written_at, words=one.text,
        )
        for one in arguments[:ENTRIES]
    ]  # fmt: skip
    last = sorted(entries, key=lambda entry: entry.at, reverse=True)[:ENTRIES]
    return atom(request, of(coproduction, idea.title), page, last)


def _outcome(said: Outcome, page: str, of_what: str = "") -> Entry:
    title = f"{of_what}{_(':')} {said.get_kind_display()}" if of_what else said.get_kind_display()
    return Entry(title, f"{page}#outcome-{said.pk}", said.said_at, words=said.text)


@login_not_required
@require_safe
def outcomes_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the organization did with ideas, the latest word first."""
    coproduction = visible_coproduction(slug)
    said = Outcome.objects.listed(coproduction).select_related("idea")
    entries = [
        _outcome(one, reverse("idea", args=[slug, one.idea_id]), one.idea.title)
        for one in said.order_by("-pk")[:ENTRIES]
    ]
    title = of(coproduction, _("What was done with the ideas"))
    return atom(
        request, title, reverse("outcomes", args=[slug]), entries, by=coproduction.organization.name
    )


@login_not_required
@require_safe
def sentences_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The last sentences published; they are read where they are answered."""
    coproduction = visible_coproduction(slug)
    published = Statement.objects.listed(coproduction)
    page = reverse("vote", args=[slug])
    entries = [
        Entry(
            in_reader_language(one.words)[0], f"{page}#sentence-{one.pk}",
            one.decided_at or one.written_at,
        )
        for one in published.order_by(F("decided_at").desc(nulls_last=True), "-pk")[:ENTRIES]
    ]  # fmt: skip
    return atom(request, of(coproduction, _("Sentences")), page, entries)


@login_not_required
@require_safe
def results_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Each release of the results."""
    coproduction = visible_coproduction(slug)
    page = reverse("results", args=[slug])
    entries = [
        Entry(
            _("Release %(number)s: %(people)s people counted")
            % {"number": release.number, "people": release.people},
            f"{page}#release-{release.number}",
            release.published_at,
        )
        for release in coproduction.releases.order_by("-number").defer("content", "model")[:ENTRIES]
    ]
    return atom(request, of(coproduction, _("Results")), page, entries)


@login_not_required
@require_safe
def reports_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The last test reports published, as Atom."""
    coproduction = visible_coproduction(slug)
    published = TestReport.objects.listed(coproduction)
    last = published.select_related("task").order_by("-decided_at", "-pk")[:ENTRIES]
    entries = [
        Entry(
            f"{one.task.words} – {one.get_outcome_display()}",
            reverse("test-report", args=[slug, one.pk]), one.written_at,
            words=one.text, changed_at=one.decided_at,
        )
        for one in last
    ]  # fmt: skip
    page = reverse("test-reports", args=[slug])
    return atom(request, of(coproduction, _("Test reports")), page, entries)
