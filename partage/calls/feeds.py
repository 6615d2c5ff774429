"""The feed of calls."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.calls.models import Call
from partage.web.feeds import ENTRIES, Entry, atom


@login_not_required
@require_safe
def calls_feed(request: HttpRequest) -> HttpResponseBase:
    """The last calls published; one comes back as changed when its answer is given."""
    shown = Call.objects.listed().order_by("-decided_at", "-pk")
    entries = [
        Entry(
            call.title, call.get_absolute_url(), call.decided_at or call.written_at,
            words=call.text, changed_at=call.answered_at,
        )
        for call in shown[:ENTRIES]
    ]  # fmt: skip
    return atom(request, _("Calls for a coproduction"), reverse("calls"), entries)
