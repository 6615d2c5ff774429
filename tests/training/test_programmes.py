"""Programmes tied to the work an account shows as changed; hours offered, taken and published."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.accounting.publication import publish_account
from partage.coproductions.models import Coproduction
from partage.register.models import Entry, Payload
from partage.training.models import Attendance, ChangedWork, Programme, TakenHours
from tests.factories import (
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_people,
    make_sensitive,
    signed_in,
)
from tests.test_matrix import ACCOUNT
from tests.training.learning import entered, make_programme, make_skill
from tests.web.page import bytes_of, html_of, words_of

pytestmark = pytest.mark.django_db
POINT = "scanning the articles of a passage"
HEAD = "title,provider,hours,places,ends_on,changes,skills\n"


@pytest.fixture
def shops() -> Coproduction:
    """One whose account says what becomes of the work."""
    coproduction = make_coproduction()
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    return coproduction


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


@pytest.fixture
def programme() -> Programme:
    """Where no account is published: it takes a second."""
    return make_programme(make_skill(make_coproduction()))


@pytest.fixture
def counter(programme: Programme) -> Client:
    """A facilitator who counts sessions."""
    return signed_in(make_facilitator(programme.coproduction))


def enter(desk: Client, **changes: Any) -> Any:
    return desk.post(at("programmes-desk", "shops"), entered(**changes))


def day(after: int) -> str:
    return f"{timezone.localdate() + timedelta(days=after):%Y-%m-%d}"


def learning() -> str:
    return words_of(Client().get(at("learning", "shops")))


def test_the_page_says_what_the_account_says_and_what_is_unknown(shops: Coproduction) -> None:
    page = learning()
    assert f"a task that goes {POINT}" in page and "Account 1" in page
    assert "people left without help unknown" in page
    assert "No programme is known for this work yet." in page


def test_without_an_account_what_becomes_of_the_work_is_unknown() -> None:
    make_coproduction()
    assert "what becomes of the work is unknown" in learning()


def test_a_facilitator_ties_a_programme_to_a_point_of_the_account(
    shops: Coproduction, desk: Client
) -> None:
    skill = make_skill(shops)
    answer = enter(desk, skills=["help"], ends_on=day(30), audience="Cashiers")
    assert answer.status_code == 302
    found = Programme.objects.get()
    assert list(found.skills.all()) == [skill] and found.hours_offered == Decimal(280)
    assert [(c.topic, c.words["en"], c.account) for c in found.changes.all()] == [
        ("tasks_gone", POINT, 1)
    ]
    page = learning()
    assert "Helping others" in page and f"{POINT} (a task that goes)" in page
    assert "Offered 280" in page
    assert Entry.objects.get(kind="programme-entered").public == {"programme": found.pk}
    assert "Cashiers" in words_of(Client().get(found.get_absolute_url()))


def test_what_a_later_account_no_longer_says_is_told(desk: Client, shops: Coproduction) -> None:
    enter(desk)
    text = ACCOUNT.read_text("utf-8").replace(POINT, "scanning")
    publish_account(shops, text, "later")
    assert "said by account 1, not by the one in force" in learning()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Write the title of the programme."),
        ({"hours": "-3"}, "“-3” is no number of hours"),
        ({"hours": "0"}, "“0” is no number of hours"),
        ({"hours": "20000"}, "at most 10000"),
        ({"places": "0"}, "Write a whole number from 1 to 100,000."),
        ({"ends_on": "2020-01-01"}, "This programme ended on 2020-01-01"),
        ({"ends_on": "31/03/2027"}, "year, month and day"),
        ({"starts_on": "2190-01-02", "ends_on": "2190-01-01"}, "before it begins on 2190-01-02"),
        ({"changes": []}, "Say what it prepares for"),
        ({"changes": ["99"]}, "99"),
        ({"address": "javascript:alert(1)"}, "Write the whole address"),
        ({"title": "x" * 121}, "Your text has 121 characters; shorten it to 120."),
    ],
)
def test_a_wrong_programme_gets_one_sentence(
    desk: Client, wrong: dict[str, Any], sentence: str
) -> None:
    answer = enter(desk, **wrong)
    assert answer.status_code == 400 and sentence in words_of(answer)
    assert not Programme.objects.exists() and not ChangedWork.objects.exists()


def test_the_same_programme_is_entered_once(desk: Client) -> None:
    assert enter(desk).status_code == 302
    again = enter(desk)
    assert again.status_code == 409
    assert "The programme “Helping others” of Greta is there already." in words_of(again)


def send(desk: Client, text: str) -> Any:
    file = SimpleUploadedFile("programmes.csv", text.encode())
    return desk.post(at("programmes-desk", "shops"), {"do": "import", "file": file})


def test_a_file_of_programmes_is_entered_whole_and_comes_out_the_same(
    shops: Coproduction, desk: Client
) -> None:
    make_skill(shops)
    rows = (
        f"One,Greta,14,20,{day(9)},{POINT} | checking baskets and ages,help\nTwo,Afpa,7.5,,,,help\n"
    )
    assert send(desk, HEAD + rows).status_code == 302
    assert Programme.objects.get(title="One").changes.count() == 2
    text = bytes_of(Client().get(at("programmes-csv", "shops"))).decode()
    table = list(csv.DictReader(io.StringIO(text)))
    assert [(row["title"], row["hours"], row["places"]) for row in table] == [
        ("One", "14.00", "20"),
        ("Two", "7.50", ""),
    ]
    Programme.objects.all().delete()
    assert send(desk, text).status_code == 302
    assert Programme.objects.count() == 2


def test_each_bad_line_of_a_file_is_named_and_nothing_is_entered(
    shops: Coproduction, desk: Client
) -> None:
    rows = (
        f"Good,Greta,14,20,,{POINT},\n"
        "Bad,Greta,-1,20,,,\n"
        "Old,Greta,3,20,2021-05-05,something else,fly\n"
    )
    answer = send(desk, HEAD + rows)
    page = words_of(answer)
    assert answer.status_code == 400 and not Programme.objects.exists()
    for sentence in (
        "Line 3: hours: “-1” is no number of hours",
        "Line 4: ends_on: This programme ended on 2021-05-05",
        "Line 4: changes: the account in force does not say “something else”",
        "Line 4: skills: the framework has no skill “fly”.",
    ):
        assert sentence in page
    assert "Line 2:" not in page


def test_one_taken_off_the_page_stays_in_the_register(
    programme: Programme, counter: Client
) -> None:
    said = {"do": "withdraw", "programme": programme.pk}
    assert counter.post(at("programmes-desk", "shops"), said).status_code == 302
    assert "Helping others" not in learning()
    assert Client().get(programme.get_absolute_url()).status_code == 404
    assert Entry.objects.filter(kind="programme-withdrawn").exists()


def test_one_that_is_over_says_so(programme: Programme) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Programme.objects.update(ends_on=yesterday)
    assert "over since" in learning()
    assert "over since" in words_of(Client().get(programme.get_absolute_url()))


def test_places_that_nobody_said_are_unknown_and_not_nought(programme: Programme) -> None:
    Programme.objects.update(places=None)
    page = learning()
    assert "Offered unknown" in page and "1 does not say its places" in page


def take(browser: Client, programme: Programme, hours: str) -> Any:
    return browser.post(programme.get_absolute_url(), {"hours": hours})


def test_anyone_says_how_many_hours_they_took_and_takes_them_back(programme: Programme) -> None:
    browser = Client()
    assert take(browser, programme, "3,5").status_code == 302
    assert TakenHours.objects.get().hours == Decimal("3.5")
    assert "You said 3.5" in words_of(browser.get(programme.get_absolute_url()))
    assert take(browser, programme, "14").status_code == 302
    assert TakenHours.objects.get().hours == 14
    entry = Entry.objects.filter(kind="training-hours-said").latest("pk")
    assert entry.public == {} and '"14"' in Payload.objects.get(entry=entry).content
    browser.post(programme.get_absolute_url(), {"withdraw": "yes"})
    assert not TakenHours.objects.exists()


@pytest.mark.parametrize("hours", ["-1", "0", "", "many", "15", "14.01"])
def test_hours_below_nought_or_over_the_programme_are_refused(
    programme: Programme, hours: str
) -> None:
    answer = take(make_device(programme.coproduction), programme, hours)
    assert answer.status_code in {400, 409} and not TakenHours.objects.exists()
    page = words_of(answer)
    assert "no number of hours" in page or "this programme has 14" in page or "Say how" in page


def test_a_consent_comes_first_where_the_frame_asks_for_it() -> None:
    found = make_programme(make_skill(make_sensitive()))
    assert take(Client(), found, "3").status_code == 403
    assert not TakenHours.objects.exists()


def test_the_database_keeps_hours_in_reach(programme: Programme) -> None:
    wrongs: list[dict[str, Any]] = [{"hours": 0}, {"hours": -1}, {"hours": 10_001}, {"places": 0}]
    for wrong in [*wrongs, {"starts_on": "2027-02-02", "ends_on": "2027-02-01"}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Programme.objects.update(**wrong)


def declare(programme: Programme, people: int, hours: int = 2) -> None:
    now = timezone.now()
    TakenHours.objects.bulk_create(
        TakenHours(programme=programme, participant=one, hours=hours, said_at=now)
        for one in make_people(programme.coproduction, people)
    )


def test_declared_hours_show_ten_by_ten(programme: Programme) -> None:
    declare(programme, 9)
    assert "Taken, as people say unknown shown from 10 people" in learning()
    declare(programme, 1)
    assert "Taken, as people say 20 declared by 10 people" in learning()
    declare(programme, 9)
    assert "Taken, as people say 20 declared by 10 people" in learning()
    declare(programme, 1)
    assert "Taken, as people say 40 declared by 20 people" in learning()


def count(desk: Client, programme: Programme, **changes: Any) -> Any:
    said = {"do": "count", "programme": programme.pk, "held_on": "2026-05-04"}
    said |= {"people": "12", "hours": "100"} | changes
    return desk.post(at("programmes-desk", "shops"), said)


def test_the_organization_counts_sessions_of_ten_people_or_more(
    programme: Programme, counter: Client
) -> None:
    assert count(counter, programme, people="9", hours="50").status_code == 302
    assert "Taken, as the organization counted unknown" in learning()
    assert count(counter, programme, held_on="2026-05-05").status_code == 302
    assert (
        "Taken, as the organization counted 100 counted in sessions, 12 attendances" in learning()
    )
    again = count(counter, programme, held_on="2026-05-05")
    assert again.status_code == 409 and "counted already" in words_of(again)
    last = Attendance.objects.latest("pk").pk
    counter.post(at("programmes-desk", "shops"), {"do": "take-back", "session": last})
    assert "Taken, as the organization counted unknown" in learning()
    assert count(counter, programme, held_on="2026-05-05").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"people": "0"}, "Write a whole number from 1"),
        ({"hours": "-5"}, "Write hours above 0"),
        ({"hours": "169"}, "169 hours are more than 12 people can take"),
        ({"held_on": "2190-01-01"}, "is still to come"),
        ({"held_on": ""}, "Say on which day"),
    ],
)
def test_a_wrong_count_gets_one_sentence(
    programme: Programme, counter: Client, wrong: dict[str, str], sentence: str
) -> None:
    answer = count(counter, programme, **wrong)
    assert answer.status_code in {400, 409} and sentence in words_of(answer)
    assert not Attendance.objects.exists()


def test_pages_stay_light_with_many_programmes(shops: Coproduction) -> None:
    skill = make_skill(shops)
    for number in range(30):
        make_programme(skill, f"Programme {number}")
    for address in (at("learning", "shops"), at("skills", "shops")):
        page = html_of(Client().get(address))
        assert len(page.encode()) < 60_000 and page.count("<") - page.count("</") < 400
