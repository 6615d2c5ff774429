"""Skills of a coproduction: its framework, claiming one, one's own record, confirming somebody else's."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partage.contributions.card import new_once
from partage.contributions.models import Idea, TestReport
from partage.contributions.private_links import has_private_key, private_key
from partage.contributions.views import (
    participant_for,
    refused,
    visible_coproduction,
    with_cookie,
)
from partage.contributions.voting import VoteRefused, acting, asked_first, check_may_act
from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person
from partage.people.participants import TooManyNewcomers, device_token
from partage.people.sign_in import signed_in
from partage.training.badges import make_badge
from partage.training.claiming import (
    CannotConfirm,
    claim_skill,
    confirm_claim,
    revoke_confirmation,
    showable,
    withdraw_claim,
)
from partage.training.forms import BadgeForm, ClaimForm, RevocationForm
from partage.training.models import Claim, Skill, TakenHours
from partage.web.errors import error_page
from partage.web.localized import reader_language

LINK = "skill-claim"
SHOWN_EACH = 30  # of each kind, in the form


@login_not_required
@require_safe
def skills(request: HttpRequest, slug: str) -> HttpResponse:
    """The framework, skill by skill, and what became of one's own claims."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    mine = claims_of(participant)
    claimed = {one.skill_id: one for one in mine}
    listed = list(coproduction.skills.filter(retired_at=None))
    context = {
        "coproduction": coproduction,
        "rows": [(skill, claimed.get(skill.pk)) for skill in listed],
        "mine": mine,
    }
    return render(request, "training/skills.html", context)


def claims_of(participant: Participant | None) -> list[Claim]:
    if participant is None:
        return []
    return list(Claim.objects.filter(participant=participant).select_related("skill"))


@login_not_required
@never_cache
def claim(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One skill: what shows it, and a form to say that one has it."""
    coproduction = visible_coproduction(slug)
    skill = get_object_or_404(coproduction.skills.filter(retired_at=None), code=code)
    skill.coproduction = coproduction
    participant = acting(coproduction, device_token(request))
    choices = _choices(participant)
    data = {**request.POST.dict(), "shown": request.POST.getlist("shown"), "skill": code}
    form = ClaimForm(choices, data if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _claim(request, skill, form)
    context = {
        "coproduction": coproduction,
        "skill": skill,
        "form": form,
        "once": new_once(),
        "asked_first": asked_first(participant, coproduction),
    }
    return render(request, "training/claim.html", context, status=400 if form.errors else 200)


def _choices(participant: Participant | None) -> list[tuple[str, str]]:
    """What this person made here, each by its kind and number, in words."""
    if participant is None:
        return []
    own = showable(participant)
    found = [(f"idea-{one.pk}", one.title) for one in own["idea"][:SHOWN_EACH]]
    report = _("Test report: %(task)s")
    found += [
        (f"test_report-{one.pk}", report % {"task": one.task.words})
        for one in own["test_report"][:SHOWN_EACH]
    ]
    return found + [(f"taken-{one.pk}", words_of_hours(one)) for one in own["taken"][:SHOWN_EACH]]


def words_of_hours(taken: TakenHours) -> str:
    facts = {"hours": f"{taken.hours.normalize():f}", "title": taken.programme.title}
    return _("%(hours)s hours of “%(title)s”") % facts


def _claim(request: HttpRequest, skill: Skill, form: ClaimForm) -> HttpResponse:
    said = {name: form.cleaned_data[name] for name in ("text", "shown", "asks_desk")}
    said["language"] = reader_language()
    person = request.user if isinstance(request.user, Person) else None
    try:
        with transaction.atomic():
            device, token = participant_for(request, skill.coproduction, form.cleaned_data["once"])
            found = claim_skill(device, skill, said, person)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    response = redirect(LINK, skill.coproduction.slug, found.pk)
    return with_cookie(response, request, skill.coproduction, token)


def own_claim(request: HttpRequest, slug: str, number: int) -> tuple[Claim, Participant]:
    """The record, to whoever owns it; 404 to anybody else, as if it were not there."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    if participant is None:
        raise Http404
    mine = Claim.objects.filter(participant=participant).select_related("skill")
    found = get_object_or_404(mine, pk=number)
    found.skill.coproduction = coproduction
    return found, participant


@login_not_required
@never_cache
def my_claim(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One's own record: where it stands, the link for somebody who confirms it, the badge."""
    found, participant = own_claim(request, slug, number)
    if request.method == "POST":
        try:
            withdraw_claim(participant, found)
        except VoteRefused as error:
            return refused(request, error)
        return redirect("skills", slug)
    return _show_mine(request, found, BadgeForm())


def _show_mine(request: HttpRequest, found: Claim, form: BadgeForm) -> HttpResponse:
    coproduction = found.skill.coproduction
    way = reverse("confirm-skill", args=[coproduction.slug, found.pk])
    key = private_key(LINK, found.pk)
    context = {
        "coproduction": coproduction,
        "claim": found,
        "shown": shown_by(found),
        "link": request.build_absolute_uri(f"{way}?key={key}"),
        "form": form,
    }
    status = 400 if form.errors else 200
    return render(request, "training/my_claim.html", context, status=status)


def shown_by(found: Claim) -> list[dict[str, Any]]:
    """What the person chose to show, as links and words."""
    rows = found.shown.select_related(
        "idea__coproduction", "test_report__task__coproduction", "taken__programme"
    )
    return [_shown(row.about) for row in rows if row.is_public]


def _shown(about: Idea | TestReport | TakenHours) -> dict[str, Any]:
    if isinstance(about, TakenHours):
        return {"words": words_of_hours(about), "address": ""}
    if isinstance(about, Idea):
        words, language = about.title, about.language
    else:
        words, language = _("Test report: %(task)s") % {"task": about.task.words}, ""
    return {"words": words, "language": language, "address": about.get_absolute_url()}


@login_not_required
@require_POST
def badge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The signed badge, as a file. What was typed goes into it, and is not kept."""
    found, participant = own_claim(request, slug, number)
    form = BadgeForm(request.POST)
    if not form.is_valid():
        return _show_mine(request, found, form)
    try:
        text = make_badge(participant, found, **form.cleaned_data)
    except VoteRefused as error:
        return refused(request, error)
    response = HttpResponse(text, content_type="application/vc+jwt")
    name = f"badge-{found.skill.code}.jwt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _asked_claim(request: HttpRequest, slug: str, number: int) -> Claim:
    """The record of whoever gave the link, to somebody who signed in and holds it."""
    coproduction = visible_coproduction(slug)
    if not has_private_key(request, LINK, number):
        raise Http404
    found = Claim.objects.filter(skill__coproduction=coproduction).select_related("skill")
    claim = get_object_or_404(found, pk=number)
    claim.skill.coproduction = coproduction
    return claim


@never_cache
def confirm(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """By a private link, signed in: confirm somebody else's skill, or take one's confirmation back."""
    found, person = _asked_claim(request, slug, number), signed_in(request)
    form = RevocationForm(request.POST if request.POST.get("do") == "revoke" else None)
    if request.method == "POST":
        if request.POST.get("do") == "confirm":
            return _confirm(request, found, person)
        if not form.is_bound or form.is_valid():
            return _take_back(request, found, person, form)
    context = {
        "coproduction": found.skill.coproduction,
        "claim": found,
        "shown": shown_by(found),
        "key": private_key(LINK, number),
        "is_mine": found.confirmed_by_id == person.pk,
        "form": form,
    }
    return render(request, "training/confirm.html", context, status=400 if form.errors else 200)


def _confirm(request: HttpRequest, found: Claim, person: Person) -> HttpResponse:
    coproduction: Coproduction = found.skill.coproduction
    try:
        with transaction.atomic():
            device, token = participant_for(request, coproduction)
            check_may_act(device, coproduction)
            confirm_claim(found, person, device, Claim.ConfirmedBy.PEER)
    except CannotConfirm as error:
        return error_page(request, 409, _("Nothing was confirmed"), str(error))
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    return with_cookie(redirect(_back(request, found)), request, coproduction, token)


def _take_back(
    request: HttpRequest, found: Claim, person: Person, form: RevocationForm
) -> HttpResponse:
    if not form.is_bound:
        sentence = _("This button is unknown: open the page again.")
        return error_page(request, 400, _("Nothing was changed"), sentence)
    try:
        if found.confirmed_by_id != person.pk:
            raise CannotConfirm(_("Only whoever confirmed it, or a facilitator, revokes it."))
        revoke_confirmation(found, form.cleaned_data["reason"])
    except CannotConfirm as error:
        return error_page(request, 409, _("Nothing was revoked"), str(error))
    return redirect(_back(request, found))


def _back(request: HttpRequest, found: Claim) -> str:
    way = reverse("confirm-skill", args=[found.skill.coproduction.slug, found.pk])
    return f"{way}?key={private_key(LINK, found.pk)}"
