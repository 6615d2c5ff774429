"""Signing in by a link that serves once, and signing out."""

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partage.people.sign_in import LinkRefused, use_link
from partage.web.errors import error_page


@login_not_required
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """How one gets in: with a link, never with a password."""
    return render(request, "people/sign_in.html")


@login_not_required
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; only pressing it spends the link, so that a preview cannot."""
    if request.method != "POST":
        return render(request, "people/sign_in.html", {"has_link": True})
    try:
        person = use_link(token)
    except LinkRefused:
        sentence = _("This link has served or is out of date. Ask for a new one.")
        return error_page(request, 403, _("You are not signed in"), sentence)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("desk")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")
