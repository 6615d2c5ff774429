"""The results in a frame on another site: read only, no cookie, a link out to vote."""

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from partage.contributions.results import last_release, summary
from partage.contributions.views import visible_coproduction, votes_stage


def _policy() -> dict[str, list[str]]:
    """Words, one style sheet, and nothing else; in a frame of the sites that the operator names."""
    return {
        "default-src": [NONE],
        "script-src": [NONE],
        "connect-src": [NONE],
        "style-src": [SELF],
        "img-src": ["data:"],
        "form-action": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": settings.EMBED_ON or [NONE],
    }


@login_not_required
@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What one remembers of the last release, for the pages that PARTAGE_EMBED_ON names."""
    coproduction = visible_coproduction(slug)
    release = last_release(coproduction)
    stage = votes_stage(coproduction)
    context = {
        "coproduction": coproduction,
        "release": release,
        "summary": summary(release.content) if release else None,
        "is_open": stage is not None and stage.is_open(),
        "base_url": settings.BASE_URL,
    }

    @csp_replace(_policy())
    def shown(request: HttpRequest) -> HttpResponse:
        return render(request, "contributions/embed.html", context)

    return shown(request)
