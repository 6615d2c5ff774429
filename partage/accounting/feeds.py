"""The feed of disputed figures."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.accounting.models import CounterInput
from partage.accounting.variants import label_of
from partage.accounting.views import latest
from partage.web.feeds import ENTRIES, Entry, atom
from partage.web.localized import in_reader_language
from partage.web.templatetags.partage import amount


@login_not_required
@require_safe
def variants_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The last figures filed against an account, each of which opens a variant."""
    coproduction, _account = latest(slug)
    published = CounterInput.objects.listed(coproduction)
    entries = [
        Entry(
            f"{in_reader_language(label_of(filed))[0]}{_(':')} {amount(float(filed.central))}",
            reverse("account-variant", args=[slug, filed.pk]),
            filed.decided_at or filed.filed_at,
            words=filed.source,
        )
        for filed in published.select_related("account").order_by("-pk")[:ENTRIES]
    ]
    title = f"{_('Disputed figures')} – {in_reader_language(coproduction.title)[0]}"
    return atom(request, title, reverse("account-variants", args=[slug]), entries)
