"""Payouts: nobody twice, those without account wait, a bank's format, and who is reported."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.calc.dac7 import Reason
from partage.coproductions.models import Coproduction
from partage.events.reading import who_of
from partage.register.models import Entry
from partage.shares.models import Beneficiary, Payout, Period, Statement
from partage.shares.reporting import reported_in, years_of
from tests.factories import at, everything_stored, make_coproduction
from tests.shares.making import IBAN, OTHER_IBAN, compute, desk_of, links, over, send
from tests.web.page import words_of

NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_coproduction("shops")


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


@pytest.fixture
def period(shops: Coproduction, desk: Client) -> Period:
    """Four people share 100 €; the first two have given an account, the fourth gets nothing."""
    found = over(desk, shops, equal_rate="", time_rate="100", cap="9")
    send(desk, found, "person;minutes\n1;10\n2;20\n3;10\n4;0\n")
    compute(desk, found, "100")
    pays(desk, found, "1", name="=Ana & Sœurs", iban=IBAN)
    pays(desk, found, "2", name="Bob", iban=OTHER_IBAN)
    pays(desk, found, "4", name="Dan", iban=OTHER_IBAN)
    return found


def pays(desk: Client, period: Period, number: str, **told: str) -> None:
    path = links(desk, period, number)[number]
    assert Client().post(f"/{path}", {"do": "pay", **told}).status_code == 302


def make(desk: Client, period: Period, **changes: str) -> Any:
    day = timezone.localdate() + timedelta(days=3)
    sent = {"do": "make", "name": "Quatre-Vents", "iban": OTHER_IBAN, "paid_on": f"{day}"}
    return desk.post(at("share-payouts", "shops", period.number), sent | changes)


def say_paid(desk: Client, period: Period, **sent: str) -> Any:
    """Once its day has come: time cannot pass in a test."""
    Payout.objects.filter(number=1).update(paid_on=timezone.localdate())
    address = at("share-payouts", "shops", period.number)
    return desk.post(address, {"do": "paid", "payout": "1", **sent})


def take_out(desk: Client, period: Period, statement: str, number: int = 1) -> Any:
    sent = {"do": "take-out", "payout": f"{number}", "statement": statement}
    return desk.post(at("share-payouts", "shops", period.number), sent)


def statement_of(shops: Coproduction, number: str) -> Statement:
    return Statement.objects.get(recorded__beneficiary=who(shops, number))


def cancel(desk: Client, period: Period, reason: str, number: int = 1) -> Any:
    sent = {"do": "cancel", "payout": str(number), "reason": reason}
    return desk.post(at("share-payouts", "shops", period.number), sent)


def file_of(desk: Client, period: Period, kind: str = "xml", number: int = 1) -> bytes:
    answer: Any = desk.get(at(f"payout-{kind}", "shops", period.number, number))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def texts(file: bytes, name: str) -> list[str | None]:
    return [one.text for one in ET.fromstring(file).iter(f"{NAMESPACE}{name}")]  # noqa: S314 - our own file


def test_those_with_an_account_and_something_to_get_are_paid(desk: Client, period: Period) -> None:
    assert make(desk, period).status_code == 302
    payout = Payout.objects.get()
    assert (payout.people, payout.net) == (2, 7500)
    file = file_of(desk, period)
    assert sorted(texts(file, "InstdAmt"), key=str) == ["25.00", "50.00"]
    assert texts(file, "CtrlSum")[0] == "75.00"
    assert "Ana Soeurs" in texts(file, "Nm")
    assert texts(file, "MsgId") == [f"PAYOUT-{payout.pk}"]
    assert texts(file_of(desk, period), "EndToEndId") == texts(file, "EndToEndId")
    page = words_of(desk.get(at("share-payouts", "shops", 1)))
    assert (
        "Paid 0 0.00 In a payout 2 75.00 Can be paid 0 0.00 Waiting: gave no account 1 25.00"
        in page
    )
    assert Entry.objects.get(kind="payout-made").public == {"period": 1, "payout": 1}


def test_the_table_is_safe_to_open_in_a_spreadsheet(desk: Client, period: Period) -> None:
    make(desk, period)
    lines = file_of(desk, period, "csv").decode().splitlines()
    assert lines[0] == "statement,name,iban,euros,reference,pay_on"
    assert any(",'=Ana & Sœurs," in line and ",25.00,SHARE-" in line for line in lines)
    pays(desk, period, "1", name="Ana;=2+5;x", iban=IBAN)
    lines = file_of(desk, period, "csv").decode().splitlines()
    assert any(f",Ana;'=2+5;x,{IBAN},25.00," in line for line in lines)


def test_a_second_payout_pays_nobody_twice(desk: Client, period: Period) -> None:
    make(desk, period)
    answer = make(desk, period)
    assert answer.status_code == 409
    assert "Everybody who can be paid is in payout 1 already: cancel it first." in words_of(answer)
    pays(desk, period, "3", name="Eve", iban=IBAN)
    assert make(desk, period).status_code == 302
    assert list(Payout.objects.values_list("people", "net")) == [(2, 7500), (1, 2500)]
    assert texts(file_of(desk, period, number=2), "InstdAmt") == ["25.00"]


def test_a_cancelled_payout_frees_its_people_and_needs_a_reason(
    desk: Client, period: Period
) -> None:
    make(desk, period)
    assert "Say why: the reason is published." in words_of(cancel(desk, period, " "))
    assert cancel(desk, period, "The bank's file was lost.").status_code == 302
    assert cancel(desk, period, "Again.").status_code == 409
    assert desk.get(at("payout-xml", "shops", 1, 1)).status_code == 404
    assert make(desk, period).status_code == 302
    assert [one.net for one in Payout.objects.filter(cancelled_at=None)] == [7500]
    assert Entry.objects.filter(kind="payout-cancelled").count() == 1


def test_whoever_left_the_file_is_taken_out_before_it_is_said_paid(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    make(desk, period)
    gone = statement_of(shops, "2")
    path = links(desk, period, "2")["2"]
    Client().post(f"/{path}", {"do": "forget-pay"})
    page = words_of(desk.get(at("share-payouts", "shops", 1)))
    assert f"no longer hold everybody of this payout: statements {gone.number} were" in page
    refused = say_paid(desk, period)
    assert refused.status_code == 409
    assert f"no longer holds these statements: {gone.number}." in words_of(refused)
    assert take_out(desk, period, f"{gone.number}").status_code == 302
    assert say_paid(desk, period).status_code == 302
    assert [(one.people, one.net) for one in Payout.objects.all()] == [(1, 2500)]
    assert Entry.objects.get(kind="transfer-taken-out").public == {"period": 1, "payout": 1}
    page = words_of(desk.get(at("share-payouts", "shops", 1)))
    assert "Paid 1 25.00 In a payout 0 0.00 Can be paid 0 0.00 Waiting: gave no account 2" in page
    pays(desk, period, "2", name="Bob", iban=OTHER_IBAN)
    assert make(desk, period).status_code == 302
    assert texts(file_of(desk, period, number=2), "InstdAmt") == ["50.00"]


def test_those_paid_from_a_file_made_before_are_said_paid_too(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    make(desk, period)
    erase(desk, "2")
    assert say_paid(desk, period).status_code == 409
    assert say_paid(desk, period, **{"from-before": "yes"}).status_code == 302
    assert reported_in(shops) == {timezone.localdate().year: (2, 2)}


def test_a_payout_said_paid_is_not_cancelled_and_gives_back_one_alone(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    make(desk, period)
    early = desk.post(at("share-payouts", "shops", 1), {"do": "paid", "payout": "1"})
    assert "The bank is to pay on" in words_of(early)
    assert say_paid(desk, period).status_code == 302
    assert say_paid(desk, period).status_code == 409
    answer = cancel(desk, period, "Late.")
    assert answer.status_code == 409
    assert "cancelled, it would pay everybody twice" in words_of(answer)
    assert take_out(desk, period, "99").status_code == 409
    back = statement_of(shops, "1")
    reference = f"SHARE-{back.share_out_id}-{back.number}"
    assert take_out(desk, period, reference).status_code == 302
    assert make(desk, period).status_code == 302
    assert texts(file_of(desk, period, number=2), "EndToEndId") == [reference]
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(number=1).update(cancelled_at=timezone.now(), cancelled_reason="x")


def test_the_last_taken_out_leaves_an_empty_payout_that_nobody_calls_paid(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    make(desk, period)
    for number in ("1", "2"):
        take_out(desk, period, f"{statement_of(shops, number).number}")
    answer = say_paid(desk, period)
    assert "Nobody is left in this payout: cancel it." in words_of(answer)
    assert cancel(desk, period, "Empty.").status_code == 302
    assert make(desk, period).status_code == 302


def test_erasing_somebody_paid_lowers_no_count(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    make(desk, period)
    year = timezone.localdate().year
    assert reported_in(shops) == {}
    say_paid(desk, period)
    gone = statement_of(shops, "1").number
    erase(desk, "1")
    assert reported_in(shops) == {year: (2, 2)}
    answer = take_out(desk, period, f"{gone}")
    assert answer.status_code == 409 and "it stays in the payout" in words_of(answer)
    erase(desk, "2")
    assert reported_in(shops) == {year: (2, 2)}


def test_nobody_to_pay_is_said(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n")
    compute(desk, period, "10")
    answer = make(desk, period)
    assert answer.status_code == 409
    assert "Nobody can be paid yet" in words_of(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"iban": "DE00"}, "This is no IBAN"),
        ({"name": ""}, "Give the name of the account's holder."),
        ({"paid_on": ""}, "Give the day on which the bank should pay."),
        ({"paid_on": "2020-01-01"}, "That day is past"),
    ],
)
def test_what_is_wrong_in_a_payout_is_said(
    desk: Client, period: Period, changes: dict[str, str], sentence: str
) -> None:
    answer = make(desk, period, **changes)
    assert answer.status_code in {400, 409}
    assert sentence in words_of(answer)
    assert not Payout.objects.exists()


def erase(desk: Client, number: str) -> None:
    assert desk.post(at("shares-desk", "shops"), {"person": number}).status_code == 200


def test_an_erased_person_is_left_out_and_the_sum_is_said(desk: Client, period: Period) -> None:
    erase(desk, "2")
    page = words_of(desk.get(at("share-payouts", "shops", 1)))
    assert "Erased: not payable 1 50.00" in page
    make(desk, period)
    assert Payout.objects.get().net == 2500
    erase(desk, "1")
    answer = desk.get(at("payout-xml", "shops", 1, 1))
    assert answer.status_code == 409
    assert "Nobody of this payout can be paid any more" in words_of(answer)
    assert IBAN not in everything_stored()


def who(shops: Coproduction, number: str) -> Beneficiary:
    mark = who_of(shops, number)
    return Beneficiary.objects.select_related("vault_key", "coproduction").get(who=mark or 0)


def test_a_ten_euro_service_is_reported_and_nothing_never(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    make(desk, period)
    say_paid(desk, period)
    year = Payout.objects.get().paid_on.year
    [told] = years_of(who(shops, "1"))
    assert (told.reason, told.is_reportable) == (Reason.SERVICE, True)
    assert [(one.cents, one.count) for one in told.quarters] == [(2500, 1)]
    assert years_of(who(shops, "3")) == years_of(who(shops, "4")) == []
    assert reported_in(shops) == {year: (2, 2)}
    page = words_of(desk.get(at("share-payouts", "shops", 1)))
    assert f"{year}: 2 paid, 2 to be reported" in page


@pytest.mark.parametrize(
    ("sales", "euros", "reason"),
    [
        (29, "2000", Reason.GOODS_BELOW),
        (30, "2000", Reason.GOODS_ABOVE),
        (29, "2001", Reason.GOODS_ABOVE),
    ],
)
def test_sales_of_goods_are_reported_from_thirty_or_above_two_thousand_euros(
    shops: Coproduction, desk: Client, sales: int, euros: str, reason: Reason
) -> None:
    typed: dict[str, Any] = {
        "equal_rate": "",
        "tasks_rate": "100",
        "points": "sale: 1",
        "activity": "goods",
    }
    period = over(desk, shops, **typed)
    send(desk, period, f"person;sale\n1;{sales}\n")
    compute(desk, period, euros)
    pays(desk, period, "1", name="Ana", iban=IBAN)
    make(desk, period)
    say_paid(desk, period)
    [told] = years_of(who(shops, "1"))
    assert told.reason is reason
    path = links(desk, period, "1")["1"]
    page = words_of(Client().get(f"/{path}"))
    assert ("Not reported: there are fewer than 30 sales" in page) is (not told.is_reportable)


def test_a_price_cut_is_reported_to_nobody(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops, activity="none", activity_reason="A price cut for all.")
    send(desk, period, "person\n1\n")
    compute(desk, period, "50")
    pays(desk, period, "1", name="Ana", iban=IBAN)
    make(desk, period)
    say_paid(desk, period)
    assert [told.reason for told in years_of(who(shops, "1"))] == [Reason.NO_ACTIVITY]


def test_what_is_paid_in_two_periods_of_a_year_adds_up(shops: Coproduction, desk: Client) -> None:
    typed: dict[str, Any] = {
        "equal_rate": "",
        "tasks_rate": "100",
        "points": "sale: 1",
        "activity": "goods",
    }
    for opens in (120, 60):
        period = over(desk, shops, opens=opens, **typed)
        send(desk, period, "person;sale\n1;15\n")
        compute(desk, period, "10")
        if opens == 120:
            pays(desk, period, "1", name="Ana", iban=IBAN)
        make(desk, period)
        say_paid(desk, period)
    [told] = years_of(who(shops, "1"))
    assert told.reason is Reason.GOODS_ABOVE
    assert sum(one.count for one in told.quarters) == 30
