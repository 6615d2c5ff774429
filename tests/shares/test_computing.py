"""A pot reaches people to the cent, once; and the same again from what was kept."""

from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partage.calc.sharing_rules import Kind, Part, Rule
from partage.coproductions.models import Coproduction
from partage.fund.ledger import balance, receive
from partage.register.models import Entry
from partage.shares.computing import Amounts, Pot, digest_of, rows_of, shared
from partage.shares.computing import compute as compute_shares
from partage.shares.models import Period, Recorded, ShareOut
from tests.factories import at, make_coproduction
from tests.shares.making import compute, desk_of, mark_of, over, press, press_twice, send
from tests.web.page import words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_coproduction("shops")


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


def by_received(desk: Client, shops: Coproduction, *points: int) -> Period:
    period = over(desk, shops, equal_rate="", received_rate="100")
    lines = "".join(f"{n};{given}\n" for n, given in enumerate(points))
    assert send(desk, period, f"person;received\n{lines}").status_code == 200
    return period


def grosses(share_out: ShareOut) -> list[int]:
    """In the order of the file: people were made in the order of their marks."""
    rows = share_out.statements.select_related("recorded").order_by("recorded__pk")
    return [row.gross for row in rows]


def test_ten_thousand_cents_in_three(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n2\n3\n")
    share_out = compute(desk, period, "100,00")
    # Statements stand in the public order: the first gets the cent.
    assert list(share_out.statements.values_list("gross", flat=True)) == [3334, 3333, 3333]


def test_funds_and_people_of_an_uneven_pot(shops: Coproduction, desk: Client) -> None:
    funds = "Organization: 40\nCommons: 20\nTraining: 10"
    period = over(desk, shops, funds=funds)
    send(desk, period, "person\n1\n")
    share_out = compute(desk, period, "2666.48")
    assert list(share_out.funds.values_list("cents", flat=True)) == [106_659, 53_330, 26_665]
    assert share_out.to_people == 79_994
    assert set(Entry.objects.get(kind="shares-computed").public) == {"period", "digest"}


def test_the_common_fund_gets_its_part_and_no_other(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops, common_rate="20", funds="Commons: 10\nTraining: 10")
    send(desk, period, "person\n1\n")
    compute(desk, period, "100.00")
    assert balance(shops) == 2000
    page = words_of(Client().get(at("fund", "shops")))
    assert f"Spring, {period.opens_on} – " in page and "20 €" in page


def test_a_part_that_the_common_fund_cannot_hold_leaves_nothing_computed(
    shops: Coproduction, desk: Client
) -> None:
    period = over(desk, shops, common_rate="20")
    send(desk, period, "person\n1\n")
    receive(shops, 10**12, "A gift", "a gift")
    answer = press_twice(desk, period, pot="100", source="The accounts of the shop.")
    assert answer.status_code == 409 and "nothing was recorded" in words_of(answer)
    assert not ShareOut.objects.exists()


def test_the_published_peer_circle_pays_out_its_pot(shops: Coproduction, desk: Client) -> None:
    share_out = compute(desk, by_received(desk, shops, 110, 115, 95, 80), "6000")
    assert grosses(share_out) == [165_000, 172_500, 142_500, 120_000]


@pytest.mark.parametrize(("pot", "shares"), [("0.10", [4, 4, 2]), ("0.11", [5, 5, 1])])
def test_the_alabama_case(shops: Coproduction, desk: Client, pot: str, shares: list[int]) -> None:
    assert grosses(compute(desk, by_received(desk, shops, 6, 6, 2), pot)) == shares


def test_a_circle_of_peers_drops_the_extreme_marks(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops, equal_rate="", peers_rate="100")
    lines = ["1;A;2:40 3:20 4:20 5:20", "2;A;1:100", "3;A;1:25 2:25 4:25 5:25"]
    lines += ["4;A;1:25 2:25 3:25 5:25", "5;A;"]
    assert send(desk, period, "person;circle;given\n" + "\n".join(lines)).status_code == 200
    share_out = compute(desk, period, "100")
    # Marks of 1: 100, 25, 25, 25 (from 5, who gave none); of 2: 40, 25, 25, 25; of 3: 20, 0, 25, 25;
    # of 4: 20, 0, 25, 25; of 5: 20, 0, 25, 25. Kept: 50, 50, 45, 45, 45.
    assert sorted(grosses(share_out)) == [1915, 1915, 1915, 2127, 2128]
    assert share_out.silent == 1


def test_a_period_is_computed_once(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n2\n")
    first = compute(desk, period, "10")
    answer = press(desk, period, "compute", pot="20", source="Again.")
    assert answer.status_code == 409
    assert "computed already, once and for all" in words_of(answer)
    assert ShareOut.objects.get().pot == 1000
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareOut.objects.create(**_copied(first))


def _copied(share_out: ShareOut) -> dict[str, Any]:
    names = [field.attname for field in ShareOut._meta.concrete_fields if not field.primary_key]
    return {name: getattr(share_out, name) for name in names}


@pytest.mark.parametrize(("pot", "missing"), [("0", 0), ("-250.40", 25_040)])
def test_an_empty_or_negative_pot_shares_nothing_and_says_so(
    shops: Coproduction, desk: Client, pot: str, missing: int
) -> None:
    period = over(desk, shops, common_rate="20")
    send(desk, period, "person\n1\n2\n")
    share_out = compute(desk, period, pot)
    assert (share_out.deficit, share_out.to_people, share_out.to_funds) == (missing, 0, 0)
    assert set(share_out.statements.values_list("net", flat=True)) == {0}
    page = words_of(Client().get(at("shares", "shops")))
    assert "there is nothing to share, and every share is 0." in page
    assert ("250.40 € are missing." in page) is bool(missing)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"pot": "", "source": "x"}, "Give the pot"),
        ({"pot": "ten", "source": "x"}, "“ten” is no amount in euros"),
        ({"pot": "1.001", "source": "x"}, "“1.001” is no amount in euros"),
        ({"pot": "1e20", "source": "x"}, "“1e20” is no amount in euros"),
        ({"pot": "10", "source": ""}, "Say where this amount comes from."),
        ({"pot": "10", "source": "x", "tax": "5"}, "Say who told the rates, and when."),
        (
            {"pot": "10", "source": "x", "tax": "60", "contributions": "50", "rates_source": "y"},
            "The two rates take more than the share",
        ),
    ],
)
def test_what_is_wrong_in_a_pot_is_said(
    shops: Coproduction, desk: Client, sent: dict[str, str], sentence: str
) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n")
    answer = press(desk, period, "compute", **sent)
    assert answer.status_code == 400
    assert sentence in words_of(answer)
    assert not ShareOut.objects.exists()


def test_nobody_recorded_shares_nothing(shops: Coproduction, desk: Client) -> None:
    answer = press(desk, over(desk, shops), "compute", pot="10", source="x")
    assert answer.status_code == 409
    assert "Nobody is recorded in this period" in words_of(answer)


def test_what_follows_what_nobody_did_stays_and_is_said(shops: Coproduction, desk: Client) -> None:
    typed: dict[str, Any] = {"equal_rate": "50", "tasks_rate": "50", "points": "scan: 3"}
    period = over(desk, shops, common_rate="20", **typed)
    send(desk, period, "person\n" + "\n".join(map(str, range(10))))
    asked = press(desk, period, "compute", pot="100", source="The accounts of the shop.")
    assert "40.00 € go to nobody, since nobody recorded what they follow" in words_of(asked)
    share_out = compute(desk, period, "100")
    assert (share_out.to_funds, share_out.to_people, share_out.kept) == (2000, 4000, 4000)
    page = words_of(Client().get(at("shares", "shops", language="fr")))
    assert "40,00 € suivent ce que personne n’a fait : l’organisation les garde." in page
    assert Entry.objects.get(kind="shares-computed").public["kept"] == 4000
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareOut.objects.update(kept=1)


def test_a_rule_that_events_cannot_follow_is_refused_in_the_reader_s_language(
    shops: Coproduction, desk: Client
) -> None:
    period = over(desk, shops, equal_rate="", peers_rate="100")
    Recorded.objects.create(period=period, person="a")
    address = at("share-period", "shops", period.number, language="fr")
    answer = desk.post(address, {"do": "compute", "pot": "10", "source": "x"})
    assert answer.status_code == 409
    assert "des cercles de 5 à 30 personnes" in words_of(answer)


def test_computing_asks_a_second_press_and_says_what_it_gives(
    shops: Coproduction, desk: Client
) -> None:
    period = over(desk, shops, common_rate="20")
    send(desk, period, "person\n1\n2\n")
    sent = {"pot": "1000.50", "source": "The accounts.", "tax": "10", "rates_source": "Them."}
    answer = press(desk, period, "compute", **sent)
    assert answer.status_code == 200
    page = words_of(answer)
    assert "To people 800.40 € (2 people) Net, once what is withheld is taken off 720.36 €" in page
    assert 'name="pot" value="1000.50"' in answer.content.decode()
    assert not ShareOut.objects.exists()
    assert press(desk, period, "compute", **sent, sure=mark_of(answer)).status_code == 302
    assert ShareOut.objects.get().net == 72_036


@pytest.mark.parametrize("changed", ["another pot", "another file"])
def test_what_changed_since_it_was_read_is_not_computed(
    shops: Coproduction, desk: Client, changed: str
) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n2\n")
    sent = {"pot": "100", "source": "The accounts."}
    read = mark_of(press(desk, period, "compute", **sent))
    if changed == "another pot":
        sent["pot"] = "900"
    else:
        send(desk, period, "person\n1\n2\n3\n")
    answer = press(desk, period, "compute", **sent, sure=read)
    assert answer.status_code == 409 and "read again what it gives" in words_of(answer)
    assert not ShareOut.objects.exists()
    assert press(desk, period, "compute", **sent, sure=mark_of(answer)).status_code == 302


def test_what_is_withheld_is_rounded_once_and_sums(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n2\n3\n")
    rates = {"contributions": "21.2", "tax": "1", "rates_source": "Urssaf, 2 May."}
    share_out = compute(desk, period, "100", **rates)
    assert (share_out.contributions, share_out.tax, share_out.net) == (2121, 99, 7780)
    one = share_out.statements.first()
    assert one is not None
    assert (one.gross, one.contributions, one.tax, one.net) == (3334, 707, 33, 2594)


def test_where_nothing_is_paid_work_no_rate_is_taken(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops, activity="none", activity_reason="A price cut for all.")
    send(desk, period, "person\n1\n")
    sent = {"pot": "10", "source": "x", "tax": "5", "rates_source": "y"}
    answer = press(desk, period, "compute", **sent)
    assert "leave the rates empty" in words_of(answer)
    share_out = compute(desk, period, "10")
    assert (share_out.tax, share_out.tax_why, share_out.net) == (0, "not-due", 1000)


def test_the_seal_opens_from_the_statements(shops: Coproduction, desk: Client) -> None:
    share_out = compute(desk, by_received(desk, shops, *range(1, 13)), "77.77")
    amounts = [Amounts(s.gross, s.contributions, s.tax) for s in share_out.statements.all()]
    told = Entry.objects.get(kind="shares-computed").public
    assert told["digest"] == digest_of(bytes(share_out.opening), amounts)
    assert told["people"] == 12


rates = st.lists(st.integers(1, 60), min_size=1, max_size=4)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Funds and people; equal, time and tasks as sub-pots of any rates."""
    given = draw(rates)
    total = sum(given) + draw(st.integers(1, 50))
    funds = tuple((f"fund {n}", Fraction(one, total)) for n, one in enumerate(given))
    kinds = draw(
        st.lists(st.sampled_from([Kind.EQUAL, Kind.TIME, Kind.TASKS]), min_size=1, unique=True)
    )
    sizes = [draw(st.integers(1, 9)) for _kind in kinds]
    parts = [
        Part(
            kind,
            Fraction(size, sum(sizes)),
            Fraction(draw(st.integers(1, 3))) if kind is Kind.TIME else None,
            (("scan", draw(st.integers(1, 5))),) if kind is Kind.TASKS else (),
        )
        for kind, size in zip(kinds, sizes, strict=True)
    ]
    return Rule(funds, tuple(parts))


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules(),
    st.integers(-5, 10**9),
    st.lists(st.tuples(st.integers(1, 9999), st.integers(1, 9)), min_size=1, max_size=15),
    st.sampled_from([None, Fraction(1, 7), Fraction(1, 2)]),
)
def test_statements_and_funds_sum_to_any_pot_and_again_from_what_was_kept(
    shops: Coproduction,
    desk: Client,
    rule: Rule,
    pot: int,
    people: list[tuple[int, int]],
    rate: Fraction | None,
) -> None:
    with transaction.atomic():
        period = over(desk, shops)
        Period.objects.update(rule=rule.canonical, digest=rule.digest)
        period = Period.objects.get(pk=period.pk)
        for n, (seconds, count) in enumerate(people):
            Recorded.objects.create(
                period=period, person=f"{n:032}", seconds=seconds, counts={"scan": count}
            )
        share_out = compute_shares(period, Pot(pot, "x", rate, None, "y" if rate else ""))
        rows = list(share_out.statements.select_related("recorded"))
        assert sum(row.gross for row in rows) + share_out.to_funds == max(pot, 0)
        assert all(row.gross == row.contributions + row.tax + row.net for row in rows)
        again = shared(period, pot, rows_of(period))
        assert [row.gross for row in rows] == list(again.people.values())
        assert {row.recorded.person: row.gross for row in rows} == again.people
        assert sum(again.funds.values()) == share_out.to_funds
        transaction.set_rollback(True)
