"""The receipt of an answer, shown to the device that gave it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.contributions.models import Vote
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction
from partage.people.participants import device_token
from partage.register.finding import code_of
from partage.register.leaves import canonical
from partage.register.models import Log, Payload
from partage.register.proving import is_sealed, receipt_of


def said_in(vote: Vote) -> str:
    """What the entry of this answer hides."""
    name = Vote.Answer(vote.answer).name.lower()
    return canonical({"statement": vote.statement_id, "answer": name})


def _mine(request: HttpRequest, slug: str, statement: int) -> tuple[Coproduction, Vote, Payload]:
    """This device's answer and what is kept of its entry; to anybody else it does not exist."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    votes = Vote.objects.filter(participant=participant) if participant else Vote.objects.none()
    vote = votes.filter(statement=statement).select_related("statement").first()
    if participant is None or vote is None:
        raise Http404
    kept = Payload.objects.filter(vault_key=participant.vault_key, entry__kind="vote")
    same = kept.filter(content=said_in(vote)).select_related("entry", "vault_key")
    payload = same.order_by("-entry_id").first()
    if payload is None:
        raise Http404
    return coproduction, vote, payload


@login_not_required
@require_safe
def receipt(request: HttpRequest, slug: str, statement: int) -> HttpResponse:
    """Where the answer stands in the register, and the proof to take away."""
    coproduction, vote, payload = _mine(request, slug, statement)
    log = Log.objects.filter(pk=payload.entry.log).first()
    context = {
        "coproduction": coproduction,
        "vote": vote,
        "entry": payload.entry,
        "log": log,
        "code": code_of(bytes(payload.entry.event_id)),
        "is_sealed": is_sealed(payload.entry, log),
    }
    return render(request, "contributions/receipt.html", context)


@login_not_required
@require_safe
def receipt_file(request: HttpRequest, slug: str, statement: int) -> HttpResponse:
    """The receipt itself, in the open format of its kind."""
    _coproduction, _vote, payload = _mine(request, slug, statement)
    log = Log.objects.filter(pk=payload.entry.log).first()
    if log is None or not is_sealed(payload.entry, log):
        raise Http404
    name = code_of(bytes(payload.entry.event_id))
    return HttpResponse(
        str(receipt_of(payload, log)),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.tlog-proof"',
            "Cache-Control": "private, no-store",
        },
    )
