"""Pages where people answer, propose, and see their own answers."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from partage.consents.consent import give_consent
from partage.consents.models import Consent, Restriction
from partage.contributions.card import Card, card_for, new_once
from partage.contributions.forms import StatementForm, VoteForm
from partage.contributions.models import (
    LONGEST_STATEMENT,
    ContestedSet,
    InDoubt,
    Statement,
    Vote,
)
from partage.contributions.statements import (
    propose_statement,
)
from partage.contributions.voting import (
    StepNeeded,
    VoteRefused,
    acting,
    asked_first,
    cast_vote,
    check_may_act,
    refuse_beyond_limit,
    to_answer,
    undo_vote,
)
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant
from partage.people.participants import (
    TooManyNewcomers,
    begin,
    device_token,
    network_of,
    remember,
    token_of,
)
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.tidying import number_in


def visible_coproduction(slug: str) -> Coproduction:
    return get_object_or_404(Coproduction.objects.visible(), slug=slug)


def votes_stage(coproduction: Coproduction) -> Stage | None:
    return coproduction.stages.filter(kind=Stage.Kind.VOTES).first()


def participant_for(
    request: HttpRequest, coproduction: Coproduction, once: str = ""
) -> tuple[Participant, str | None]:
    """This device's participant in an act; begun now if this is its first, with its cookie.

    A first act sent again, whose answer and cookie were lost on the way, finds who it began.
    """
    token = device_token(request)
    held = token is not None
    token = token or (token_of(once) if once else None)
    known = acting(coproduction, token)
    if known:
        return known, None if held else token
    return begin(coproduction.slug, network_of(request, timezone.now()), token)


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """Why nothing was recorded; where something comes first, with the way to it."""
    status, sentence = refusal(error)
    if not isinstance(error, StepNeeded):
        title = _("Your answer was not recorded")
        return error_page(request, status, title, sentence, retry=True)
    way = reverse("vote", args=[error.coproduction.slug]) + "#card"
    title = _("One step comes first")
    return error_page(request, status, title, sentence, retry=True, first=way)


def refusal(error: Exception) -> tuple[int, str]:
    """The status and the sentence of an act that was not done."""
    if isinstance(error, TooManyNewcomers):
        return 429, _(
            "Many answers come from this network. Wait a while, or ask the facilitator for help."
        )
    return error.status if isinstance(error, VoteRefused) else 409, str(error)


def with_cookie(
    response: HttpResponse, request: HttpRequest, coproduction: Coproduction, token: str | None
) -> HttpResponse:
    if token is None:
        return response
    stage = votes_stage(coproduction)
    remember(response, request, token, stage.closes_at if stage else None)
    return response


@login_not_required
@vary_on_headers("HX-Request")
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """The card, and the answer to it."""
    if request.method == "POST":
        return _answer(request, slug)
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    goes_on = "more" in request.GET
    card = card_for(coproduction, votes_stage(coproduction), participant, goes_on=goes_on)
    return _show(request, coproduction, card)


def _answer(request: HttpRequest, slug: str) -> HttpResponse:
    found = to_answer(slug, device_token(request))
    if found is None:
        raise Http404
    coproduction, participant = found
    form = VoteForm(request.POST)
    if not form.is_valid():
        sentence = _("Choose one of the answers under the sentence.")
        return error_page(request, 400, _("Your answer was not recorded"), sentence)
    statement, answer = form.cleaned_data["statement"], form.cleaned_data["answer"]
    once = form.cleaned_data["once"]
    token = None
    try:
        if participant is None or coproduction.asks_consent:
            # One transaction: an answer that is refused leaves no participant behind, and a
            # consent taken back meanwhile is not answered past.
            with transaction.atomic():
                participant, token = participant_for(request, coproduction, once)
                cast_vote(participant, coproduction, statement, answer, retry_key=once)
        else:
            cast_vote(participant, coproduction, statement, answer, retry_key=once)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    if "HX-Request" not in request.headers:
        back = "my-answers" if "change" in request.POST else "vote"
        response: HttpResponse = HttpResponseRedirect(
            f"{reverse(back, args=[coproduction.slug])}#card"
        )
    else:
        stage = votes_stage(coproduction)
        response = _show(request, coproduction, card_for(coproduction, stage, participant))
    return with_cookie(response, request, coproduction, token)


def _show(request: HttpRequest, coproduction: Coproduction, card: Card) -> HttpResponse:
    is_part = "HX-Request" in request.headers
    template = "contributions/_card.html" if is_part else "contributions/vote.html"
    context = {"coproduction": coproduction, "card": card, "is_part": is_part}
    return render(request, template, context)


@login_not_required
@require_POST
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    statement = number_in(request.POST.get("statement", ""))
    if participant and statement:
        try:
            undo_vote(participant, coproduction, statement)
        except VoteRefused as error:
            return refused(request, error)
    return redirect("vote", slug)


@login_not_required
@require_POST
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """The explicit yes that comes before the first answer to sensitive questions."""
    coproduction = visible_coproduction(slug)
    response = HttpResponseRedirect(f"{reverse('vote', args=[slug])}#card")
    if not coproduction.asks_consent:
        return response
    try:
        with transaction.atomic():
            participant, token = participant_for(request, coproduction)
            refuse_beyond_limit(participant)
            give_consent(participant, coproduction)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    return with_cookie(response, request, coproduction, token)


@login_not_required
@require_safe
def my_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """This device's answers, each of which can be changed while voting is open."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    votes = Vote.objects.filter(participant=participant) if participant else Vote.objects.none()
    stage = votes_stage(coproduction)
    context = {
        "coproduction": coproduction,
        "stage": stage,
        "is_open": stage is not None and stage.is_open(),
        "page": page_of(votes.select_related("statement").order_by("-cast_at", "pk"), request),
        "answers": [a for a in Vote.Answer if a != Vote.Answer.UNCLEAR],
        "once": new_once(),
        "is_known": participant is not None,
        "has_receipt": Consent.objects.filter(participant=participant).exists(),
        "restriction": Restriction.objects.filter(participant=participant).first(),
        "left_out": _sets_of(participant),
        "providers": settings.IDENTITY_PROVIDERS,
        "has_consent": participant is not None and getattr(participant, "has_consent", False),
    }
    return render(request, "contributions/my_answers.html", context)


def _sets_of(participant: Participant | None) -> list[ContestedSet]:
    """Sets that are left out and hold this device's answers."""
    mine = (
        InDoubt.objects.left_out().filter(participant=participant).select_related("contested_set")
    )
    return [one.contested_set for one in mine] if participant else []


@login_not_required
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """One field to propose a sentence; below it, what became of the earlier ones."""
    coproduction = visible_coproduction(slug)
    stage = votes_stage(coproduction)
    is_open = stage is not None and stage.is_open()
    participant = acting(coproduction, device_token(request))
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_open and form.is_valid():
        return _propose(request, coproduction, form.cleaned_data["text"])
    mine = Statement.objects.filter(author=participant) if participant else Statement.objects.none()
    context = {
        "coproduction": coproduction,
        "form": form,
        "is_open": is_open,
        "asked_first": asked_first(participant, coproduction),
        "longest": LONGEST_STATEMENT,
        "page": page_of(mine.order_by("-pk"), request),
    }
    status = 400 if form.errors else 409 if request.method == "POST" else 200
    return render(request, "contributions/propose.html", context, status=status)


def _propose(request: HttpRequest, coproduction: Coproduction, text: str) -> HttpResponse:
    try:
        with transaction.atomic():
            participant, token = participant_for(request, coproduction)
            check_may_act(participant, coproduction)
            propose_statement(participant, coproduction, text, reader_language())
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    response = redirect("propose", coproduction.slug)
    return with_cookie(response, request, coproduction, token)
