"""A member who asks to be erased: what goes, and the public roll calls, which keep their names."""

import hashlib
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.assemblies.assembling import Newcomer, add_members, add_substitute, replace_member
from partage.assemblies.ballots import cast_ballot
from partage.assemblies.erasing import erase_member
from partage.assemblies.models import Assembly, Attempt, Member, RollEntry, Vote
from partage.assemblies.proxies import give_proxy
from partage.assemblies.votes import VoteNotReady, close_vote, open_vote
from partage.coproductions.models import Role
from partage.people.models import Person
from partage.register.leaves import canonical
from partage.register.models import Entry, Payload, VaultKey
from partage.rights.replay import replay_erasures
from tests.factories import (
    at,
    everything_stored,
    make_amendment,
    make_assembly,
    make_assembly_vote,
    make_coproduction,
    make_debate,
    make_facilitator,
    member_browser,
    members_of,
    signed_in,
    stored,
)
from tests.web.page import bytes_of, words_of

pytestmark = pytest.mark.django_db
ANA, ADDRESS = "Ana Blum-Zweig", "ana.blum@example.org"


def with_ana() -> tuple[Assembly, Member]:
    """An assembly of five and Ana, who signs in with her address."""
    assembly = make_assembly()
    (ana,) = add_members(assembly, [Newcomer(ANA, "Group 2", email=ADDRESS)], timezone.localdate())
    return assembly, ana


def voted(assembly: Assembly, regime: str) -> Vote:
    """A vote that is closed, in which everybody but the first chose."""
    vote = make_assembly_vote(assembly, regime)
    for entry in list(vote.roll.select_related("member"))[1:]:
        cast_ballot(vote, entry.member, entry.member, "for")
    return close_vote(vote)


def test_the_amendments_of_an_erased_member_lead_to_nobody() -> None:
    assembly, ana = with_ana()
    other = members_of(assembly)[0]
    debate = make_debate(make_coproduction(), assembly)
    mine, seconded = make_amendment(debate, ana, other), make_amendment(debate, other, ana)
    voted(assembly, "roll-call")
    erase_member(ana)
    assert Member.objects.get(pk=ana.pk).erased_on  # the roll still needs the row
    for one in (mine, seconded):
        one.refresh_from_db()
    assert (mine.proposer, mine.seconder) == (None, other)
    assert (seconded.proposer, seconded.seconder) == (other, None)


def desk(assembly: Assembly) -> Client:
    coproduction = make_coproduction(organization=assembly.organization)
    return signed_in(make_facilitator(coproduction))


def results(vote: Vote) -> list[bytes]:
    """What the public sees of it."""
    place = (vote.assembly.slug, vote.number)
    names = ("assembly-vote", "assembly-vote-csv")
    return [bytes_of(Client().get(at(name, *place))) for name in names]


def test_a_member_on_no_roll_is_erased_wholly_with_proxies_and_account() -> None:
    assembly, ana = with_ana()
    give_proxy(ana, members_of(assembly)[0])
    key = ana.vault_key
    erase_member(ana)
    kept = everything_stored()
    assert ANA not in kept and ADDRESS not in kept
    assert not Member.objects.filter(pk=ana.pk).exists()
    assert not VaultKey.objects.filter(pk=key.pk).exists()
    assert not Payload.objects.filter(vault_key=key.pk).exists()
    assert Entry.objects.get(kind="member-erased").public == {"roll_calls": 0}


def test_a_public_roll_call_keeps_the_name_and_nothing_leads_to_the_person() -> None:
    assembly, ana = with_ana()
    vote = voted(assembly, "roll-call")
    before = results(vote)
    payload = Payload.objects.get(vault_key=ana.vault_key)
    erase_member(ana)
    assert results(vote) == before and ANA in before[1].decode()
    left = Member.objects.get(pk=ana.pk)
    assert (left.name, left.person, left.link_hash) == ("–", None, None)
    assert not Payload.objects.filter(pk=payload.pk).exclude(content="").exists()
    assert not Person.objects.filter(email=ADDRESS).exists()
    assert Entry.objects.get(kind="member-erased").public == {"roll_calls": 1}
    facts = json.loads(bytes_of(Client().get(at("assembly-vote-json", assembly.slug, vote.number))))
    lines = canonical({"lines": facts["roll"]}).encode()
    seal = hashlib.sha256(b"partage/roll/v1\0" + bytes.fromhex(facts["salt"]) + lines).hexdigest()
    assert seal == Entry.objects.get(kind="vote-opened").public["roll"], "it can still be checked"


@pytest.mark.parametrize("regime", ["secret", "hands"])
def test_a_roll_that_was_never_public_loses_the_name_and_keeps_its_totals(regime: str) -> None:
    assembly, ana = with_ana()
    browser = desk(assembly)
    if regime == "secret":
        vote = voted(assembly, regime)
    else:
        vote = make_assembly_vote(assembly, regime)
        facts = {"counted_by": Person.objects.get(email="claire@example.org")}
        other = make_facilitator(email="paul@example.org")
        vote.group_counts.update(votes_for=2, against=0, abstentions=0)
        Vote.objects.filter(pk=vote.pk).update(**facts, confirmed_by=other)
        vote = close_vote(vote)
    before = results(vote)
    assert post(browser, assembly, ana).status_code == 302
    assert results(vote) == before
    kept = everything_stored()
    assert ANA not in kept and ADDRESS not in kept
    found = Vote.objects.get(pk=vote.pk)
    assert found.roll_salt is None and found.roll_seal == vote.roll_seal
    assert vote.roll.exclude(name="").count() == 5


def post(browser: Client, assembly: Assembly, member: Member) -> Any:
    return browser.post(at("member-erase", assembly.slug, member.pk))


def test_the_desk_says_what_goes_and_what_stays_before_it_erases() -> None:
    assembly, ana = with_ana()
    voted(assembly, "roll-call")
    voted(assembly, "secret")
    browser = desk(assembly)
    before = stored()
    page = words_of(browser.get(at("member-erase", assembly.slug, ana.pk)))
    assert f"Erase what is held about {ANA}?" in page and "on the roll of 1 vote" in page
    assert "Their name and choice in 1 public roll call" in page
    assert stored() == before
    assert post(browser, assembly, ana).status_code == 302
    assert ANA not in words_of(browser.get(at("assembly-members", assembly.slug)))
    assert browser.get(at("member-erase", assembly.slug, ana.pk)).status_code == 404
    groups = Client().get(at("assembly", assembly.slug)).context["groups"]
    assert [group.seats for group in groups] == [3, 2]


def test_nobody_is_erased_from_a_vote_that_is_open() -> None:
    assembly, ana = with_ana()
    vote = make_assembly_vote(assembly, "secret")
    browser = desk(assembly)
    before = stored()
    refused = post(browser, assembly, ana)
    assert refused.status_code == 409 and f"A vote is open with {ANA} on its roll" in words_of(
        refused
    )
    assert stored() == before
    close_vote(vote)
    assert post(browser, assembly, ana).status_code == 302


def test_whoever_is_erased_no_longer_comes_in_nor_sits() -> None:
    assembly = make_assembly()
    voted(assembly, "roll-call")
    member = members_of(assembly)[0]
    browser = member_browser(member)
    assert browser.get(at("member", assembly.slug)).status_code == 200
    erase_member(member)
    assert browser.get(at("member", assembly.slug)).status_code == 403
    assert make_assembly_vote(assembly).roll.count() == 4


def test_an_account_that_serves_something_else_stays_without_the_seat() -> None:
    _assembly, ana = with_ana()
    person = Person.objects.get(email=ADDRESS)
    Role.objects.create(person=person, coproduction=make_coproduction(), kind=Role.Kind.READER)
    erase_member(ana)
    assert Person.objects.filter(pk=person.pk, memberships=None).exists()


def test_an_account_deleted_otherwise_leaves_no_way_to_the_person() -> None:
    _assembly, ana = with_ana()
    Person.objects.filter(email=ADDRESS).delete()
    assert Member.objects.get(pk=ana.pk).person is None
    assert ADDRESS not in everything_stored()


def test_the_substitute_of_an_erased_member_sits_and_the_other_way_round() -> None:
    assembly, ana = with_ana()
    substitute = add_substitute(ana, "Sub Stitute")
    erase_member(ana)
    assert Member.objects.sitting(timezone.localdate()).filter(pk=substitute.pk).exists()
    first = members_of(assembly)[0]
    other = add_substitute(first, "An Other")
    replace_member(first, is_replaced=True)
    voted(assembly, "secret")
    erase_member(other)
    first.refresh_from_db()
    assert not first.is_replaced and Member.objects.sitting(timezone.localdate()).filter(
        pk=first.pk
    )
    add_substitute(first, "A Third")


def test_what_was_refused_to_an_erased_member_goes_too() -> None:
    assembly, ana = with_ana()
    vote = voted(assembly, "roll-call")
    Attempt.objects.create(vote=vote, member=ana, reason=Attempt.Reason.CLOSED)
    erase_member(ana)
    assert not Attempt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_was_erased_since_a_backup_is_erased_again_also_from_an_open_vote() -> None:
    assembly, ana = with_ana()
    key = bytes(ana.vault_key.key)
    erase_member(ana)
    (again,) = add_members(assembly, [Newcomer(ANA, "Group 2")], timezone.localdate())
    vote = make_assembly_vote(assembly, "secret")
    VaultKey.objects.filter(pk=again.vault_key_id).update(key=key)  # as the backup held it
    replay_erasures()
    assert Member.objects.get(pk=again.pk).name == "–"
    close_vote(vote)
    assert ANA not in everything_stored()


def test_the_database_lets_a_closed_hidden_roll_lose_a_name_and_nothing_else() -> None:
    assembly, _ana = with_ana()
    public, hidden = voted(assembly, "roll-call"), voted(assembly, "secret")
    still_open = make_assembly_vote(assembly, "secret")
    entry = RollEntry.objects.filter(vote=hidden)[0]
    refused: list[Any] = [
        lambda: RollEntry.objects.filter(vote=public).update(name=""),
        lambda: RollEntry.objects.filter(vote=still_open).update(name=""),
        lambda: RollEntry.objects.filter(vote=hidden).update(name="Somebody"),
        lambda: RollEntry.objects.filter(pk=entry.pk).update(name="", place=99),
        lambda: Vote.objects.filter(pk=public.pk).update(roll_salt=None),
        lambda: Vote.objects.filter(pk=still_open.pk).update(roll_salt=None),
        lambda: Vote.objects.filter(pk=hidden.pk).update(roll_salt=b"another"),
        lambda: Vote.objects.filter(pk=hidden.pk).update(roll_salt=None, title="Another"),
        lambda: Member.objects.filter(pk=entry.member_id).update(erased_on=timezone.localdate()),
    ]
    for act in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert RollEntry.objects.filter(vote=hidden).update(name="") == 6
    assert Vote.objects.filter(pk=hidden.pk).update(roll_salt=None) == 1


def test_a_draft_does_not_open_on_an_erased_chair() -> None:
    assembly, ana = with_ana()
    vote = make_assembly_vote(assembly, is_open=False, chair=ana)
    erase_member(ana)
    assert ANA not in everything_stored()
    with pytest.raises(VoteNotReady, match="does not sit today"):
        open_vote(vote)
