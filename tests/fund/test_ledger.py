"""The ledger: every movement once, none changed, never below zero."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.coproductions.models import Coproduction
from partage.fund.counting import count_round
from partage.fund.following_up import Said, follow_up
from partage.fund.ledger import (
    LedgerRefused,
    balance,
    free,
    pay,
    promised,
    receive,
    reverse,
)
from partage.fund.models import FollowUp, Movement, Project, Purchase
from partage.register.models import Entry
from tests.factories import make_coproduction, make_people
from tests.fund.rounds import make_ballots, make_project, make_round, move

pytestmark = pytest.mark.django_db
GIFT = Movement.Kind.GIFT


def chosen_project(cents: int = 20_000) -> Project:
    """One that everybody chose, in a round that is counted."""
    vote = make_round(make_coproduction(), "voting", budget=100_000)
    project = make_project(vote, cents)
    make_ballots(vote, make_people(vote.coproduction, 12), [{1}] * 12)
    count_round(move(vote, "to-count"))
    return Project.objects.select_related("round__coproduction", "purchase").get(pk=project.pk)


def test_money_that_comes_in_twice_under_one_key_is_there_once() -> None:
    coproduction = make_coproduction()
    one = receive(coproduction, 5_000, "Share-out", "2026-05")
    again = receive(coproduction, 5_000, "Share-out", "2026-05")
    assert again == one
    assert balance(coproduction) == 5_000
    entry = Entry.objects.get(kind="fund-movement")
    assert entry.public == {"movement": 1, "kind": "share-out", "cents": 5_000, "balance": 5_000}


def test_another_movement_under_the_same_key_is_refused() -> None:
    coproduction = make_coproduction()
    receive(coproduction, 5_000, "Share-out", "2026-05")
    with pytest.raises(LedgerRefused):
        receive(coproduction, 6_000, "Share-out", "2026-05")
    with pytest.raises(LedgerRefused):
        receive(coproduction, 5_000, "A gift", "2026-05", GIFT)
    assert Movement.objects.count() == 1


@pytest.mark.parametrize("cents", [0, -1, 10**12 + 1])
def test_an_amount_without_sense_is_refused(cents: int) -> None:
    with pytest.raises(LedgerRefused):
        receive(make_coproduction(), cents, "Share-out", "x")
    assert not Movement.objects.exists()


def test_the_same_key_serves_two_coproductions() -> None:
    for slug in ("here", "there"):
        coproduction = make_coproduction(slug)
        receive(coproduction, 100, "Share-out", "2026-05")
        assert balance(coproduction) == 100


def test_a_correction_names_what_it_takes_back_and_stands_once() -> None:
    coproduction = make_coproduction()
    one = receive(coproduction, 5_000, "Share-out", "2026-05")
    undone = reverse(one, "Typed twice")
    assert reverse(one, "Typed twice") == undone
    assert (undone.cents, undone.reverses, balance(coproduction)) == (-5_000, one, 0)
    with pytest.raises(LedgerRefused):
        reverse(undone, "And back")


def test_money_that_a_round_was_promised_is_not_taken_back() -> None:
    vote = make_round(make_coproduction(), budget=100_000)
    with pytest.raises(LedgerRefused):
        reverse(Movement.objects.get(), "Typed twice")
    assert balance(vote.coproduction) == 100_000


def test_a_project_is_paid_up_to_its_cost_and_not_a_cent_more() -> None:
    project = chosen_project(20_000)
    coproduction = project.round.coproduction
    assert (promised(coproduction), free(coproduction)) == (20_000, 80_000)
    pay(project, 15_000, "First bill", "bill 1")
    pay(project, 15_000, "First bill", "bill 1")
    assert (balance(coproduction), promised(coproduction)) == (85_000, 5_000)
    with pytest.raises(LedgerRefused, match=r"at most 50 €"):
        pay(project, 5_001, "Second bill", "bill 2")
    pay(project, 5_000, "Second bill", "bill 2")
    assert (balance(coproduction), promised(coproduction)) == (80_000, 0)


def test_a_payment_taken_back_can_be_paid_again() -> None:
    project = chosen_project(20_000)
    undone = reverse(pay(project, 20_000, "Wrong bill", "bill 1"), "Not ours")
    assert undone.project == project
    assert Purchase.objects.get().paid_cents == 0
    pay(project, 20_000, "Right bill", "bill 2")
    assert balance(project.round.coproduction) == 80_000


def test_a_wrong_payment_of_a_project_that_ended_is_put_right() -> None:
    project = chosen_project(20_000)
    coproduction = project.round.coproduction
    wrong = pay(project, 5_000, "A bill", "bill 1")
    follow_up(project.purchase, Said(FollowUp.Kind.FINISHED, "It stands."))
    reverse(wrong, "It was 60 euros")
    assert (balance(coproduction), promised(coproduction)) == (100_000, 20_000)
    pay(project, 6_000, "The bill", "bill 2")
    follow_up(Purchase.objects.get(), Said(FollowUp.Kind.FINISHED, "It stands, and is paid."))
    assert (balance(coproduction), promised(coproduction)) == (94_000, 0)


def test_what_a_project_that_ended_gave_back_is_not_promised_twice() -> None:
    project = chosen_project(20_000)
    wrong = pay(project, 5_000, "A bill", "bill 1")
    follow_up(project.purchase, Said(FollowUp.Kind.FINISHED, "It stands."))
    make_round(project.round.coproduction, budget=90_000)
    with pytest.raises(LedgerRefused, match="promised"):
        reverse(wrong, "It was 60 euros")
    assert Purchase.objects.get().paid_cents == 5_000


def test_a_project_that_was_not_chosen_is_paid_nothing() -> None:
    project = make_project(make_round(make_coproduction(), "voting"))
    with pytest.raises(LedgerRefused):
        pay(project, 1, "A bill", "bill 1")


def test_given_up_gives_the_money_back() -> None:
    project = chosen_project(20_000)
    pay(project, 5_000, "A bill", "bill 1")
    follow_up(project.purchase, Said(FollowUp.Kind.GIVEN_UP, "The workshop closed."))
    coproduction = project.round.coproduction
    assert (balance(coproduction), free(coproduction)) == (95_000, 95_000)
    with pytest.raises(LedgerRefused):
        pay(project, 1, "A bill", "bill 2")


def test_the_database_itself_refuses_a_fund_below_zero() -> None:
    coproduction = make_coproduction()
    one = receive(coproduction, 5_000, "Share-out", "2026-05")
    row = {"coproduction": coproduction, "number": 2, "source": "x", "at": timezone.now()}
    wrong = {"kind": "reversal", "cents": -6_000, "balance": -1_000, "key": "y", "reverses": one}
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(**row, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(**row, **(wrong | {"balance": 0, "key": "2026-05"}))


def known(one: Coproduction, key: str) -> bool:
    return Movement.objects.filter(coproduction=one, key=key).exists()


def try_one(project: Project, deed: str, cents: int, key: str) -> int:
    """Do it, or see it refused; by how much the balance must have changed."""
    one = project.round.coproduction
    rows = list(Movement.objects.filter(coproduction=one).order_by("number"))
    target = rows[cents % len(rows)]
    was_there = known(one, f"reversal of {target.number}" if deed == "reverse" else deed + key)
    try:
        if deed == "receive":
            receive(one, cents, "Share-out", deed + key)
        elif deed == "pay":
            pay(project, cents, "Bill", deed + key)
        else:
            cents = -reverse(target, "Wrong").cents
    except LedgerRefused:
        return 0
    return 0 if was_there else cents if deed == "receive" else -cents


def check(project: Project, expected: int) -> None:
    """The sum of the movements is the balance, never below zero, and nothing promised is missing."""
    one = project.round.coproduction
    rows = list(Movement.objects.filter(coproduction=one).order_by("number"))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row.cents for row in rows) == balance(one) == expected
    assert min(row.balance for row in rows) >= 0
    assert free(one) >= 0
    paid = -sum(row.cents for row in rows if row.project_id)
    assert 0 <= paid == Purchase.objects.get(project=project).paid_cents <= project.cost_cents


DEEDS = st.tuples(
    st.sampled_from(["receive", "pay", "pay", "reverse"]), st.integers(-5, 25_000), st.sampled_from("abc")
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(deeds=st.lists(DEEDS, max_size=10))
def test_in_whatever_order_deeds_come_the_ledger_adds_up(deeds: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        project = chosen_project(20_000)
        expected = balance(project.round.coproduction)
        for deed, cents, key in deeds:
            expected += try_one(project, deed, cents, key)
            check(project, expected)
        transaction.set_rollback(True)
