"""The feed of the library."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.library.models import Work
from partage.web.feeds import ENTRIES, Entry, atom


@login_not_required
@require_safe
def works_feed(request: HttpRequest) -> HttpResponseBase:
    """The last works that came in, of every shelf."""
    shown = Work.objects.listed().order_by("-added_at", "-pk")[:ENTRIES]
    entries = [
        Entry(
            work.title, work.get_absolute_url(), work.added_at,
            words=work.summary, changed_at=work.changed_at,
        )
        for work in shown
    ]  # fmt: skip
    return atom(request, _("New works in the library"), reverse("library"), entries)
