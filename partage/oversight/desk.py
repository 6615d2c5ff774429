"""Pages of administrators: mandates opened and closed, their logs once closed, and the workload."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partage.oversight.consulting import broken_at
from partage.oversight.forms import MandateForm
from partage.oversight.mandates import MandateRefused, close_mandate, name_inspector, open_mandate
from partage.oversight.models import Consultation, Mandate
from partage.oversight.workload import workload
from partage.people.sign_in import signed_in
from partage.web.paging import page_of
from partage.web.tidying import number_in


def _administrators_only(request: HttpRequest) -> None:
    if not signed_in(request).is_administrator:
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """Every mandate; POST opens another one, or closes one."""
    _administrators_only(request)
    if request.method != "POST":
        return _show(request, MandateForm())
    if "close" in request.POST:
        return _close(request)
    form = MandateForm(request.POST)
    if not form.is_valid():
        return _show(request, form, 400)
    try:
        link = _open(form)
    except MandateRefused as error:
        return _show(request, form, 409, refusal=str(error))
    if not link:
        return redirect("mandates")
    # On this page alone: it cannot be read back, and opening another one makes another.
    return _show(request, MandateForm(), link=link, invited=form.cleaned_data["email"])


@transaction.atomic
def _open(form: MandateForm) -> str:
    """The mandate, and the link to hand over to an inspector who is new here."""
    given = form.cleaned_data
    person, link = name_inspector(given["email"], given["name"])
    open_mandate(person, form.terms)
    return link


def _close(request: HttpRequest) -> HttpResponse:
    mandate = get_object_or_404(Mandate, number=number_in(request.POST["close"]))
    try:
        close_mandate(mandate)
    except MandateRefused as error:
        return _show(request, MandateForm(), 409, refusal=str(error))
    return redirect("mandates")


def _show(request: HttpRequest, form: MandateForm, status: int = 200, **more: Any) -> HttpResponse:
    rows = Mandate.objects.select_related("organization", "inspector")
    page = page_of(rows.prefetch_related("coproductions"), request)
    context = {"page": page, "form": form, **more}
    return render(request, "oversight/mandates.html", context, status=status)


@never_cache
@require_safe
def mandate_log(request: HttpRequest, number: int) -> HttpResponse:
    """What was read under a mandate, once it is closed: before, only its inspector knows."""
    _administrators_only(request)
    mandate = get_object_or_404(Mandate, number=number, closed_at__isnull=False)
    page = page_of(Consultation.objects.filter(mandate=mandate).order_by("-number"), request)
    context = {"mandate": mandate, "page": page, "broken": broken_at(mandate)}
    return render(request, "oversight/consultations.html", context)


@never_cache
@require_safe
def caseload(request: HttpRequest) -> HttpResponse:
    """Figures with which a service asks for people; for administrators and inspectors."""
    person = signed_in(request)
    if not person.is_administrator and not Mandate.objects.filter(inspector=person).exists():
        raise PermissionDenied
    return render(request, "oversight/caseload.html", {"rows": list(workload())})
