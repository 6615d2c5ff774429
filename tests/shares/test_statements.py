"""A person's own page: by a link of theirs alone, with what is withheld from day one, erasable."""

import csv
import json
import logging
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, transaction
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.register.models import Entry, VaultKey
from partage.rights.erasure import erase_participant
from partage.rights.replay import replay_erasures
from partage.shares.models import Beneficiary, Period, Recorded, ShareOut, Statement
from partage.shares.people import Payment, erase_beneficiary, keep_payment, payment_of
from tests.factories import (
    at,
    everything_stored,
    make_coproduction,
    make_device,
    participant_of,
)
from tests.shares.making import IBAN, compute, desk_of, links, over, press, send
from tests.web.page import words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_coproduction("shops")


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


@pytest.fixture
def period(shops: Coproduction, desk: Client) -> Period:
    """Three people share 100 €, the first two by their time."""
    typed: dict[str, Any] = {
        "common_rate": "20",
        "equal_rate": "50",
        "time_rate": "50",
        "cap": "3",
    }
    found = over(desk, shops, **typed)
    send(desk, found, "person;minutes\n1;10\n2;30\n3;0\n")
    compute(desk, found, "100")
    return found


def page_of(desk: Client, period: Period, number: str = "1") -> str:
    return f"/{links(desk, period, '1', '2', '3')[number]}"


def pays(path: str, **changes: str) -> Any:
    sent = {"do": "pay", "name": "Ana Martín", "iban": IBAN} | changes
    return Client().post(path, sent)


def test_a_statement_tells_how_the_share_was_made_and_what_is_withheld(
    desk: Client, period: Period
) -> None:
    page = words_of(Client().get(page_of(desk, period)))
    assert (
        "20% of the pot goes to the common fund of this coproduction before anything else." in page
    )
    assert "by recorded time 40.00 10 40 10.00" in page
    assert "the same for each 40.00 1 3 13.3" in page
    assert "Contributions withheld 0.00 €: rate not known: nobody has told this site one" in page
    assert "Tax withheld 0.00 €: rate not known" in page
    assert "Nothing was paid to you yet, so nothing is told to the tax office." in page
    assert "Tell the organization which figure is wrong and why" in page
    assert "The file for the tax office is not made by this site yet." in page


def test_where_nothing_is_due_the_line_is_there_and_says_so(
    shops: Coproduction, desk: Client
) -> None:
    found = over(desk, shops, activity="none", activity_reason="Ideas, unpaid.")
    send(desk, found, "person\n1\n")
    compute(desk, found, "0")
    page = words_of(Client().get(page_of(desk, found)))
    assert "Contributions withheld 0.00 €: not due: nothing here is paid work or a sale" in page
    assert "there is nothing to share, and every share is 0." in page
    assert "None of these: a price cut, or ideas that nobody pays for. Ideas, unpaid." in page


def test_the_page_is_in_french_too(desk: Client, period: Period) -> None:
    path = page_of(desk, period)
    french = path.replace("/en/coproductions/", "/fr/demarches/").replace(
        "shares/mine", "parts/les-miennes"
    )
    page = words_of(Client().get(french))
    assert "Mes relevés de parts" in page
    assert "Cotisations retenues 0,00 € : taux inconnu" in page


def test_the_statements_as_json_and_csv(desk: Client, period: Period) -> None:
    path = page_of(desk, period)
    told = json.loads(Client().get(f"{path}statements.json").content)
    one = told["statements"][0]
    assert (one["gross_cents"], one["contributions_why"]) == (one["net_cents"], "rate-unknown")
    assert one["recorded"]["seconds"] == 600
    assert one["divisions"][1] == {
        "name": "by time", "pot": 4000, "of": "40", "weight": "10", "cents": 1000,
    }  # fmt: skip
    answer = Client().get(f"{path}statements.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    row = next(csv.DictReader(lines))
    assert row["gross_cents"] == str(one["gross_cents"])


def test_a_link_opens_one_person_s_page_and_no_other(desk: Client, period: Period) -> None:
    found = links(desk, period, "1", "2", "9")
    one, two = (found[number].rstrip("/").split("/") for number in ("1", "2"))
    assert found["9"] == ""
    crossed = "/" + "/".join([*one[:-1], two[-1]]) + "/"
    for path in (crossed, crossed + "statements.csv", crossed + "statements.json"):
        assert Client().get(path).status_code == 404
    assert Client().post(crossed, {"do": "erase", "sure": "yes"}).status_code == 404
    assert Beneficiary.objects.count() == 3


def test_links_made_again_end_those_from_before(desk: Client, period: Period) -> None:
    before = page_of(desk, period)
    assert Client().get(before).status_code == 200
    after = page_of(desk, period)
    assert Client().get(before).status_code == 404
    assert Client().get(after).status_code == 200
    assert Entry.objects.filter(kind="statement-links-made").count() == 2


def test_numbers_like_formulas_come_back_harmless(desk: Client, period: Period) -> None:
    answer = send(desk, period, "person\n=1+1\n", do="links")
    assert b"'=1+1,nobody here has this number" in b"".join(answer.streaming_content)


def test_an_account_is_kept_closed_and_nowhere_in_clear(
    desk: Client, period: Period, caplog: pytest.LogCaptureFixture
) -> None:
    path = page_of(desk, period)
    with caplog.at_level(logging.DEBUG):
        assert pays(path, iban="fr14 2004 1010 0505 0001 3m02 606").status_code == 302
    page = words_of(Client().get(path))
    assert f"Ana Martín, {IBAN}" in page
    stored = everything_stored()
    for secret in (IBAN, "Ana Martín", "Martín"):
        assert secret not in stored
        assert secret not in caplog.text
    assert Client().post(path, {"do": "forget-pay"}).status_code == 302
    assert IBAN not in words_of(Client().get(path))
    assert set(Beneficiary.objects.values_list("payment", flat=True)) == {b""}


@pytest.mark.parametrize(
    "iban",
    [
        "FR1420041010050500013M02607",
        "FR14200410100505000",
        "US1420041010050500013M02606",
        "FR1420041010050500013M0260é",
    ],
)
def test_a_wrong_account_is_refused_and_the_name_is_kept_on_the_page(
    desk: Client, period: Period, iban: str
) -> None:
    answer = pays(page_of(desk, period), iban=iban)
    assert answer.status_code == 400
    assert "This is no IBAN of a country where payments in euros are made" in words_of(answer)
    assert 'value="Ana Martín"' in answer.content.decode()


def test_a_name_that_no_bank_writes_is_refused(desk: Client, period: Period) -> None:
    answer = pays(page_of(desk, period), name="🙂🙂")
    assert "Banks cannot write this name" in words_of(answer)


def amounts() -> list[tuple[int, int]]:
    return list(Statement.objects.order_by("pk").values_list("gross", "net"))


def test_erasing_asks_once_then_leaves_amounts_that_are_nobody_s(
    desk: Client, period: Period
) -> None:
    path, before = page_of(desk, period), amounts()
    pays(path)
    assert Client().post(path, {"do": "erase"}).status_code == 400
    assert Beneficiary.objects.count() == 3
    answer = Client().post(path, {"do": "erase", "sure": "yes"})
    assert "Nothing here leads to you any more" in words_of(answer)
    assert Client().get(path).status_code == 404
    assert Beneficiary.objects.count() == VaultKey.objects.filter(payloads=None).count() == 2
    assert Recorded.objects.filter(beneficiary=None).count() == 1
    assert amounts() == before
    assert Entry.objects.filter(kind="beneficiary-erased").count() == 1


def test_the_desk_erases_by_the_organization_s_number(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    path = page_of(desk, period)
    assert desk.post(at("shares-desk", "shops"), {"person": "99"}).status_code == 404
    assert desk.post(at("shares-desk", "shops"), {"person": ""}).status_code == 400
    answer = desk.post(at("shares-desk", "shops"), {"person": "1"})
    assert "Nothing here leads to that person any more." in words_of(answer)
    assert Client().get(path).status_code == 404


def test_after_a_restore_an_erased_person_is_erased_again(
    desk: Client, period: Period, django_capture_on_commit_callbacks: Any
) -> None:
    pays(page_of(desk, period))
    before = (
        Beneficiary.objects.exclude(payment=b"").select_related("vault_key", "coproduction").get()
    )
    held = {name: getattr(before, name) for name in ("coproduction", "who", "payment")}
    row, secret = Recorded.objects.get(beneficiary=before), bytes(before.vault_key.key)
    with django_capture_on_commit_callbacks(execute=True):
        erase_beneficiary(before)
    key = VaultKey.objects.create(key=secret)
    back = Beneficiary.objects.create(**held, vault_key=key)
    Recorded.objects.filter(pk=row.pk).update(beneficiary=back)
    assert replay_erasures() == 1
    assert Recorded.objects.get(pk=row.pk).beneficiary is None
    assert not Beneficiary.objects.filter(pk=back.pk).exists()
    assert not VaultKey.objects.filter(pk=key.pk).exists()


def test_a_device_sees_its_statements_among_its_data_and_erasing_takes_them(
    shops: Coproduction, desk: Client, period: Period
) -> None:
    path, device = page_of(desk, period), make_device(shops)
    here = at("my-shares-here", "shops")
    assert "No statement is shown on this device." in words_of(device.get(here))
    assert device.post(path, {"do": "show"}).status_code == 302
    assert f'href="{path}"' in device.get(here).content.decode()
    assert "No statement is shown" in words_of(make_device(shops).get(here))
    assert "What ties you to your statements" in words_of(device.get(at("erase", "shops")))
    device.post(path, {"do": "hide"})
    assert "No statement is shown" in words_of(device.get(here))
    device.post(path, {"do": "show"})
    erase_participant(participant_of(device, shops))
    assert Client().get(path).status_code == 404
    assert len(amounts()) == 3


def test_an_account_opens_with_the_person_s_own_secret_alone(desk: Client, period: Period) -> None:
    one, two = Beneficiary.objects.select_related("vault_key", "coproduction")[:2]
    with transaction.atomic():
        keep_payment(one, Payment("Ana", IBAN))
    assert payment_of(one) == Payment("Ana", IBAN)
    two.payment = one.payment
    with pytest.raises(InvalidTag):
        payment_of(two)


@pytest.mark.parametrize("changes", [{"net": 1}, {"tax": -1}, {"gross": 7}])
def test_the_database_refuses_a_statement_that_does_not_sum(
    period: Period, changes: dict[str, int]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(**changes)


@pytest.mark.parametrize("changes", [{"to_people": 1}, {"to_funds": 1}, {"net": 1}, {"pot": 0}])
def test_the_database_refuses_a_share_out_that_does_not_sum(
    period: Period, changes: dict[str, int]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareOut.objects.update(**changes)


def test_a_file_of_links_that_names_nobody_is_refused(desk: Client, period: Period) -> None:
    answer = send(desk, period, "person\n", do="links")
    assert "The file names nobody" in words_of(answer)
    answer = send(desk, period, f"person\n{'1' * 140_000}\n", do="links")
    assert answer.status_code == 400
    assert "The file is not CSV that can be read" in words_of(answer)
    answer = send(desk, period, "person\r1\r2\r", do="links")
    assert len(b"".join(answer.streaming_content).splitlines()) == 3
    assert press(desk, period, "links").status_code == 400
    assert press(desk, period, "dance").status_code == 400
