"""Pages where anyone calls for a coproduction, and supports the calls of others."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from partage.calls.calling import (
    CallClosed,
    acting_in,
    propose_call,
    support_call,
    withdraw_support,
)
from partage.calls.forms import CallForm, SupportForm
from partage.calls.models import LONGEST_TEXT, LONGEST_TITLE, SHOWN_TO_ALL, Call, Support
from partage.contributions.card import new_once
from partage.contributions.views import refused
from partage.contributions.voting import VoteRefused
from partage.people.models import Participant
from partage.people.participants import (
    TooManyNewcomers,
    begin,
    device_token,
    key_in,
    network_of,
    remember,
    token_of,
)
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of

ORDERS = {
    "newest": (gettext_lazy("Newest first"), ("-decided_at", "-pk")),
    "least": (gettext_lazy("Least supported first"), ("supported", "-pk")),
}
# How many undecided or refused calls are looked through for those of one device.
LOOKED_THROUGH = 300


@login_not_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """All published calls in the order the reader chose, and what became of this device's own."""
    order = request.GET.get("order", "newest")
    order = order if order in ORDERS else "newest"
    shown = Call.objects.listed().counted().select_related("organization")
    context = {
        "page": page_of(shown.order_by(*ORDERS[order][1]), request),
        "order": order,
        "orders": [(name, label) for name, (label, _columns) in ORDERS.items()],
        "mine": _not_shown_of(device_token(request)),
    }
    return render(request, "calls/calls.html", context)


def _not_shown_of(token: str | None) -> list[Call]:
    """This device's calls that no list shows: only the cookie can tell which they are."""
    if token is None:
        return []
    hidden = Call.objects.exclude(state__in=SHOWN_TO_ALL).filter(author__isnull=False)
    found = hidden.select_related("author", "organization").order_by("-pk")[:LOOKED_THROUGH]
    return [c for c in found if c.author and bytes(c.author.key) == key_in(c.space, token)][:20]


@login_not_required
def new_call(request: HttpRequest) -> HttpResponse:
    """One page, three fields, no account."""
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        call = Call(**form.cleaned_data, language=reader_language())
        return _propose(request, call)
    context = {
        "form": form,
        "longest_title": LONGEST_TITLE,
        "longest_text": LONGEST_TEXT,
        "rules": [rule.label for rule in Call.Rule],
    }
    return render(request, "calls/new.html", context, status=400 if form.errors else 200)


def _propose(request: HttpRequest, call: Call) -> HttpResponse:
    held, now = device_token(request), timezone.now()
    try:
        token = propose_call(call, network_of(request, now), held)
    except TooManyNewcomers as error:
        return refused(request, error)
    return _with_cookie(redirect(call), request, token if token != held else None)


def _with_cookie(response: HttpResponse, request: HttpRequest, token: str | None) -> HttpResponse:
    if token:
        remember(response, request, token, None)
    return response


def shown_call(request: HttpRequest, number: int) -> tuple[Call, Participant | None]:
    """The call and this device's part in it; until it is published, its author alone sees it."""
    participant = acting_in(Call(pk=number), device_token(request))
    seen = Call.objects.visible_to(participant).counted().select_related("organization")
    return get_object_or_404(seen, pk=number), participant


@login_not_required
@require_safe
def call(request: HttpRequest, number: int) -> HttpResponse:
    """What is asked, where it stands, and a button to ask for it too."""
    return _show(request, *shown_call(request, number))


def _show(request: HttpRequest, found: Call, participant: Participant | None) -> HttpResponse:
    mine = Support.objects.filter(call=found, participant=participant) if participant else None
    context: dict[str, Any] = {
        "call": found,
        "participant": participant,
        "is_author": participant is not None and participant.pk == found.author_id,
        "supports": mine is not None and mine.exists(),
        "once": new_once(),
    }
    return render(request, "calls/call.html", context)


@login_not_required
@require_POST
def support(request: HttpRequest, number: int) -> HttpResponse:
    """Support the call, or take the support back."""
    found, participant = shown_call(request, number)
    form = SupportForm(request.POST)
    once = form.cleaned_data["once"] if form.is_valid() else ""
    token = None
    try:
        if "withdraw" not in request.POST:
            # One transaction: a support that is refused leaves no participant behind.
            with transaction.atomic():
                participant, token = _participant_for(request, found, once, participant)
                support_call(participant, found)
        elif participant:
            withdraw_support(participant, found)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    except CallClosed:
        sentence = _("This call takes no support: it is not, or no longer, published.")
        return error_page(request, 409, _("Your support was not counted"), sentence)
    return _with_cookie(redirect(f"{found.get_absolute_url()}#support"), request, token)


def _participant_for(
    request: HttpRequest, found: Call, once: str, known: Participant | None
) -> tuple[Participant, str | None]:
    """This device's participant, and its cookie when it is to be set."""
    if known:
        return known, None
    held = device_token(request)
    token = held or (token_of(once) if once else None)
    known = acting_in(found, token)
    if known:
        return known, token
    return begin(found.space, network_of(request, timezone.now()), token)
