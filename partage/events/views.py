"""The public page of what was measured: closed months, as a table and as CSV."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.events.months import published_months
from partage.web.csv_files import csv_file
from partage.web.paging import page_of

ROWS_EACH = 24
COLUMNS = ("month", "task", "basis", "events", "seconds", "value_cents")


@login_not_required
@require_safe
def measured(request: HttpRequest, slug: str) -> HttpResponse:
    coproduction = visible_coproduction(slug)
    rows = published_months(coproduction)
    context = {
        "coproduction": coproduction,
        "page": page_of(rows, request, ROWS_EACH),
        "data": coproduction.event_data.all(),
    }
    return render(request, "events/measured.html", context)


@login_not_required
@require_safe
def measured_csv(_request: HttpRequest, slug: str) -> StreamingHttpResponse:
    coproduction = visible_coproduction(slug)
    codes = list(coproduction.event_data.values_list("code", flat=True))
    columns = [*COLUMNS, *(f"data_{code}" for code in codes)]
    return csv_file(f"{coproduction.slug}-events", columns, _rows(coproduction, codes))


def _rows(coproduction: Coproduction, codes: list[str]) -> Iterator[list[object]]:
    for row in published_months(coproduction):
        figures = [row.events, row.seconds, row.value_cents]
        data = [shown(row.data.get(code, 0)) for code in codes]
        yield [f"{row.month:%Y-%m}", row.task.code, row.basis, *figures, *data]


def shown(count: int) -> int | None:
    """Data taken in one to nine events is not told."""
    return None if 0 < count < 10 else count
