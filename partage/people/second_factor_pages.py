"""The page where a person turns their second factor on and off."""

from collections.abc import Callable
from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.people.forms import SecondCodeForm
from partage.people.models import Person, SecondFactor
from partage.people.second_factor import (
    AlreadyOn,
    CodeServed,
    NotProved,
    TooManyTries,
    WrongCode,
    application_of,
    lacks_second_factor,
    new_key,
    recovery_codes_left,
    renew_recovery_codes,
    turn_off,
    turn_on,
)
from partage.people.sign_in import signed_in
from partage.web.squares import square_of

KEY = "second-factor-key"  # in the session of the browser that sets it up, sealed


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Whether a second code is asked of me; each button is one deed."""
    person = signed_in(request)
    if request.method != "POST":
        return _page(request, person, SecondCodeForm())
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    return deed(request, person)


def _page(request: HttpRequest, person: Person, form: SecondCodeForm) -> HttpResponse:
    factor = SecondFactor.objects.filter(person=person).first()
    context = {
        "form": form,
        "factor": factor,
        "left": recovery_codes_left(person) if factor else 0,
        "is_missing": lacks_second_factor(person),
        "awaits_proof": person.awaits_proof,
        **({} if factor else _being_set_up(request, person)),
    }
    status = 400 if form.errors else 200
    return render(request, "people/second_factor.html", context, status=status)


def _being_set_up(request: HttpRequest, person: Person) -> dict[str, object]:
    """What an application reads: a square to photograph, and the same key to type."""
    application = application_of(person, bytes.fromhex(request.session.get(KEY, "")))
    if application is None:
        return {}
    key = application.secret
    in_fours = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    square = square_of(application.provisioning_uri())
    return {"key": in_fours, "address": application.provisioning_uri(), "square": square}


def _begin(request: HttpRequest, person: Person) -> HttpResponse:
    with suppress(AlreadyOn, NotProved):  # the page says so
        request.session[KEY] = new_key(person).hex()
    return redirect("second-factor")


def _confirm(request: HttpRequest, person: Person) -> HttpResponse:
    if KEY not in request.session:  # pressed twice, or signed in anew: the page says where one is
        return redirect("second-factor")
    key = bytes.fromhex(request.session[KEY])

    def confirm(person: Person, typed: str) -> list[str]:
        codes = turn_on(person, key, typed, request.session.session_key)
        request.session.pop(KEY, None)
        return codes

    return _with_code(request, person, confirm)


def _renew(request: HttpRequest, person: Person) -> HttpResponse:
    return _with_code(request, person, renew_recovery_codes)


def _turn_off(request: HttpRequest, person: Person) -> HttpResponse:
    return _with_code(request, person, turn_off)


DEEDS = {"begin": _begin, "confirm": _confirm, "renew": _renew, "off": _turn_off}


def _with_code(
    request: HttpRequest, person: Person, deed: Callable[[Person, str], list[str] | None]
) -> HttpResponse:
    """Do it if the code is right; recovery codes are shown by this answer, and never again."""
    form = SecondCodeForm(request.POST)
    if form.is_valid():
        try:
            codes = deed(person, form.cleaned_data["code"])
        except (AlreadyOn, WrongCode, CodeServed, TooManyTries) as refused:
            form.add_error("code", why_refused(refused))
        else:
            if not codes:
                return redirect("second-factor")
            return render(request, "people/recovery_codes.html", {"codes": codes})
    return _page(request, person, form)


def why_refused(refused: Exception) -> str:
    """The sentence beside the field."""
    if isinstance(refused, AlreadyOn):
        return _("A second code is asked of you already.")
    if isinstance(refused, CodeServed):
        return _("This code has served already, and each serves once. Type the next one.")
    if isinstance(refused, TooManyTries):
        until = formats.date_format(timezone.localtime(refused.until), "DATETIME_FORMAT")
        return _("Too many wrong codes were typed. From %(when)s on, another one is looked at.") % {
            "when": until
        }
    return _(
        "This is neither the code of this minute nor a recovery code of yours. Type the six digits "
        "that your application shows now, and check the clock of your telephone."
    )
