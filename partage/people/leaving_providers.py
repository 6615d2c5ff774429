"""Signing out at the identity provider too. What it wants to hear is in the browser alone, sealed."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partage.people.identity_providers import Provider
from partage.people.openid import Shown, leaving_address, provider_of
from partage.people.sealing import LONGEST, keep_in, opened, sealed

LEAVING = "identity leaving"
LASTS = timedelta(days=14)  # as long as a session


def keep_for_leaving(response: HttpResponse, provider: Provider, shown: Shown) -> None:
    """Until the browser closes; one that is too long for a cookie is not kept."""
    value = sealed(LEAVING, {"provider": provider.slug, "token": shown.token})
    if len(value) <= LONGEST:
        keep_in(response, settings.LEAVING_COOKIE_NAME, value, None)


def left_open(request: HttpRequest) -> Provider | None:
    """The provider where this browser is still signed in, as far as is known here."""
    kept = opened(LEAVING, request.COOKIES.get(settings.LEAVING_COOKIE_NAME, ""), LASTS)
    return provider_of(kept["provider"]) if kept else None


def leave_provider(request: HttpRequest) -> HttpResponse | None:
    """The page that leads to the end of the session there; None when there is none."""
    kept = opened(LEAVING, request.COOKIES.get(settings.LEAVING_COOKIE_NAME, ""), LASTS)
    provider = provider_of(kept["provider"]) if kept else None
    address = leaving_address(provider, kept["token"]) if kept and provider else ""
    if not address:
        return None
    context = {"provider": provider, "address": address, "is_leaving": True}
    response = render(request, "people/identity_go.html", context)
    response.delete_cookie(settings.LEAVING_COOKIE_NAME, samesite="Lax")
    return response
