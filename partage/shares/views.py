"""The public page of shares: rules, by what they were adopted, what they gave."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.contributions.views import visible_coproduction
from partage.events.months import FEWEST
from partage.shares.facts import latest_facts
from partage.shares.models import Period, ShareOut
from partage.shares.wording import division_name, part_name, rule_sentences
from partage.web.paging import page_of

PERIODS_EACH = 2
VERSIONS_SHOWN = 3


@login_not_required
@require_safe
def shares(request: HttpRequest, slug: str) -> HttpResponse:
    coproduction = visible_coproduction(slug)
    periods = coproduction.share_periods.select_related("share_out", "opinion__opinion", "facts")
    page = page_of(periods.prefetch_related("share_out__funds"), request, PERIODS_EACH)
    context = {
        "coproduction": coproduction,
        "page": page,
        "rows": [_row(period) for period in page.object_list],
        "facts": latest_facts(coproduction),
        "versions": list(coproduction.work_facts.order_by("-number")[:VERSIONS_SHOWN]),
        "fewest": FEWEST,
    }
    return render(request, "shares/shares.html", context)


def _row(period: Period) -> dict[str, Any]:
    share_out = getattr(period, "share_out", None)
    row = {"period": period, "sentences": rule_sentences(period.read), "share_out": share_out}
    return row | (_figures(share_out) if share_out else {})


def _figures(share_out: ShareOut) -> dict[str, Any]:
    return {"divisions": divisions(share_out), "funds": list(share_out.funds.all())}


def divisions(share_out: ShareOut) -> list[dict[str, Any]]:
    """Each division with the pots that it made, in words."""
    return [
        {
            "name": division_name(stage["name"]),
            "pot": stage["pot"],
            "sum": stage["sum"],
            "parts": [(part_name(name), cents) for name, cents in stage["parts"].items()],
        }
        for stage in share_out.stages
    ]
