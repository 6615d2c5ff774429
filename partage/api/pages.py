"""The page that says how to read this site by program."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.api.document import document
from partage.api.doors import LONGEST_QUERY
from partage.api.paging import MOST, USUAL
from partage.api.service import DOORS


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    context = {
        "base": settings.BASE_URL,
        "resources": [row for path in document()["paths"].items() for row in _rows(*path)],
        "usual": USUAL,
        "most": MOST,
        "longest_query": LONGEST_QUERY,
    }
    return render(request, "api/docs.html", context)


def _rows(path: str, methods: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            # The sentences are named where the resources are.
            "summary": _(DOORS[f"api-{operation['operationId']}"].summary),
        }
        for method, operation in methods.items()
    ]
