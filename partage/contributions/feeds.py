"""Feeds that a reader follows without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.models import Idea
from partage.contributions.views import visible_coproduction
from partage.web.localized import in_reader_language

ENTRIES = 20


@login_not_required
@require_safe
def ideas_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The last ideas published, as Atom."""
    coproduction = visible_coproduction(slug)
    title, language = in_reader_language(coproduction.title)
    address = request.build_absolute_uri(reverse("ideas", args=[slug]))
    feed = Atom1Feed(
        title=f"{_('Ideas')} – {title}",
        link=address,
        description="",
        language=language or get_language(),
        feed_url=request.build_absolute_uri(),
    )
    for idea in (
        Idea.objects.published().filter(coproduction=coproduction).order_by("-number")[:ENTRIES]
    ):
        page = request.build_absolute_uri(reverse("idea", args=[slug, idea.pk]))
        feed.add_item(
            title=idea.title, link=page, unique_id=page, description="",
            pubdate=idea.written_at, updateddate=idea.decided_at or idea.written_at,
        )  # fmt: skip
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
