"""Proving who one is to a coproduction, without telling it who."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partage.contributions.views import visible_coproduction, votes_stage
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction
from partage.people.identities import has_identity
from partage.people.identity_pages import go
from partage.people.leaving_providers import leave_provider, left_open
from partage.people.participants import device_token


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, slug: str) -> HttpResponse:
    """A button for each provider; each leads there and back."""
    coproduction = visible_coproduction(slug)
    if not settings.IDENTITY_PROVIDERS:
        raise Http404
    if request.method == "POST":
        return _act(request, coproduction)
    participant = acting(coproduction, device_token(request))
    context = {
        "coproduction": coproduction,
        "is_proved": participant is not None and has_identity(participant),
        "providers": settings.IDENTITY_PROVIDERS,
        "left_open": left_open(request),
    }
    return render(request, "contributions/prove_identity.html", context)


def _act(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    if "leave" in request.POST:
        return leave_provider(request) or redirect("prove-identity", coproduction.slug)
    stage = votes_stage(coproduction)
    about = {"deed": "prove", "space": coproduction.slug, "until": ""}
    if stage and stage.closes_at:
        about["until"] = stage.closes_at.isoformat()
    return go(request, request.POST.get("provider", ""), about)
