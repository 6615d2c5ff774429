"""The page of one's passkeys, and signing in with one. The browser's part needs JavaScript."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
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

ASKED = "passkey-asked"  # in the session of the browser that was asked
ASKED_LASTS = timedelta(minutes=10)
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
    return _ask(request, options, state)


def _ask(request: HttpRequest, options: dict[str, Any], state: Any) -> HttpResponse:
    request.session[ASKED] = [state, timezone.now().isoformat()]
    return JsonResponse(options)


def _refusal(sentence: str) -> HttpResponse:
    return JsonResponse({"refusal": sentence}, status=400)


def _asked(request: HttpRequest) -> Any:
    """What was asked here within the last minutes; it serves once."""
    state, since = request.session.pop(ASKED, (None, ""))
    if state is None or datetime.fromisoformat(since) + ASKED_LASTS <= timezone.now():
        raise PasskeyRefused
    return state


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
        add_passkey(person, _asked(request), _answer(request), name)
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
        return _ask(request, *begin_sign_in())
    try:
        person = use_passkey(_asked(request), _answer(request))
    except PasskeyRefused:
        sentence = _("This passkey does not sign in here. Ask for a code by mail, or try again.")
        return _refusal(sentence)
    enter_fully(request, person)
    return JsonResponse({"next": reverse("desk")})
