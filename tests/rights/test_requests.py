"""Asking something about one's data: an answer is owed within a month, and the desk sees when."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.utils import timezone

from partage.people.models import Mail, Person
from partage.rights.models import Request
from partage.rights.requests import PER_NETWORK, months_after
from partage.rights.retention import past_their_date, remove_past
from tests.factories import (
    at,
    make_administrator,
    make_coproduction,
    make_facilitator,
    signed_in,
    stored,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
SENT = {"kind": "correct", "text": "A sentence there gives my name."}


def asked(browser: Client | None = None, **more: object) -> str:
    """Send a request; the address of its page."""
    answer = (browser or Client()).post(at("data-requests"), SENT | more)
    assert answer.status_code == 302, words_of(answer)
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-27", 1, "2026-12-27"),
        ("2026-12-15", 3, "2027-03-15"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(day: str, months: int, then: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_anybody_asks_without_an_account_and_reads_the_answer_on_a_page_of_their_own() -> None:
    coproduction = make_coproduction()
    page = asked(coproduction=coproduction.pk)
    due = months_after(timezone.localdate(), 1)
    assert Request.objects.get().due_on == due
    assert "An answer is due on" in words_of(Client().get(page))
    assert Client().get(page.partition("?")[0]).status_code == 404
    assert Client().get(page[:-1] + "é").status_code == 404
    desk = signed_in(make_facilitator(coproduction))
    shown = words_of(desk.get(at("requests-desk")))
    assert "A sentence there gives my name." in shown and "Title of shops" in shown
    number = Request.objects.get().pk
    sent = {"request": number, "answer": "It is gone."}
    assert desk.post(at("requests-desk"), sent).status_code == 302
    assert "It is gone." in words_of(Client().get(page))
    assert "No request waits" in words_of(desk.get(at("requests-desk")))
    assert desk.post(at("requests-desk"), sent).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": ""}, "Choose what you ask."),
        ({"text": "  "}, "Say what it is about."),
        ({"text": "x" * 2001}, "2000"),
        ({"mail": "nowhere"}, "Write an address such as"),
        ({"coproduction": "999"}, "Choose one of the coproductions."),
        ({"kind": "sell"}, "sell"),
    ],
)
def test_a_wrong_request_gets_a_sentence_and_keeps_what_was_typed(
    wrong: dict[str, str], sentence: str
) -> None:
    before = stored()
    answer = Client().post(at("data-requests"), SENT | wrong)
    assert answer.status_code == 400 and sentence in words_of(answer)
    assert "text" in wrong or SENT["text"] in words_of(answer)
    assert stored() == before


def test_many_requests_from_one_network_are_refused() -> None:
    for _number in range(PER_NETWORK):
        asked()
    refused = Client().post(at("data-requests"), SENT)
    assert refused.status_code == 429 and "tomorrow" in words_of(refused)
    assert Client().post(at("data-requests"), SENT, REMOTE_ADDR="9.9.9.9").status_code == 302


def test_each_desk_sees_its_own_and_administrators_those_about_the_site() -> None:
    here, there = make_coproduction("here"), make_coproduction("there")
    asked(coproduction=here.pk, text="About here.")
    asked(text="About the site.")
    mine, other = make_facilitator(here), make_facilitator(there, email="paul@example.org")
    admin = signed_in(make_administrator())
    assert "About here." in words_of(signed_in(mine).get(at("requests-desk")))
    assert "No request waits" in words_of(signed_in(other).get(at("requests-desk")))
    assert "About the site." in words_of(admin.get(at("requests-desk")))
    number = Request.objects.get(coproduction=here).pk
    sent = {"request": number, "answer": "No."}
    for browser in (signed_in(other), admin):
        assert browser.post(at("requests-desk"), sent).status_code == 404
    plain = signed_in(Person.objects.create_person("nobody@example.org", "Nobody"))
    assert plain.get(at("requests-desk")).status_code == 403
    assert not Request.objects.exclude(answered_at=None).exists()


def test_the_desk_says_what_is_overdue_and_may_take_longer_once_with_a_reason() -> None:
    coproduction = make_coproduction()
    page = asked(coproduction=coproduction.pk)
    desk, number = signed_in(make_facilitator(coproduction)), Request.objects.get().pk
    longer = {"request": number, "do": "longer", "reason": "Two archives must be read."}
    assert desk.post(at("requests-desk"), longer | {"reason": ""}).status_code == 400
    assert desk.post(at("requests-desk"), longer).status_code == 302
    assert Request.objects.get().due_on == months_after(timezone.localdate(), 3)
    assert "Two archives must be read." in words_of(Client().get(page))
    assert desk.post(at("requests-desk"), longer).status_code == 409
    assert "overdue" not in words_of(desk.get(at("requests-desk")))
    Request.objects.update(due_on=timezone.localdate() - timedelta(days=1), longer_because="")
    assert "1 request is overdue." in words_of(desk.get(at("requests-desk")))
    assert desk.post(at("requests-desk"), longer).status_code == 409


@override_settings(MAIL_IS_ON=True)
def test_an_answer_is_mailed_to_whoever_gave_an_address() -> None:
    coproduction = make_coproduction()
    page = asked(coproduction=coproduction.pk, mail="ana@example.org")
    desk = signed_in(make_facilitator(coproduction))
    number = Request.objects.get().pk
    desk.post(at("requests-desk"), {"request": number, "answer": "It is gone."})
    written = Mail.objects.get(to="ana@example.org")
    assert page in written.body and "It is gone." in written.body and not mail.outbox


def test_answered_requests_go_after_six_months_and_marks_of_networks_after_a_day() -> None:
    asked()
    asked(text="Later.")
    long_ago = timezone.now() - timedelta(days=190)
    Request.objects.filter(text=SENT["text"]).update(
        asked_at=long_ago, answered_at=long_ago, answer="Done."
    )
    Request.objects.filter(text="Later.").update(asked_at=long_ago)
    assert sum(rows for _one, rows in past_their_date()) >= 2
    remove_past()
    left = Request.objects.get()
    assert left.text == "Later." and bytes(left.network) == b""
    assert not sum(rows for _one, rows in past_their_date())


def test_who_is_signed_in_finds_their_requests_and_erasing_the_account_takes_them() -> None:
    coproduction = make_coproduction()
    make_facilitator(coproduction, email="paul@example.org")
    browser = signed_in(make_facilitator(coproduction))
    page = asked(browser, text="About my account.")
    assert page.partition("?")[0] in browser.get(at("data-requests")).content.decode()
    assert "Requests you made about your data" in words_of(browser.get(at("my-data")))
    browser.post(at("erase-all"))
    assert not Request.objects.exists()


def test_a_person_corrects_their_name_and_an_empty_one_is_refused() -> None:
    person = make_facilitator(make_coproduction())
    browser = signed_in(person)
    for name in ("", "   ", "x" * 121):
        assert browser.post(at("correct-name"), {"name": name}).status_code == 400
    assert browser.post(at("correct-name"), {"name": " Claire  Dupont "}).status_code == 302
    assert Person.objects.get(pk=person.pk).name == "Claire Dupont"
    assert re.search('value="Claire Dupont"', browser.get(at("my-data")).content.decode())


def test_the_database_refuses_half_an_answer() -> None:
    asked()
    for half in ({"answer": "Done."}, {"answered_at": timezone.now()}, {"kind": "sell"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Request.objects.update(**half)


def test_the_desk_counts_requests_and_facilitators_see_those_of_the_site_without_administrator() -> (
    None
):
    coproduction = make_coproduction()
    desk = signed_in(make_facilitator(coproduction))
    assert "Requests about personal data (" not in words_of(desk.get(at("desk")))
    asked(text="About the site.")
    asked(coproduction=coproduction.pk, text="About here.")
    assert "Requests about personal data (2)" in words_of(desk.get(at("desk")))
    assert "About the site." in words_of(desk.get(at("requests-desk")))
    make_administrator()
    assert "Requests about personal data (1)" in words_of(desk.get(at("desk")))
    assert "About the site." not in words_of(desk.get(at("requests-desk")))
