"""Erasing everything everywhere: one page that says what goes and what stays, and one button."""

import pytest
from django.conf import settings
from django.test import Client

from partage.assemblies.ballots import cast_ballot, enter_hands
from partage.assemblies.models import Member, RollCallBallot, RollEntry
from partage.assemblies.models import Vote as AssemblyVote
from partage.assemblies.votes import close_vote
from partage.contributions.models import Progress, Statement, Vote
from partage.coproductions.models import Role
from partage.news.models import DeskMail
from partage.people.models import Mail, Participant, Person, Session
from partage.rights.replay import replay_erasures
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_assembly,
    make_assembly_vote,
    make_coproduction,
    make_device,
    make_facilitator,
    make_statement,
    make_statements,
    members_of,
    signed_in,
    stored,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def test_a_device_is_erased_in_every_coproduction_by_one_button() -> None:
    here, there = make_coproduction("here"), make_coproduction("there")
    device, other = make_device(here, there), make_device(here)
    for statement in (*make_statements(here, 2), *make_statements(there, 1)):
        answer(device, statement)
    answer(other, Statement.objects.filter(coproduction=here)[0])
    before, rows = stored(), everything_stored()
    page = words_of(device.get(at("erase-all")))
    assert "Title of here" in page and "Your answers to sentences (2)" in page
    assert "Counts in results that were published already" in page
    assert (stored(), everything_stored()) == (before, rows)
    assert "Everything is erased" in words_of(device.post(at("erase-all")))
    assert device.cookies[settings.PARTICIPANT_COOKIE_NAME].value == ""
    assert Participant.objects.count() == 1 and Vote.objects.count() == 1
    assert "We hold nothing" in words_of(device.get(at("my-data")))


def test_nobody_has_nothing_to_erase() -> None:
    make_coproduction()
    before = stored()
    assert "We hold nothing about you" in words_of(Client().post(at("erase-all")))
    assert stored() == before and Client().put(at("erase-all")).status_code == 405


def with_another_facilitator() -> Person:
    """Claire, whose coproduction Dominique facilitates too."""
    coproduction = make_coproduction()
    make_facilitator(coproduction, email="dominique@example.org")
    return make_facilitator(coproduction)


def test_an_account_goes_and_what_it_decided_stays_without_its_name() -> None:
    claire = with_another_facilitator()
    browser = signed_in(claire)
    waiting = make_statement(claire.roles.get().coproduction, state=Progress.WAITING)
    DeskMail.objects.create(person=claire, language="en", asked_at="2026-01-01T00:00Z")
    Mail.objects.create(
        to="Claire@example.org",
        subject="s",
        body="b",
        next_at="2026-01-01T00:00Z",
        useless_at="2026-01-01T00:00Z",
    )
    sent = {"noun": "statement", "number": waiting.pk, "decision": "publish"}
    assert browser.post(at("queue", "shops"), sent).status_code == 302
    browser.post(at("erase-all"))
    assert [one.name for one in Person.objects.all()] == ["Dominique"]
    assert (
        not Session.objects.exists() and not DeskMail.objects.exists() and not Mail.objects.exists()
    )
    assert "claire" not in everything_stored().lower()
    assert browser.get(at("desk")).status_code == 302
    decided = Statement.objects.get(pk=waiting.pk)
    assert decided.state == Progress.PUBLISHED and decided.decided_by is None


def test_the_only_facilitator_is_told_whom_to_ask_and_nothing_goes() -> None:
    claire = make_facilitator(make_coproduction())
    browser = signed_in(claire)
    page = words_of(browser.get(at("erase-all")))
    assert "You are the only facilitator of: Title of shops" in page
    assert "Erase everything for good" not in page
    browser.cookies |= make_device(claire.roles.get().coproduction).cookies
    before = stored()
    refused = browser.post(at("erase-all"))
    assert refused.status_code == 409 and "only facilitator" in words_of(refused)
    assert stored() == before and Role.objects.count() == 1


def seated(person: Person) -> tuple[Member, AssemblyVote]:
    """Their seat, and an open roll call."""
    assembly = make_assembly()
    member = members_of(assembly)[0]
    Member.objects.filter(pk=member.pk).update(person=person)
    return Member.objects.get(pk=member.pk), make_assembly_vote(assembly)


def test_a_member_is_told_that_their_roll_call_stays_and_why() -> None:
    claire = with_another_facilitator()
    member, vote = seated(claire)
    browser, name = signed_in(claire), member.name
    cast_ballot(vote, member, member, "for")
    page = words_of(browser.get(at("erase-all")))
    assert "A vote is open with you on its roll" in page and "for good" not in page
    assert browser.post(at("erase-all")).status_code == 409 and Person.objects.count() == 2
    close_vote(vote)
    page = words_of(browser.get(at("erase-all")))
    assert "Your name and choice in 1 public roll call: who decided is part" in page
    assert browser.post(at("erase-all")).status_code == 200
    assert Person.objects.count() == 1 and not Member.objects.filter(name=name).exists()
    assert RollEntry.objects.filter(name=name).count() == 1
    assert RollCallBallot.objects.get().choice == "for"


def test_who_counted_a_show_of_hands_leaves_a_row_that_names_nobody() -> None:
    claire, assembly = with_another_facilitator(), make_assembly()
    vote = make_assembly_vote(assembly, "hands")
    enter_hands(vote, claire, {one.pk: (one.members, 0, 0) for one in vote.group_counts.all()})
    signed_in(claire).post(at("erase-all"))
    left = Person.objects.get(pk=claire.pk)
    assert left.name == "–" and not left.is_active and "claire" not in everything_stored().lower()
    assert not left.roles.exists()


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_forgets_the_account_again() -> None:
    claire = with_another_facilitator()
    number = claire.pk
    signed_in(claire).post(at("erase-all"))
    assert "claire" not in settings.ERASURE_LIST.read_text()
    Person.objects.create(pk=number, email="claire@example.org", name="Claire")  # as in the backup
    later = Person.objects.create_person("claire.later@example.org", "Claire again")
    replay_erasures()
    assert not Person.objects.filter(pk=number).exists()
    assert Person.objects.filter(pk=later.pk).exists()
