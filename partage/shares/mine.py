"""A beneficiary's own pages, by a secret link: statements, payment details, erasing."""

import hmac
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.people.participants import device_token
from partage.shares.forms import AccountForm
from partage.shares.models import Beneficiary
from partage.shares.people import (
    Payment,
    erase_beneficiary,
    forget_payment,
    keep_payment,
    link_key,
    link_of,
    payment_of,
    show_to,
)
from partage.shares.reporting import NAMES, REASONS, years_of
from partage.shares.telling import CSV_COLUMNS, csv_rows, statement_facts, statements_of
from partage.web.csv_files import csv_file
from partage.web.paging import page_of

STATEMENTS_EACH = 3


def own(slug: str, number: int, key: str) -> Beneficiary:
    """Whose link it is; an address that nobody was given is not found."""
    coproduction = visible_coproduction(slug)
    mine = Beneficiary.objects.filter(coproduction=coproduction).select_related("vault_key")
    found = mine.filter(pk=number).first()
    if found is None or not hmac.compare_digest(key, link_key(found)):
        raise Http404
    found.coproduction = coproduction
    return found


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_shares(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """POST keeps or forgets where to pay, shows the page on this device, or erases."""
    beneficiary = own(slug, number, key)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "pay":
        return _keep_payment(request, beneficiary)
    if do == "erase":
        if "sure" not in request.POST:
            return _show(request, beneficiary, 400, asks_sure=True)
        coproduction = beneficiary.coproduction
        erase_beneficiary(beneficiary)
        return render(request, "shares/erased.html", {"coproduction": coproduction})
    if do == "forget-pay":
        forget_payment(beneficiary)
    elif do in {"show", "hide"}:
        participant = acting(beneficiary.coproduction, device_token(request))
        show_to(beneficiary, participant if do == "show" else None)
    elif request.method == "POST":
        return _show(request, beneficiary, 400)
    return redirect(link_of(beneficiary)) if do else _show(request, beneficiary)


def _keep_payment(request: HttpRequest, beneficiary: Beneficiary) -> HttpResponse:
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _show(request, beneficiary, 400, form=form)
    keep_payment(beneficiary, Payment(form.cleaned_data["name"], form.cleaned_data["iban"]))
    return redirect(link_of(beneficiary))


def _show(
    request: HttpRequest, beneficiary: Beneficiary, status: int = 200, **more: Any
) -> HttpResponse:
    page = page_of(statements_of(beneficiary), request, STATEMENTS_EACH)
    participant = acting(beneficiary.coproduction, device_token(request))
    years = [
        {"year": year, "why": REASONS[year.reason], "quarters": _quarters(year)}
        for year in years_of(beneficiary)
    ]
    context = {
        "coproduction": beneficiary.coproduction,
        "beneficiary": beneficiary,
        "key": link_key(beneficiary),
        "page": page,
        "rows": [statement_facts(one) for one in page.object_list],
        "years": years,
        "payment": payment_of(beneficiary),
        "form": AccountForm(),
        "participant": participant,
        "is_shown": participant is not None and beneficiary.participant_id == participant.pk,
        **more,
    }
    return render(request, "shares/mine.html", context, status=status)


def _quarters(year: Any) -> list[dict[str, Any]]:
    return [{"one": one, "name": NAMES[one.activity]} for one in year.quarters]


@login_not_required
@never_cache
@require_safe
def my_shares_csv(_request: HttpRequest, slug: str, number: int, key: str) -> HttpResponseBase:
    statements = statements_of(own(slug, number, key))
    rows = (csv_rows(statement_facts(one)) for one in statements)
    return csv_file(f"{slug}-my-shares", CSV_COLUMNS, rows)


@login_not_required
@never_cache
@require_safe
def my_shares_json(_request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    beneficiary = own(slug, number, key)
    facts = [statement_facts(one)["told"] for one in statements_of(beneficiary)]
    content = {"format": "partage-statements/1", "coproduction": slug, "statements": facts}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})


@login_not_required
@never_cache
@require_safe
def my_shares_here(request: HttpRequest, slug: str) -> HttpResponse:
    """The statements that this device asked to see among its data."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    mine = Beneficiary.objects.filter(participant=participant, coproduction=coproduction)
    found = mine.select_related("vault_key", "coproduction") if participant else mine.none()
    context = {"coproduction": coproduction, "links": [link_of(one) for one in found]}
    return render(request, "shares/here.html", context)
