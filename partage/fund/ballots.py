"""Casting a ballot: the projects one approves, changed as often as one likes until voting closes."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.voting import VoteRefused, check_may_act
from partage.fund.models import Ballot, Count, Round
from partage.fund.proposing import locked
from partage.people.models import Participant
from partage.register.recording import AlreadyRecorded, record

VOTE = "fund-ballot"


class ForeignProject(VoteRefused):
    """The ballot names a project that is not on the list of the round."""

    status = 400

    def __init__(self) -> None:
        super().__init__(_("A project of your ballot is not on the list of this round."))


@transaction.atomic
def cast_ballot(
    participant: Participant,
    vote: Round,
    shown: Collection[int],
    ticked: Collection[int],
    *,
    retry_key: str = "",
) -> Ballot:
    """Count the projects ticked among those shown; those of other pages stay as they were."""
    mine = Ballot.objects.filter(participant=participant, round=vote)
    check_may_act(participant, vote.coproduction, mine.exists)
    # Locked, so that none comes in beside the count.
    if not locked(vote).takes_ballots():
        raise VoteRefused(_("Voting is not open in this round, so nothing was recorded."))
    known = set(vote.projects.published().values_list("number", flat=True))
    if set(ticked) - known:
        raise ForeignProject
    before = mine.first()
    kept = set(before.projects) - set(shown) if before else set()
    projects = sorted(kept | set(ticked))
    is_same = before is not None and before.projects == projects
    _record(participant, vote, projects, retry_key, is_same=is_same)
    said = {"projects": projects, "cast_at": timezone.now()}
    ballot, _new = Ballot.objects.update_or_create(
        participant=participant, round=vote, defaults=said
    )
    return ballot


def _record(
    participant: Participant, vote: Round, projects: list[int], retry_key: str, *, is_same: bool
) -> None:
    # The public entry names neither the round nor a project: it would be a live count.
    hidden = {"round": vote.number, "projects": projects}
    key, space = participant.vault_key, vote.coproduction.slug
    try:
        # In a savepoint of its own: what it refuses leaves the ballot.
        with transaction.atomic():
            record(VOTE, space=space, payload=hidden, vault_key=key, retry_key=retry_key)
    except AlreadyRecorded:
        # Sent again it stands once; gone back to on the same page, it is the last word again.
        if not is_same:
            record(VOTE, space=space, payload=hidden, vault_key=key)


@transaction.atomic
def withdraw_ballots(participant: Participant) -> None:
    """Remove what the person approved; the caller ends the consent in the same transaction."""
    rounds = list(Ballot.objects.filter(participant=participant).values_list("round", flat=True))
    # Locked, so that no count reads a ballot that goes meanwhile.
    list(Round.objects.select_for_update(no_key=True).filter(pk__in=rounds).order_by("pk"))
    # What they approved would follow from all else that was counted.
    counted = Ballot.objects.filter(participant=participant, is_counted=True)
    Count.objects.filter(round__in=counted.values("round")).update(opening=None)
    Ballot.objects.filter(participant=participant).delete()
