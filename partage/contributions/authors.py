"""What its author sees and may do about a contribution, from their device or by a private link."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from partage.contributions.deciding import among, discussed
from partage.contributions.desk import KINDS, found
from partage.contributions.models import NOT_SHOWN, Contribution, Progress, Statement
from partage.contributions.private_links import has_private_key, private_key
from partage.contributions.releases import say_in_releases
from partage.contributions.reports import refusal_of
from partage.contributions.views import refused, visible_coproduction
from partage.contributions.voting import VoteRefused, acting, refuse_beyond_limit
from partage.people.models import Participant
from partage.people.participants import device_token
from partage.register.recording import record

STILL_WAITING = (Progress.WAITING, Progress.ASKED, Progress.SECOND)
CAN_BE_WITHDRAWN = (*STILL_WAITING, Progress.PUBLISHED)


def told_to_author(
    request: HttpRequest, one: Contribution, participant: Participant | None
) -> dict[str, Any]:
    """For the page of a contribution: empty-handed for anybody but its author."""
    is_mine = participant is not None and one.author_id == participant.pk
    sees = is_mine or has_private_key(request, one.noun, one.pk)
    return {
        "is_mine": is_mine,
        "can_withdraw": is_mine and one.state in CAN_BE_WITHDRAWN,
        "key": private_key(one.noun, one.pk) if sees else "",
        "refusal": refusal_of(one) if sees else None,
    }


@transaction.atomic
def withdraw(participant: Participant, one: Contribution) -> None:
    """Take back what one wrote: nobody is shown it, or asked about it, any more."""
    refuse_beyond_limit(participant)
    values = {"state": Progress.WITHDRAWN, "rule": "", "reason": "", "first_reader": None}
    # Two updates tell which it was, also where the desk publishes it at the same time.
    was_hidden = among(one, *STILL_WAITING).filter(author=participant).update(**values)
    was_shown = among(one, Progress.PUBLISHED).filter(author=participant).update(**values)
    if not (was_hidden or was_shown):
        return
    if was_shown:
        discussed(one, -1)
        if isinstance(one, Statement):
            say_in_releases({one.pk: NOT_SHOWN})
    record(
        f"{one.dashed_noun}-withdrawn",
        space=one.coproduction.slug,
        payload={one.noun: one.pk},
        vault_key=participant.vault_key,
    )


@login_not_required
@require_POST
def withdraw_mine(request: HttpRequest, slug: str, noun: str, number: int) -> HttpResponse:
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    if participant is None or noun not in KINDS:
        raise Http404
    one = found(coproduction, noun, number)
    if one.author_id != participant.pk:
        raise Http404
    try:
        withdraw(participant, one)
    except VoteRefused as error:
        return refused(request, error)
    return redirect(one)
