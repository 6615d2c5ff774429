"""Signing in with a code by mail: the same answer and the same work for every address."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.contributions.worker import one_pass
from partage.people import codes
from partage.people.mailed_codes import PER_ADDRESS
from partage.people.models import Mail, Person, SignInCode
from partage.people.outbox import send_waiting
from tests.factories import at, everything_stored, make_coproduction, make_facilitator
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "claire@example.org", "nobody@example.org"
WRONG = "This is not the code of the last mail. Look again."
OVER = "This code has served, is out of date, or was tried too often. Ask for a new one."


@pytest.fixture(autouse=True)
def person(settings: LazySettings) -> Person:
    settings.MAIL_IS_ON = True
    return make_facilitator(make_coproduction(), email=KNOWN)


def ask(email: str = KNOWN, browser: Client | None = None, **more: str) -> Client:
    browser = browser or Client()
    response = browser.post(at("sign-in"), {"email": email}, **more)  # type: ignore[arg-type]
    assert response.status_code == 302 and response["Location"] == at("sign-in-code")
    return browser


def mailed_code(mailoutbox: list[EmailMessage]) -> str:
    send_waiting()
    found = re.search(r"\d{4} \d{4}", str(mailoutbox[-1].body))
    assert found
    return found[0]


def type_code(browser: Client, code: str) -> HttpResponse:
    return browser.post(at("sign-in-code"), {"code": code})  # type: ignore[return-value]


def is_signed_in(browser: Client) -> bool:
    return browser.get(at("desk")).status_code == 200


def other_than(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_the_code_of_the_mail_opens_the_desk(mailoutbox: list[EmailMessage]) -> None:
    browser = ask("Claire@Example.org")
    assert type_code(browser, mailed_code(mailoutbox))["Location"] == at("desk")
    assert is_signed_in(browser)
    assert mailoutbox[0].to == [KNOWN] and not Mail.objects.exists()


def test_an_address_that_nobody_has_gets_no_mail(mailoutbox: list[EmailMessage]) -> None:
    browser = ask(UNKNOWN)
    assert UNKNOWN not in everything_stored()
    send_waiting()
    assert not mailoutbox and not Mail.objects.exists()
    assert WRONG in words_of(type_code(browser, "1234 5678"))


def test_somebody_who_left_gets_no_mail(person: Person, mailoutbox: list[EmailMessage]) -> None:
    Person.objects.update(is_active=False)
    ask()
    send_waiting()
    assert not mailoutbox


def test_nothing_of_the_code_or_the_address_is_kept_once_sent(
    mailoutbox: list[EmailMessage],
) -> None:
    ask()
    code = mailed_code(mailoutbox)
    kept = everything_stored()
    assert code not in kept and code.replace(" ", "") not in kept


def test_the_answer_and_the_work_are_equal_for_known_and_unknown() -> None:
    seen = []
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            browser = ask(email)
        shapes = [re.sub(r"'[^']*'|\d+|NULL|x''", "?", query["sql"])[:60] for query in queries]
        wrong = type_code(browser, "00000000")
        pages = [html_of(browser.get(at("sign-in-code"))), html_of(wrong)]
        bare = [re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page) for page in pages]
        seen.append((shapes, wrong.status_code, bare))
    assert seen[0] == seen[1]


@pytest.mark.slow
def test_the_time_is_equal_for_known_and_unknown() -> None:
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for _ in range(200):
        for email, times in took.items():
            started = time.perf_counter()
            ask(email)
            times.append(time.perf_counter() - started)
            SignInCode.objects.all().delete()
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.1 * max(known, unknown)


def test_a_wrong_code_is_refused_and_the_right_one_still_serves(
    mailoutbox: list[EmailMessage],
) -> None:
    browser = ask()
    code = mailed_code(mailoutbox)
    response = type_code(browser, other_than(code))
    assert response.status_code == 400 and WRONG in words_of(response)
    assert not is_signed_in(browser)
    type_code(browser, code.replace(" ", ""))
    assert is_signed_in(browser)


def test_five_tries_and_no_more(mailoutbox: list[EmailMessage]) -> None:
    browser = ask()
    code = mailed_code(mailoutbox)
    said = [words_of(type_code(browser, other_than(code))) for _ in range(5)]
    assert all(WRONG in words for words in said[:4]) and OVER in said[4]
    assert OVER in words_of(type_code(browser, code))
    assert not is_signed_in(browser)


def test_a_code_serves_for_ten_minutes(mailoutbox: list[EmailMessage]) -> None:
    browser = ask()
    code = mailed_code(mailoutbox)
    asked = SignInCode.objects.get()
    assert asked.expires_at - asked.asked_at == timedelta(minutes=10)
    SignInCode.objects.update(expires_at=timezone.now())
    assert OVER in words_of(type_code(browser, code))
    assert not is_signed_in(browser)


def test_a_code_serves_once(mailoutbox: list[EmailMessage]) -> None:
    browser = ask()
    second = Client()
    second.cookies = browser.cookies.copy()  # type: ignore[assignment]
    code = mailed_code(mailoutbox)
    type_code(browser, code)
    assert type_code(second, code).status_code == 302
    assert not is_signed_in(second)


def test_a_code_serves_only_in_the_browser_that_asked(mailoutbox: list[EmailMessage]) -> None:
    ask()
    code = mailed_code(mailoutbox)
    other = ask(UNKNOWN)
    assert WRONG in words_of(type_code(other, code))
    assert type_code(Client(), code)["Location"] == at("sign-in")


def test_the_code_before_the_last_is_refused(mailoutbox: list[EmailMessage]) -> None:
    browser = ask()
    first = mailed_code(mailoutbox)
    ask(browser=browser)
    assert WRONG in words_of(type_code(browser, first))


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_five_codes_an_hour_for_an_address(email: str) -> None:
    for _ in range(PER_ADDRESS):
        ask(email)
    response = Client().post(at("sign-in"), {"email": email.upper()})
    assert response.status_code == 429 and "Many codes were asked" in words_of(response)
    assert SignInCode.objects.count() == PER_ADDRESS
    SignInCode.objects.update(asked_at=timezone.now() - timedelta(minutes=61))
    ask(email)


def test_thirty_codes_an_hour_from_a_network() -> None:
    for number in range(codes.PER_NETWORK):
        ask(f"{number}@example.org", REMOTE_ADDR=f"192.0.2.{number}")
    beyond = Client().post(at("sign-in"), {"email": KNOWN}, REMOTE_ADDR="192.0.2.200")
    assert beyond.status_code == 429
    ask(KNOWN, REMOTE_ADDR="198.51.100.1")


@pytest.mark.parametrize("email", ["", "claire", "a b@example.org", "x" * 300 + "@a.fr"])
def test_what_is_not_an_address_is_refused(email: str) -> None:
    response = Client().post(at("sign-in"), {"email": email})
    assert response.status_code == 400 and not SignInCode.objects.exists()
    assert [field for field in tags_of(response, "input") if field.get("aria-invalid") == "true"]


def test_without_mail_no_address_is_asked_and_none_is_taken(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = False
    assert "ask whoever runs this site" in words_of(Client().get(at("sign-in")))
    assert Client().post(at("sign-in"), {"email": KNOWN}).status_code == 400
    assert not SignInCode.objects.exists()


def test_codes_are_forgotten_after_an_hour() -> None:
    ask()
    one_pass()
    assert SignInCode.objects.exists()
    SignInCode.objects.update(asked_at=timezone.now() - timedelta(minutes=61))
    one_pass()
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("values", [{"tries_left": 6}, {"tries_left": -1}, {"person": None}])
def test_the_database_refuses_what_breaks_the_rules(values: dict[str, object]) -> None:
    ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInCode.objects.update(used_at=timezone.now(), **values)


def test_signing_in_gives_a_new_session(mailoutbox: list[EmailMessage]) -> None:
    browser = ask()
    before = browser.cookies["sessionid"].value
    type_code(browser, mailed_code(mailoutbox))
    assert browser.cookies["sessionid"].value != before
