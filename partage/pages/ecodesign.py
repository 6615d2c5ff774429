"""What the site itself weighs: measured facts, and one labelled estimate with its range."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partage.calc.footprint import grams_per_byte

# Written by scripts/measure_pages.py on the demo.
MEASURES = Path(__file__).with_name("ecodesign.json")
NAMES = {
    "home": _("Home"),
    "coproduction": _("A coproduction"),
    "vote": _("Answer a sentence"),
    "results": _("Results"),
    "frame": _("The frame"),
    "account": _("The account"),
    "how": _("How it works"),
}
# Low, central and high of the estimate: the electricity that the reader's device may use.
RANGE = ("france_rte", "france", "model")
MILLIGRAMS = 1000


def _estimate(sent: int, on: date) -> list[float]:
    grams: list[Fraction] = [grams_per_byte(grid, on) * sent for grid in RANGE]
    return [round(float(each * MILLIGRAMS), 2) for each in grams]


@login_not_required
@require_safe
def ecodesign(request: HttpRequest) -> HttpResponse:
    """Bytes, requests, elements and server time per page, and milligrams with their range."""
    measures: dict[str, Any] = json.loads(MEASURES.read_text("utf-8"))
    on = date.fromisoformat(measures["measured_on"])
    rows = [
        {**page, "name": NAMES[page["page"]], "mg": _estimate(page["bytes"], on)}
        for page in measures["pages"]
    ]
    return render(request, "pages/ecodesign.html", {"measured_on": on, "rows": rows})
