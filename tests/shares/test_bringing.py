"""What people did, from a file or from events: every bad line named, nothing half written."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.events.models import Event
from partage.events.reading import who_of
from partage.register.models import VaultKey
from partage.rights.replay import replay_erasures
from partage.shares.models import Beneficiary, Period, Recorded
from tests.events.test_events import make_measured, told
from tests.events.test_events import send as send_events
from tests.factories import at, everything_stored
from tests.shares.making import adopt, compute, desk_of, over, pass_by, press, send
from tests.web.page import words_of

SPRING = date(2026, 4, 1)


@pytest.fixture
def shops(db: None) -> Coproduction:
    return make_measured()


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return desk_of(shops)


def row_of(coproduction: Coproduction, number: str) -> Recorded:
    return Recorded.objects.get(beneficiary__who=who_of(coproduction, number) or 0)


def by_peers(desk: Client, shops: Coproduction) -> Period:
    return over(desk, shops, equal_rate="", peers_rate="100")


def test_a_file_is_kept_by_marks_and_not_by_numbers(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    answer = send(desk, period, "person;minutes;scan\ncard-4711;1,5;2\ncard-4712;;\n")
    assert "2 people are recorded." in words_of(answer)
    row = row_of(shops, "card-4711")
    assert (row.seconds, row.counts) == (90, {"scan": 2})
    assert "card-4711" not in everything_stored()
    assert str(who_of(shops, "card-4711")) != row.person


def test_lines_that_end_with_a_return_alone_are_read(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    assert "2 people are recorded." in words_of(send(desk, period, "person;minutes\r1;2\r2;3\r"))
    answer = send(desk, period, f"person;minutes\n1;{'2' * 140_000}\n")
    assert answer.status_code == 400 and "a cell is far too long" in words_of(answer)


def test_sending_again_replaces_and_knows_the_same_people(
    shops: Coproduction, desk: Client
) -> None:
    period = over(desk, shops)
    send(desk, period, "person;minutes\n1;10\n2;20\n")
    names = set(Recorded.objects.values_list("person", flat=True))
    send(desk, period, "person;minutes\n1;15\n2;20\n3;5\n")
    assert Recorded.objects.count() == Beneficiary.objects.count() == 3
    assert names < set(Recorded.objects.values_list("person", flat=True))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("minutes\n10\n", "There is no column “person”"),
        ("person;minuts\n1;10\n", "“minuts” is no column here"),
        ("person;minutes;minutes\n1;10;10\n", "A column comes twice"),
        ("person;minutes\n", "The file has no line"),
        ("", "The file is empty."),
        ("person;minutes\n1;ten\n", "Line 2: minutes is “ten”"),
        ("person;minutes\n1;-1\n", "Line 2: minutes is “-1”"),
        ("person;minutes\n1;0.001\n", "Line 2: minutes is “0.001”"),
        ("person;minutes\n1;1e99999\n", "Line 2: minutes is “1e99999”"),
        ("person;minutes\n1;NaN\n", "Line 2: minutes is “NaN”"),
        ("person;scan\n1;2.5\n", "Line 2: scan is “2.5”: give a whole number"),
        ("person;minutes\n;10\n", "Line 2: the person's number is missing."),
        ("person;minutes\n1;10\n2;20;30\n", "Line 3: it has 3 cells and there are 2 columns."),
        ("person;minutes\n1;10\n\n2;20\n1;30\n", "Line 5: this person is on line 2 already"),
        ('person;minutes\n"1;10\n', "a quotation mark is not closed"),
    ],
)
def test_a_bad_file_writes_nothing_and_says_where(
    shops: Coproduction, desk: Client, text: str, sentence: str
) -> None:
    period = over(desk, shops)
    send(desk, period, "person;minutes\n8;10\n")
    answer = send(desk, period, text)
    assert answer.status_code == 400
    assert sentence in words_of(answer)
    assert Recorded.objects.count() == 1


def test_a_file_that_is_not_text_is_refused(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    answer = press(desk, period, "file", file=_file(b"person;minutes\n\xff;1\n"))
    assert "The file is not in UTF-8 (byte 15)" in words_of(answer)


def _file(sent: bytes) -> Any:

    return SimpleUploadedFile("people.csv", sent)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("1:100", "Line 2: it gives 100 points to the person themselves"),
        ("2:60", "Line 2: it gives 60 points in all: give 100, or none."),
        ("2:50 2:50", "Line 2: it gives points twice to the same person"),
        ("2=100", "Line 2: points given are written “number:points”"),
        ("7:100", "Line 2: it gives points to somebody who is not in the same circle."),
    ],
)
def test_points_to_oneself_or_outside_the_circle_are_refused(
    shops: Coproduction, desk: Client, given: str, sentence: str
) -> None:
    period = by_peers(desk, shops)
    rest = "".join(f"{n};A;\n" for n in range(2, 6))
    answer = send(desk, period, f"person;circle;given\n1;A;{given}\n{rest}")
    assert answer.status_code == 400
    assert sentence in words_of(answer)
    assert not Recorded.objects.exists()


def test_a_circle_too_small_is_named(shops: Coproduction, desk: Client) -> None:
    period = by_peers(desk, shops)
    answer = send(desk, period, "person;circle\n" + "".join(f"{n};B\n" for n in range(4)))
    assert "The circle “B” has 4 people: a circle has 5 to 30." in words_of(answer)


def test_a_period_that_runs_takes_nothing(shops: Coproduction, desk: Client) -> None:
    adopt(desk, shops)
    period = Period.objects.get()
    answer = send(desk, period, "person\n1\n")
    assert answer.status_code == 409
    assert "bring in what people did once it is over" in words_of(answer)


def test_a_computed_period_takes_nothing_more(shops: Coproduction, desk: Client) -> None:
    period = over(desk, shops)
    send(desk, period, "person\n1\n2\n")
    compute(desk, period, "10")
    answer = send(desk, period, "person\n1\n")
    assert answer.status_code == 409
    assert "nothing comes in any more" in words_of(answer)
    assert Recorded.objects.count() == 2


def april(desk: Client, shops: Coproduction, **changes: Any) -> Period:
    opens = timezone.localdate() + timedelta(days=1)
    closes = f"{opens + timedelta(days=29)}"
    adopt(desk, shops, closes_on=closes, **changes)
    return pass_by(Period.objects.get(), SPRING)


def event(n: int, day: str, **changes: Any) -> dict[str, Any]:
    return told(n, started_at=f"{day}T10:00:00Z", seconds=60, person="a") | changes


def test_events_of_closed_months_are_added_up_by_person(shops: Coproduction, desk: Client) -> None:
    events = [
        event(0, "2026-04-01"),
        event(1, "2026-04-30", task="pay"),
        event(2, "2026-04-02", person="b"),
        event(3, "2026-04-02", person="b", seconds=90, corrects=event(2, "")["id"]),
        event(4, "2026-03-31"),
        event(5, "2026-05-01"),
        event(6, "2026-04-03", person=None, seconds=120),
    ]
    send_events(*events)
    period = april(desk, shops)
    answer = press(desk, period, "events")
    assert "The month 2026-04 is not closed" in words_of(answer)
    desk.post(at("events-desk", "shops"), {"do": "close", "month": "2026-04-01"})
    answer = press(desk, period, "events")
    assert "2 people are recorded." in words_of(answer)
    assert "2 minutes that name nobody" in words_of(answer)
    a, b = row_of(shops, "a"), row_of(shops, "b")
    assert (a.seconds, a.counts) == (120, {"scan": 1, "pay": 1})
    assert (b.seconds, b.counts) == (90, {"scan": 1})


def test_events_that_name_nobody_are_refused_in_one_sentence(
    shops: Coproduction, desk: Client
) -> None:
    send_events(event(0, "2026-04-02", person=None))
    desk.post(at("events-desk", "shops"), {"do": "close", "month": "2026-04-01"})
    answer = press(desk, april(desk, shops), "events")
    assert answer.status_code == 409
    assert "No event of these days names a person" in words_of(answer)


def test_of_tasks_those_with_published_points_alone_count(
    shops: Coproduction, desk: Client
) -> None:
    send_events(
        event(0, "2026-04-02"),
        event(1, "2026-04-02", task="pay"),
        event(2, "2026-04-02", person="b"),
    )
    desk.post(at("events-desk", "shops"), {"do": "close", "month": "2026-04-01"})
    period = april(desk, shops, equal_rate="", tasks_rate="100", points="scan: 3")
    press(desk, period, "events")
    share_out = compute(desk, period, "10")
    assert list(share_out.statements.values_list("gross", flat=True)) == [500, 500]
    assert Event.objects.filter(started_at__lt=datetime(2026, 5, 1).astimezone()).count() == 3


def test_a_backup_from_before_the_first_bring_forgets_the_events_of_whoever_was_erased(
    shops: Coproduction, desk: Client, django_capture_on_commit_callbacks: Any
) -> None:
    send_events(*(told(n, person=person) for n, person in enumerate(("17", "17", "18"))))
    mark = who_of(shops, "17")
    period = over(desk, shops)
    send(desk, period, "person\n17\n18\n")
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(at("shares-desk", "shops"), {"person": "17"})
    assert Event.objects.filter(who=None).count() == 2
    Recorded.objects.all().delete()
    Beneficiary.objects.all().delete()
    VaultKey.objects.all().delete()
    Event.objects.filter(who=None).update(who=mark)
    send_events(told(9, person="17"))
    assert replay_erasures() == 1
    assert Event.objects.filter(who=None).count() == 2
    assert Event.objects.filter(who=mark).count() == 1
    assert replay_erasures() == 0
