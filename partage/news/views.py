"""Where one chooses to follow a coproduction or one's call, and where mail is stopped."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partage.calls.models import Call
from partage.calls.views import shown_call
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction, Stage
from partage.news.forms import AddressForm, MailForm
from partage.news.letters import LINK_LASTS, wishes_of
from partage.news.models import Subscription
from partage.news.subscribing import (
    PER_ADDRESS,
    TooManyAsked,
    Wishes,
    ask,
    confirm,
    promise,
    stop,
)
from partage.people.models import Participant
from partage.people.participants import device_token, network_of
from partage.web.errors import error_page
from partage.web.localized import reader_language


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def news(request: HttpRequest, slug: str) -> HttpResponse:
    """The feeds of a coproduction and, where the site sends mail, a form: nothing is ticked."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    if request.method != "POST":
        return _show(request, coproduction, participant, None)
    if "stop" in request.POST:
        _stop_of(participant)
        return redirect("news", slug)
    form = MailForm(request.POST, has_part=participant is not None)
    if not settings.MAIL_IS_ON or not form.is_valid():
        return _show(request, coproduction, participant, form)
    return _ask(request, coproduction, participant, _wishes(form))


def _show(
    request: HttpRequest,
    coproduction: Coproduction,
    participant: Participant | None,
    form: MailForm | None,
) -> HttpResponse:
    mine = Subscription.objects.of(participant) if participant else Subscription.objects.none()
    context = {
        "coproduction": coproduction,
        "mail_is_on": settings.MAIL_IS_ON,
        "form": form or MailForm(has_part=participant is not None),
        "promise": promise(),
        "mine": [(one, wishes_of(one)) for one in mine.order_by("pk")],
        "ideas": coproduction.stages.filter(kind=Stage.Kind.IDEAS).exists(),
    }
    return render(request, "news/news.html", context, status=400 if form else 200)


def _stop_of(participant: Participant | None) -> None:
    """From the device that asked, without the mail."""
    if participant:
        with transaction.atomic():
            for subscription in Subscription.objects.of(participant):
                stop(subscription)


def _wishes(form: MailForm) -> Wishes:
    words = form.cleaned_data
    return Wishes(words["address"], words["notices"], words["digest"], reader_language())


def _ask(
    request: HttpRequest,
    about: Coproduction | Call,
    participant: Participant | None,
    wishes: Wishes,
) -> HttpResponse:
    """The answer is the same whatever is known of the address."""
    try:
        ask(about, participant, wishes, network_of(request, timezone.now()))
    except TooManyAsked:
        sentence = _("Many addresses were given from this network today. Try again tomorrow.")
        return error_page(request, 429, _("Nothing was sent"), sentence, retry=True)
    return render(request, "news/asked.html", {"about": about, "most": PER_ADDRESS})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_news(request: HttpRequest, number: int) -> HttpResponse:
    """Its author, on the device that wrote it, asks to be told what becomes of a call."""
    call, participant = shown_call(request, number)
    if participant is None or participant.pk != call.author_id:
        raise Http404
    if request.method != "POST":
        return _show_of_call(request, call, participant, None)
    if "stop" in request.POST:
        _stop_of(participant)
        return redirect("call-news", number)
    form = AddressForm(request.POST)
    if not settings.MAIL_IS_ON or call.is_over or not form.is_valid():
        return _show_of_call(request, call, participant, form)
    wishes = Wishes(form.cleaned_data["address"], True, False, reader_language())
    return _ask(request, call, participant, wishes)


def _show_of_call(
    request: HttpRequest, call: Call, participant: Participant, form: AddressForm | None
) -> HttpResponse:
    context = {
        "call": call,
        "mail_is_on": settings.MAIL_IS_ON,
        "form": form or AddressForm(),
        "promise": promise(),
        "wishes": wishes_of(Subscription(call=call)),
        "mine": [(one, wishes_of(one)) for one in Subscription.objects.of(participant)],
    }
    return render(request, "news/call_news.html", context, status=400 if form else 200)


def _by_link(number: int, key: str, deed: str) -> Subscription | None:
    """The subscription that this link of a mail is for."""
    subscriptions = Subscription.objects.select_related("coproduction__frame", "call")
    found = subscriptions.filter(pk=number).first()
    right = found is not None and hmac.compare_digest(found.key_to(deed).encode(), key.encode())
    return found if right else None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_confirm(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """GET shows a button: programs that open the links of a mail confirm nothing."""
    found = _by_link(number, key, "confirm")
    if found is None or _is_too_late(found):
        sentence = _("This link is out of date, or a later one took its place. Ask for a new one.")
        return error_page(request, 404, _("Nothing was confirmed"), sentence)
    if request.method == "POST":
        confirm(found)
        return redirect("mail-confirm", number, key)
    context = {
        "subscription": found,
        "about": found.about,
        "wishes": wishes_of(found),
        "promise": promise(),
        "stop_key": found.key_to("stop"),
    }
    return render(request, "news/confirm.html", context)


def _is_too_late(found: Subscription) -> bool:
    return found.vault_key_id is None and found.asked_at < timezone.now() - LINK_LASTS


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """GET shows a button. Whoever holds the link may POST, as mail programs do (RFC 8058).

    A link that has served, or never did, gets the same answer: nothing is written by it.
    """
    found = _by_link(number, key, "stop")
    if found is None or request.method == "POST":
        if found:
            stop(found)
        return render(request, "news/stop.html")
    context = {
        "subscription": found,
        "about": found.about,
        "wishes": wishes_of(found),
    }
    return render(request, "news/stop.html", context)
