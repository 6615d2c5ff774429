"""Signing in by a link or a code that serves once, signing out, and where one is signed in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partage.people.codes import CodeRefused, TooManyCodes, ask_code, is_pending, use_code
from partage.people.forms import AddressForm, CodeForm, SecondCodeForm
from partage.people.leaving_providers import leave_provider
from partage.people.models import Person
from partage.people.participants import network_of
from partage.people.second_factor import (
    CodeServed,
    TooManyTries,
    WrongCode,
    check_second_code,
    has_second_factor,
)
from partage.people.second_factor_pages import why_refused
from partage.people.sessions import (
    DEVICE,
    device_of,
    end_other_sessions,
    end_session,
    mark_of,
    sessions_of,
)
from partage.people.sign_in import LinkRefused, signed_in, use_link
from partage.web.errors import error_page

CODE, HALF = "code", "half-signed-in"
HALF_LASTS = timedelta(minutes=10)


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """How one gets in: with a code by mail or a link, never with a password."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if settings.MAIL_IS_ON and form.is_valid():
        return _send_code(request, form.cleaned_data["email"])
    status = 400 if request.method == "POST" else 200
    context = {
        "form": form,
        "mail_is_on": settings.MAIL_IS_ON,
        "providers": settings.IDENTITY_PROVIDERS,
    }
    return render(request, "people/sign_in.html", context, status=status)


def _send_code(request: HttpRequest, email: str) -> HttpResponse:
    """The next page is the same for every address, known or not."""
    try:
        asked = ask_code(email, network_of(request, timezone.now()))
    except TooManyCodes:
        sentence = _("Many codes were asked within the hour. Wait a little, then try again.")
        return error_page(request, 429, _("No code was sent"), sentence)
    request.session[CODE] = asked.pk
    return redirect("sign-in-code")


@login_not_required
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Type the code, in the browser that asked for it."""
    number = request.session.get(CODE)
    if number is None:
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return enter(request, use_code(number, form.cleaned_data["code"]))
        except CodeRefused:
            form.add_error("code", _wrong_code(number))
    status = 400 if request.method == "POST" else 200
    return render(request, "people/sign_in_code.html", {"form": form}, status=status)


def _wrong_code(number: int) -> str:
    if is_pending(number):
        return _("This is not the code of the last mail. Look again.")
    return _("This code has served, is out of date, or was tried too often. Ask for a new one.")


def enter(request: HttpRequest, person: Person) -> HttpResponse:
    """Signed in, or on the way to it: with a second factor, whoever stands here has no right yet."""
    if not has_second_factor(person):
        return _sign_in(request, person)
    request.session.flush()
    request.session[HALF] = [person.pk, (timezone.now() + HALF_LASTS).isoformat()]
    return redirect("sign-in-second-code")


@login_not_required
@never_cache
def sign_in_second_code(request: HttpRequest) -> HttpResponse:
    """Type the second code, in the browser where the first code or the link was used."""
    if HALF not in request.session:
        return redirect("desk" if request.user.is_authenticated else "sign-in")
    person = _half_signed_in(request)
    if person is None:
        sentence = _("More than ten minutes passed, or something changed. Sign in again.")
        return error_page(request, 403, _("You are not signed in"), sentence)
    form = SecondCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            check_second_code(person, form.cleaned_data["code"])
            return _sign_in(request, person)
        except (WrongCode, CodeServed, TooManyTries) as refused:
            form.add_error("code", why_refused(refused))
    status = 400 if request.method == "POST" else 200
    return render(request, "people/sign_in_second_code.html", {"form": form}, status=status)


def _half_signed_in(request: HttpRequest) -> Person | None:
    """Whose link or code was used here within the last minutes."""
    number, until = request.session[HALF]
    if datetime.fromisoformat(until) <= timezone.now():
        return None
    return Person.objects.filter(pk=number, is_active=True, second_factor__isnull=False).first()


def _sign_in(request: HttpRequest, person: Person) -> HttpResponse:
    enter_fully(request, person)
    return redirect("desk")


def enter_fully(request: HttpRequest, person: Person) -> None:
    """Django knows the person from now on: both factors stand, or one is enough."""
    for key in (CODE, HALF):
        request.session.pop(key, None)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session[DEVICE] = device_of(request)


@login_not_required
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; only pressing it spends the link, so that a preview cannot."""
    if request.method != "POST":
        return render(request, "people/sign_in_link.html")
    try:
        person = use_link(token)
    except LinkRefused:
        sentence = _("This link has served or is out of date. Ask for a new one.")
        return error_page(request, 403, _("You are not signed in"), sentence)
    return enter(request, person)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Here, and at the identity provider where one signed in with it."""
    logout(request)
    return leave_provider(request) or redirect("home")


def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in; POST ends one session, or all but this one."""
    person, here = signed_in(request), request.session.session_key
    if request.method == "POST":
        if "others" in request.POST:
            end_other_sessions(person, here)
        elif not end_session(person, request.POST.get("end", "")):
            raise Http404
        return redirect("sessions")
    found = [(one, mark_of(one.pk), one.pk == here) for one in sessions_of(person)]
    context = {
        "sessions": found,
        "has_second_factor": has_second_factor(person),
        "providers": settings.IDENTITY_PROVIDERS,
    }
    return render(request, "people/sessions.html", context)
