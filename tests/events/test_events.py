"""Events by API and by file: each counted once, named when refused, and published by closed month."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.commands.main import main
from partage.coproductions.models import Coproduction
from partage.events.api import MOST_BYTES
from partage.events.models import Batch, Event, EventMonth, ProducerKey
from partage.events.reading import NEEDED, from_json, who_of
from partage.events.receiving import MOST_LINES, receive
from partage.people.sign_in import token_hash
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in, stored
from tests.web.page import bytes_of, words_of

TOKEN = "t" * 43
MAY = "2026-05-04T10:00:00Z"
CLOSED = "that month is closed"


def number(n: int) -> str:
    return str(UUID(int=n + 1))


def told(n: int = 0, **changes: Any) -> dict[str, Any]:
    return {"id": number(n), "task": "scan", "started_at": MAY, "seconds": 30} | changes


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_measured()


def make_measured(slug: str = "shops") -> Coproduction:
    coproduction = make_coproduction(slug)
    for code in ("scan", "pay"):
        coproduction.event_tasks.create(code=code, name={"en": code.title()})
    for bit, code in enumerate(("basket", "place")):
        coproduction.event_data.create(code=code, name={"en": code.title()}, bit=bit)
    digest = token_hash(f"{slug}{TOKEN}")
    coproduction.producer_keys.create(name="Till 4", digest=digest, made_at=timezone.now())
    return coproduction


def send(*events: Any, slug: str = "shops", token: str = f"shops{TOKEN}", strict: str = "") -> Any:
    body = b"\n".join(e if isinstance(e, bytes) else json.dumps(e).encode() for e in events)
    return Client(enforce_csrf_checks=True).post(
        f"/api/v1/coproductions/{slug}/events{strict}",
        body,
        content_type="application/x-ndjson",
        headers={"Authorization": f"Bearer {token}"},
    )


def months() -> list[tuple[Any, ...]]:
    rows = EventMonth.objects.exclude(events=0).order_by("month", "task__code", "basis")
    return list(
        rows.values_list("month", "task__code", "basis", "events", "seconds", "value_cents")
    )


def test_a_batch_is_counted_and_the_answer_says_what_became_of_it(shops: Coproduction) -> None:
    answer = send(told(0), told(1, task="pay", value_cents=250, data=["basket", "place"]), told(2))
    assert answer.status_code == 200
    assert answer.json() == {"accepted": 3, "repeated": 0, "refused": 0, "refusals": []}
    may = date(2026, 5, 1)
    assert months() == [
        (may, "pay", "measured", 1, 30, 250),
        (may, "scan", "measured", 2, 60, 0),
    ]
    assert EventMonth.objects.get(task__code="pay").data == {"basket": 1, "place": 1}
    batch = Batch.objects.get()
    assert Entry.objects.get(kind="events-received").public == {"inputs": batch.inputs}


def test_the_register_holds_nothing_that_tests_a_guess_at_a_batch(shops: Coproduction) -> None:
    sent = json.dumps(told(0)).encode()
    send(sent)
    batch = Batch.objects.get()
    assert batch.inputs == hashlib.sha256(bytes(batch.opening) + sent).hexdigest()
    assert batch.inputs != hashlib.sha256(sent).hexdigest()


def test_sent_again_it_changes_nothing(shops: Coproduction) -> None:
    send(told(0), told(1))
    before = stored()
    assert send(told(0), told(1)).json()["repeated"] == 2
    assert stored() == before
    assert send(told(1), told(2), told(2)).json() | {"refusals": 0} == {
        "accepted": 1, "repeated": 2, "refused": 0, "refusals": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "7"}, "id is “7”: give a UUID"),
        ({"id": ""}, "id is missing"),
        ({"task": "fly"}, "task is “fly”: no such task"),
        ({"started_at": "yesterday"}, "started_at is “yesterday”: give a moment"),
        ({"started_at": "2026-05-04T10:00:00"}, "with its time zone"),
        ({"started_at": "2026-02-31T10:00:00Z"}, "give a moment"),
        ({"started_at": "2999-01-01T00:00:00Z"}, "in the future"),
        ({"started_at": "1999-01-01T00:00:00Z"}, "before the year 2000"),
        ({"seconds": -1}, "seconds is “-1”: give a whole number from 0 to 86400"),
        ({"seconds": 86401}, "whole number"),
        ({"seconds": 1.5}, "whole number"),
        ({"seconds": True}, "whole number"),
        ({"value_cents": 10**13}, "value_cents"),
        ({"data": ["moon"]}, "data is “moon”: no such data"),
        ({"basis": "guess"}, "basis is “guess”: use one of measured"),
        ({"corrects": number(9)}, "is not there"),
        ({"corrects": number(0)}, "is not there"),
        ({"person": "x" * 201}, "person has more than 200 signs"),
        ({"weight": 3}, "weight is no column"),
        ({"person": "\ud800"}, "person holds signs that cannot be printed"),
        ({"person": "card\0"}, "person holds signs that cannot be printed"),
        ({"person": {"a": 1}}, "person must be a text or a whole number"),
        ({"person": [1]}, "person must be a text or a whole number"),
        ({"person": True}, "person must be a text or a whole number"),
        ({"person": float("nan")}, "person must be a text or a whole number"),
        ({"seconds": float("inf")}, "whole number"),
        ({"task": "\ud800"}, "no such task"),
        ({"data": {"a": 1}}, "no such data"),
    ],
)
def test_a_bad_line_is_named_and_the_others_come_in(
    shops: Coproduction, changes: dict[str, Any], why: str
) -> None:
    answer = send(told(5), told(0, **changes)).json()
    assert answer["accepted"] == 1 and answer["refused"] == 1
    assert answer["refusals"][0]["line"] == 2 and why in answer["refusals"][0]["why"]


@pytest.mark.parametrize("line", [b"{", b"[1]", b"\xff\xfe", b"7", b"[" * 9_000])
def test_what_is_no_json_object_is_named(shops: Coproduction, line: bytes) -> None:
    answer = send(told(0), line).json()
    assert answer["accepted"] == 1 and "not a JSON object" in answer["refusals"][0]["why"]


def test_strictly_nothing_comes_in_when_a_line_is_bad(shops: Coproduction) -> None:
    before = stored()
    answer = send(told(0), told(1, task="fly"), strict="?strict=1")
    assert answer.status_code == 422 and answer.json()["accepted"] == 0
    assert stored() == before


def test_without_a_key_that_serves_nothing_comes_in(shops: Coproduction) -> None:
    make_measured("baths")
    before = stored()
    for sent in (
        {"token": ""},
        {"token": "x" * 43},
        {"slug": "baths"},
        {"slug": "nowhere"},
    ):
        answer = send(told(0), **sent)
        assert answer.status_code == 401 and "No key that serves here" in answer.json()["error"]
        assert answer["WWW-Authenticate"] == "Bearer"
    assert stored() == before


def test_a_revoked_key_serves_no_more(shops: Coproduction) -> None:
    key = shops.producer_keys.get()
    desk = signed_in(make_facilitator(shops))
    desk.post(at("events-desk", "shops"), {"do": "revoke", "key": key.pk})
    assert send(told(0)).status_code == 401
    assert Entry.objects.filter(kind="producer-key-revoked").count() == 1


def test_batches_too_large_or_empty_are_refused_whole(shops: Coproduction) -> None:
    before = stored()
    assert send(b"x" * (MOST_BYTES + 1)).status_code == 413
    assert send(*[b"{}"] * (MOST_LINES + 1)).status_code == 413
    assert send(b"").status_code == 400
    assert stored() == before


def test_another_event_under_the_same_number_is_refused(shops: Coproduction) -> None:
    send(told(0))
    answer = send(told(0, seconds=31)).json()
    assert answer["refused"] == 1 and "id is that of another event" in answer["refusals"][0]["why"]
    assert months()[0][4] == 30


def test_a_correction_replaces_what_it_names_once(shops: Coproduction) -> None:
    send(told(0), told(1))
    send(told(2, seconds=10, task="pay", corrects=number(0)))
    assert [row[1:5] for row in months()] == [
        ("pay", "measured", 1, 10),
        ("scan", "measured", 1, 30),
    ]
    again = send(told(3, corrects=number(0))).json()
    assert "corrected already" in again["refusals"][0]["why"]
    other = send(told(4, corrects=number(1), started_at="2026-04-30T10:00:00Z")).json()
    assert "another month" in other["refusals"][0]["why"]
    assert Event.objects.count() == 3


def test_the_database_keeps_an_event_once_and_corrected_once(shops: Coproduction) -> None:
    send(told(0), told(1), told(2, corrects=number(0)))
    first, second = Event.objects.order_by("event_id")[:2]
    for change in ({"event_id": first.event_id}, {"seconds": 86_401}, {"basis": "guess"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(pk=second.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=second.pk).update(corrects=first.event_id)


def test_a_person_has_another_mark_in_each_coproduction_and_can_be_forgotten(
    shops: Coproduction,
) -> None:
    baths = make_measured("baths")
    assert who_of(shops, "card 12") != who_of(baths, "card 12")
    send(told(0, person="card 12"), told(1, person="card 12"), told(2, person="card 13"))
    assert Event.objects.filter(who=who_of(shops, "card 12")).count() == 2
    desk = signed_in(make_facilitator(shops))
    page = desk.post(at("events-desk", "shops"), {"do": "forget", "person": "card 12"})
    assert "2 events tell no more who did them" in words_of(page)
    assert Event.objects.filter(who=None).count() == 2 and months()[0][3] == 3
    # Sent again, they are not known again, and are no other events.
    again = send(told(0, person="card 12"), told(1, person=" card 12 "), told(2, person="card 13"))
    assert again.json()["repeated"] == 3 and Event.objects.filter(who=None).count() == 2


@pytest.mark.parametrize("person", ["x" * 201, "card\u202e"])
def test_a_number_that_no_machine_can_have_sent_is_refused(
    shops: Coproduction, person: str
) -> None:
    desk = signed_in(make_facilitator(shops))
    page = desk.post(at("events-desk", "shops"), {"do": "forget", "person": person})
    assert page.status_code == 400 and "200 signs at most" in words_of(page)


def test_a_closed_month_is_published_and_takes_nothing_more(shops: Coproduction) -> None:
    send(*(told(n) for n in range(12)), *(told(20 + n, task="pay") for n in range(9)))
    reader, page = Client(), at("measured", "shops")
    assert "Nothing to show yet" in words_of(reader.get(page))
    close_may(shops)
    assert "What was measured" in words_of(reader.get(at("coproduction", "shops")))
    shown = words_of(reader.get(page))
    assert "May 2026 Scan measured 12 0.1" in shown and "Pay" not in shown
    table = bytes_of(reader.get(at("measured-csv", "shops"))).decode().splitlines()
    assert table[1:] == ["2026-05,scan,measured,12,360,0,0,0"]
    late = send(told(99)).json()
    assert late["refused"] == 1 and CLOSED in late["refusals"][0]["why"]
    # How many events there were would tell, less those shown, what is hidden.
    assert Entry.objects.get(kind="month-closed").public == {"month": "2026-05"}


def close_may(coproduction: Coproduction) -> None:
    desk = signed_in(make_facilitator(coproduction, email="may@example.org"))
    sent = {"do": "close", "month": "2026-05-01"}
    assert desk.post(at("events-desk", coproduction.slug), sent).status_code == 302


@pytest.mark.parametrize(("people", "is_shown"), [(1, False), (9, False), (10, True)])
def test_what_few_people_did_is_hidden_where_they_are_told_apart(
    shops: Coproduction, people: int, *, is_shown: bool
) -> None:
    send(*(told(n, person=f"card {n % people}") for n in range(20)))
    close_may(shops)
    table = bytes_of(Client().get(at("measured-csv", "shops"))).decode().splitlines()
    assert len(table) == 1 + is_shown


def test_people_of_events_that_were_corrected_do_not_count(shops: Coproduction) -> None:
    send(*(told(n, person=f"card {n}") for n in range(10)))
    send(*(told(20 + n, person="card 0", corrects=number(n)) for n in range(10)))
    close_may(shops)
    assert "Nothing to show yet" in words_of(Client().get(at("measured", "shops")))


@pytest.mark.parametrize("with_place", [9, 11])
def test_data_taken_or_left_in_few_events_is_not_told(shops: Coproduction, with_place: int) -> None:
    few = [told(n, data=["basket"] + ["place"] * (n < with_place)) for n in range(12)]
    send(*few)
    close_may(shops)
    table = bytes_of(Client().get(at("measured-csv", "shops"))).decode().splitlines()
    assert table[1] == "2026-05,scan,measured,12,360,0,12,"


@pytest.mark.parametrize("month", ["2026-04-01", "", "2999-01-01", "x"])
def test_a_month_without_events_or_not_over_is_not_closed(shops: Coproduction, month: str) -> None:
    send(told(0))
    desk = signed_in(make_facilitator(shops))
    answer = desk.post(at("events-desk", "shops"), {"do": "close", "month": month})
    assert answer.status_code == 400 and not shops.closed_months.exists()


def test_this_month_is_not_closed_yet(shops: Coproduction) -> None:
    now = timezone.now()
    send(told(0, started_at=now.isoformat()))
    desk = signed_in(make_facilitator(shops))
    month = f"{now.astimezone(UTC):%Y-%m-01}"
    answer = desk.post(at("events-desk", "shops"), {"do": "close", "month": month})
    assert answer.status_code == 400 and "not over yet" in words_of(answer)


def test_the_desk_adds_codes_and_makes_a_key_that_is_shown_once(db: None) -> None:
    coproduction = make_coproduction()
    desk, page = signed_in(make_facilitator(coproduction)), at("events-desk", "shops")
    desk.post(page, {"do": "add-task", "code": "scan", "name": "Scanning"})
    desk.post(page, {"do": "add-data", "code": "basket", "name": "What is bought"})
    made = desk.post(page, {"do": "make-key", "name": "Till 4"})
    token = made.context["token"]
    assert token in words_of(made) and token not in words_of(desk.get(page))
    assert send(told(0, data="basket"), token=token).json()["accepted"] == 1
    assert ProducerKey.objects.get().digest != token.encode()


def test_every_key_that_serves_can_be_revoked_and_every_month_closed(shops: Coproduction) -> None:
    digests = (token_hash(str(n)) for n in range(40))
    shops.producer_keys.bulk_create(
        ProducerKey(coproduction=shops, name="Till", digest=digest, made_at=timezone.now())
        for digest in digests
    )
    moments = [
        f"20{year}-{month:02}-01T00:00:00Z" for year in range(19, 26) for month in range(1, 13)
    ]
    send(*(told(n, started_at=moment) for n, moment in enumerate(moments)))
    page = signed_in(make_facilitator(shops)).get(at("events-desk", "shops"))
    assert len(page.context["keys"]) == 41 and len(page.context["open_months"]) == 84


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "add-task", "code": "a b", "name": "x"},
        {"do": "add-task", "code": "scan", "name": "again"},
        {"do": "add-data", "code": "", "name": ""},
        {"do": "add-data", "code": "place2", "name": "\u200b"},
        {"do": "make-key", "name": " "},
        {"do": "forget", "person": ""},
        {"do": "dance"},
    ],
)
def test_the_desk_says_what_it_cannot_do(shops: Coproduction, sent: dict[str, str]) -> None:
    desk, before = signed_in(make_facilitator(shops)), stored()
    answer = desk.post(at("events-desk", "shops"), sent)
    assert answer.status_code == 400 and "Nothing was changed." in words_of(answer)
    assert stored() == before


events = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from(["scan", "pay"]),
        st.sampled_from([MAY, "2026-06-30T23:59:59Z", "2026-06-30T23:30:00-02:00"]),
        st.integers(0, 600),
        st.integers(-500, 500),
        st.sampled_from(["", "basket", "place", "basket place"]),
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(rows=events, cuts=st.lists(st.integers(0, 40), max_size=3), again=st.integers(0, 3))
def test_months_add_up_however_events_are_cut_and_sent_again(
    rows: list[tuple[int, str, str, int, int, str]], cuts: list[int], again: int
) -> None:
    with transaction.atomic():
        shops = make_measured()
        named = ("task", "started_at", "seconds", "value_cents", "data")
        sent = [told(row[0], **dict(zip(named, row[1:], strict=True))) for row in rows]
        lines = list(enumerate((json.dumps(event).encode() for event in sent), 1))
        edges = [0, *sorted(cuts), len(lines)]
        parts = [lines[a:b] for a, b in pairwise(edges)]
        for part in parts + parts[:again]:
            receive(shops, part, from_json)
        first = {event["id"]: event for event in reversed(sent)}.values()
        expected: dict[tuple[str, str], list[int]] = {}
        for event in first:
            month = f"{datetime.fromisoformat(event['started_at']).astimezone(UTC):%Y-%m}"
            sums = expected.setdefault((month, event["task"]), [0, 0, 0, 0])
            places = int("place" in event["data"])
            figures = (1, event["seconds"], event["value_cents"], places)
            sums[:] = [a + b for a, b in zip(sums, figures, strict=True)]
        found = {
            (f"{m.month:%Y-%m}", m.task.code): [m.events, m.seconds, m.value_cents, m.data.get("place", 0)]
            for m in EventMonth.objects.select_related("task")
        }  # fmt: skip
        assert found == expected
        transaction.set_rollback(True)


def bring(file: Path, *options: str) -> Any:
    """In whatever language an act before was read, commands speak English."""
    with translation.override("fr"):
        return CliRunner().invoke(main, ["import", "events", "shops", str(file), *options])


HEAD = "id,task,started_at,seconds,person,value_cents,data,basis,corrects\n"


def row(n: int, **changes: str) -> str:
    cells = {"id": number(n), "task": "scan", "started_at": MAY, "seconds": "30"} | changes
    return ",".join(cells.get(name, "") for name in HEAD.strip().split(",")) + "\n"


@pytest.mark.django_db
def test_a_file_is_brought_in_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    file.write_text("\ufeff" + HEAD + "".join(row(n, data="basket place") for n in range(20)))
    assert bring(file).output == "shops: 20 events came in, 0 were there, 0 lines were left out.\n"
    before = stored()
    assert json.loads(bring(file, "--json").output)["repeated"] == 20
    assert stored() == before and months()[0][3] == 20


@pytest.mark.django_db
def test_bad_lines_of_a_file_are_named_with_their_number(tmp_path: Path) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    bad = [row(1, task="fly"), "x,y\n", row(2, seconds="ten")]
    file.write_bytes((HEAD + row(0) + "".join(bad)).encode() + b"\xff\xfe,\n" + row(3).encode())
    found = bring(file)
    assert found.exit_code == 0 and "2 events came in, 0 were there, 4 lines" in found.output
    for line in ("line 3: task is “fly”", "line 4: It has 2 cells", "line 5: seconds", "line 6: It is not in UTF-8"):  # fmt: skip
        assert line in found.output


@pytest.mark.django_db
def test_strictly_a_bad_line_means_that_nothing_of_the_file_comes_in(tmp_path: Path) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    file.write_text(HEAD + "".join(row(n) for n in range(5_010)) + row(6_000, task="fly"))
    before = stored()
    found = bring(file, "--strict")
    assert found.exit_code == 1 and "line 5012: task is “fly”" in found.output
    assert stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2\n",
        "id;task;colour\n",
        "id,task,started_at\n",
        "id,task,started_at,seconds,seconds\n",
        "\ud800\n",
    ],
)
def test_a_file_with_other_columns_is_refused(tmp_path: Path, text: str) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    found = bring(file)
    assert found.exit_code == 1 and "the columns are" in found.output


@pytest.mark.django_db
@pytest.mark.parametrize("separator", [",", ";", "\t", ", "])
def test_quotes_blanks_and_other_separators_are_read(tmp_path: Path, separator: str) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    cells = [f'"{cell}"' if separator != ", " else cell for cell in (number(0), "scan", MAY, "30")]
    file.write_text(f"{separator.join(NEEDED)}\n{separator.join(cells)}\n")
    assert "1 event came in" in bring(file).output


@pytest.mark.django_db
def test_a_file_cut_off_in_its_last_figure_brings_no_wrong_one(tmp_path: Path) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    file.write_text("id,task,started_at,seconds\n" + f"{number(0)},scan,{MAY},12")
    found = bring(file)
    assert "line 2: It does not end: is the file whole?" in found.output and not months()


@pytest.mark.django_db
def test_a_line_without_end_is_no_file_of_events(tmp_path: Path) -> None:
    make_measured()
    file = tmp_path / "events.csv"
    file.write_text(HEAD + "x" * 100_000)
    assert "more than 65536 bytes" in bring(file).output


def test_an_event_of_a_clock_a_little_ahead_comes_in(shops: Coproduction) -> None:
    soon = (timezone.now() + timedelta(minutes=2)).isoformat()
    assert send(told(0, started_at=soon)).json()["accepted"] == 1
