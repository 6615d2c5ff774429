"""The workbench of an inspection: what it covers, the register checked, entries searched."""

import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partage.oversight.consulting import broken_at, covered_coproduction, under_mandate
from partage.oversight.forms import CasesForm, SampleForm, SearchForm, WorkedForm
from partage.oversight.models import Consultation, Mandate
from partage.oversight.reading import answer_of, proof_of
from partage.oversight.sampling import Among, SampleRefused, draw_sample
from partage.oversight.workload import count_cases, workload_of, write_hours
from partage.people.sign_in import signed_in
from partage.register.audit import Audit, SourceError
from partage.register.checkpoints import unchecked
from partage.register.finding import code_of, entry_of_code
from partage.register.models import Entry, Log
from partage.register.notes import NoteError
from partage.register.storage import Tree
from partage.register.this_site import this_site
from partage.web.paging import page_of

READS = require_http_methods(["GET", "HEAD", "POST"])
# Beyond, reading them all holds a thread of the site for minutes.
MOST_ON_A_PAGE = 200_000


@never_cache
@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """The mandates of whoever asks."""
    mandates = Mandate.objects.filter(inspector=signed_in(request)).select_related("organization")
    return render(request, "oversight/oversight.html", {"page": page_of(mandates, request)})


@READS
@under_mandate
def inspection(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """The workbench; POST checks the register, or writes hours and waiting cases."""
    if request.method != "POST":
        return _show(request, mandate)
    act = {"verify": _verify, "hours": _hours, "cases": _cases}.get(request.POST.get("do", ""))
    if act is None:
        sentence = _("This button is unknown: open the page again.")
        return _show(request, mandate, 400, refusal=sentence)
    return act(request, mandate)


def _show(request: HttpRequest, mandate: Mandate, status: int = 200, **more: Any) -> HttpResponse:
    log = Log.objects.exclude(checkpoint="").order_by("-number").first()
    context = {
        "mandate": mandate,
        "page": page_of(mandate.covered(), request),
        "log": log,
        "workload": workload_of(mandate),
        "hours": WorkedForm(),
        "cases": CasesForm(initial={"waiting_cases": mandate.waiting_cases}),
        **more,
    }
    return render(request, "oversight/inspection.html", context, status=status)


def _verify(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """Every hash, every signature, and what the rows hide, compared with what was sealed."""
    began = time.monotonic()
    try:
        site = this_site()
        audit = Audit(site.source, site.verifiers, opener=site.open)
        if audit.checkpoint().size > MOST_ON_A_PAGE:
            sentence = _("The register is too long for a page: run `partage verify log` instead.")
            return _show(request, mandate, 409, refusal=sentence)
        for _done in audit.run():
            pass
    except (NoteError, SourceError) as error:
        return _show(request, mandate, 409, refusal=str(error))
    report, seconds = audit.report, time.monotonic() - began
    return _show(request, mandate, report=report, first=report.broken[:1], seconds=seconds)


def _hours(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    form = WorkedForm(request.POST)
    if not form.is_valid() or not form.minutes:
        return _show(request, mandate, 400, hours=form, refused=form)
    write_hours(mandate, form.cleaned_data["day"], form.minutes)
    return redirect("inspection", mandate.number)


def _cases(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    form = CasesForm(request.POST)
    if not form.is_valid():
        return _show(request, mandate, 400, cases=form, refused=form)
    count_cases(mandate, form.cleaned_data["waiting_cases"])
    return redirect("inspection", mandate.number)


def _choices(mandate: Mandate) -> tuple[list[str], list[str]]:
    """The coproductions covered, and the kinds of acts that stand in the register of them."""
    slugs = list(mandate.covered().values_list("slug", flat=True))
    kinds = Entry.objects.filter(space__in=slugs).order_by("kind").values_list("kind", flat=True)
    return slugs, list(kinds.distinct())


@require_safe
@under_mandate
def entries(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """Entries of the coproductions covered, by coproduction, kind and period."""
    slugs, kinds = _choices(mandate)
    form = SearchForm(slugs, kinds, request.GET or None)
    said = form.cleaned_data if form.is_valid() else {}
    found = Among.said(slugs, said).entries().order_by("-pk")
    page = page_of(found if form.is_valid() or not form.is_bound else found.none(), request)
    rows = [_row(entry) for entry in page]
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {"mandate": mandate, "form": form, "page": page, "rows": rows}
    context |= {"query": f"{asked.urlencode()}&" if asked else ""}
    return render(request, "oversight/entries.html", context, status=400 if form.errors else 200)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry,
        "code": code_of(bytes(entry.event_id)),
        "role": entry.public.get("role", ""),
        "fingerprint": bytes(entry.commitment).hex()[:16],
    }


@require_safe
@under_mandate
def entry(request: HttpRequest, mandate: Mandate, code: str) -> HttpResponse:
    """One entry: what it shows, one of three answers for what it hides, and its proof."""
    found = entry_of_code(code)
    if found is None:
        raise Http404
    if found.space:
        covered_coproduction(mandate, found.space)
    log = Log.objects.exclude(checkpoint="").filter(pk=found.log).first()
    answer = answer_of(found, log)
    receipt = ""
    if log and answer.kind != "waits":
        receipt = str(proof_of(found, log, Tree(log.pk, unchecked(log.checkpoint).size)))
    context = {"mandate": mandate, "row": _row(found), "answer": answer, "receipt": receipt}
    return render(request, "oversight/entry.html", context)


@READS
@under_mandate
def samples(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """The samples drawn; POST draws another one, by the next number."""
    slugs, kinds = _choices(mandate)
    if request.method != "POST":
        return _show_samples(request, mandate, SampleForm(slugs, kinds))
    form = SampleForm(slugs, kinds, request.POST)
    if not form.is_valid():
        return _show_samples(request, mandate, form, 400)
    try:
        draw_sample(mandate, Among.said(slugs, form.cleaned_data), form.cleaned_data["size"])
    except SampleRefused as error:
        return _show_samples(request, mandate, form, 409, refusal=str(error))
    return redirect("inspection-samples", mandate.number)


def _show_samples(
    request: HttpRequest, mandate: Mandate, form: SampleForm, status: int = 200, **more: str
) -> HttpResponse:
    page = page_of(mandate.samples.all(), request, 1)
    shown = next(iter(page), None)
    places = shown.places if shown else []
    found = Entry.objects.filter(log=shown.log if shown else 0, position__in=places)
    context = {"mandate": mandate, "form": form, "page": page, "sample": shown, **more}
    context["rows"] = [_row(one) for one in found.order_by("position")]
    return render(request, "oversight/samples.html", context, status=status)


@require_safe
@under_mandate
def consultations(request: HttpRequest, mandate: Mandate) -> HttpResponse:
    """The inspector's own log: each page read, sealed one over the other."""
    page = page_of(Consultation.objects.filter(mandate=mandate).order_by("-number"), request)
    context = {"mandate": mandate, "page": page, "broken": broken_at(mandate)}
    return render(request, "oversight/consultations.html", context)
