"""Home, the pages of a coproduction, and what operators ask of the site."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from partage.accounting.models import CounterInput, PublishedAccount
from partage.accounting.voices import withdraw_voices
from partage.calc.ranking import SELDOM_ANSWERED
from partage.calls.models import Call
from partage.contributions import releases
from partage.contributions.card import card_for
from partage.contributions.desk import at_desk, queue_counts, waiting_counts
from partage.contributions.follow_up import to_answer_counts
from partage.contributions.idea_pages import ORDERS as IDEA_ORDERS
from partage.contributions.models import (
    CHARTER,
    Turnout,
)
from partage.contributions.results import ORDERS, summary
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting, withdraw_from_voting
from partage.coproductions.models import Coproduction, Stage
from partage.coproductions.roles import organizations_of
from partage.events.models import ClosedMonth
from partage.fund.ballots import withdraw_ballots
from partage.fund.models import Movement
from partage.opinions.amending import withdraw_supports
from partage.opinions.listing import last_published, under_debate
from partage.oversight.asking import with_questions
from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.people.unsent import unsent_counts
from partage.training.claiming import with_claims
from partage.training.hours import withdraw_hours
from partage.web import counters
from partage.web.paging import page_of

ASSEMBLIES_NAMED = 3


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is open now, what is over, and one question to answer at once."""
    votes = Prefetch("stages", Stage.objects.filter(kind=Stage.Kind.VOTES), to_attr="votes_stages")
    everything = Coproduction.objects.visible().select_related("turnout").prefetch_related(votes)
    page = page_of(everything.order_by("-pk"), request)
    now = timezone.now()
    for coproduction in page:
        coproduction.votes_stage = next(iter(coproduction.votes_stages), None)
        coproduction.is_open = bool(
            coproduction.votes_stage and coproduction.votes_stage.is_open(now)
        )
        turnout = getattr(coproduction, "turnout", None)
        coproduction.people_shown = turnout.shown if turnout else 0
    context = {
        "page": page,
        "open_now": [c for c in page if c.is_open],
        "others": [c for c in page if not c.is_open],
        "one": Coproduction.objects.visible().open_to_votes(now).order_by("?").first(),
        "next_opening": Stage.objects.filter(
            kind=Stage.Kind.VOTES, opens_at__gt=now, coproduction__frame__isnull=False
        ).aggregate(first=Min("opens_at"))["first"],
        "opinions": last_published(),
    }
    return render(request, "pages/home.html", context)


@login_not_required
@require_safe
def coproduction(request: HttpRequest, slug: str) -> HttpResponse:
    """The question, the card to answer it, where opinions stand, and the account."""
    closed = ClosedMonth.objects.filter(coproduction=OuterRef("pk"))
    moved = Movement.objects.filter(coproduction=OuterRef("pk"))
    annotated = {"is_measured": Exists(closed), "has_fund": Exists(moved)}
    rows = Coproduction.objects.visible().annotate(**annotated)
    rows = rows.select_related("started_from__work")
    found = get_object_or_404(rows, slug=slug)
    stages = list(found.stages.all())
    votes = next((stage for stage in stages if stage.kind == Stage.Kind.VOTES), None)
    participant = acting(found, device_token(request))
    release = found.releases.order_by("number").last()
    context = {
        "coproduction": found,
        "started_from": getattr(found, "started_from", None),
        "stages": stages,
        "step": next((n for n, s in enumerate(stages, 1) if s.is_open()), 0),
        "card": card_for(found, votes, participant),
        "release": release,
        "summary": summary(release.content) if release else None,
        "turnout": Turnout.objects.filter(coproduction=found).first(),
        "ideas": any(stage.kind == Stage.Kind.IDEAS for stage in stages),
        "tests": any(stage.kind == Stage.Kind.TESTS for stage in stages),
        "account": PublishedAccount.objects.filter(coproduction=found).order_by("number").last(),
        "opinions": last_published(coproduction=found),
        "debates": under_debate(opinion__coproduction=found),
        "assemblies": found.organization.assemblies.order_by("-pk")[:ASSEMBLIES_NAMED],
    }
    return render(request, "pages/coproduction.html", context)


@login_not_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the consent back, and all that rested on it: one click, as giving it was."""
    found = visible_coproduction(slug)
    participant = acting(found, device_token(request))
    if participant:
        with transaction.atomic():
            withdraw_voices(participant)
            withdraw_supports(participant)
            withdraw_ballots(participant)
            withdraw_hours(participant)
            withdraw_from_voting(participant, found)
    return redirect("my-answers", slug)


@login_not_required
@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Every rule by which the site orders, counts and draws."""
    context = {
        "seldom": SELDOM_ANSWERED,
        "orders": ORDERS.values(),
        "idea_orders": IDEA_ORDERS.values(),
        "rules": [rule.label for rule in CHARTER],
        "new_people": releases.NEW_PEOPLE,
        "fewest": releases.FEWEST_VOTERS,
        "sentences_from": releases.SENTENCES_FROM,
        "picture_from": releases.PICTURE_FROM,
    }
    return render(request, "pages/how.html", context)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this facilitator, coproduction by coproduction."""
    waiting = CounterInput.objects.filter(state=CounterInput.State.WAITING)
    figures = waiting.values("account__coproduction").annotate(n=Count("pk")).order_by()
    counts = dict(figures.values_list("account__coproduction", "n"))
    person = signed_in(request)
    mine = list(with_claims(with_questions(at_desk(person))))
    to_read, queues = waiting_counts(mine, person), queue_counts(mine, person)
    to_answer = to_answer_counts(mine)
    calls = Call.objects.of(person).numbers()
    context = {
        "coproductions": [
            {
                "item": each,
                "to_read": to_read[each.pk],
                "reports": queues["reports"][each.pk],
                "contests": queues["contests"][each.pk],
                "unclear": queues["unclear"][each.pk],
                "to_answer": to_answer.get(each.pk, 0),
                "figures": counts.get(each.pk, 0),
                "asked": each.questions_waiting,
                "claims": each.claims_waiting,
            }
            for each in mine
        ],
        "facilitates": organizations_of(person).exists(),
        "calls_waiting": calls["waiting"],
        "unsent": unsent_counts(),
        "answers_owed": calls["owed"],
    }
    return render(request, "pages/desk.html", context)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can reach its database."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "database": connection.vendor})


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters, for whoever holds the token."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), expected.encode()
    ):
        raise Http404
    return HttpResponse(counters.report(), content_type="text/plain; version=0.0.4")
