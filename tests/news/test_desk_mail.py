"""The daily mail about the desk: off by default, only what waits for its reader, one click to stop."""

from datetime import datetime, time, timedelta

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.contributions.models import Appeal, Decision, Idea, Moderation, Notice, Statement
from partage.coproductions.models import Coproduction, Role, Stage
from partage.news.desk_mail import send_desk_mails, waiting_for
from partage.news.models import DeskMail
from partage.news.telling import tell
from partage.people.models import Mail, Person
from tests.factories import (
    at,
    make_coproduction,
    make_facilitator,
    make_helper,
    make_idea,
    make_people,
    make_statement,
    signed_in,
    stored,
)
from tests.news.letterbox import BASE, letters, link_in
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
CLAIRE = "claire@example.org"


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


@pytest.fixture
def claire() -> Person:
    return make_facilitator(make_coproduction())


def asks(person: Person, language: str = "en") -> None:
    page = at("desk-mail", language=language)
    assert signed_in(person).post(page, {"do": "start"}).status_code == 302


def morning(days: int = 1) -> list[EmailMessage]:
    """What arrives so many days later."""
    day = timezone.localdate() + timedelta(days=days)
    send_desk_mails(datetime.combine(day, time(8), timezone.get_current_timezone()))
    return letters()


def wait(coproduction: Coproduction, days: int = 3) -> Statement:
    """A sentence that somebody proposed so many days ago."""
    one = make_statement(coproduction, "Close at nine.", state="waiting")  # type: ignore[arg-type]
    Statement.objects.filter(pk=one.pk).update(written_at=timezone.now() - timedelta(days=days))
    return one


def test_nothing_is_sent_to_whoever_did_not_ask(claire: Person) -> None:
    wait(Coproduction.objects.get())
    assert morning() == []


def test_the_mail_says_how_many_wait_and_how_old_the_oldest_is_and_quotes_nothing(
    claire: Person,
) -> None:
    shops = Coproduction.objects.get()
    asks(claire)
    for days in (3, 9):
        wait(shops, days)
    send_desk_mails(timezone.now())
    (letter,) = letters()
    assert letter.to == [CLAIRE] and letter.subject == "Desk: 2 things wait"
    body = str(letter.body)
    assert "Title of shops" in body and "Close at nine." not in body
    page = f"{BASE}{at('queue', 'shops')}"
    assert f"- 2 contributions to read (the oldest 9 days old)\n  {page}" in body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_each_of_the_four_queues_is_counted(claire: Person) -> None:
    shops, now = Coproduction.objects.get(), timezone.now()
    wait(shops)
    shown = make_statement(shops)
    Notice.objects.create(
        coproduction=shops, statement=shown, rule="personal", text="Odile", filed_at=now
    )
    refused = make_statement(shops, "Refused.", state="refused")  # type: ignore[arg-type]
    decision = Decision.objects.create(
        coproduction=shops, statement=refused, kind="refused", rule="personal", decided_at=now
    )
    Appeal.objects.create(decision=decision, text="No.", filed_at=now)
    unclear = make_statement(shops, "The offer must be assumed.")
    Statement.objects.filter(pk=unclear.pk).update(unclear_counted=50)
    opened = now - timedelta(days=40)
    Stage.objects.create(
        coproduction=shops, kind="ideas", opens_at=opened, closes_at=now - timedelta(days=20)
    )
    make_idea(shops)
    asks(claire)
    (letter,) = morning()
    body = str(letter.body)
    assert letter.subject == "Desk: 5 things wait"
    for words in (
        "1 contribution to read (the oldest ",
        "2 reports and contested refusals (",
        "1 unclear sentence (",
        "1 idea to answer (the oldest 2",
    ):
        assert f"- {words}" in body
    assert "Odile" not in body


def test_nothing_comes_when_nothing_waits_and_one_mail_a_day_otherwise(claire: Person) -> None:
    asks(claire)
    assert morning() == []
    one = wait(Coproduction.objects.get())
    assert morning() == []  # looked already that day
    assert len(morning(days=2)) == 1
    assert morning(days=2) == []
    one.delete()
    assert morning(days=3) == []


def test_what_waits_for_a_colleague_or_in_a_role_that_decides_nothing_is_not_told(
    claire: Person,
) -> None:
    shops = Coproduction.objects.get()
    Moderation.objects.create(
        coproduction=shops, two_to_refuse=True, reason="Two.", language="en",
        changed_at=timezone.now(),
    )  # fmt: skip
    Statement.objects.filter(pk=wait(shops).pk).update(
        state="second", rule="off-topic", first_reader=claire
    )
    notice = {"rule": "personal", "proposed_rule": "personal", "first_reader": claire}
    Notice.objects.create(
        coproduction=shops, statement=make_statement(shops), filed_at=timezone.now(), **notice
    )
    reader, moderator = (
        make_helper(shops, kind) for kind in (Role.Kind.READER, Role.Kind.MODERATOR)
    )
    for person in (claire, reader, moderator):
        asks(person)
    (letter,) = morning()
    assert letter.to == [moderator.email] and letter.subject == "Desk: 2 things wait"


def test_whoever_left_the_team_gets_no_more(claire: Person) -> None:
    wait(Coproduction.objects.get())
    asks(claire)
    Role.objects.all().delete()
    assert morning() == []


def test_the_mail_is_in_the_language_it_was_asked_in(claire: Person) -> None:
    wait(Coproduction.objects.get())
    asks(claire, "fr")
    (letter,) = morning()
    assert letter.subject == "Bureau : 1 chose attend"
    assert "1 contribution à lire (la plus ancienne a" in str(letter.body)
    assert f"{BASE}/fr/courrier/bureau/" in str(letter.body)


def test_one_click_stops_it_and_forgets_the_mail_that_waits(claire: Person) -> None:
    wait(Coproduction.objects.get())
    asks(claire)
    (letter,) = morning()
    link = link_in(letter, "/stop/")
    before = stored()
    assert "Send it no more" in words_of(Client().get(link)) and stored() == before
    send_desk_mails(timezone.now() + timedelta(days=2))
    assert Mail.objects.count() == 1
    assert Client(enforce_csrf_checks=True).post(link).status_code == 200
    assert not Mail.objects.exists() and not DeskMail.objects.exists()
    assert "No mail comes by this link any more." in words_of(Client().post(link))
    assert morning(days=5) == []


def test_another_link_stops_nothing(claire: Person) -> None:
    asks(claire)
    wish = DeskMail.objects.get()
    for number, key in ((wish.pk, "x" * 32), (wish.pk + 1, wish.key_to_stop())):
        assert Client().post(at("desk-mail-stop", number, key)).status_code == 200
    assert DeskMail.objects.exists()


def test_it_is_stopped_at_the_desk_too(claire: Person) -> None:
    asks(claire)
    asks(claire)
    browser = signed_in(claire)
    assert f"It is sent to {CLAIRE}." in words_of(browser.get(at("desk-mail")))
    assert "Daily mail about the desk" in words_of(browser.get(at("desk")))
    for _twice in range(2):
        assert browser.post(at("desk-mail"), {"do": "stop"}).status_code == 302
    assert not DeskMail.objects.exists()


def test_it_goes_only_to_an_address_that_is_known_to_be_theirs(claire: Person) -> None:
    Person.objects.filter(pk=claire.pk).update(awaits_proof=True)
    claire.refresh_from_db()
    response = signed_in(claire).post(at("desk-mail"), {"do": "start"})
    assert response.status_code == 403 and "Sign in once with a code" in words_of(response)
    assert not DeskMail.objects.exists()


def test_a_site_without_mail_says_so(claire: Person, settings: LazySettings) -> None:
    settings.MAIL_IS_ON = False
    browser = signed_in(claire)
    assert "This site sends no mail." in words_of(browser.get(at("desk-mail")))
    assert browser.post(at("desk-mail"), {"do": "start"}).status_code == 400
    assert not DeskMail.objects.exists()
    tell()


def test_the_worker_sends_it_from_the_morning_on(
    claire: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(Coproduction.objects.get())
    asks(claire)
    for hour, sent in ((24, 0), (0, 1), (0, 0)):
        monkeypatch.setattr("partage.news.telling.DIGEST_HOUR", hour)
        tell()
        assert len(letters()) == sent


def test_the_number_of_queries_does_not_grow_with_what_waits(claire: Person) -> None:
    counts = []
    for number in range(2):
        for each in range(number * 12):
            other = make_coproduction(f"place-{each}")
            Role.objects.create(person=claire, coproduction=other, kind=Role.Kind.FACILITATOR)
            make_people(other, 2)
            wait(other)
            make_idea(other)
        with CaptureQueriesContext(connection) as found:
            waiting_for(claire)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 12 and Idea.objects.count() == 12
