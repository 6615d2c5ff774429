"""Erasing everything held about oneself in a coproduction: one review, then for good."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from partage.accounting.models import CounterInput, Voice
from partage.calls.models import Support
from partage.calls.views import shown_call
from partage.contributions.models import Argument, Idea, IdeaVote, Statement, TestReport, Vote
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.news.models import Subscription
from partage.people.participants import device_token
from partage.rights.erasure import erase_participant, marks_that_stay


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, slug: str) -> HttpResponse:
    """What will go and what stays; pressing the button erases."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    context: dict[str, Any] = {"coproduction": coproduction, "participant": participant}
    if participant and request.method == "POST":
        erase_participant(participant)
        return render(request, "rights/erased.html", {"coproduction": coproduction})
    if participant:
        context["mark_stays"] = bool(marks_that_stay(participant))
        context["held"] = {
            "answers": Vote.objects.filter(participant=participant).count(),
            "sentences": Statement.objects.filter(author=participant).count(),
            "ideas": Idea.objects.filter(author=participant).count(),
            "arguments": Argument.objects.filter(author=participant).count(),
            "reports": TestReport.objects.filter(author=participant).count(),
            "idea_answers": IdeaVote.objects.filter(participant=participant).count(),
            "figures": CounterInput.objects.filter(author=participant).count(),
            "addresses": Subscription.objects.of(participant).count(),
            "supports": participant.amendment_supports.count(),
            "projects": participant.fund_projects.count(),
            "ballots": participant.fund_ballots.count(),
            "voices": Voice.objects.filter(participant=participant).count(),
            "shares": participant.beneficiaries.count(),
        }
    return render(request, "rights/erase.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase_call(request: HttpRequest, number: int) -> HttpResponse:
    """The same for a call: the words of whoever made it, the support of whoever gave one."""
    call, participant = shown_call(request, number)
    if participant and request.method == "POST":
        erase_participant(participant)
        return render(request, "rights/erase_call.html", {"is_done": True})
    held = Support.objects.filter(call=call, participant=participant) if participant else None
    addresses = Subscription.objects.of(participant) if participant else None
    context = {
        "call": call,
        "addresses": addresses is not None and addresses.exists(),
        "participant": participant,
        "is_author": participant is not None and participant.pk == call.author_id,
        "supports": held is not None and held.exists(),
    }
    return render(request, "rights/erase_call.html", context)
