"""The page of one's passkeys, and signing in with one. The browser's part needs JavaScript."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partage.people.models import Person
from partage.people.passkeys import (
    PasskeyRefused,
    TooManyPasskeys,
    add_passkey,
    begin_passkey,
    begin_sign_in,
    remove_passkey,
    use_passkey,
)
from partage.people.second_factor import (
    CodeServed,
    NotProved,
    TooManyTries,
    WrongCode,
    has_second_factor,
)
from partage.people.second_factor_pages import why_refused
from partage.people.sessions import device_of
from partage.people.sign_in import signed_in
from partage.people.views import enter_fully
from partage.web.tidying import number_in, tidy

ASKED = "passkey-asked"
ASKED_LASTS = timedelta(minutes=10)
NEVER = (None, "2000-01-01T00:00:00+00:00")
LONGEST_NAME = 40


@never_cache
def passkeys(request: HttpRequest) -> HttpResponse:
    """My passkeys: the script sends "begin" then "finish"; a button removes one."""
    person = signed_in(request)
    if request.method != "POST":
        context = {
            "passkeys": person.passkeys.all(),
            "has_second_factor": has_second_factor(person),
            "awaits_proof": person.awaits_proof,
            "device": device_of(request),
        }
        return render(request, "people/passkeys.html", context)
    deeds = {"begin": _begin, "finish": _finish, "remove": _remove}
    deed = deeds.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    return deed(request, person)


def _begin(request: HttpRequest, person: Person) -> HttpResponse:
    try:
        options, state = begin_passkey(person, request.POST.get("code", ""))
    except NotProved:
        return _refusal(_("Nothing shows yet that your address is yours: sign in by mail first."))
    except TooManyPasskeys:
        return _refusal(_("You have many passkeys already: remove one first."))
    except (WrongCode, CodeServed, TooManyTries) as refused:
        return _refusal(why_refused(refused))
    request.session[ASKED] = [state, timezone.now().isoformat()]
    return JsonResponse(options)


def _refusal(sentence: str) -> HttpResponse:
    return JsonResponse({"refusal": sentence}, status=400)


def _in_time(state: Any, since: str) -> tuple[Any, datetime]:
    """A question asked within the last minutes, and when."""
    asked_at = datetime.fromisoformat(since)
    if asked_at + ASKED_LASTS <= timezone.now():
        raise PasskeyRefused
    return state, asked_at


def _answer(request: HttpRequest) -> dict[str, Any]:
    try:
        answer = json.loads(request.POST.get("credential", ""))
    except (ValueError, RecursionError):
        raise PasskeyRefused from None
    if not isinstance(answer, dict):
        raise PasskeyRefused
    return answer


def _finish(request: HttpRequest, person: Person) -> HttpResponse:
    name = tidy(request.POST.get("name", ""))[:LONGEST_NAME] or device_of(request) or "?"
    try:
        state, _asked_at = _in_time(*request.session.pop(ASKED, NEVER))
        add_passkey(person, state, _answer(request), name)
    except PasskeyRefused:
        sentence = _("This passkey was not kept: it is known already, or came too late. Try again.")
        return _refusal(sentence)
    return JsonResponse({"next": reverse("passkeys")})


def _remove(request: HttpRequest, person: Person) -> HttpResponse:
    if not remove_passkey(person, number_in(request.POST.get("passkey", ""))):
        raise Http404
    return redirect("passkeys")


@login_not_required
@never_cache
@require_POST
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Asked first, answered next. A passkey is two factors: the device, and what unlocks it."""
    if request.POST.get("deed") == "begin":
        return _ask_anybody()
    try:
        person = use_passkey(*_asked_here(request), _answer(request))
    except PasskeyRefused:
        sentence = _("This passkey does not sign in here. Ask for a code by mail, or try again.")
        return _refusal(sentence)
    enter_fully(request, person)
    return JsonResponse({"next": reverse("desk")})


def _ask_anybody() -> HttpResponse:
    """The question goes away with the browser, sealed: anybody may ask, so no row is kept of it."""
    options, state = begin_sign_in()
    answer = JsonResponse(options)
    answer.set_cookie(
        settings.PASSKEY_COOKIE_NAME,
        signing.dumps([state, timezone.now().isoformat()], salt=ASKED),
        max_age=ASKED_LASTS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return answer


def _asked_here(request: HttpRequest) -> tuple[Any, datetime]:
    sealed = request.COOKIES.get(settings.PASSKEY_COOKIE_NAME, "")
    try:
        return _in_time(*signing.loads(sealed, salt=ASKED))
    except signing.BadSignature:
        raise PasskeyRefused from None
