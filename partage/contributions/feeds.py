"""Feeds that a reader follows without an account."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.models import Idea, TestReport
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.web.localized import in_reader_language

ENTRIES = 20


@login_not_required
@require_safe
def ideas_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The last ideas published, as Atom."""
    coproduction = visible_coproduction(slug)
    published = Idea.objects.published().filter(coproduction=coproduction)
    last = published.select_related("coproduction").order_by("-number")[:ENTRIES]
    return _feed(request, coproduction, _("Ideas"), "ideas", [(idea, idea.title) for idea in last])


@login_not_required
@require_safe
def reports_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The last test reports published, as Atom."""
    coproduction = visible_coproduction(slug)
    published = TestReport.objects.published().filter(task__coproduction=coproduction)
    last = published.select_related("task__coproduction").order_by("-decided_at", "-pk")[:ENTRIES]
    titles = [(one, f"{one.task.words} – {one.get_outcome_display()}") for one in last]
    return _feed(request, coproduction, _("Test reports"), "test-reports", titles)


def _feed(
    request: HttpRequest,
    coproduction: Coproduction,
    what: str,
    page: str,
    entries: Iterable[tuple[Idea | TestReport, str]],
) -> HttpResponse:
    title, language = in_reader_language(coproduction.title)
    feed = Atom1Feed(
        title=f"{what} – {title}",
        link=request.build_absolute_uri(reverse(page, args=[coproduction.slug])),
        description="",
        language=language or get_language(),
        feed_url=request.build_absolute_uri(),
    )
    for one, words in entries:
        address = request.build_absolute_uri(one.get_absolute_url())
        feed.add_item(
            title=words, link=address, unique_id=address, description="",
            pubdate=one.written_at, updateddate=one.decided_at or one.written_at,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
