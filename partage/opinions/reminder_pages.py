"""At the desk: who is to be reminded, when, and where; and the page that stops reminders."""

import hmac
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partage.opinions.desk import own_opinion
from partage.opinions.forms import AddresseeForm
from partage.opinions.models import MOST_REMINDERS, Addressee, Opinion, Recommendation
from partage.opinions.reminding import (
    EVERY,
    ReminderRefused,
    days_reminded,
    first_days,
    forget_addressee,
    key_to_stop,
    name_addressee,
    next_day,
    reminder_text,
    say_reminded,
    stop_reminders,
)
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.tidying import number_in


def _published(request: HttpRequest, slug: str, opinion: str) -> Opinion:
    found = own_opinion(request, slug, opinion)
    if found.state != Opinion.State.PUBLISHED:
        raise Http404
    return found


def _one(opinion: Opinion, number: int) -> Recommendation:
    one = get_object_or_404(Recommendation, opinion=opinion, number=number)
    one.opinion = opinion
    return one


def reminders(request: HttpRequest, slug: str, opinion: str) -> HttpResponse:
    """Each recommendation without an answer: when its next reminder is due, and by which way."""
    found = _published(request, slug, opinion)
    if request.method == "POST":
        one = _one(found, number_in(request.POST.get("wrote", "")))
        try:
            say_reminded(one, timezone.localdate())
        except ReminderRefused as refused:
            return error_page(request, 409, _("Nothing was recorded"), str(refused))
        return redirect("draft-reminders", slug, opinion)
    first = first_days(found)
    waiting = found.recommendations.filter(number__in=list(first), answers=None)
    page = page_of(waiting.order_by("number"), request)
    context = {
        "coproduction": found.coproduction,
        "opinion": found,
        "page": page,
        "rows": _rows(found, list(page), first),
        "every": EVERY.days,
        "most": MOST_REMINDERS,
        "mail_is_on": settings.MAIL_IS_ON,
    }
    return render(request, "opinions/reminders.html", context)


def _rows(
    opinion: Opinion, recommendations: list[Recommendation], first: dict[int, date]
) -> list[dict[str, Any]]:
    named = {
        row.recommendation_id: row
        for row in Addressee.objects.filter(recommendation__in=recommendations)
    }
    reminded = days_reminded(opinion, [one.number for one in recommendations])
    today = timezone.localdate()
    rows = []
    for one in recommendations:
        one.opinion = opinion
        days = reminded.get(one.number, [])
        due = next_day(first[one.number], days)
        by_mail = settings.MAIL_IS_ON and one.pk in named
        # Nobody writes by itself: the words are there to copy.
        text = "" if by_mail or due is None or due > today else reminder_text(opinion, [one])
        rows.append(
            {"one": one, "named": named.get(one.pk), "reminded": days, "due": due, "text": text}
        )
    return rows


def addressee(request: HttpRequest, slug: str, opinion: str, number: int) -> HttpResponse:
    """Name the address to remind, or have it erased."""
    found = _published(request, slug, opinion)
    one = _one(found, number)
    form = AddresseeForm(request.POST if "address" in request.POST else None)
    if "forget" in request.POST:
        forget_addressee(one)
        return redirect("draft-addressee", slug, opinion, number)
    if request.method == "POST" and form.is_valid() and _named(form, one):
        return redirect("draft-reminders", slug, opinion)
    context = {
        "coproduction": found.coproduction,
        "opinion": found,
        "one": one,
        "form": form,
        "named": Addressee.objects.filter(recommendation=one).first(),
        "every": EVERY.days,
        "most": MOST_REMINDERS,
        "mail_is_on": settings.MAIL_IS_ON,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "opinions/addressee.html", context, status=status)


def _named(form: AddresseeForm, one: Recommendation) -> bool:
    try:
        name_addressee(one, form.cleaned_data["address"], reader_language())
    except ReminderRefused as refused:
        form.add_error("address", str(refused))
    return not form.errors


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, mark: str, key: str) -> HttpResponse:
    """GET shows a button. Whoever holds the link may POST, as mail programs do (RFC 8058)."""
    is_ours = hmac.compare_digest(key_to_stop(mark).encode(), key.encode())
    if is_ours and request.method == "POST":
        stop_reminders(bytes.fromhex(mark))
    context = {"asks": is_ours and request.method != "POST", "is_ours": is_ours}
    return render(request, "opinions/reminders_stop.html", context)
