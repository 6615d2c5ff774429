"""Going to an identity provider and coming back: to sign in, to attach it, to prove who one is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partage.people.asking_providers import ProviderDown
from partage.people.identities import (
    AnotherIdentity,
    LeftOut,
    TakenIdentity,
    UnknownIdentity,
    attach_identity,
    detach_identity,
    prove_identity,
    use_identity,
)
from partage.people.identity_providers import Provider
from partage.people.leaving_providers import keep_for_leaving
from partage.people.models import Participant
from partage.people.openid import (
    IdentityRefused,
    Question,
    Shown,
    begin,
    finish,
    provider_of,
)
from partage.people.participants import (
    TooManyNewcomers,
    device_token,
    key_in,
    network_of,
    remember,
)
from partage.people.participants import begin as begin_participant
from partage.people.returning import LASTS as ASKED_LASTS
from partage.people.returning import ReturnSpent, TooManyReturns, spend_return
from partage.people.sealing import keep_in, opened, sealed
from partage.people.second_factor import NotProved
from partage.people.sign_in import signed_in
from partage.people.views import enter
from partage.web.errors import error_page

ASKED = "identity question"
About = dict[str, Any]
SENTENCES = {
    "state": gettext_lazy(
        "This answer is not to a question that this browser asked within the last ten minutes. Start again."
    ),
    "stopped": gettext_lazy("You did not go through with it at %(provider)s. Start again if you like."),
    "code": gettext_lazy(
        "%(provider)s says that this answer has served already, or is out of date. Start again."
    ),
    "signature": gettext_lazy(
        "What came back is not signed by %(provider)s in a way that holds. Start again, and tell whoever runs this site if it comes back."
    ),
    "issuer": gettext_lazy("What came back was said by another than %(provider)s. Start again."),
    "audience": gettext_lazy(
        "What came back was said to another site than this one. Start again."
    ),
    "nonce": gettext_lazy("What came back answers another question than this one. Start again."),
    "late": gettext_lazy("What came back is out of date. Start again."),
    "acr": gettext_lazy(
        "%(provider)s did not check who you are as thoroughly as this site asks. Start again, and choose a stronger way there."
    ),
}  # fmt: skip


@login_not_required
@never_cache
@require_POST
def sign_in_identity(request: HttpRequest, provider: str) -> HttpResponse:
    return go(request, provider, {"deed": "sign-in"})


def go(request: HttpRequest, slug: str, about: About) -> HttpResponse:
    """A page that leads on at once: browsers let no form of ours end at another site."""
    provider = provider_of(slug)
    if provider is None:
        raise Http404
    try:
        address, asked = begin(provider)
    except ProviderDown:
        return _down(request, provider)
    context = {"provider": provider, "address": address}
    response = render(request, "people/identity_go.html", context)
    words = {"provider": slug, "asked": vars(asked), "language": translation.get_language()}
    value = sealed(ASKED, words | {"about": about})
    keep_in(response, settings.IDENTITY_COOKIE_NAME, value, ASKED_LASTS)
    return response


def _down(request: HttpRequest, provider: Provider) -> HttpResponse:
    sentence = _("%(provider)s does not answer. Try again in a few minutes, or do without it.")
    words = sentence % {"provider": provider.name}
    return error_page(request, 503, _("Nothing was changed here"), words)


@login_not_required
@never_cache
@require_safe
def identity_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Where the provider sends the browser back; what it brings serves once, in this browser.

    It is a GET that acts, as the protocol has it: the sealed cookie stands for the form's mark.
    """
    found = provider_of(provider)
    if found is None:
        raise Http404
    kept = opened(ASKED, request.COOKIES.get(settings.IDENTITY_COOKIE_NAME, ""), ASKED_LASTS)
    if kept:
        translation.activate(kept["language"])
    response = _finish(request, found, kept)
    response.delete_cookie(settings.IDENTITY_COOKIE_NAME, samesite="Lax")
    return response


def _finish(request: HttpRequest, provider: Provider, kept: About | None) -> HttpResponse:
    try:
        if request.method != "GET" or kept is None or kept["provider"] != provider.slug:
            raise IdentityRefused("state")
        spend_return(kept["asked"]["state"], network_of(request, timezone.now()), timezone.now())
        shown = finish(provider, Question(**kept["asked"]), request.GET.dict())
        response = DEEDS[kept["about"]["deed"]](request, provider, shown, kept["about"])
    except IdentityRefused as refused:
        words = SENTENCES[refused.why] % {"provider": provider.name}
        return error_page(request, 403, _("Nothing was changed here"), words)
    except ReturnSpent:
        sentence = _("This answer has served already. Start again.")
        return error_page(request, 403, _("Nothing was changed here"), sentence)
    except TooManyReturns:
        sentence = _("Many people come back from %(provider)s to this network. Wait ten minutes, then start again.")  # fmt: skip
        words = sentence % {"provider": provider.name}
        return error_page(request, 429, _("Nothing was changed here"), words)
    except ProviderDown:
        return _down(request, provider)
    keep_for_leaving(response, provider, shown)
    return response


def _sign_in(request: HttpRequest, provider: Provider, shown: Shown, _about: About) -> HttpResponse:
    try:
        return enter(request, use_identity(provider, shown.subject))
    except UnknownIdentity:
        sentence = _(
            "No account here is tied to this identity. Sign in another way, then attach it under “My sign-in”."
        )
        return error_page(request, 403, _("You are not signed in"), sentence)


def _attach(request: HttpRequest, provider: Provider, shown: Shown, about: About) -> HttpResponse:
    if request.user.pk != about["person"]:
        raise IdentityRefused("state")
    try:
        attach_identity(signed_in(request), provider, shown.subject)
    except NotProved:
        sentence = _("Nothing shows yet that your address is yours: sign in by mail first.")
    except TakenIdentity:
        sentence = _("This identity signs in to another account here.")
    except AnotherIdentity:
        sentence = _("Another identity of %(provider)s is attached: remove it first.")
    else:
        return redirect("identities")
    words = sentence % {"provider": provider.name}
    return error_page(request, 409, _("Nothing was changed here"), words)


def _prove(request: HttpRequest, provider: Provider, shown: Shown, about: About) -> HttpResponse:
    try:
        token = _prove_here(request, provider, shown, about["space"])
    except TooManyNewcomers:
        sentence = _(
            "Many answers come from this network. Wait a while, or ask the facilitator for help."
        )
        return error_page(request, 429, _("Nothing was changed here"), sentence)
    except TakenIdentity:
        sentence = _(
            "This identity takes part here already, from another device. Open “On another device” there to go on from this one."
        )
        return error_page(request, 409, _("Nothing was changed here"), sentence)
    except LeftOut:
        sentence = _(
            "This identity does not serve here again: the answers given with it were left out of the results, then erased."
        )
        return error_page(request, 409, _("Nothing was changed here"), sentence)
    except AnotherIdentity:
        sentence = _("This device takes part under another identity already.")
        return error_page(request, 409, _("Nothing was changed here"), sentence)
    response = redirect("prove-identity", about["space"])
    until = datetime.fromisoformat(about["until"]) if about["until"] else None
    remember(response, request, token, until)
    return response


@transaction.atomic
def _prove_here(request: HttpRequest, provider: Provider, shown: Shown, space: str) -> str:
    """The device's token; its part in the coproduction begins now if this is its first act."""
    token = device_token(request)
    mine = Participant.objects.filter(space=space, key=key_in(space, token)) if token else None
    participant = mine.select_related("vault_key").first() if mine is not None else None
    if participant is None or token is None:
        participant, token = begin_participant(space, network_of(request, timezone.now()), token)
    prove_identity(participant, provider, shown.subject)
    return token


DEEDS: dict[str, Callable[[HttpRequest, Provider, Shown, About], HttpResponse]] = {
    "sign-in": _sign_in,
    "attach": _attach,
    "prove": _prove,
}


@never_cache
def identities(request: HttpRequest) -> HttpResponse:
    """Identities kept elsewhere that sign me in; each button attaches or removes one."""
    person = signed_in(request)
    if request.method == "POST" and "attach" in request.POST:
        return go(request, request.POST["attach"], {"deed": "attach", "person": person.pk})
    if request.method == "POST":
        if not detach_identity(person, request.POST.get("remove", "")):
            raise Http404
        return redirect(reverse("identities"))
    attached = {one.provider: one for one in person.identities.all()}
    rows = [(one, attached.pop(one.slug, None)) for one in settings.IDENTITY_PROVIDERS]
    context = {"rows": rows, "others": attached.values(), "awaits_proof": person.awaits_proof}
    return render(request, "people/identities.html", context)
