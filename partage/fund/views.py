"""Public pages of the fund: what it holds, its rounds, their projects, proposing and voting."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page
from django.db import transaction
from django.db.models import Count as CountRows
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partage.calc.ranking import walk
from partage.contributions.card import new_once
from partage.contributions.private_links import has_private_key, private_key
from partage.contributions.views import (
    participant_for,
    refused,
    visible_coproduction,
)
from partage.contributions.voting import VoteRefused, acting, asked_first
from partage.fund.ballots import ForeignProject, cast_ballot
from partage.fund.counting import FEWEST
from partage.fund.forms import BallotForm, ProjectForm
from partage.fund.ledger import balance, promised
from partage.fund.models import Ballot, Movement, Project, Round
from partage.fund.proposing import propose_project, withdraw_project
from partage.people.models import Participant
from partage.people.participants import TooManyNewcomers, device_token, remember
from partage.web.paging import page_of

KNOWN_AFTER = timedelta(days=90)  # to read what became of one's project
PROJECTS_EACH = 40
ROUNDS_NAMED = 10


def shown_round(slug: str, number: int) -> Round:
    coproduction = visible_coproduction(slug)
    rounds = coproduction.fund_rounds.select_related("count")
    found = get_object_or_404(rounds, number=number)
    found.coproduction = coproduction
    return found


@login_not_required
@require_safe
def fund(request: HttpRequest, slug: str) -> HttpResponse:
    """What the fund holds, its rounds, and every movement."""
    coproduction = visible_coproduction(slug)
    held, kept = balance(coproduction), promised(coproduction)
    movements = Movement.objects.filter(coproduction=coproduction)
    rounds = coproduction.fund_rounds.select_related("count")
    context = {
        "coproduction": coproduction,
        "balance": held,
        "promised": kept,
        "free": held - kept,
        "page": page_of(movements.select_related("project", "reverses"), request),
        "rounds": list(rounds[:ROUNDS_NAMED]),
    }
    return render(request, "fund/fund.html", context)


def drawn_page(request: HttpRequest, vote: Round, seed: str) -> Page[Any]:
    """A page of published projects in an order drawn by the seed: none stands first for long."""
    published = vote.projects.published().order_by("number")
    numbers = list(published.values_list("number", flat=True))
    drawn = [numbers[place - 1] for place in walk(len(numbers), seed, range(len(numbers)))]
    page: Page[Any] = page_of(drawn, request, PROJECTS_EACH)
    found = {project.number: project for project in published.filter(number__in=list(page))}
    page.object_list = [found[number] for number in page]
    return page


def _seed(request: HttpRequest) -> str:
    return request.GET.get("seed", "")[:20] or secrets.token_hex(3)


@login_not_required
@require_safe
def fund_round(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One round: its dates, its rule, its projects, and once counted what it bought."""
    found = shown_round(slug, number)
    context: dict[str, Any] = {"coproduction": found.coproduction, "round": found}
    if found.phase == "counted":
        order = (F("purchase__place").asc(nulls_last=True), "number")
        listed = found.projects.published().select_related("purchase").order_by(*order)
        context |= {"page": page_of(listed, request), "query": ""}
        context |= {"fewest": FEWEST, "are_told": found.count.ballots >= FEWEST}
    else:
        seed = _seed(request)
        context |= {"page": drawn_page(request, found, seed), "query": f"seed={seed}&"}
    refusals = found.projects.filter(state=Project.State.REFUSED).order_by().values("rule")
    context["refusals"] = [
        (Project.Rule(row["rule"]).label, row["n"]) for row in refusals.annotate(n=CountRows("pk"))
    ]
    return render(request, "fund/round.html", context)


@login_not_required
def propose_a_project(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Four fields; below them, what became of one's own."""
    found = shown_round(slug, number)
    form = ProjectForm(found, request.POST if request.method == "POST" else None, new_once())
    is_open = found.takes_projects()
    if request.method == "POST" and is_open and form.is_valid():
        once = form.cleaned_data["once"]
        return _act(
            request, found, lambda device: redirect(propose_project(device, form.project())), once
        )
    participant = acting(found.coproduction, device_token(request))
    mine = found.projects.filter(author=participant) if participant else Project.objects.none()
    context = {
        "coproduction": found.coproduction,
        "round": found,
        "form": form,
        "is_open": is_open,
        "asked_first": asked_first(participant, found.coproduction),
        "page": page_of(mine.order_by("-pk"), request),
    }
    status = 400 if form.errors else 409 if request.method == "POST" else 200
    return render(request, "fund/propose.html", context, status=status)


def _act(
    request: HttpRequest,
    asked: Round,
    act: Callable[[Participant], HttpResponse],
    once: str = "",
) -> HttpResponse:
    """Do what this device asks, as its participant, begun now if this is its first act."""
    try:
        with transaction.atomic():
            participant, token = participant_for(request, asked.coproduction, once)
            response = act(participant)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    # The votes of the coproduction may be over: the device is known until this round is.
    token = token or device_token(request)
    if token:
        remember(response, request, token, max(asked.votes_close_at, timezone.now()) + KNOWN_AFTER)
    return response


def shown_project(
    request: HttpRequest, slug: str, number: int
) -> tuple[Project, Participant | None]:
    """The project, where this reader may see it; 404 where not, as if it were not there."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    by_link = number if has_private_key(request, "project", number) else 0
    seen = Project.objects.visible_to(participant, by_link).filter(round__coproduction=coproduction)
    found = get_object_or_404(seen.select_related("round__count", "purchase"), pk=number)
    found.round.coproduction = coproduction
    return found, participant


@login_not_required
@require_safe
def project(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One project: what it is, what it costs, and what became of it."""
    found, participant = shown_project(request, slug, number)
    is_mine = participant is not None and found.author_id == participant.pk
    sees = is_mine or has_private_key(request, "project", number)
    bought = found.bought
    said = bought.follow_ups.select_related("movement__reversed_by") if bought else []
    context = {
        "coproduction": found.round.coproduction,
        "round": found.round,
        "project": found,
        "is_mine": is_mine,
        "key": private_key("project", number) if sees else "",
        "purchase": bought,
        "page": page_of(said, request),
    }
    return render(request, "fund/project.html", context)


@login_not_required
@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found, participant = shown_project(request, slug, number)
    if participant is None or found.author_id != participant.pk:
        raise Http404
    try:
        withdraw_project(participant, found)
    except VoteRefused as error:
        return refused(request, error)
    return redirect(found)


@login_not_required
@never_cache
def ballot(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every project with a box to tick, in a drawn order; sent again it replaces the last."""
    found = shown_round(slug, number)
    seed = _seed(request)
    page = drawn_page(request, found, seed)
    if request.method == "POST":
        return _cast(request, found, page, seed)
    participant = acting(found.coproduction, device_token(request))
    given = Ballot.objects.filter(round=found, participant=participant) if participant else None
    cast = given.first() if given is not None else None
    context = {
        "coproduction": found.coproduction,
        "round": found,
        "is_open": found.takes_ballots(),
        "page": page,
        "query": f"seed={seed}&",
        "ballot": cast,
        "asked_first": asked_first(participant, found.coproduction),
        "ticked": set(cast.projects) if cast else set(),
        "once": new_once(),
    }
    return render(request, "fund/ballot.html", context)


def _cast(request: HttpRequest, found: Round, page: Page[Any], seed: str) -> HttpResponse:
    numbers = list(found.projects.published().values_list("number", flat=True))
    form = BallotForm([n for n in numbers if n], request.POST)
    if not form.is_valid():
        return refused(request, ForeignProject())
    once = form.cleaned_data["once"]

    def cast(device: Participant) -> HttpResponse:
        shown = [one.number for one in page]
        cast_ballot(device, found, shown, form.cleaned_data["project"], retry_key=once)
        return redirect(f"{request.path}?seed={seed}&page={page.number}#ballot")

    return _act(request, found, cast, once)
