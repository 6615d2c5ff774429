"""What a coproduction prints: a ballot sheet for those without the web, and a poster that leads to it."""

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from partage.contributions.ballot_pages import pages_of
from partage.contributions.releases import FEWEST_VOTERS
from partage.contributions.sheet_pages import part_asked, parts_of, ranges_of
from partage.contributions.sheets import numbered
from partage.contributions.views import visible_coproduction, votes_stage
from partage.coproductions.models import Coproduction

QUIET_MODULES = 2  # the white around the code; the page is white too


def qr_code(address: str) -> SafeString:
    """The address as a picture to scan: one path, drawn here."""
    code = segno.make(address, error="q", micro=False)
    picture: str = code.svg_inline(omitsize=True, border=QUIET_MODULES, svgclass="qr")
    return mark_safe(picture)  # noqa: S308 - segno draws it, and no word of ours is in it


def in_words(address: str) -> str:
    """An address as one types it."""
    return address.partition("://")[2]


@login_not_required
@require_safe
def ballot_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """One A4 sheet for one person: the statements, numbered as the desk enters them."""
    coproduction = visible_coproduction(slug)
    parts = parts_of(numbered(coproduction))
    part = part_asked(request, parts)
    address = settings.BASE_URL + reverse("coproduction", args=[slug])
    context = {
        "coproduction": coproduction,
        "pages": [page.items() for page in pages_of(parts.get(part, {}), _around(coproduction))],
        "parts": ranges_of(parts),
        "part": part,
        "stage": votes_stage(coproduction),
        "address": in_words(address),
        "fewest": FEWEST_VOTERS,
    }
    return render(request, "contributions/ballot_sheet.html", context)


def _around(coproduction: Coproduction) -> list[str]:
    """What the sheet says besides the sentences, in the longest language: there must be room."""
    said = [coproduction.title, coproduction.question, coproduction.decides]
    if coproduction.frame is not None and coproduction.asks_consent:
        said.append(coproduction.frame.consent_text)
    return [max((words or {}).values(), key=len, default="") for words in said]


@login_not_required
@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """One A4 page with the question, a code to scan and the address in words."""
    coproduction = visible_coproduction(slug)
    context = {
        "coproduction": coproduction,
        "stage": votes_stage(coproduction),
        "code": qr_code(settings.BASE_URL + reverse("vote", args=[slug])),
        "address": in_words(settings.BASE_URL + reverse("coproduction", args=[slug])),
    }
    return render(request, "contributions/poster.html", context)
