"""Amendments: members propose, second and withdraw them; participants support them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assemblies.models import Member
from partage.calc.amending import Clash, Size, amended, clash, size
from partage.contributions.voting import check_may_act, refuse_beyond_limit
from partage.coproductions.models import Coproduction
from partage.opinions.models import (
    NEW,
    Amendment,
    AmendmentQuerySet,
    AmendmentSupport,
    Debate,
    Opinion,
    Part,
    Recommendation,
    Target,
)
from partage.people.models import Participant
from partage.register.leaves import canonical
from partage.register.recording import record

State = Amendment.State
Words = dict[str, str]
FIELDS = {
    Target.RECOMMENDATION: ("text", "acts", "due_on", "known_by"),
    Target.PART: ("title", "text"),
}
MOST_EACH = 100


class DebateRefused(Exception):
    """Nothing was done; the message is one sentence."""


class TextMoved(DebateRefused):
    """The place it changes was changed by another amendment."""


def words_of(opinion: Opinion, target: str, place: int, language: str) -> Words:
    """The text that may be amended, field by field; every field empty where nothing stands."""
    fields = FIELDS[Target(target)]
    found = row_of(opinion, target, place)
    return words_in(found, target, language) if found else dict.fromkeys(fields, "")


def words_in(row: Recommendation | Part, target: str, language: str) -> Words:
    """What a recommendation or a part says in one language, field by field."""
    return {name: _said(getattr(row, name), language) for name in FIELDS[Target(target)]}


def row_of(opinion: Opinion, target: str, place: int) -> Recommendation | Part | None:
    if target == Target.PART:
        return opinion.parts.filter(place=place).first()
    return opinion.recommendations.filter(number=place).first()


def _said(value: object, language: str) -> str:
    if isinstance(value, dict):
        return str(value.get(language, ""))
    return str(value or "")


def size_of(base: Words, words: Words) -> Size:
    """How many words are removed and added, all fields together."""
    sizes = [size(text, words[name]) for name, text in base.items()]
    return Size(sum(one.removed for one in sizes), sum(one.added for one in sizes))


@dataclass(frozen=True)
class Place:
    """One recommendation or part as it stands, with the amendments that were applied to it."""

    words: Words
    applied: tuple[Amendment, ...]

    def amended(self, amendment: Amendment) -> Words | None:
        """The text as it stands with the amendment; none where its place was changed meanwhile."""
        if amendment.place != NEW and not any(self.words.values()):
            return None
        merged = self._merged(amendment.base, amendment.words)
        return merged if merged is not None and is_whole(merged) else None

    def _merged(self, base: Words, words: Words) -> Words | None:
        same = [one.words for one in self.applied if one.base == base]
        try:
            return {
                name: amended(text, base[name], words[name], [one[name] for one in same])
                for name, text in self.words.items()
            }
        except Clash:
            return None

    def rivals_of(self, amendment: Amendment, others: Iterable[Amendment]) -> list[Amendment]:
        """Those of the others, of the same place, that cannot stand with this one."""
        mine = self.amended(amendment)
        if mine is None or amendment.place == NEW:
            return []
        return [one for one in others if self._are_rivals(mine, self.amended(one))]

    def _are_rivals(self, one: Words, two: Words | None) -> bool:
        """Whether both cannot be applied to the text as it stands."""
        if two is None:
            return False
        if one != two and not (any(one.values()) and any(two.values())):
            return True  # one takes the place away
        return any(clash(text, one[name], two[name]) for name, text in self.words.items())


def is_whole(words: Words) -> bool:
    """Whether nothing is left, or the first field is there: who acts on what, without a what?"""
    first, *_others = words.values()
    return bool(first) or not any(words.values())


def place_of(amendment: Amendment) -> Place:
    """Where the amendment applies, as it stands now."""
    same = amendment.debate.amendments.filter(target=amendment.target, place=amendment.place)
    applied = same.exclude(applied_at=None) if amendment.place != NEW else same.none()
    debate = amendment.debate
    words = words_of(debate.opinion, amendment.target, amendment.place, debate.language)
    return Place(words, tuple(applied))


def others_at(amendment: Amendment) -> AmendmentQuerySet:
    """The other undecided amendments of the same place, in the order of the votes."""
    others = amendment.debate.amendments.in_play().exclude(pk=amendment.pk)
    return others.filter(target=amendment.target, place=amendment.place).in_order()


@dataclass(frozen=True)
class Change:
    """One place as a member would have it; `seen` is the digest of the text that they changed."""

    target: str
    place: int
    words: Words
    reason: str
    seen: str = ""


@transaction.atomic
def propose(debate: Debate, member: Member, change: Change) -> Amendment:
    """Keep an amendment under the next number: it is public at once."""
    target, place, words = change.target, change.place, change.words
    debate = hold_open(debate)
    if not debate.takes_amendments:
        raise DebateRefused(_("The time for amendments is over: nothing was kept."))
    check_sits(member)
    base = words_of(debate.opinion, target, place, debate.language)
    _check_words(base, words, change.seen)
    if debate.amendments.filter(proposer=member).count() >= MOST_EACH:
        sentence = _("You have proposed %(n)s amendments, as many as one member may.")
        raise DebateRefused(sentence % {"n": MOST_EACH})
    highest = debate.amendments.aggregate(highest=Max("number"))["highest"] or 0
    amendment = Amendment.objects.create(
        debate=debate, number=highest + 1, target=target, place=place, reason=change.reason,
        base=base, words=words, **size_of(base, words)._asdict(), proposer=member, proposed_by=member.name, proposed_for=member.group.name,
        proposed_at=timezone.now(),
    )  # fmt: skip
    _record("amendment-proposed", amendment, member, words=digest_of(words))
    return amendment


def hold(debate: Debate) -> Debate:
    """The debate as it is now; whoever decides in it at the same time waits."""
    # The opinion first, as whoever writes a translation does.
    Opinion.objects.select_for_update(of=("self",)).get(pk=debate.opinion_id)
    found = Debate.objects.select_for_update(of=("self",)).select_related("opinion", "assembly")
    return found.get(pk=debate.pk)


def hold_open(debate: Debate) -> Debate:
    """The same, while there is something left to amend."""
    locked = hold(debate)
    if locked.vote_id is not None:
        raise DebateRefused(_("The whole is put to the vote: amendments are over."))
    return locked


def check_sits(member: Member) -> None:
    """Those who vote amend: a substitute once they sit, a member while nobody sits instead."""
    # Held, so that nobody is erased meanwhile.
    held = Member.objects.select_for_update(of=("self",)).filter(pk=member.pk, erased_on=None)
    sits = Member.objects.sitting(timezone.localdate()).filter(pk=member.pk)
    if not (held and sits.exists()):
        raise DebateRefused(_("You do not sit today: the member or the substitute who does acts."))


def _check_words(base: Words, words: Words, seen: str) -> None:
    if seen:
        check_seen(base, seen)
    if words == base:
        raise DebateRefused(_("Nothing is changed yet: change some words, then propose."))


def check_seen(current: Words, seen: str) -> None:
    """Whoever writes has read the text as it stands; `seen` is the digest of what they read."""
    if seen != digest_of(current):
        raise TextMoved(_("The text changed while you wrote. Your words are kept below: compare them with the text as it stands, then send again."))  # fmt: skip


def digest_of(words: Mapping[str, str]) -> str:
    return hashlib.sha256(canonical(dict(words)).encode()).hexdigest()


def facts_of(amendment: Amendment) -> dict[str, object]:
    """By which the register names an amendment."""
    return {"opinion": amendment.debate.opinion.slug, "amendment": amendment.number}


def _record(kind: str, amendment: Amendment, member: Member, **public: str) -> None:
    """What was done is public; which member did it is in their own sealed content."""
    facts = facts_of(amendment) | public
    record(
        kind,
        space=amendment.debate.opinion.space,
        public=facts,
        payload=facts | {"member": member.pk},
        vault_key=member.vault_key,
    )


def _undecided(amendment: Amendment) -> Amendment:
    """The amendment as it is now, if no vote on it has opened."""
    hold_open(amendment.debate)
    found = Amendment.objects.select_for_update(of=("self",)).select_related(
        "debate__opinion", "proposer"
    )
    one = found.get(pk=amendment.pk)
    if one.is_decided or one.vote_id is not None:
        raise DebateRefused(_("This amendment is decided, or under vote: it does not change."))
    return one


@transaction.atomic
def second(amendment: Amendment, member: Member, seen: str) -> None:
    """Another member supports that these words be discussed and voted."""
    one = _undecided(amendment)
    check_sits(member)
    if one.seconded_by:
        raise DebateRefused(_("This amendment has been seconded already."))
    if one.proposer is not None and _are_one(one.proposer, member):
        raise DebateRefused(_("It is yours: somebody else seconds it."))
    _check_same(one, seen)
    one.seconder, one.seconded_by, one.seconded_for = member, member.name, member.group.name
    one.state = State.SECONDED
    one.save(update_fields=["seconder", "seconded_by", "seconded_for", "state"])
    _record("amendment-seconded", one, member)


def _are_one(first: Member, second: Member) -> bool:
    """One person, or a member and the substitute of their seat."""
    seats = {first.pk, first.substitute_of_id or first.pk}
    is_seat = bool(seats & {second.pk, second.substitute_of_id or second.pk})
    return is_seat or (first.person_id is not None and first.person_id == second.person_id)


def _check_same(amendment: Amendment, seen: str) -> None:
    if seen != digest_of(amendment.words):
        raise DebateRefused(_("Its words changed since you read them: read it again, then press."))


@transaction.atomic
def withdraw(amendment: Amendment, member: Member) -> None:
    one = _undecided(amendment)
    _check_own(one, member)
    one.state = State.WITHDRAWN
    one.save(update_fields=["state"])
    _record("amendment-withdrawn", one, member)


def _check_own(amendment: Amendment, member: Member) -> None:
    if amendment.proposer_id != member.pk:
        raise DebateRefused(_("Only the member who proposed an amendment changes it."))


@transaction.atomic
def revise(amendment: Amendment, member: Member, words: Words, seen: str = "") -> None:
    """Write it again on the text as it stands. Who seconded or supported it did so of other words."""
    one = _undecided(amendment)
    _check_own(one, member)
    base = words_of(one.debate.opinion, one.target, one.place, one.debate.language)
    _check_words(base, words, seen)
    one.supports.all().delete()
    one.base, one.words, one.state = base, words, State.PROPOSED
    one.removed, one.added = size_of(base, words)
    one.seconder, one.seconded_by, one.seconded_for = None, "", ""
    one.save()
    _record("amendment-revised", one, member, words=digest_of(words))


@transaction.atomic
def support(
    participant: Participant, coproduction: Coproduction, amendment: Amendment, seen: str
) -> None:
    """Count one participant's support of these words; pressed again it changes nothing."""
    check_may_act(participant, coproduction)
    one = Amendment.objects.select_for_update(of=("self",)).get(pk=amendment.pk)
    _check_same(one, seen)
    if one.is_decided:
        raise DebateRefused(_("This amendment is decided: it takes no support."))
    try:
        with transaction.atomic():
            AmendmentSupport.objects.create(amendment=one, participant=participant)
    except IntegrityError:
        return
    _record_support("amendment-supported", participant, coproduction, amendment)


@transaction.atomic
def withdraw_support(
    participant: Participant, coproduction: Coproduction, amendment: Amendment
) -> None:
    refuse_beyond_limit(participant)
    if amendment.supports.filter(participant=participant).delete()[0]:
        _record_support("amendment-support-withdrawn", participant, coproduction, amendment)


def withdraw_supports(participant: Participant) -> None:
    """Take back every support that rested on a consent which is withdrawn."""
    AmendmentSupport.objects.filter(participant=participant).delete()


def _record_support(
    kind: str, participant: Participant, coproduction: Coproduction, amendment: Amendment
) -> None:
    record(
        kind,
        space=coproduction.slug,
        payload=facts_of(amendment),
        vault_key=participant.vault_key,
    )
