"""The desk of payouts: who can be paid, who waits, the lists and their files."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.shares.forms import PayoutForm, ReasonForm
from partage.shares.models import Payout, ShareOut
from partage.shares.paying import PayoutRefused, make_payout, standing, transfers
from partage.shares.payment_files import CSV_COLUMNS, NotForTheBank, bank_file, sheet_rows
from partage.shares.people import Payment
from partage.shares.period_desk import own_period
from partage.shares.reporting import reported_in
from partage.shares.settling import cancel_payout, left_out_words, say_paid, take_out
from partage.web.csv_files import csv_file
from partage.web.errors import error_page
from partage.web.tidying import number_in


def own_share_out(request: HttpRequest, slug: str, number: int) -> ShareOut:
    period = own_period(request, slug, number)
    found = get_object_or_404(ShareOut, period=period)
    found.period = period
    return found


@never_cache
def payouts(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST makes a payout, says that it is paid, takes somebody out of it, or cancels it."""
    share_out = own_share_out(request, slug, number)
    if request.method != "POST":
        return _show(request, share_out)
    acts = {"cancel": _cancel, "paid": _paid, "take-out": _take_out}
    try:
        return acts.get(request.POST.get("do", ""), _make)(request, share_out)
    except PayoutRefused as refused:
        return _show(request, share_out, 409, refusal=str(refused))


def _show(
    request: HttpRequest, share_out: ShareOut, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "coproduction": share_out.period.coproduction,
        "period": share_out.period,
        "share_out": share_out,
        "standing": standing(share_out),
        "payouts": [(one, _gone(one)) for one in share_out.payouts.all()],
        "reported": sorted(reported_in(share_out.period.coproduction).items(), reverse=True),
        "form": PayoutForm(),
        "reason_form": ReasonForm(),
        **more,
    }
    return render(request, "shares/payouts.html", context, status=status)


def _gone(payout: Payout) -> str:
    return "" if payout.cancelled_at or payout.said_paid_at else left_out_words(payout)


def _make(request: HttpRequest, share_out: ShareOut) -> HttpResponse:
    form = PayoutForm(request.POST)
    if not form.is_valid():
        return _show(request, share_out, 400, form=form)
    data = form.cleaned_data
    make_payout(share_out, Payment(data["name"], data["iban"]), data["paid_on"])
    return _back(share_out)


def _back(share_out: ShareOut) -> HttpResponse:
    return redirect("share-payouts", share_out.period.coproduction.slug, share_out.period.number)


def _named(request: HttpRequest, share_out: ShareOut) -> Payout:
    number = number_in(request.POST.get("payout", ""))
    return get_object_or_404(share_out.payouts, number=number)


def _paid(request: HttpRequest, share_out: ShareOut) -> HttpResponse:
    say_paid(_named(request, share_out), from_before="from-before" in request.POST)
    return _back(share_out)


def _take_out(request: HttpRequest, share_out: ShareOut) -> HttpResponse:
    """By the number of a statement, or the reference that its transfer has at the bank."""
    told = request.POST.get("statement", "").strip()
    number = told.removeprefix(f"SHARE-{share_out.pk}-")
    take_out(_named(request, share_out), number_in(number))
    return _back(share_out)


def _cancel(request: HttpRequest, share_out: ShareOut) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, share_out, 400, reason_form=form)
    cancel_payout(_named(request, share_out), form.cleaned_data["reason"])
    return _back(share_out)


def _payout(request: HttpRequest, slug: str, number: int, payout: int) -> Payout:
    share_out = own_share_out(request, slug, number)
    found = get_object_or_404(share_out.payouts, number=payout, cancelled_at=None)
    found.share_out = share_out
    return found


@never_cache
@require_safe
def payout_xml(request: HttpRequest, slug: str, number: int, payout: int) -> HttpResponse:
    found = _payout(request, slug, number, payout)
    lines = list(transfers(found))
    if not lines:
        sentence = _("Nobody of this payout can be paid any more: cancel it.")
        return error_page(request, 409, _("The file is not made"), sentence)
    try:
        made = bank_file(found, lines)
    except NotForTheBank as problem:
        return error_page(request, 409, _("The file is not made"), str(problem))
    response = HttpResponse(made, content_type="application/xml")
    name = f"{slug}-payout-{number}-{payout}"
    response["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return response


@never_cache
@require_safe
def payout_csv(request: HttpRequest, slug: str, number: int, payout: int) -> HttpResponseBase:
    found = _payout(request, slug, number, payout)
    name = f"{slug}-payout-{number}-{payout}"
    return csv_file(name, CSV_COLUMNS, sheet_rows(found, transfers(found)))
