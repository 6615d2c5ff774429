"""The desk of skills: publishing the framework, confirming what people ask, revoking with a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.contributions.desk import facilitated_coproduction
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction
from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.training.claiming import CannotConfirm, confirm_claim, revoke_confirmation
from partage.training.files import FileRefused, read_rows
from partage.training.forms import FileForm, RevocationForm, SkillForm
from partage.training.models import Claim
from partage.training.skills import TrainingRefused, publish_skills, retire_skill
from partage.training.views import shown_by
from partage.web.paging import page_of
from partage.web.tidying import number_in

CLAIMS_EACH = 10


@never_cache
def skills_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """POST publishes a skill or a file of them, retires one, confirms a claim or revokes it."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show(request, coproduction)
    acts = {
        "publish": _publish,
        "import": _import,
        "retire": _retire,
        "confirm": _confirm,
        "revoke": _revoke,
    }
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        sentences = [_("This button is unknown: open the page again.")]
        return _show(request, coproduction, 400, refusals=sentences)
    try:
        return act(request, coproduction)
    except FileRefused as error:
        return _show(request, coproduction, 400, refusals=error.sentences)
    except (TrainingRefused, CannotConfirm) as error:
        return _show(request, coproduction, 409, refusals=[str(error)])


def _show(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    claims = Claim.objects.filter(skill__coproduction=coproduction).select_related("skill")
    asked = claims.filter(asks_desk=True).exclude(confirmed_at__isnull=False, revoked_at=None)
    page = page_of(asked.order_by("pk"), request, CLAIMS_EACH)
    context = {
        "coproduction": coproduction,
        "skills": list(coproduction.skills.filter(retired_at=None)),
        "page": page,
        "asked": [(one, shown_by(one)) for one in page],
        "confirmed": claims.filter(confirmed_at__isnull=False, revoked_at=None).order_by(
            "-confirmed_at"
        )[:CLAIMS_EACH],
        "form": SkillForm(),
        "file": FileForm(),
        "revocation": RevocationForm(),
        "refusals": [],
        **more,
    }
    return render(request, "training/desk.html", context, status=status)


def _publish(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = SkillForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, 400, form=form)
    try:
        publish_skills(coproduction, [form.cleaned_data])
    except TrainingRefused as error:
        return _show(request, coproduction, 409, refusals=[str(error)], form=form)
    return redirect("skills-desk", coproduction.slug)


def _import(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, coproduction, 400, file=form)
    rows = read_rows(form.cleaned_data["file"].read(), SkillForm)
    publish_skills(coproduction, rows)
    return redirect("skills-desk", coproduction.slug)


def _retire(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    number = number_in(request.POST.get("skill", ""))
    retire_skill(get_object_or_404(coproduction.skills, pk=number))
    return redirect("skills-desk", coproduction.slug)


def _claim(request: HttpRequest, coproduction: Coproduction) -> Claim:
    claims = Claim.objects.filter(skill__coproduction=coproduction)
    number = number_in(request.POST.get("claim", ""))
    return get_object_or_404(claims.select_related("skill__coproduction"), pk=number)


def _confirm(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    device = acting(coproduction, device_token(request))
    found = _claim(request, coproduction)
    confirm_claim(found, signed_in(request), device, Claim.ConfirmedBy.FACILITATOR)
    return redirect("skills-desk", coproduction.slug)


def _revoke(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    found, form = _claim(request, coproduction), RevocationForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, 400, revocation=form)
    revoke_confirmation(found, form.cleaned_data["reason"])
    return redirect("skills-desk", coproduction.slug)
