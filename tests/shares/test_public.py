"""What anyone reads of shares; few people are told nothing of."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.accounting.publication import publish_account
from partage.coproductions.models import Coproduction, Role
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_helper, signed_in
from tests.shares.making import compute, desk_of, over, send
from tests.test_matrix import ACCOUNT
from tests.web.page import bytes_of, words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_coproduction("shops")


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


def shared(desk: Client, shops: Coproduction, people: int, opens: int = 60) -> None:
    period = over(desk, shops, opens=opens, equal_rate="", time_rate="100", cap="9")
    lines = "".join(f"{n};{n}\n" for n in range(1, people + 1))
    send(desk, period, f"person;minutes\n{lines}")
    compute(desk, period, "100")


def test_from_ten_people_their_number_and_spread_are_told(
    shops: Coproduction, desk: Client
) -> None:
    shared(desk, shops, 10)
    page = words_of(Client().get(at("shares", "shops")))
    assert "Who took part 10 people" in page
    assert "Share in the middle: half have less, half more 10.00 €" in page
    assert "A quarter" not in page and "18.18" not in page and "1.82" not in page
    told = Entry.objects.get(kind="shares-computed").public
    assert (told["people"], told["people_cents"], told["net"]) == (10, 10_000, 10_000)


def test_from_forty_people_quartiles_are_told(shops: Coproduction, desk: Client) -> None:
    shared(desk, shops, 40)
    page = words_of(Client().get(at("shares", "shops")))
    assert "A quarter have less than, a quarter more than 1.31 €, 3.69 €" in page


def test_of_nine_people_neither_is(shops: Coproduction, desk: Client) -> None:
    shared(desk, shops, 9)
    page = words_of(Client().get(at("shares", "shops")))
    assert "Who took part fewer than ten people" in page
    assert "Share in the middle" not in page
    # Nor what they got together, which one who is known may have had alone.
    for words in ("Net to people", "withheld", "How the pot was divided", "people 100.00"):
        assert words not in page
    told = Entry.objects.get(kind="shares-computed").public
    assert set(told) == {"period", "digest"}
    # Nor the pot, which less what goes to funds is theirs.
    assert "The pot was shared among few people" in page and "€" not in page


def test_the_page_of_many_periods_is_light_and_takes_as_many_queries(
    shops: Coproduction, desk: Client
) -> None:
    address = at("shares", "shops")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            answer = Client().get(address)
        assert answer.status_code == 200
        assert len(bytes_of(answer)) < 60_000
        assert len(re.findall(rb"<[a-z]", bytes_of(answer))) < 400
        return len(seen)

    for period in range(2):
        shared(desk, shops, 10, opens=400 - 40 * period)
    two = queries()
    for period in range(2, 5):
        shared(desk, shops, 10, opens=400 - 40 * period)
    assert queries() == two


def test_the_account_leads_to_it(shops: Coproduction) -> None:
    publish_account(shops, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    page = Client().get(at("account", "shops")).content.decode()
    assert f'href="{at("shares", "shops")}"' in page
    assert Client().get(at("shares", "shops", language="fr")).status_code == 200


@pytest.mark.parametrize("kind", [Role.Kind.MODERATOR, Role.Kind.READER])
def test_whoever_does_not_facilitate_shares_nothing(
    shops: Coproduction, desk: Client, kind: Role.Kind
) -> None:
    shared(desk, shops, 2)
    browser = signed_in(make_helper(shops, kind))
    for name in ("share-period", "share-payouts"):
        for do in ("compute", "links", "make"):
            assert browser.post(at(name, "shops", 1), {"do": do}).status_code == 403
