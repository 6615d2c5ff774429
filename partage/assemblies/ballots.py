"""Casting a ballot, and entering a show of hands."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assemblies.models import (
    Attempt,
    Choices,
    GroupCount,
    Member,
    RollCallBallot,
    RollEntry,
    SecretElectorate,
    Vote,
)
from partage.assemblies.proxies import current, end_proxy
from partage.assemblies.votes import close_vote, locked, put_in_box
from partage.calc.rollcall import RollcallError, Tally
from partage.people.models import Person
from partage.register.recording import record

Reason = Attempt.Reason
Totals = tuple[int, int, int]


class BallotRefused(Exception):
    """Nothing was counted; the message is one sentence, and `reason` is what the chair sees."""

    def __init__(self, reason: Attempt.Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class NotSecondPerson(Exception):
    """Who entered the totals does not confirm them."""


@transaction.atomic
def cast_ballot(vote: Vote, acting: Member, member: Member, choice: str) -> None:
    """Count one member's choice, cast by them or by whoever holds their proxy.

    By roll call the last one counts until the vote closes; in secret the first one is final.
    """
    vote = locked(vote)
    _check_open(vote)
    if choice not in Choices.values:
        raise BallotRefused(Reason.UNKNOWN, _("Choose for, against or abstention."))
    entry, by = _entries(vote, acting, member)
    if by is None:
        end_proxy(member)
    else:
        _check_proxy(acting, member)
    if vote.regime == Vote.Regime.SECRET:
        _cast_in_secret(vote, entry, by, choice)
    else:
        _cast_by_name(vote, entry, by, choice)


def _check_open(vote: Vote) -> None:
    if not vote.takes_ballots:
        raise BallotRefused(Reason.CLOSED, _("This vote is not open: nothing was counted."))
    if vote.regime == Vote.Regime.HANDS:
        raise BallotRefused(Reason.CLOSED, _("This vote is by show of hands, in the room."))


def _entries(vote: Vote, acting: Member, member: Member) -> tuple[RollEntry, RollEntry | None]:
    """The roll entry of the member, and of who acts when it is somebody else."""
    wanted = {acting.pk, member.pk}
    found = {one.member_id: one for one in vote.roll.filter(member__in=wanted)}
    if found.keys() != wanted:
        sentence = _(
            "The roll of this vote was closed when it opened, and does not hold this name."
        )
        raise BallotRefused(Reason.STRANGER, sentence)
    return found[member.pk], found[acting.pk] if acting.pk != member.pk else None


def _check_proxy(acting: Member, member: Member) -> None:
    if not current().filter(giver=member, holder=acting).exists():
        sentence = _("You hold no proxy of %(name)s: nothing was counted.")
        raise BallotRefused(Reason.NO_PROXY, sentence % {"name": member.name})


def _cast_by_name(vote: Vote, entry: RollEntry, by: RollEntry | None, choice: str) -> None:
    before = RollCallBallot.objects.filter(entry=entry).first()
    if by is not None and before is not None and before.acting_id is None:
        sentence = _("%(name)s has voted in person: that vote stands.")
        raise BallotRefused(Reason.TWICE, sentence % {"name": entry.name})
    said = {"acting": by, "choice": choice, "cast_at": timezone.now()}
    RollCallBallot.objects.update_or_create(entry=entry, defaults=said)
    record(
        "roll-call-ballot",
        space=vote.assembly.space,
        payload={
            "vote": vote.number,
            "place": entry.place,
            "choice": choice,
            "acting": by.place if by else entry.place,
        },
        vault_key=entry.member.vault_key,
    )


def _cast_in_secret(vote: Vote, entry: RollEntry, by: RollEntry | None, choice: str) -> None:
    _mark, is_new = SecretElectorate.objects.get_or_create(entry=entry, defaults={"acting": by})
    if not is_new:
        sentence = _("A secret ballot of %(name)s is in the box: it is final.")
        raise BallotRefused(Reason.TWICE, sentence % {"name": entry.name})
    put_in_box(vote, [choice])
    # Neither who nor what: it lets anybody compare the number of ballots with that of acts.
    record("secret-ballot", space=vote.assembly.space, public={"vote": vote.number})


@transaction.atomic
def note_attempt(vote: Vote, member: Member | None, reason: Attempt.Reason) -> None:
    """Let the chair see that something was refused. No time is kept: it could name a ballot."""
    line, is_new = Attempt.objects.get_or_create(vote=vote, member=member, reason=reason)
    if not is_new:
        Attempt.objects.filter(pk=line.pk).update(times=F("times") + 1)


@transaction.atomic
def enter_hands(vote: Vote, person: Person, totals: Mapping[int, Totals]) -> None:
    """Write down the totals of each group, by its number; somebody else confirms them."""
    vote = locked(vote)
    if vote.is_draft or vote.is_closed or vote.regime != Vote.Regime.HANDS:
        raise BallotRefused(Reason.CLOSED, _("No show of hands is open here."))
    groups = list(vote.group_counts.all())
    if totals.keys() != {group.pk for group in groups}:
        raise BallotRefused(Reason.TOTALS, _("Give the totals of each group on the roll, once."))
    for group in groups:
        _fill(group, totals[group.pk])
    GroupCount.objects.bulk_update(groups, ["votes_for", "against", "abstentions"])
    Vote.objects.filter(pk=vote.pk).update(counted_by=person, confirmed_by=None)
    record("hands-entered", space=vote.assembly.space, public={"vote": vote.number})


def _fill(group: GroupCount, totals: Totals) -> None:
    try:
        Tally(group.members, *totals)
    except RollcallError:
        sentence = _(
            "In “%(group)s”, %(for)s for, %(against)s against and %(abstain)s abstentions do not "
            "match its %(members)s members. Correct these totals."
        )
        words: dict[str, object] = {"group": group.name, "members": group.members}
        words |= dict(zip(("for", "against", "abstain"), totals, strict=True))
        raise BallotRefused(Reason.TOTALS, sentence % words) from None
    group.votes_for, group.against, group.abstentions = totals


@transaction.atomic
def confirm_hands(vote: Vote, person: Person) -> Vote:
    """A second person says that the totals are those of the room: the vote closes."""
    vote = locked(vote)
    if vote.counted_by_id is None or vote.is_closed:
        raise BallotRefused(Reason.CLOSED, _("There are no totals to confirm."))
    if vote.counted_by_id == person.pk:
        raise NotSecondPerson
    Vote.objects.filter(pk=vote.pk).update(confirmed_by=person)
    record("hands-confirmed", space=vote.assembly.space, public={"vote": vote.number})
    return close_vote(vote)
