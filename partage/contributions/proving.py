"""Showing what the frame asks before a first act: a code, an address, a place on the list."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partage.assurance.inviting import use_invitation
from partage.assurance.listing import NotAMember, is_address, read_member, use_place
from partage.assurance.mailing import ask_check, show_address, spend_check
from partage.assurance.models import Try
from partage.assurance.proofs import (
    ProofRefused,
    mark_of,
    note_try,
    refuse_beyond_tries,
)
from partage.contributions.views import participant_for, refusal, visible_coproduction, with_cookie
from partage.contributions.voting import acting, has_shown
from partage.coproductions.models import Coproduction, Frame
from partage.people.mailed_codes import LASTS
from partage.people.models import Participant
from partage.people.participants import TooManyNewcomers, device_token, network_of

Show = Callable[[Participant], None]


class NotYet(ProofRefused):
    """Something is missing; nothing was guessed."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, slug: str) -> HttpResponse:
    """GET says what is asked; POST gives it, in two steps where a mail goes out between them."""
    coproduction = visible_coproduction(slug)
    if has_shown(acting(coproduction, device_token(request)), coproduction):
        return _to_votes(coproduction)
    if request.method != "POST":
        return _show(request, coproduction)
    network = network_of(request, timezone.now())
    try:
        return _step(request, coproduction, network)
    except ProofRefused as refused:
        return _again(request, coproduction, refused.status, str(refused))
    except TooManyNewcomers as error:
        return _again(request, coproduction, *refusal(error))


def _to_votes(coproduction: Coproduction) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('vote', args=[coproduction.slug])}#card")


def _show(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    empty = {"check": "", "said": "", "sentence": ""}
    context = {"coproduction": coproduction, **empty, **more}
    return render(request, "contributions/prove.html", context, status=status)


def _again(
    request: HttpRequest, coproduction: Coproduction, status: int, sentence: str
) -> HttpResponse:
    """What was typed stays, and so does the code that is still on its way."""
    check = request.POST.get("check", "")
    is_pending = bool(check) and _check_in(coproduction, check) is not None
    said = "" if check else request.POST.get("said", "")[:254]
    more = {"sentence": sentence, "said": said, "check": check if is_pending else ""}
    return _show(request, coproduction, status, **more)


def _step(request: HttpRequest, coproduction: Coproduction, network: bytes) -> HttpResponse:
    level = coproduction.assurance
    if level == Frame.Assurance.IDENTITY:
        return HttpResponseRedirect(reverse("prove-identity", args=[coproduction.slug]))
    said = request.POST.get("said", "").strip()
    if not said:
        raise NotYet(_("Nothing is written: fill in the box."))
    if check := request.POST.get("check", ""):
        return _typed(request, coproduction, check, said)
    if level == Frame.Assurance.CODE:
        return _invited(request, coproduction, network, said)
    member = _read(said, address_only=level == Frame.Assurance.MAIL)
    if is_address(member):
        return _send(request, coproduction, member, network)
    return _numbered(request, coproduction, network, member)


def _invited(
    request: HttpRequest, coproduction: Coproduction, network: bytes, code: str
) -> HttpResponse:
    refuse_beyond_tries(network, Try.Kind.CODE)
    try:
        return _join(request, coproduction, lambda who: use_invitation(who, coproduction, code))
    except ProofRefused:
        note_try(network, Try.Kind.CODE)
        raise


def _numbered(
    request: HttpRequest, coproduction: Coproduction, network: bytes, number: str
) -> HttpResponse:
    """Each try counts before its answer is known: a right guess would cost nothing otherwise."""
    refuse_beyond_tries(network, Try.Kind.NUMBER)
    note_try(network, Try.Kind.NUMBER)
    mark = mark_of(coproduction, number)
    return _join(request, coproduction, lambda who: use_place(who, coproduction, mark))


def _read(said: str, *, address_only: bool) -> str:
    try:
        if address_only and not is_address(said):
            sentence = _("“%(seen)s” is not a mail address such as name@example.org.")
            raise NotYet(sentence % {"seen": said[:80]})
        return read_member(said)
    except NotAMember as problem:
        raise NotYet(str(problem)) from None


def _send(
    request: HttpRequest, coproduction: Coproduction, address: str, network: bytes
) -> HttpResponse:
    """The answer is the same for every address, listed or not."""
    if not settings.MAIL_IS_ON:
        raise NotYet(
            _("This site sends no mail: type your member number, or ask the organization.")
        )
    asked = ask_check(coproduction, address, network)
    check = signing.dumps(asked.pk, salt=_salt(coproduction))
    return _show(request, coproduction, check=check)


def _salt(coproduction: Coproduction) -> str:
    return f"check of {coproduction.slug}"


def _check_in(coproduction: Coproduction, check: str) -> int | None:
    try:
        number: int = signing.loads(check, salt=_salt(coproduction), max_age=LASTS)
    except signing.BadSignature:
        return None
    return number


def _typed(request: HttpRequest, coproduction: Coproduction, check: str, code: str) -> HttpResponse:
    number = _check_in(coproduction, check)
    if number is None:
        raise NotYet(_("More than ten minutes passed: ask for a new code."))
    mark = spend_check(coproduction, number, code)
    on_list = coproduction.assurance == Frame.Assurance.LIST
    show = use_place if on_list else show_address
    return _join(request, coproduction, lambda who: show(who, coproduction, mark))


def _join(request: HttpRequest, coproduction: Coproduction, show: Show) -> HttpResponse:
    """One transaction: what is refused leaves no participant behind."""
    with transaction.atomic():
        participant, token = participant_for(request, coproduction)
        show(participant)
    return with_cookie(_to_votes(coproduction), request, coproduction, token)
