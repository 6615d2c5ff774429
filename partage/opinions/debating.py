"""The debate of an opinion at the desk: it is opened, amendments are voted, then the whole."""

import hashlib
import logging
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    transaction,
)
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from partage.assemblies.models import Assembly, Vote
from partage.assemblies.votes import declare_vote, open_vote
from partage.opinions.amending import (
    DebateRefused,
    Place,
    Words,
    check_seen,
    digest_of,
    facts_of,
    hold,
    hold_open,
    is_whole,
    others_at,
    place_of,
    row_of,
    words_in,
)
from partage.opinions.models import (
    Amendment,
    Debate,
    GroupVote,
    Opinion,
    Part,
    Recommendation,
    Target,
)
from partage.register.leaves import canonical
from partage.register.recording import record

log = logging.getLogger("partage.debates")
EVERY_SECONDS = 1.0
State = Amendment.State
RESULTS = {
    Vote.Outcomes.ADOPTED: Opinion.Result.ADOPTED,
    Vote.Outcomes.NOT_ADOPTED: Opinion.Result.REJECTED,
}


@transaction.atomic
def open_debate(opinion: Opinion, assembly: Assembly, language: str, until: date) -> Debate:
    """Put the draft before an assembly: from here on its text changes by its amendments alone."""
    locked = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if locked.state != Opinion.State.DRAFT or Debate.objects.filter(opinion=locked).exists():
        raise DebateRefused(_("Only a draft that no assembly debates yet is put before one."))
    _check_complete(locked, language)
    if until < timezone.localdate():
        raise DebateRefused(_("This day is past: give a later last day for amendments."))
    debate = Debate.objects.create(
        opinion=locked, assembly=assembly, language=language, amendable_until=until,
        opened_at=timezone.now(),
    )  # fmt: skip
    facts = {"opinion": locked.slug, "assembly": assembly.slug, "until": until.isoformat()}
    record("debate-opened", space=locked.space, public=facts | {"text": seal_of(debate)})
    return debate


def _check_complete(opinion: Opinion, language: str) -> None:
    recommendations = list(opinion.recommendations.all())
    if not opinion.title.get(language):
        raise DebateRefused(_("Its title has no words in this language yet."))
    if not recommendations:
        raise DebateRefused(_("It has no recommendation yet: add one first."))
    for one in recommendations:
        if not one.text.get(language):
            sentence = _(
                "Recommendation %(n)s has no words in this language yet: write them first."
            )
            raise DebateRefused(sentence % {"n": one.number})
    for part in opinion.parts.all():
        if not part.title.get(language):
            sentence = _("Part %(n)s has no title in this language yet: write it first.")
            raise DebateRefused(sentence % {"n": part.place})


def seal_of(debate: Debate) -> str:
    """The SHA-256 of the text in the language of the debate."""
    opinion, language = debate.opinion, debate.language
    rows: list[tuple[Target, int, Part | Recommendation]] = [
        (Target.PART, part.place, part) for part in opinion.parts.all()
    ]
    rows += [(Target.RECOMMENDATION, one.number, one) for one in opinion.recommendations.all()]
    lines = [
        [target, place, list(words_in(row, target, language).values())]
        for target, place, row in rows
    ]
    text = canonical({"title": opinion.title.get(language, ""), "lines": lines})
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def put_to_vote(debate: Debate, numbers: Sequence[int], rule: dict[str, Any]) -> list[Vote]:
    """Open a vote on each of these seconded amendments, in the order of the votes."""
    debate = hold_open(debate)
    settle(debate)
    wanted = list(debate.amendments.filter(number__in=numbers).in_order())
    if len(wanted) != len(set(numbers)) or not wanted:
        raise DebateRefused(_("Choose amendments of this opinion."))
    return [_open_vote_on(debate, amendment, rule) for amendment in wanted]


def _open_vote_on(debate: Debate, amendment: Amendment, rule: dict[str, Any]) -> Vote:
    amendment.debate = debate
    _check_votable(amendment)
    words = _said_of(amendment)
    vote = open_vote(declare_vote(debate.assembly, **words, **rule))
    Amendment.objects.filter(pk=amendment.pk).update(vote=vote)
    facts = facts_of(amendment) | {"vote": vote.number}
    record("amendment-put-to-vote", space=debate.opinion.space, public=facts)
    return vote


def _check_votable(amendment: Amendment) -> None:
    words = {"n": amendment.number}
    if amendment.state != State.SECONDED or amendment.vote_id is not None:
        raise DebateRefused(
            _(
                "Amendment %(n)s is not one to open a vote on: it is not seconded, or is voted already."
            )
            % words
        )
    place = place_of(amendment)
    if place.amended(amendment) is None:
        sentence = _("The text moved under amendment %(n)s: its author brings it up to date first.")
        raise DebateRefused(sentence % words)
    for rival in place.rivals_of(amendment, others_at(amendment)):
        if rival.is_under_vote:
            sentence = _(
                "Amendment %(rival)s, a rival of amendment %(n)s, is under vote: wait until it closes."
            )
            raise DebateRefused(sentence % (words | {"rival": rival.number}))
        if rival.state == State.SECONDED and rival.comes_before(amendment):
            sentence = _(
                "Amendment %(rival)s, a rival of amendment %(n)s, is voted before it: it is further from the text."
            )
            raise DebateRefused(sentence % (words | {"rival": rival.number}))


def _said_of(amendment: Amendment) -> dict[str, str]:
    """The title and the question of the vote, in the language of the debate."""
    opinion = amendment.debate.opinion
    with override(amendment.debate.language):
        title = _("Amendment %(n)s") % {"n": amendment.number}
        question = _(
            "Amendment %(n)s to %(opinion)s: %(address)s – SHA-256 of the amended words: %(digest)s"
        ) % {
            "n": amendment.number,
            "opinion": opinion.title.get(amendment.debate.language, ""),
            "address": settings.BASE_URL + amendment.get_absolute_url(),
            "digest": digest_of(amendment.words),
        }
    return {"title": title, "question": question}


@transaction.atomic
def settle(debate: Debate) -> None:
    """Draw the consequences of the votes that have closed: what was adopted goes into the text."""
    debate = hold(debate)
    closed = debate.amendments.filter(state=State.SECONDED, vote__closed_at__isnull=False)
    for amendment in closed.order_by("vote__closed_at", "vote__number"):
        amendment.debate = debate
        _decide(amendment)
    whole = Vote.objects.filter(debate=debate).exclude(closed_at=None).first()
    if whole is not None:
        _keep_result(debate, whole)


def _decide(amendment: Amendment) -> None:
    vote = Vote.objects.get(amendment=amendment)
    if vote.outcome == Vote.Outcomes.NO_QUORUM:
        # Nothing was decided: it may be put to the vote again.
        Amendment.objects.filter(pk=amendment.pk).update(vote=None)
        return
    is_adopted = vote.outcome == Vote.Outcomes.ADOPTED
    amendment.state = State.ADOPTED if is_adopted else State.NOT_ADOPTED
    words = place_of(amendment).amended(amendment) if is_adopted else None
    if words is not None:
        _apply(amendment, words)
    amendment.save(update_fields=["state", "applied_at"])
    facts = facts_of(amendment) | {"outcome": amendment.state, "applied": words is not None}
    record("amendment-decided", space=amendment.debate.opinion.space, public=facts)


def _apply(amendment: Amendment, words: Words) -> None:
    write_words(amendment, words)
    amendment.applied_at = timezone.now()


@transaction.atomic
def apply_by_hand(amendment: Amendment, words: Words, seen: str) -> None:
    """Write an adopted amendment into a text that had moved, as the desk reads the decision.

    `seen` is the digest of the text that the desk read.
    """
    hold(amendment.debate)
    one = Amendment.objects.select_related("debate__opinion").get(pk=amendment.pk)
    if one.state != State.ADOPTED or one.applied_at is not None:
        raise DebateRefused(_("This amendment is not one to apply by hand."))
    check_seen(place_of(one).words, seen)
    _apply(one, words)
    one.save(update_fields=["applied_at"])
    facts = facts_of(one) | {"words": digest_of(words)}
    record("amendment-applied", space=one.debate.opinion.space, public=facts)


def write_words(amendment: Amendment, words: Words) -> None:
    """Set the text of the place; nothing left of it takes the place away.

    What it said in another language was not amended: it goes, and is translated anew.
    """
    if not is_whole(words):
        raise DebateRefused(_("Write the first field, or leave every field empty."))
    opinion, language = amendment.debate.opinion, amendment.debate.language
    row: Any = row_of(opinion, amendment.target, amendment.place) or _added(opinion, amendment)
    if not any(words.values()):
        if row.pk:
            row.delete()
        return
    for name, text in words.items():
        if name == "due_on":
            row.due_on = date.fromisoformat(text) if text else None
        elif getattr(row, name).get(language, "") != text:
            setattr(row, name, {language: text} if text else {})
            if name == "acts":
                row.acts_basis = Recommendation.Basis.STATED if text else ""
    row.save()


def _added(opinion: Opinion, amendment: Amendment) -> Part | Recommendation:
    """A blank one, last. A number that an amendment names is never given to it: another would
    be written there."""
    same = amendment.debate.amendments.filter(target=amendment.target)
    named = same.aggregate(last=Max("place"))["last"] or 0
    if amendment.target == Target.PART:
        last = opinion.parts.aggregate(last=Max("place"))["last"] or 0
        return Part(opinion=opinion, place=amendment.place or max(named, last) + 1)
    last = opinion.recommendations.aggregate(last=Max("number"))["last"] or 0
    return Recommendation(opinion=opinion, number=amendment.place or max(named, last) + 1)


@transaction.atomic
def put_whole_to_vote(debate: Debate, rule: dict[str, Any]) -> Vote:
    """Open the vote on the text as it stands; it changes no more."""
    debate = hold_open(debate)
    settle(debate)
    _check_whole(debate)
    lapsed = debate.amendments.in_play().update(state=State.LAPSED)
    seal = seal_of(debate)
    vote = open_vote(declare_vote(debate.assembly, **_said_of_whole(debate, seal), **rule))
    Debate.objects.filter(pk=debate.pk).update(vote=vote)
    facts = {"opinion": debate.opinion.slug, "vote": vote.number, "text": seal, "lapsed": lapsed}
    record("opinion-put-to-vote", space=debate.opinion.space, public=facts)
    return vote


def _check_whole(debate: Debate) -> None:
    if not debate.opinion.recommendations.exists():
        raise DebateRefused(_("No recommendation is left: there is nothing to vote on."))
    if debate.amendments.filter(state=State.ADOPTED, applied_at=None).exists():
        raise DebateRefused(_("An adopted amendment is not in the text yet: apply it first."))
    places: dict[tuple[str, int], Place] = {}
    for amendment in debate.amendments.filter(state=State.SECONDED).in_order():
        amendment.debate = debate
        at = amendment.target, amendment.place
        place = places[at] = places.get(at) or place_of(amendment)
        if amendment.vote_id is not None or place.amended(amendment) is not None:
            sentence = _(
                "Amendment %(n)s is seconded and not decided: open its vote, or close it, first."
            )
            raise DebateRefused(sentence % {"n": amendment.number})


def _said_of_whole(debate: Debate, seal: str) -> dict[str, str]:
    title = debate.opinion.title.get(debate.language, "")
    with override(debate.language):
        question = _("Do you adopt this opinion? %(address)s – SHA-256 of its text: %(seal)s") % {
            "address": settings.BASE_URL + debate.get_absolute_url(),
            "seal": seal,
        }
    return {"title": title, "question": question}


def _keep_result(debate: Debate, vote: Vote) -> None:
    """The outcome and totals of the vote become those of the opinion, once."""
    opinion = debate.opinion
    if opinion.voted_on is not None:
        return
    facts = {"opinion": opinion.slug, "outcome": vote.outcome, "vote": vote.number}
    record("opinion-voted", space=opinion.space, public=facts)
    if vote.outcome == Vote.Outcomes.NO_QUORUM:
        Debate.objects.filter(pk=debate.pk).update(vote=None)
        # Nothing was decided: what this vote made lapse is in play again.
        lapsed = debate.amendments.filter(state=State.LAPSED)
        lapsed.filter(seconded_by="").update(state=State.PROPOSED)
        lapsed.exclude(seconded_by="").update(state=State.SECONDED)
        return
    Opinion.objects.filter(pk=opinion.pk).update(
        result=RESULTS[Vote.Outcomes(vote.outcome)], voted_on=timezone.localdate(vote.closed_at),
        votes_for=vote.votes_for, votes_against=vote.against, votes_abstain=vote.abstentions,
    )  # fmt: skip
    GroupVote.objects.bulk_create(
        GroupVote(
            opinion=opinion, group=one.name, votes_for=one.votes_for,
            votes_against=one.against, votes_abstain=one.abstentions,
        )
        for one in vote.group_counts.all()
    )  # fmt: skip


def settle_debates() -> None:
    """Every debate in which a vote has closed since; the worker asks each second."""
    waiting = Debate.objects.filter(opinion__voted_on=None).filter(
        Q(amendments__state=State.SECONDED, amendments__vote__closed_at__isnull=False)
        | Q(vote__closed_at__isnull=False)
    )
    for debate in waiting.select_related("opinion").distinct():
        try:
            settle(debate)
        except (DatabaseError, ValueError, DebateRefused) as error:
            # One that cannot be settled must not hold up the others.
            log.error("debate %s not settled: %s", debate.pk, type(error).__name__)


def settle_for_ever(stop: threading.Event) -> None:
    """A thread of the worker: what a closed vote decided is in the text a second later."""
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            settle_debates()
        except (OperationalError, InterfaceError) as error:
            log.warning("debates not settled: %s", type(error).__name__)
