"""A vote from its declaration to its closing: the roll is frozen, counted, and sealed."""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.assemblies.models import (
    Assembly,
    GroupCount,
    Member,
    RollCallBallot,
    RollEntry,
    SecretBallot,
    SecretElectorate,
    Vote,
)
from partage.calc.rollcall import Choice, Decision, GroupTally, Tally, decide
from partage.register.leaves import canonical
from partage.register.recording import record

log = logging.getLogger("partage.votes")


class VoteNotReady(Exception):
    """The vote cannot be declared, opened or closed so; the message is one sentence."""


@transaction.atomic
def declare_vote(assembly: Assembly, **words: Any) -> Vote:
    """Write down a question and its rule. They may change until the vote opens, by another draft."""
    Assembly.objects.select_for_update().get(pk=assembly.pk)
    highest = assembly.votes.aggregate(highest=Max("number"))["highest"] or 0
    vote = Vote.objects.create(assembly=assembly, number=highest + 1, **words)
    record("vote-declared", space=assembly.space, public=said_of(vote))
    return vote


def said_of(vote: Vote) -> dict[str, Any]:
    """What the register says of a vote: its rule, and its words by their hash."""
    words = canonical({"title": vote.title, "question": vote.question})
    return {
        "vote": vote.number,
        "words": hashlib.sha256(words.encode()).hexdigest(),
        "regime": vote.regime,
        "majority": vote.majority,
        "counted": vote.counted,
        "quorum": vote.quorum_percent,
        "chambers": vote.by_chamber,
        "groups": vote.groups_needed,
        "closes": vote.closes_at.isoformat() if vote.closes_at else "",
    }


@transaction.atomic
def discard_vote(vote: Vote) -> None:
    """Take back a draft that was never opened."""
    gone, _which = Vote.objects.filter(pk=vote.pk, opened_at=None).delete()
    if not gone:
        raise VoteNotReady(_("This vote was opened: it stays."))
    record("vote-discarded", space=vote.assembly.space, public={"vote": vote.number})


def locked(vote: Vote) -> Vote:
    """The row as it is now; whoever opens, closes or votes at the same time waits."""
    return Vote.objects.select_for_update(of=("self",)).select_related("assembly").get(pk=vote.pk)


@transaction.atomic
def open_vote(vote: Vote) -> Vote:
    """Freeze the roll, seal it, and take ballots: from here on nothing of the vote changes."""
    Assembly.objects.select_for_update().get(pk=vote.assembly_id)
    vote = locked(vote)
    now = timezone.now()
    if not vote.is_draft:
        raise VoteNotReady(_("This vote is open already."))
    if vote.closes_at is not None and vote.closes_at <= now:
        raise VoteNotReady(
            _("The hour of closing is past: declare the vote again with a later one.")
        )
    members = list(_sitting(vote.assembly))
    _check_groups(vote, members)
    entries = _freeze(vote, members)
    vote.roll_salt = secrets.token_bytes(16)
    vote.roll_seal = seal(vote.roll_salt, roll_lines(entries))
    vote.roll_size, vote.opened_at = len(entries), now
    vote.save(update_fields=["roll_salt", "roll_seal", "roll_size", "opened_at"])
    sealed = {"members": len(entries), "roll": vote.roll_seal.hex()}
    record("vote-opened", space=vote.assembly.space, public=said_of(vote) | sealed)
    return vote


def _sitting(assembly: Assembly) -> Any:
    sitting = Member.objects.sitting(timezone.localdate()).filter(group__assembly=assembly)
    return sitting.select_related("group").order_by("group", "name", "pk")


def _check_groups(vote: Vote, members: Sequence[Member]) -> None:
    groups = list(vote.assembly.groups.all())
    seated = {member.group_id for member in members}
    empty = [group.name for group in groups if group.pk not in seated]
    if empty or not groups:
        sentence = _("The group “%(group)s” has no member today: nobody can vote in it. Add one.")
        raise VoteNotReady(
            sentence % {"group": empty[0]} if empty else _("Add groups and members first.")
        )
    if vote.groups_needed > len(groups):
        sentence = ngettext(
            "The rule needs %(needed)s groups and there is %(n)s.",
            "The rule needs %(needed)s groups and there are %(n)s.",
            len(groups),
        )
        raise VoteNotReady(sentence % {"needed": vote.groups_needed, "n": len(groups)})
    if vote.by_chamber and not all(group.chamber for group in groups):
        without = next(group.name for group in groups if not group.chamber)
        sentence = _("The vote is by chamber, and the group “%(group)s” is in none.")
        raise VoteNotReady(sentence % {"group": without})
    if vote.chair_id and vote.chair_id not in {member.pk for member in members}:
        raise VoteNotReady(_("The chair, whose vote decides a tie, does not sit today."))


def _freeze(vote: Vote, members: Sequence[Member]) -> list[RollEntry]:
    groups: dict[str, GroupCount] = {}
    for member in members:
        blank = GroupCount(
            vote=vote, name=member.group.name, chamber=member.group.chamber, members=0
        )
        groups.setdefault(member.group.name, blank).members += 1
    GroupCount.objects.bulk_create(groups.values())
    entries = [
        RollEntry(
            vote=vote, place=place, member=member, name=member.name,
            group=groups[member.group.name],
        )
        for place, member in enumerate(members, 1)
    ]  # fmt: skip
    return RollEntry.objects.bulk_create(entries)


def roll_lines(entries: Sequence[RollEntry]) -> list[list[object]]:
    """What the seal of a roll commits to: place, name, group and chamber of each."""
    return [[one.place, one.name, one.group.name, one.group.chamber] for one in entries]


def seal(salt: bytes, lines: Sequence[object]) -> bytes:
    """A commitment: nobody guesses the lines from it without the random number."""
    return hashlib.sha256(
        b"partage/roll/v1\0" + salt + canonical({"lines": lines}).encode()
    ).digest()


def close_due_votes(at: datetime) -> None:
    """Close the votes whose hour has come; one that cannot be must not hold up the others."""
    for vote in Vote.objects.due(at).exclude(regime=Vote.Regime.HANDS):
        try:
            close_vote(vote)
        except VoteNotReady as error:
            log.error("vote %s not closed: %s", vote.pk, error)


@transaction.atomic
def close_vote(vote: Vote) -> Vote:
    """Count, decide and publish. The totals are sealed with the rule that decided."""
    vote = locked(vote)
    if vote.is_closed:
        return vote
    now = timezone.now()
    if vote.is_draft:
        raise VoteNotReady(_("This vote was never opened."))
    if vote.closes_at is not None and now < vote.closes_at:
        raise VoteNotReady(_("This vote closes at the hour it declared, not before."))
    groups, sealed = COUNTS[Vote.Regime(vote.regime)](vote)
    decision = decide(vote.rule, groups, _chosen_by_chair(vote))
    _close(vote, decision, now, sealed)
    # After a restore somebody may be erased while the vote is open.
    clear_names(vote.roll.exclude(member__erased_on=None))
    return vote


def clear_names(entries: "QuerySet[RollEntry]") -> None:
    """Take these names off the closed rolls that were never public.

    With the random number of such a roll its seal would still tell whether a guess is right.
    """
    hidden = entries.exclude(vote__regime=Vote.Regime.ROLL_CALL).exclude(vote__closed_at=None)
    votes = set(hidden.values_list("vote", flat=True))
    if votes:
        RollEntry.objects.filter(pk__in=list(hidden.values_list("pk", flat=True))).update(name="")
        Vote.objects.filter(pk__in=votes).update(roll_salt=None)


def _close(vote: Vote, decision: Decision, now: datetime, sealed: str) -> None:
    total = decision.total
    vote.closed_at, vote.outcome = now, decision.outcome.value
    vote.votes_for, vote.against = total.votes_for, total.against
    vote.abstentions = total.abstentions
    vote.save(
        update_fields=[
            "closed_at", "outcome", "votes_for", "against", "abstentions", "confirmed_by"
        ]
    )  # fmt: skip
    public: dict[str, Any] = {"vote": vote.number, "outcome": vote.outcome, "ballots": sealed}
    public |= {"for": total.votes_for, "against": total.against, "abstain": total.abstentions}
    record("vote-closed", space=vote.assembly.space, public=public | {"members": total.members})


def _chosen_by_chair(vote: Vote) -> Choice | None:
    if vote.chair_id is None:
        return None
    ballots = RollCallBallot.objects.filter(entry__vote=vote, entry__member=vote.chair_id)
    found = ballots.values_list("choice", flat=True).first()
    return Choice(found) if found else None


def _count_roll_call(vote: Vote) -> tuple[list[GroupTally], str]:
    """Totals by group, and a commitment to every ballot by name."""
    columns = {
        name: Count("roll__ballot", filter=Q(roll__ballot__choice=choice))
        for name, choice in (("f", "for"), ("a", "against"), ("b", "abstain"))
    }
    counted = list(vote.group_counts.annotate(**columns))
    for group in counted:
        group.votes_for, group.against, group.abstentions = group.f, group.a, group.b  # type: ignore[attr-defined]
    GroupCount.objects.bulk_update(counted, ["votes_for", "against", "abstentions"])
    return [group.counted for group in counted], seal(
        bytes(vote.roll_salt or b""), cast(vote)
    ).hex()


def cast(vote: Vote) -> list[list[object]]:
    """What the seal of a roll call commits to: place, choice, and the place of who acted."""
    ballots = RollCallBallot.objects.filter(entry__vote=vote).order_by("entry__place")
    return [list(one) for one in ballots.values_list("entry__place", "choice", "acting__place")]


def _count_secret(vote: Vote) -> tuple[list[GroupTally], str]:
    """The whole alone, and a commitment to the list of who voted."""
    choices = list(vote.secret_ballots.values_list("choice", flat=True))
    marks = list(SecretElectorate.objects.filter(entry__vote=vote).select_related("entry"))
    if len(choices) != len(marks):
        sentence = _("%(ballots)s ballots and %(marks)s voters: the box is not in order.")
        raise VoteNotReady(sentence % {"ballots": len(choices), "marks": len(marks)})
    _rewrite(vote, choices, marks)
    tally = Tally(vote.roll_size or 0, *(choices.count(choice.value) for choice in Choice))
    places = sorted(mark.entry.place for mark in marks)
    return [GroupTally("", tally)], seal(bytes(vote.roll_salt or b""), places).hex()


def _rewrite(vote: Vote, choices: list[str], marks: list[SecretElectorate]) -> None:
    """Write both tables anew, each in an order of its own drawn at random.

    Where rows lie on the disk, and which transaction wrote them, would else pair the two.
    """
    order = secrets.SystemRandom()
    order.shuffle(choices)
    order.shuffle(marks)
    SecretElectorate.objects.filter(entry__vote=vote).delete()
    SecretBallot.objects.filter(vote=vote).delete()
    SecretElectorate.objects.bulk_create(marks)
    put_in_box(vote, choices)


def put_in_box(vote: Vote, choices: Sequence[str]) -> None:
    """Add ballots under numbers drawn at random: they tell nothing of when."""
    SecretBallot.objects.bulk_create(
        SecretBallot(id=secrets.randbelow(2**62) + 1, vote=vote, choice=choice)
        for choice in choices
    )


def _count_hands(vote: Vote) -> tuple[list[GroupTally], str]:
    groups = list(vote.group_counts.all())
    if vote.confirmed_by_id is None or not all(group.is_known for group in groups):
        raise VoteNotReady(
            _("The totals of a show of hands are confirmed by a second person first.")
        )
    lines = [[g.name, g.votes_for, g.against, g.abstentions] for g in groups]
    return [group.counted for group in groups], seal(bytes(vote.roll_salt or b""), lines).hex()


COUNTS = {
    Vote.Regime.ROLL_CALL: _count_roll_call,
    Vote.Regime.SECRET: _count_secret,
    Vote.Regime.HANDS: _count_hands,
}


def decision_of(vote: Vote, groups: Sequence[GroupCount]) -> Decision:
    """The decision of a closed vote, made again from its totals, with the conditions to show."""
    if vote.regime == Vote.Regime.SECRET:
        return decide(vote.rule, [GroupTally("", vote.total)])
    return decide(vote.rule, [group.counted for group in groups], _chosen_by_chair(vote))
