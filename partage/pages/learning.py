"""What work changes in a coproduction, and who can help: skills, programmes, training hours."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.accounting.models import PublishedAccount
from partage.calc.disclosure import FEWEST
from partage.contributions.card import new_once
from partage.contributions.views import (
    participant_for,
    refused,
    visible_coproduction,
    with_cookie,
)
from partage.contributions.voting import VoteRefused, acting, asked_first
from partage.coproductions.models import Coproduction
from partage.people.participants import TooManyNewcomers, device_token
from partage.training.forms import HoursForm, Point
from partage.training.hours import (
    counted_hours,
    declared_hours,
    offered_hours,
    say_hours,
    take_hours_back,
)
from partage.training.models import ChangedWork, Programme, TakenHours
from partage.web.csv_files import csv_file
from partage.web.paging import page_of

PROGRAMMES_EACH = 10
COLUMNS = (
    "title", "provider", "region", "audience", "funding", "hours", "places", "starts_on", "ends_on",
    "address", "changes", "skills",
)  # fmt: skip


def account_in_force(coproduction: Coproduction) -> PublishedAccount | None:
    return PublishedAccount.objects.filter(coproduction=coproduction).order_by("number").last()


def _said(account: PublishedAccount | None, topic: str) -> list[dict[str, str]]:
    """The points of one topic; none where the account says that it does not know."""
    told = account.facts.get("work", {}).get(topic) if account else None
    return told if isinstance(told, list) else []


def points_of(account: PublishedAccount | None) -> list[Point]:
    """What the account says of the work, point by point."""
    return [(topic, words) for topic in ChangedWork.Topic.values for words in _said(account, topic)]


@login_not_required
@require_safe
def learning(request: HttpRequest, slug: str) -> HttpResponse:
    """The page: the work that changes, the skills it asks, who trains for it, and how many hours."""
    coproduction = visible_coproduction(slug)
    account = account_in_force(coproduction)
    facts = account.facts if account else {}
    page = page_of(_programmes(coproduction), request, PROGRAMMES_EACH)
    context = {
        "coproduction": coproduction,
        "account": account,
        "topics": [(topic.label, _said(account, topic)) for topic in ChangedWork.Topic],
        "work": facts.get("work", {}),
        "skills": list(coproduction.skills.filter(retired_at=None)),
        "page": page,
        "current": [words for _topic, words in points_of(account)],
        "offered": offered_hours(coproduction),
        "declared": declared_hours(coproduction),
        "counted": counted_hours(coproduction),
        "fewest": FEWEST,
    }
    return render(request, "pages/learning.html", context)


def _programmes(coproduction: Coproduction) -> "QuerySet[Programme]":
    """By title. Those that are over stay, and say so."""
    shown = Programme.objects.shown().filter(coproduction=coproduction)
    return shown.select_related("coproduction").prefetch_related("changes", "skills")


@login_not_required
@require_safe
def programmes_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every programme that is shown, in the columns that an import takes."""
    coproduction = visible_coproduction(slug)
    rows = [_row(one) for one in _programmes(coproduction)]
    return csv_file(f"{slug}-programmes", COLUMNS, rows)


def _row(one: Programme) -> list[object]:
    changes = " | ".join(next(iter(change.words.values()), "") for change in one.changes.all())
    skills = " | ".join(skill.code for skill in one.skills.all())
    told = [getattr(one, name) for name in COLUMNS[:-2]]
    return [*told, changes, skills]


@login_not_required
@never_cache
def programme(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One programme, and a form to say how many of its hours one took."""
    coproduction = visible_coproduction(slug)
    found = get_object_or_404(_programmes(coproduction), pk=number)
    participant = acting(coproduction, device_token(request))
    taken = TakenHours.objects.filter(programme=found, participant=participant).first()
    form = HoursForm(request.POST if _says_hours(request) else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        return _act(request, found, form)
    context = {
        "coproduction": coproduction,
        "programme": found,
        "current": [words for _topic, words in points_of(account_in_force(coproduction))],
        "form": form,
        "taken": taken if participant else None,
        "asked_first": asked_first(participant, coproduction),
        "once": new_once(),
        "fewest": FEWEST,
    }
    return render(request, "pages/programme.html", context, status=400 if form.errors else 200)


def _says_hours(request: HttpRequest) -> bool:
    return request.method == "POST" and "withdraw" not in request.POST


def _act(request: HttpRequest, found: Programme, form: HoursForm) -> HttpResponse:
    """Keep the hours, or take them back."""
    token = None
    try:
        with transaction.atomic():
            if form.is_bound:
                once = form.cleaned_data["once"]
                device, token = participant_for(request, found.coproduction, once)
                say_hours(device, found, form.cleaned_data["hours"])
            elif held := acting(found.coproduction, device_token(request)):
                take_hours_back(held, found)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    response = redirect(f"{found.get_absolute_url()}#hours")
    return with_cookie(response, request, found.coproduction, token)
