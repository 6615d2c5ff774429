"""Whoever should act is reminded while no answer is known: three times, by an address that goes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.opinions.models import Addressee, NoReminders, Opinion, Reminder, Version
from partage.opinions.reminding import remind_due
from partage.people.models import Mail
from partage.register.models import Entry, VaultKey
from partage.rights.replay import replay_erasures
from tests.factories import at, everything_stored, stored
from tests.news.letterbox import letters, link_in
from tests.opinions.test_opinions_desk import TEXT, a_desk, a_draft, follow, post, publish
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
MAYOR = "mayor@example.org"
PLACE = ("shops", "checkouts-for-all")


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


@pytest.fixture
def desk() -> Client:
    """A facilitator whose opinion was published sixty days ago."""
    _coproduction, browser = a_desk()
    a_draft(browser)
    publish(browser)
    Version.objects.update(published_at=days_ago(60))
    return browser


def days_ago(days: int) -> datetime:
    """By the calendar of the site, as reminders count: hours change in between, twice a year."""
    return timezone.make_aware(timezone.make_naive(timezone.now()) - timedelta(days=days))


def name(desk: Client, address: str = MAYOR, number: int = 1, language: str = "en") -> Any:
    return post(desk, "draft-addressee", *PLACE, number, address=address, language=language)


def worker_passes(*, days: int = 0) -> list[EmailMessage]:
    """What arrives when the worker passes on that day from now."""
    remind_due(timezone.localdate() + timedelta(days=days))
    return letters()


def test_a_reminder_leaves_after_sixty_days_then_every_sixty_and_three_times_at_most(
    desk: Client,
) -> None:
    Version.objects.update(published_at=timezone.now())
    assert name(desk).status_code == 302
    assert worker_passes(days=59) == []
    (first,) = worker_passes(days=60)
    assert first.to == [MAYOR] and first.subject == "Reminder: Checkouts for all"
    assert TEXT in str(first.body) and link_in(first, "/recommendations/1/")
    found = [len(worker_passes(days=days)) for days in (60, 119, 120, 180, 240, 300)]
    assert found == [0, 0, 1, 1, 0, 0]
    assert MAYOR not in everything_stored(), "the address is erased after the last one"
    again = name(desk)
    assert again.status_code == 400 and "There were 3 reminders" in words_of(again)


def test_the_pages_and_the_register_say_when_and_never_where(desk: Client) -> None:
    name(desk)
    worker_passes()
    today = timezone.localdate()
    entry = Entry.objects.get(kind="recommendation-reminded")
    expected = {"opinion": PLACE[1], "recommendation": 1, "reminder": 1, "on": str(today)}
    assert entry.public == expected
    assert [one.public for one in Entry.objects.filter(kind__startswith="addressee-")] == [{}]
    for address in (at("opinion-board", PLACE[1]), at("recommendation", PLACE[1], 1)):
        page = Client().get(address)
        assert "Reminded on" in words_of(page) and str(today) in html_of(page)
        assert MAYOR not in html_of(page)
    assert "Rappel envoyé le" in words_of(
        Client().get(at("opinion-board", PLACE[1], language="fr"))
    )


def test_one_mail_tells_all_that_one_opinion_asks_in_the_language_of_the_page(
    desk: Client,
) -> None:
    post(desk, "new-recommendation", *PLACE, text="Open two checkouts at noon.")
    refused = name(desk, number=2)
    assert refused.status_code == 400 and "publish it first" in words_of(refused)
    publish(desk)
    Version.objects.update(published_at=days_ago(60))
    name(desk, language="fr")
    name(desk, MAYOR.upper(), number=2, language="fr")
    (letter,) = worker_passes()
    assert letter.subject == "Rappel : Checkouts for all"
    assert TEXT in str(letter.body) and "Open two checkouts at noon." in str(letter.body)
    assert Reminder.objects.count() == 2


def test_one_click_stops_reminders_for_good_and_erases_the_address(desk: Client) -> None:
    name(desk)
    key = Addressee.objects.get().vault_key_id
    (letter,) = worker_passes()
    link = link_in(letter, "/stop/")
    assert letter.extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    before = stored()
    assert "Write to me no more" in words_of(Client().get(link))
    assert stored() == before, "opening it changes nothing"
    sent = {"List-Unsubscribe": "One-Click"}
    assert Client(enforce_csrf_checks=True).post(link, sent).status_code == 200
    assert MAYOR not in everything_stored() and not VaultKey.objects.filter(pk=key).exists()
    assert Entry.objects.filter(kind="addressee-forgotten").count() == 1
    assert Client().post(link).status_code == 200
    assert NoReminders.objects.count() == 1
    again = name(desk, MAYOR.upper())
    assert again.status_code == 400 and "wants no more reminders" in words_of(again)
    assert worker_passes(days=400) == []


def test_a_link_that_this_site_did_not_make_writes_nothing(desk: Client) -> None:
    name(desk)
    mark = bytes(Addressee.objects.get().mark).hex()
    before = stored()
    assert Client().post(at("reminders-stop", mark, "0" * 32)).status_code == 200
    assert stored() == before


def test_nobody_is_reminded_of_what_was_answered(desk: Client) -> None:
    name(desk)
    follow(desk, kind="accepted", said_by="The mayor")
    assert MAYOR not in everything_stored()
    assert worker_passes() == []
    refused = name(desk)
    assert refused.status_code == 400 and "An answer is known already" in words_of(refused)
    assert "Every recommendation has an answer." in words_of(
        desk.get(at("draft-reminders", *PLACE))
    )


def test_the_desk_replaces_and_erases_an_address_and_the_waiting_mail(desk: Client) -> None:
    name(desk)
    remind_due(timezone.localdate())
    assert Mail.objects.filter(to=MAYOR).exists()
    assert name(desk, "council@example.org").status_code == 302
    assert MAYOR not in everything_stored()
    assert "council@example.org" in words_of(desk.get(at("draft-reminders", *PLACE)))
    assert post(desk, "draft-addressee", *PLACE, 1, forget="1").status_code == 302
    assert not Addressee.objects.exists() and "council@" not in everything_stored()


@pytest.mark.django_db(transaction=True)
def test_who_was_erased_since_a_backup_is_erased_again_from_it(desk: Client) -> None:
    name(desk)
    key = VaultKey.objects.values_list("key", flat=True).get(addressee__isnull=False)
    post(desk, "draft-addressee", *PLACE, 1, forget="1")
    name(desk)
    VaultKey.objects.filter(addressee__isnull=False).update(key=key)  # as the backup held it
    replay_erasures()
    assert not Addressee.objects.exists()


def test_without_mail_the_desk_shows_words_to_copy_and_keeps_that_they_were_sent(
    desk: Client, settings: LazySettings
) -> None:
    settings.MAIL_IS_ON = False
    page = desk.get(at("draft-reminders", *PLACE))
    assert "This site sends no mail" in words_of(page)
    assert "no answer of yours is known" in words_of(page) and TEXT in words_of(page)
    assert [b["value"] for b in tags_of(page, "button") if b.get("name") == "wrote"] == ["1"]
    assert post(desk, "draft-reminders", *PLACE, wrote=1).status_code == 302
    assert Reminder.objects.get().reminded_on == timezone.localdate()
    before = stored()
    again = post(desk, "draft-reminders", *PLACE, wrote=1)
    assert again.status_code == 409 and "due later" in words_of(again)
    assert stored() == before
    shown = words_of(desk.get(at("draft-reminders", *PLACE)))
    assert "Next reminder" in shown and "no answer of yours" not in shown


def test_what_is_no_address_is_refused_and_stays_in_the_form(desk: Client) -> None:
    before = stored()
    refused = name(desk, "the mayor")
    assert refused.status_code == 400 and "such as name@example.org" in words_of(refused)
    assert "the mayor" in html_of(refused)
    assert stored() == before


def test_a_draft_reminds_nobody() -> None:
    _coproduction, browser = a_desk()
    a_draft(browser)
    assert browser.get(at("draft-reminders", *PLACE)).status_code == 404
    assert name(browser).status_code == 404


def test_the_database_refuses_a_fourth_reminder_and_one_number_twice(desk: Client) -> None:
    one = Opinion.objects.get().recommendations.get()
    Reminder.objects.create(recommendation=one, number=3, reminded_on=timezone.localdate())
    for number in (0, 3, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.create(
                recommendation=one, number=number, reminded_on=timezone.localdate()
            )


def test_the_page_of_reminders_takes_as_many_queries_for_many_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.get(at("draft-reminders", *PLACE)).status_code == 200
        return len(found)

    name(desk)
    few = queries()
    for number in range(2, 22):
        post(desk, "new-recommendation", *PLACE, text=f"Open checkout number {number}.")
    publish(desk)
    Version.objects.update(published_at=days_ago(60))
    for number in range(2, 22):
        assert name(desk, number=number).status_code == 302
    assert queries() == few
