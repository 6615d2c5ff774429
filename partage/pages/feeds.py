"""Feeds of coproductions, and of the changes to what one promises."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Min
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.feeds import of
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction, Frame, StageChange
from partage.web.feeds import ENTRIES, Entry, atom
from partage.web.localized import in_reader_language


@login_not_required
@require_safe
def coproductions_feed(request: HttpRequest) -> HttpResponseBase:
    """The last coproductions opened to readers: those whose first frame was published last."""
    opened = Coproduction.objects.visible().annotate(opened_at=Min("frames__published_at"))
    entries = [
        Entry(
            in_reader_language(one.title)[0],
            one.get_absolute_url(),
            one.opened_at,  # type: ignore[attr-defined]
            words=in_reader_language(one.question)[0],
        )
        for one in opened.order_by("-opened_at", "-pk")[:ENTRIES]
    ]
    return atom(request, _("Coproductions"), reverse("home"), entries)


@login_not_required
@require_safe
def frame_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Each version of the frame, and each date that was moved."""
    coproduction = visible_coproduction(slug)
    versions = Frame.objects.filter(coproduction=coproduction).order_by("-version")
    changes = StageChange.objects.filter(stage__coproduction=coproduction).select_related("stage")
    entries = [
        Entry(
            _("Version %(version)s of the frame") % {"version": one.version},
            reverse("frame-version", args=[slug, one.version]), one.published_at,
            words=in_reader_language(one.reason)[0],
        )
        for one in versions[:ENTRIES]
    ]  # fmt: skip
    page = reverse("frame", args=[slug])
    entries += [
        Entry(
            _("New dates: %(stage)s") % {"stage": change.stage},
            f"{page}#change-{change.pk}", change.changed_at, words=change.reason,
        )
        for change in changes[:ENTRIES]
    ]  # fmt: skip
    last = sorted(entries, key=lambda entry: entry.at, reverse=True)[:ENTRIES]
    return atom(
        request, of(coproduction, _("The frame")), page, last, by=coproduction.organization.name
    )
