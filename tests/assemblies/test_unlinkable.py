"""Whoever holds the tables after closing cannot tell who sent which secret ballot."""

import random
from collections.abc import Iterator, Sequence

import pytest
from django.apps import apps
from django.db import connection

from partage.assemblies.ballots import cast_ballot
from partage.assemblies.models import Member, SecretBallot, SecretElectorate, Vote
from partage.assemblies.votes import close_vote
from partage.register.models import Entry, Payload
from tests.factories import make_assembly, make_assembly_vote, members_of

VOTERS = 60
# Of sixty, half for and half against, a blind guess is right about thirty times; fifty, never.
LINKED = 50
HIDDEN_ORDERS = {"sqlite": ["rowid"], "postgresql": ["ctid", "xmin::text::bigint, ctid"]}


def secret_vote() -> tuple[Vote, dict[int, str]]:
    """A vote in which sixty members voted one after the other; roll entry to what each chose."""
    assembly = make_assembly((VOTERS // 2, VOTERS // 2))
    vote = make_assembly_vote(assembly, "secret")
    choices = ["for", "against"] * (VOTERS // 2)
    random.Random(3).shuffle(choices)  # noqa: S311
    members = members_of(assembly)
    random.Random(4).shuffle(members)  # noqa: S311
    said = {}
    for member, choice in zip(members, choices, strict=True):
        cast_ballot(vote, member, member, choice)
        said[vote.roll.get(member=member).pk] = choice
    return vote, said


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def orders(table: str, wanted: str, columns: Sequence[str]) -> Iterator[list[object]]:
    """The rows in every order that a column, or a place on the disk, gives them."""
    yield [row[0] for row in rows(f"SELECT {wanted} FROM {table}")]  # noqa: S608 - names of ours
    for column in [*columns, *HIDDEN_ORDERS[connection.vendor]]:
        for direction in ("", "DESC"):
            by = ", ".join(f"{one} {direction}" for one in column.split(", "))
            yield [row[0] for row in rows(f"SELECT {wanted} FROM {table} ORDER BY {by}")]  # noqa: S608 - names of ours


def most_linked(said: dict[int, str]) -> int:
    """The best guess of all pairings: the voters in some order, with the ballots in some order."""
    voters = [
        *orders("assemblies_secretelectorate", "entry_id", ["entry_id"]),
        # Ranks of rolls and of members, in case ballots follow them.
        [row[0] for row in rows("SELECT id FROM assemblies_rollentry ORDER BY member_id")],
    ]
    ballots = list(orders("assemblies_secretballot", "choice", ["id"]))
    return max(
        sum(said[int(str(voter))] == choice for voter, choice in zip(one, other, strict=True))
        for one in voters
        for other in ballots
    )


@pytest.mark.django_db(transaction=True)
def test_no_order_of_the_tables_links_voters_to_ballots_after_closing() -> None:
    vote, said = secret_vote()
    before = most_linked(said)
    if connection.vendor == "postgresql":
        # What an operator sees while the vote is open: the page says so, and this test can fail.
        assert before == VOTERS
    close_vote(vote)
    assert most_linked(said) < LINKED


@pytest.mark.django_db(transaction=True)
def test_no_transaction_number_of_a_voters_act_is_left() -> None:
    vote, said = secret_vote()
    close_vote(vote)
    if connection.vendor == "sqlite":
        # A ballot's row is its number, drawn at random; marks no longer lie in the order of voting.
        assert rows("SELECT 1 FROM assemblies_secretballot WHERE rowid <> id") == []
        lying = rows("SELECT entry_id FROM assemblies_secretelectorate ORDER BY rowid")
        assert [entry for (entry,) in lying] != list(said)
        return
    acts = {
        row[0] for row in rows("SELECT xmin::text FROM register_entry WHERE kind <> 'vote-closed'")
    }
    for table in ("secretelectorate", "secretballot"):
        (written,) = {row[0] for row in rows(f"SELECT xmin::text FROM assemblies_{table}")}  # noqa: S608
        assert written not in acts


@pytest.mark.django_db
def test_the_register_says_neither_who_nor_what() -> None:
    vote, said = secret_vote()
    close_vote(vote)
    acts = Entry.objects.filter(kind="secret-ballot")
    assert [entry.public for entry in acts] == [{"vote": vote.number}] * len(said)
    assert len({bytes(entry.commitment) for entry in acts}) == 1
    hidden = Payload.objects.filter(entry__space=vote.assembly.space)
    assert not hidden.exists()
    sealed = Entry.objects.get(kind="vote-closed").public
    assert (sealed["for"], sealed["against"]) == (30, 30)


@pytest.mark.django_db
def test_numbers_of_ballots_follow_no_order_of_sending() -> None:
    vote, _said = secret_vote()
    numbers = list(SecretBallot.objects.values_list("pk", flat=True))
    assert len(set(numbers)) == VOTERS and max(numbers) > 2**40
    close_vote(vote)
    again = set(SecretBallot.objects.values_list("pk", flat=True))
    assert len(again) == VOTERS and not again & set(numbers)


def test_no_column_leads_from_a_ballot_to_a_voter() -> None:
    assert {field.name for field in SecretBallot._meta.get_fields()} == {"id", "vote", "choice"}
    assert {field.name for field in SecretElectorate._meta.get_fields()} == {"entry", "acting"}
    pointing = [
        field.model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is SecretBallot
    ]
    assert pointing == []
    # No time either, and none beside what was refused, which names who tried.
    attempt = apps.get_model("assemblies", "Attempt")
    for model in (SecretBallot, SecretElectorate, attempt):
        kinds = {field.get_internal_type() for field in model._meta.concrete_fields}
        assert not kinds & {"DateTimeField", "DateField", "TimeField"}


@pytest.mark.django_db
def test_the_marks_tell_who_voted_and_for_whom_somebody_acted() -> None:
    vote, said = secret_vote()
    close_vote(vote)
    marks = SecretElectorate.objects.filter(entry__vote=vote)
    assert set(marks.values_list("entry", flat=True)) == set(said)
    assert Member.objects.filter(rolls__secret_mark__isnull=False).count() == VOTERS
