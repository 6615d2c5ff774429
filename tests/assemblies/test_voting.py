"""Votes of an assembly: the roll is frozen, ballots counted once each, refusals leave nothing."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partage.assemblies import ballots
from partage.assemblies.assembling import (
    AssemblyRefused,
    Newcomer,
    add_members,
    add_substitute,
    end_term,
    replace_member,
)
from partage.assemblies.ballots import (
    BallotRefused,
    NotSecondPerson,
    cast_ballot,
    confirm_hands,
    enter_hands,
)
from partage.assemblies.models import (
    Assembly,
    Group,
    Member,
    Proxy,
    RollCallBallot,
    RollEntry,
    SecretBallot,
    SecretElectorate,
    Vote,
)
from partage.assemblies.proxies import ProxyRefused, end_proxy, give_proxy
from partage.assemblies.votes import (
    VoteNotReady,
    close_due_votes,
    close_vote,
    discard_vote,
    open_vote,
    roll_lines,
    seal,
)
from partage.calc.rollcall import Ballot, Choice, GroupTally, count, decide
from partage.register.models import Entry
from tests.factories import (
    make_assembly,
    make_assembly_vote,
    make_facilitator,
    members_of,
    stored,
)

pytestmark = pytest.mark.django_db
CHOICES = ["for", "against", "abstain"]


def kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def test_a_roll_call_is_counted_by_group_and_decided() -> None:
    assembly = make_assembly((3, 2))
    vote = make_assembly_vote(assembly)
    for member, choice in zip(members_of(assembly), [*CHOICES, "for"], strict=False):
        cast_ballot(vote, member, member, choice)
    vote = close_vote(vote)
    assert (vote.outcome, vote.votes_for, vote.against, vote.abstentions) == ("adopted", 2, 1, 1)
    rows = vote.group_counts.values_list("name", "members", "votes_for", "against", "abstentions")
    assert list(rows) == [("Group 1", 3, 1, 1, 1), ("Group 2", 2, 1, 0, 0)]
    assert kinds()[-6:] == ["vote-opened", *["roll-call-ballot"] * 4, "vote-closed"]
    sealed = Entry.objects.get(kind="vote-closed").public
    assert sealed["for"] == 2 and sealed["members"] == 5 and sealed["outcome"] == "adopted"


def test_a_roll_call_ballot_may_be_changed_until_the_vote_closes() -> None:
    assembly = make_assembly()
    vote, member = make_assembly_vote(assembly), members_of(assembly)[0]
    cast_ballot(vote, member, member, "for")
    cast_ballot(vote, member, member, "against")
    assert close_vote(vote).against == 1
    with pytest.raises(BallotRefused, match="not open"):
        cast_ballot(vote, member, member, "for")
    assert RollCallBallot.objects.get().choice == "against"


def test_the_roll_is_frozen_and_sealed_when_the_vote_opens() -> None:
    assembly = make_assembly((2, 2))
    vote = make_assembly_vote(assembly)
    (late,) = add_members(assembly, [Newcomer("Late", "Group 1")], timezone.localdate())
    with pytest.raises(BallotRefused, match="does not hold this name"):
        cast_ballot(vote, late, late, "for")
    entries = list(vote.roll.select_related("group"))
    sealed = Entry.objects.get(kind="vote-opened").public
    assert sealed["roll"] == seal(bytes(vote.roll_salt or b""), roll_lines(entries)).hex()
    assert sealed["members"] == 4
    assert "Late" not in str(Entry.objects.values_list("public"))


@pytest.mark.parametrize("regime", ["roll-call", "secret"])
def test_a_holder_votes_for_the_giver_who_may_come_back(regime: str) -> None:
    assembly = make_assembly()
    vote = make_assembly_vote(assembly, regime)
    giver, holder = members_of(assembly)[:2]
    with pytest.raises(BallotRefused, match="no proxy of A1"):
        cast_ballot(vote, holder, giver, "for")
    give_proxy(giver, holder)
    if regime == "roll-call":
        cast_ballot(vote, holder, giver, "for")
        assert RollCallBallot.objects.get().acting == vote.roll.get(member=holder)
    cast_ballot(vote, giver, giver, "against")
    assert not Proxy.objects.filter(ended_at=None).exists()
    with pytest.raises(BallotRefused):
        cast_ballot(vote, holder, giver, "for")
    assert close_vote(vote).against == 1


def test_in_secret_what_a_holder_sent_is_final_too() -> None:
    assembly = make_assembly()
    vote = make_assembly_vote(assembly, "secret")
    giver, holder = members_of(assembly)[:2]
    give_proxy(giver, holder)
    cast_ballot(vote, holder, giver, "for")
    with pytest.raises(BallotRefused, match="final"):
        cast_ballot(vote, giver, giver, "against")
    # Refused whole: the proxy stands, as nothing of the act was kept.
    assert Proxy.objects.filter(ended_at=None).count() == 1
    assert close_vote(vote).votes_for == 1


def test_who_voted_in_person_is_not_outvoted_by_a_holder() -> None:
    assembly = make_assembly()
    vote = make_assembly_vote(assembly)
    giver, holder = members_of(assembly)[:2]
    cast_ballot(vote, giver, giver, "for")
    give_proxy(giver, holder)
    with pytest.raises(BallotRefused, match="in person"):
        cast_ballot(vote, holder, giver, "against")


def test_proxies_are_limited_and_never_passed_on() -> None:
    a, b, c, d, _e = members_of(make_assembly((3, 2), proxies=1))
    give_proxy(a, b)
    for giver, holder, words in (
        (c, b, "as many"),
        (a, c, "already"),
        (b, d, "hold"),
        (c, a, "away"),
        (d, d, "else"),
    ):
        with pytest.raises(ProxyRefused, match=words):
            give_proxy(giver, holder)
    (stranger,) = members_of(make_assembly((1,), name="Other"))
    with pytest.raises(ProxyRefused, match="sits in this assembly"):
        give_proxy(c, stranger)
    assert end_proxy(a) and not end_proxy(a)
    give_proxy(c, b)
    assert Entry.objects.filter(kind="proxy-given").count() == 2


def test_a_substitute_sits_in_the_members_place_and_the_seat_votes_once() -> None:
    assembly = make_assembly((2,))
    member = members_of(assembly)[0]
    with pytest.raises(AssemblyRefused, match="substitute first"):
        replace_member(member, is_replaced=True)
    substitute = add_substitute(member, "Sub")
    replace_member(member, is_replaced=True)
    vote = make_assembly_vote(assembly)
    assert sorted(vote.roll.values_list("name", flat=True)) == ["A2", "Sub"]
    with pytest.raises(BallotRefused):
        cast_ballot(vote, member, member, "for")
    cast_ballot(vote, substitute, substitute, "for")
    replace_member(member, is_replaced=False)
    assert make_assembly_vote(assembly).roll.filter(name="A1").exists()


def test_who_is_out_of_office_is_not_on_the_roll() -> None:
    assembly = make_assembly((2,))
    gone = members_of(assembly)[0]
    Member.objects.filter(pk=gone.pk).update(since=timezone.localdate() - timedelta(days=9))
    gone.refresh_from_db()
    end_term(gone, timezone.localdate() - timedelta(days=1))
    assert make_assembly_vote(assembly).roll_size == 1


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"groups_needed": 3}, "needs 3 groups and there are 2"),
        ({"by_chamber": True}, "is in none"),
        ({"closes_at": timezone.now() - timedelta(hours=1)}, "is past"),
    ],
)
def test_a_vote_that_could_not_be_decided_does_not_open(rule: dict[str, Any], words: str) -> None:
    vote = make_assembly_vote(make_assembly(), is_open=False, **rule)
    before = stored()
    with pytest.raises(VoteNotReady, match=words):
        open_vote(vote)
    assert stored() == before


def test_a_group_without_members_stops_the_opening() -> None:
    assembly = make_assembly()
    Group.objects.create(assembly=assembly, name="Nobody")
    vote = make_assembly_vote(assembly, is_open=False)
    with pytest.raises(VoteNotReady, match="“Nobody” has no member"):
        open_vote(vote)
    assert not RollEntry.objects.exists()


def test_a_draft_may_be_discarded_and_an_open_vote_may_not() -> None:
    assembly = make_assembly()
    draft = make_assembly_vote(assembly, is_open=False)
    discard_vote(draft)
    vote = make_assembly_vote(assembly)
    with pytest.raises(VoteNotReady, match="stays"):
        discard_vote(vote)
    with pytest.raises(VoteNotReady, match="open already"):
        open_vote(vote)


def test_a_vote_closes_at_its_hour_by_itself_and_not_before() -> None:
    soon = timezone.now() + timedelta(hours=1)
    vote = make_assembly_vote(make_assembly(), closes_at=soon)
    with pytest.raises(VoteNotReady, match="not before"):
        close_vote(vote)
    close_due_votes(timezone.now())
    assert not Vote.objects.get().is_closed
    assert list(Vote.objects.due(soon)) == [vote]


def test_a_show_of_hands_is_confirmed_by_a_second_person() -> None:
    vote = make_assembly_vote(make_assembly((3, 2)), "hands")
    one, other = make_facilitator(), make_facilitator(email="paul@example.org")
    first, second = vote.group_counts.all()
    for totals in (
        {first.pk: (3, 1, 0), second.pk: (0, 0, 0)},
        {first.pk: (-1, 0, 0), second.pk: (0, 0, 0)},
        {first.pk: (1, 0, 0)},
    ):
        before = stored()
        with pytest.raises(BallotRefused):
            enter_hands(vote, one, totals)
        assert stored() == before
    enter_hands(vote, one, {first.pk: (2, 1, 0), second.pk: (2, 0, 0)})
    with pytest.raises(VoteNotReady, match="second person"):
        close_vote(vote)
    with pytest.raises(NotSecondPerson):
        confirm_hands(vote, one)
    confirmed = confirm_hands(vote, other)
    assert (confirmed.outcome, confirmed.votes_for, confirmed.against) == ("adopted", 4, 1)


def test_the_chair_decides_a_tie() -> None:
    assembly = make_assembly((2,))
    one, other = members_of(assembly)
    for choice, outcome in (("for", "adopted"), ("against", "not-adopted")):
        vote = make_assembly_vote(assembly, chair=one)
        cast_ballot(vote, one, one, choice)
        cast_ballot(vote, other, other, "against" if choice == "for" else "for")
        assert close_vote(vote).outcome == outcome


def refused_by_the_database(change: Any) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_the_database_itself_refuses_what_the_acts_refuse() -> None:
    assembly = make_assembly()
    one, other = members_of(assembly)[:2]
    roll_call = make_assembly_vote(assembly)
    secret = make_assembly_vote(assembly, "secret")
    draft = make_assembly_vote(assembly, is_open=False)
    cast_ballot(roll_call, one, one, "for")
    cast_ballot(secret, one, one, "for")
    mine, theirs = roll_call.roll.get(member=one), roll_call.roll.get(member=other)
    in_secret, there = secret.roll.get(member=other), secret.roll.get(member=one)
    votes, by_name = Vote.objects.filter(pk=roll_call.pk), RollCallBallot.objects
    now = timezone.now()
    changes: list[Any] = [
        lambda: votes.update(title="Another question"),
        lambda: votes.update(regime="secret"),
        lambda: votes.update(quorum_percent=50),
        lambda: votes.update(roll_size=1),
        lambda: votes.update(opened_at=None, roll_size=None, roll_seal=None),
        lambda: by_name.create(entry=mine, choice="for", cast_at=now),
        lambda: by_name.create(entry=theirs, choice="yes", cast_at=now),
        lambda: by_name.create(entry=theirs, choice="for", acting=theirs, cast_at=now),
        lambda: by_name.create(entry=theirs, choice="for", acting=in_secret, cast_at=now),
        lambda: by_name.create(entry=in_secret, choice="for", cast_at=now),
        lambda: by_name.update(entry=theirs),
        lambda: SecretElectorate.objects.create(entry=theirs),
        lambda: SecretElectorate.objects.bulk_create([SecretElectorate(entry=there)]),
        lambda: SecretElectorate.objects.update(acting=in_secret),
        lambda: SecretBallot.objects.create(vote=roll_call, choice="for"),
        lambda: SecretBallot.objects.create(vote=draft, choice="for"),
        lambda: SecretBallot.objects.create(vote=secret, choice="maybe"),
        lambda: SecretBallot.objects.update(choice="against"),
        lambda: RollEntry.objects.filter(pk=mine.pk).update(name="Somebody"),
        lambda: RollEntry.objects.create(
            vote=roll_call, place=99, member=one, name="Again", group=mine.group
        ),
        lambda: votes.update(
            closed_at=now, outcome="adopted", votes_for=2, against=0, abstentions=0
        ),
        lambda: Vote.objects.filter(pk=draft.pk).update(majority="simple", counted="members"),
        lambda: Vote.objects.filter(pk=draft.pk).update(regime="secret", groups_needed=1),
        lambda: Vote.objects.filter(pk=draft.pk).update(regime="secret", chair=one),
        lambda: Vote.objects.filter(pk=draft.pk).update(quorum_percent=101),
        lambda: Proxy.objects.create(giver=one, holder=one, rank=1, given_at=now),
        lambda: Proxy.objects.create(giver=one, holder=other, rank=9, given_at=now),
        lambda: Assembly.objects.update(proxies_per_holder=6),
        lambda: Member.objects.filter(pk=one.pk).update(until=one.since - timedelta(days=1)),
    ]
    assert [n for n, change in enumerate(changes) if not refused_by_the_database(change)] == []
    close_vote(roll_call)
    close_vote(secret)
    changes = [
        lambda: votes.update(outcome="not-adopted"),
        lambda: votes.update(votes_for=0),
        lambda: votes.update(
            closed_at=None, outcome="", votes_for=None, against=None, abstentions=None
        ),
        lambda: by_name.create(entry=theirs, choice="for", cast_at=now),
        lambda: by_name.update(choice="against"),
        lambda: SecretElectorate.objects.create(entry=in_secret),
        lambda: SecretBallot.objects.create(vote=secret, choice="for"),
    ]
    assert [n for n, change in enumerate(changes) if not refused_by_the_database(change)] == []


def crafted(tries: int, seed: int) -> None:
    """Random ballots, most of them wrong: what is accepted is what another reading accepts."""
    draw = random.Random(seed)  # noqa: S311 - drawn the same each time
    assembly = make_assembly((4, 3, 1), proxies=2)
    (stranger,) = members_of(make_assembly((1,), name="Other"))
    sitting = members_of(assembly)
    votes = {regime: make_assembly_vote(assembly, regime) for regime in ("roll-call", "secret")}
    ended = close_vote(make_assembly_vote(assembly))
    people = [*sitting, stranger]
    proxies = {}
    for giver, holder in ((0, 1), (2, 1), (3, 4)):
        give_proxy(sitting[giver], sitting[holder])
        proxies[sitting[giver].pk] = sitting[holder].pk
    words = [*CHOICES, *CHOICES, "", "FOR", "-1", "for,against", "0", "for\0", "pour"]
    by_name: dict[int, tuple[str, int]] = {}
    marked: Counter[str] = Counter()
    voters: set[int] = set()
    for _ in range(tries):
        regime = draw.choice(["roll-call", "secret", "closed"])
        acting, member = draw.choice(people), draw.choice(people)
        acting = member if draw.random() < 0.3 else acting
        choice = draw.choice(words)
        is_in_person = acting.pk == member.pk
        allowed = regime != "closed" and choice in CHOICES and stranger not in (acting, member)
        allowed = allowed and (is_in_person or proxies.get(member.pk) == acting.pk)
        if regime == "secret":
            allowed = allowed and member.pk not in voters
        elif not is_in_person and member.pk in by_name:
            allowed = allowed and by_name[member.pk][1] != member.pk
        try:
            cast_ballot(votes.get(regime, ended), acting, member, choice)
            accepted = True
        except BallotRefused:
            accepted = False
        assert accepted is allowed, (regime, acting, member, choice)
        if accepted:
            if is_in_person:
                proxies.pop(member.pk, None)
            if regime == "secret":
                voters.add(member.pk)
                marked[choice] += 1
            else:
                by_name[member.pk] = (choice, acting.pk)
    found = close_vote(votes["roll-call"])
    chosen = Counter(choice for choice, _who in by_name.values())
    assert [found.votes_for, found.against, found.abstentions] == [chosen[c] for c in CHOICES]
    found = close_vote(votes["secret"])
    assert [found.votes_for, found.against, found.abstentions] == [marked[c] for c in CHOICES]
    assert not RollCallBallot.objects.filter(entry__vote=ended).exists()


def test_of_four_hundred_crafted_ballots_only_those_the_rules_allow_count() -> None:
    crafted(400, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_of_a_hundred_thousand_crafted_ballots_only_those_the_rules_allow_count(tenth: int) -> None:
    for seed in range(10 * tenth, 10 * tenth + 10):
        with transaction.atomic():
            crafted(1000, seed=seed)
            transaction.set_rollback(True)


def test_the_totals_are_those_of_an_independent_count() -> None:
    draw = random.Random(7)  # noqa: S311
    assembly = make_assembly((5, 4, 3))
    vote = make_assembly_vote(assembly, groups_needed=2, quorum_percent=50)
    cast: list[Ballot] = []
    for member in members_of(assembly):
        choice = draw.choice([*CHOICES, ""])
        if choice:
            cast_ballot(vote, member, member, choice)
            cast.append(Ballot(member.pk, Choice(choice)))
    roll: dict[Any, str] = dict(vote.roll.values_list("member", "group__name"))
    expected = count(roll, cast)
    vote = close_vote(vote)
    assert {group.name: group.counted.tally for group in vote.group_counts.all()} == expected
    groups = [GroupTally(name, tally) for name, tally in expected.items()]
    assert decide(vote.rule, groups).outcome == vote.outcome


def test_attempts_are_counted_without_a_time() -> None:
    assembly = make_assembly()
    vote, member = make_assembly_vote(assembly), members_of(assembly)[0]
    for _ in range(3):
        ballots.note_attempt(vote, member, ballots.Reason.TWICE)
        ballots.note_attempt(vote, None, ballots.Reason.STRANGER)
    assert sorted(vote.attempts.values_list("reason", "times")) == [("stranger", 3), ("twice", 3)]
