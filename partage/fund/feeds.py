"""The feed of the fund: rounds, and what becomes of their projects."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.feeds import of
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.fund.models import FollowUp
from partage.web.feeds import ENTRIES, Entry, atom


@login_not_required
@require_safe
def fund_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The last rounds, which come back as changed when they are counted, and the last follow-ups."""
    coproduction = visible_coproduction(slug)
    entries = [*_rounds(coproduction), *_follow_ups(coproduction)]
    last = sorted(entries, key=lambda entry: entry.changed_at or entry.at, reverse=True)[:ENTRIES]
    title = of(coproduction, _("The common fund"))
    return atom(request, title, reverse("fund", args=[slug]), last)


def _rounds(coproduction: Coproduction) -> list[Entry]:
    found = coproduction.fund_rounds.select_related("count")[:ENTRIES]
    return [
        Entry(
            one.purpose, reverse("fund-round", args=[coproduction.slug, one.number]), one.opened_at,
            changed_at=one.count.counted_at if one.phase == "counted" else None,
        )
        for one in found
    ]  # fmt: skip


def _follow_ups(coproduction: Coproduction) -> list[Entry]:
    said = FollowUp.objects.filter(purchase__count__round__coproduction=coproduction)
    found = said.select_related("purchase__project").order_by("-pk")[:ENTRIES]
    return [
        Entry(
            f"{one.purchase.project.title}{_(':')} {one.get_kind_display()}",
            f"{reverse('project', args=[coproduction.slug, one.purchase.project_id])}#said-{one.pk}",
            one.said_at, words=one.text,
        )
        for one in found
    ]  # fmt: skip
