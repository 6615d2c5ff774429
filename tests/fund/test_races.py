"""Many at once: money comes in once, is not paid twice, and a round is counted once."""

import pytest

from partage.fund.ballots import cast_ballot
from partage.fund.counting import CannotCount, count_round
from partage.fund.ledger import LedgerRefused, balance, pay, receive
from partage.fund.models import Ballot, Count, Movement, Project, Purchase, Round
from tests.contributions.races import at_once
from tests.factories import make_coproduction, make_people
from tests.fund.rounds import make_ballots, make_project, make_round, move

pytestmark = pytest.mark.django_db(transaction=True)


def over() -> Round:
    """A round that is over, with one project that twelve people approve."""
    opened = make_round(make_coproduction(), "voting")
    make_project(opened, 20_000)
    make_ballots(opened, make_people(opened.coproduction, 12), [{1}] * 12)
    return move(opened, "to-count")


def test_the_same_money_sent_many_times_at_once_comes_in_once() -> None:
    coproduction = make_coproduction()
    rows = at_once(*[lambda: receive(coproduction, 5_000, "Share-out", "2026-05")] * 6)
    assert len({row.pk for row in rows}) == 1
    assert balance(coproduction) == 5_000


def test_payments_at_once_stay_within_the_cost() -> None:
    count_round(over())
    project = Project.objects.select_related("round__coproduction").get()

    def try_to_pay(key: str) -> bool:
        try:
            pay(project, 5_000, "A bill", key)
        except LedgerRefused:
            return False
        return True

    done = at_once(*[lambda key=key: try_to_pay(key) for key in "abcdef"])
    assert sorted(done) == [False, False, True, True, True, True]
    assert Purchase.objects.get().paid_cents == 20_000
    numbers = list(Movement.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 6))


def test_the_button_and_the_worker_at_once_count_once() -> None:
    vote = over()

    def try_to_count() -> bool:
        try:
            count_round(vote)
        except CannotCount:
            return False
        return True

    assert sorted(at_once(*[try_to_count] * 3)) == [False, False, True]
    assert Count.objects.count() == Purchase.objects.count() == 1


def test_two_tabs_at_once_leave_one_ballot() -> None:
    opened = make_round(make_coproduction(), "voting")
    make_project(opened)
    make_project(opened)
    (person,) = make_people(opened.coproduction, 1)
    at_once(
        lambda: cast_ballot(person, opened, [1, 2], [1]),
        lambda: cast_ballot(person, opened, [1, 2], [2]),
    )
    assert Ballot.objects.get().projects in ([1], [2])
