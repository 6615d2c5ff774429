"""What a review found: figures that break a sealed rule, a pot read wrongly, a circle shown to all."""

from typing import Any

import pytest
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.shares.models import Period, Recorded, ShareOut
from tests.factories import at, make_coproduction
from tests.shares.making import adopt, compute, desk_of, over, press, send
from tests.web.page import words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_coproduction("shops")


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


@pytest.mark.parametrize(
    "typed",
    [
        {"equal_rate": "33.3333333333333333", "received_rate": "66.6666666666666667"},
        {"equal_rate": "1e-99999999", "received_rate": "100"},
        {"funds": "Training: 1e-99999999"},
        {"common_rate": "1e-99999999"},
        {"equal_rate": "", "tasks_rate": "100", "points": "scan: 0"},
        {"recommendation": "2"},
        {"act_on": ""},
    ],
)
def test_a_rule_that_could_not_be_read_or_applied_is_not_sealed(
    shops: Coproduction, desk: Client, typed: dict[str, Any]
) -> None:
    assert adopt(desk, shops, **typed).status_code in (400, 409)
    assert not Period.objects.exists()
    assert Client().get(at("shares", "shops")).status_code == 200


@pytest.mark.parametrize("pot", ["1,250", "1.250", "12.345,00"])
def test_a_pot_whose_separator_may_mean_thousands_is_asked_again(
    shops: Coproduction, desk: Client, pot: str
) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n")
    answer = press(desk, period, "compute", pot=pot, source="The accounts of the shop.")
    assert answer.status_code == 400 and "write it as 1250.40" in words_of(answer)
    assert not ShareOut.objects.exists()


@pytest.mark.parametrize("minutes", ["1e999999999", "1e-999999999", "0.1234567", "-1", "NaN"])
def test_minutes_that_no_clock_tells_are_named(
    shops: Coproduction, desk: Client, minutes: str
) -> None:
    period = over(desk, shops)
    answer = send(desk, period, f"person;minutes\n1;{minutes}\n")
    assert answer.status_code == 400 and "give minutes from 0 up" in words_of(answer)
    assert not Recorded.objects.exists()


def test_two_halves_withheld_of_one_cent_leave_nothing_below_zero(
    shops: Coproduction, desk: Client
) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n")
    rates = {"contributions": "50", "tax": "50", "rates_source": "The tax office."}
    share_out = compute(desk, period, "0.01", **rates)
    assert (share_out.contributions, share_out.tax, share_out.net) == (1, 0, 0)


def test_a_circle_of_few_people_is_shown_to_nobody(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops, equal_rate="", peers_rate="100")
    names = [str(n) for n in range(5)]
    rows = [
        f"{name};Night;{' '.join(f'{other}:25' for other in names if other != name)}"
        for name in names
    ]
    assert send(desk, period, "person;circle;given\n" + "\n".join(rows) + "\n").status_code == 200
    share_out = compute(desk, period, "100")
    assert [stage["name"] for stage in share_out.stages] == ["pot", "sub-pots"]
    assert "Night" not in words_of(Client().get(at("shares", "shops")))
