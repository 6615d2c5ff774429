"""What the site checks of itself, and what it found: for all, and a little more for administrators."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.checks.declared import Check, all_checks
from partage.checks.models import KEPT_DAYS, Run
from partage.checks.running import counted_rows

EARLIER = 14


@login_not_required
@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Every rule with the verdict of the last run; which rows, for administrators alone."""
    runs = list(Run.objects.last_first()[: EARLIER + 1])
    last = runs[0] if runs else None
    found = last.found if last else {}
    context = {
        "last": last,
        "ago": timesince(last.ended_at, timezone.now(), depth=1) if last else "",
        "lines": [_line(check, found.get(check.code)) for check in all_checks()],
        "earlier": runs[1:],
        "kept_days": KEPT_DAYS,
        "sees_rows": getattr(request.user, "is_administrator", False),
    }
    return render(request, "checks/status.html", context)


def _line(check: Check, found: dict[str, Any] | None) -> dict[str, Any]:
    """A rule that came with a newer version of the site was not checked yet."""
    number = found["number"] if found else None
    return {
        "rule": check.rule,
        "code": check.code,
        "is_known": number is not None,
        "told": counted_rows(found) if found and number else "",
        "rows": found["rows"] if found else [],
    }
