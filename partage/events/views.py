"""The public page of what was measured: closed months, as a table and as CSV."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.events.months import published_months, told
from partage.web.csv_files import csv_file
from partage.web.paging import page_of

ROWS_EACH = 24
COLUMNS = ("month", "task", "basis", "events", "seconds", "value_cents")


@login_not_required
@require_safe
def measured(request: HttpRequest, slug: str) -> HttpResponse:
    coproduction = visible_coproduction(slug)
    page = page_of(published_months(coproduction), request, ROWS_EACH)
    context = {"coproduction": coproduction, "page": page}
    return render(request, "events/measured.html", context)


@login_not_required
@require_safe
def measured_csv(_request: HttpRequest, slug: str) -> StreamingHttpResponse:
    coproduction = visible_coproduction(slug)
    codes = list(coproduction.event_data.values_list("code", flat=True))
    columns = [*COLUMNS, *(f"data_{code}" for code in codes)]
    return csv_file(f"{coproduction.slug}-events", columns, _rows(coproduction, codes))


def _rows(coproduction: Coproduction, codes: list[str]) -> Iterator[list[object]]:
    for row in published_months(coproduction).iterator():
        figures = [row.events, row.seconds, row.value_cents]
        data = [told(row.data.get(code, 0), row.events) for code in codes]
        yield [f"{row.month:%Y-%m}", row.task.code, row.basis, *figures, *data]
