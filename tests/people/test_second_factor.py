"""A second code for whoever turns it on: six digits of an application, or a recovery code."""

import re
import threading
from datetime import datetime, timedelta

import pyotp
import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.commands.admin import admin
from partage.people import second_factor as factors
from partage.people.models import Mail, Person, RecoveryCode, SecondFactor, Session
from partage.people.outbox import send_waiting
from partage.people.second_factor_pages import KEY
from partage.people.sign_in import make_link
from partage.register.models import Entry
from tests.factories import at, everything_stored, make_coproduction, make_facilitator, stored
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
WRONG = "This is neither the code of this minute nor a recovery code of yours."
SERVED = "This code has served already, and each serves once."
TOO_MANY = "Too many wrong codes were typed. From"
STEP = timedelta(seconds=30)


class Clock:
    """The time that the site reads, moved by hand: codes change every thirty seconds."""

    def __init__(self) -> None:
        self.now = datetime.now(tz=timezone.get_current_timezone())

    def pass_(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def person() -> Person:
    return make_facilitator(make_coproduction(), email="claire@example.org")


def begin_sign_in(person: Person) -> tuple[Client, HttpResponse]:
    browser = Client()
    return browser, browser.post(at("sign-in-link", make_link(person)))  # type: ignore[return-value]


def enter(person: Person) -> Client:
    """A browser of somebody who needs no second code."""
    browser, response = begin_sign_in(person)
    assert response["Location"] == at("desk")
    return browser


def press(browser: Client, deed: str, code: str = "") -> HttpResponse:
    return browser.post(at("second-factor"), {"deed": deed, "code": code})  # type: ignore[return-value]


def type_code(browser: Client, code: str) -> HttpResponse:
    return browser.post(at("sign-in-second-code"), {"code": code})  # type: ignore[return-value]


def is_signed_in(browser: Client) -> bool:
    return browser.get(at("desk")).status_code == 200


def key_on(page: HttpResponse) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", html_of(page))
    assert found
    return found[1].replace(" ", "")


def recovery_codes_on(page: HttpResponse) -> list[str]:
    return re.findall(r"\d{4} \d{4} \d{4}", html_of(page))


class Application:
    """What the person's telephone does."""

    def __init__(self, key: str, clock: Clock) -> None:
        self.totp, self.clock = pyotp.TOTP(key), clock

    def code(self, steps: int = 0) -> str:
        return self.totp.at(self.clock.now + steps * STEP)

    def wrong(self) -> str:
        near = {self.code(steps) for steps in range(-2, 3)}
        return next(f"{n:06}" for n in range(9) if f"{n:06}" not in near)


def set_up(browser: Client, clock: Clock) -> tuple[Application, list[str]]:
    """Turn it on as a person does; the next code is then another one."""
    assert press(browser, "begin").status_code == 302
    application = Application(key_on(browser.get(at("second-factor"))), clock)  # type: ignore[arg-type]
    page = press(browser, "confirm", application.code())
    assert page.status_code == 200
    clock.pass_(STEP)
    return application, recovery_codes_on(page)


@pytest.fixture
def application(person: Person, clock: Clock) -> Application:
    return set_up(enter(person), clock)[0]


def test_the_code_of_the_application_opens_the_desk(
    person: Person, application: Application
) -> None:
    browser, response = begin_sign_in(person)
    assert response["Location"] == at("sign-in-second-code")
    assert "Type your second code" in words_of(browser.get(at("sign-in-second-code")))
    assert not is_signed_in(browser)
    assert type_code(browser, application.code())["Location"] == at("desk")
    assert is_signed_in(browser)


def test_the_code_by_mail_is_not_enough_either(
    person: Person,
    application: Application,
    settings: LazySettings,
    mailoutbox: list[EmailMessage],
) -> None:
    settings.MAIL_IS_ON = True
    browser = Client()
    browser.post(at("sign-in"), {"email": person.email})
    send_waiting()
    (mailed,) = re.findall(r"\d{4} \d{4}", str(mailoutbox[-1].body))
    response = browser.post(at("sign-in-code"), {"code": mailed})
    assert response["Location"] == at("sign-in-second-code") and not is_signed_in(browser)
    type_code(browser, application.code())
    assert is_signed_in(browser)


def test_until_then_nothing_tells_who_has_a_second_factor(
    person: Person, application: Application, settings: LazySettings
) -> None:
    settings.MAIL_IS_ON = True
    make_facilitator(email="paul@example.org")
    seen = []
    for email in (person.email, "paul@example.org", "nobody@example.org"):
        browser = Client()
        with CaptureQueriesContext(connection) as queries:
            asked = browser.post(at("sign-in"), {"email": email})
            wrong = browser.post(at("sign-in-code"), {"code": "00000000"})
        seen.append((asked["Location"], wrong.status_code, words_of(wrong), len(queries)))
    assert seen[0] == seen[1] == seen[2]


def test_half_signed_in_nothing_opens(person: Person, application: Application) -> None:
    browser, _ = begin_sign_in(person)
    for name, words in (
        ("desk", ()), ("queue", ("shops",)), ("people", ("shops",)), ("sessions", ()),
        ("second-factor", ()), ("set-up", ()), ("calls-desk", ()),
    ):  # fmt: skip
        for response in (browser.get(at(name, *words)), browser.post(at(name, *words))):
            assert response.status_code == 302 and at("sign-in") in response["Location"], name
    assert "Desk" not in words_of(browser.get(at("home")))
    assert not Session.objects.filter(person=person, pk=browser.session.session_key).exists()


def test_signing_in_as_somebody_else_ends_what_was_open(
    person: Person, application: Application
) -> None:
    browser = enter(make_facilitator(email="paul@example.org"))
    browser.post(at("sign-in-link", make_link(person)))
    assert not is_signed_in(browser)


def test_a_wrong_code_is_refused_and_the_right_one_still_serves(
    person: Person, application: Application
) -> None:
    browser, _ = begin_sign_in(person)
    for typed in (application.wrong(), "12345", "", "é" * 39, "0" * 12):
        response = type_code(browser, typed)
        assert response.status_code == 400
        if typed == application.wrong():
            assert WRONG in words_of(response)
    assert not is_signed_in(browser)
    type_code(browser, application.code()[:3] + " " + application.code()[3:])
    assert is_signed_in(browser)


@pytest.mark.parametrize(("steps", "is_let_in"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(
    person: Person, application: Application, clock: Clock, steps: int, is_let_in: bool
) -> None:
    clock.pass_(5 * STEP)
    browser, _ = begin_sign_in(person)
    type_code(browser, application.code(steps))
    assert is_signed_in(browser) is is_let_in


def test_a_code_serves_once_and_so_do_those_before_it(
    person: Person, application: Application
) -> None:
    first, second = begin_sign_in(person)[0], begin_sign_in(person)[0]
    type_code(first, application.code(1))
    for steps in (1, 0, -1):
        assert SERVED in words_of(type_code(second, application.code(steps)))
    assert is_signed_in(first) and not is_signed_in(second)


def test_the_code_that_turned_it_on_does_not_sign_in(person: Person, clock: Clock) -> None:
    application, _ = set_up(enter(person), clock)
    browser, _response = begin_sign_in(person)
    assert SERVED in words_of(type_code(browser, application.code(-1)))
    assert not is_signed_in(browser)


def test_five_wrong_codes_then_a_wait_that_doubles(
    person: Person, application: Application, clock: Clock
) -> None:
    def is_looked_at() -> bool:
        browser, _ = begin_sign_in(person)
        return TOO_MANY not in words_of(type_code(browser, application.wrong()))

    assert [is_looked_at() for _ in range(6)] == [True] * 5 + [False]
    for minutes in (15, 30, 60, 120, 240, 480, 960, 1440, 1440):
        clock.pass_(timedelta(minutes=minutes, seconds=-1))
        assert not is_looked_at()
        clock.pass_(timedelta(seconds=2))
        assert is_looked_at()


def test_the_right_code_waits_too_and_then_sets_the_count_back(
    person: Person, application: Application, clock: Clock
) -> None:
    browser, _ = begin_sign_in(person)
    for _number in range(5):
        type_code(browser, application.wrong())
    assert TOO_MANY in words_of(type_code(browser, application.code()))
    clock.pass_(timedelta(minutes=16))
    browser, _ = begin_sign_in(person)
    type_code(browser, application.code())
    assert is_signed_in(browser)
    assert type_code(browser, application.code())["Location"] == at("desk")
    assert SecondFactor.objects.get().wrong_tries == 0


def test_a_sign_in_half_made_ends_after_ten_minutes(
    person: Person, application: Application, clock: Clock
) -> None:
    browser, _ = begin_sign_in(person)
    clock.pass_(timedelta(minutes=10))
    response = type_code(browser, application.code())
    assert response.status_code == 403 and "Sign in again." in words_of(response)
    assert not is_signed_in(browser)


def test_somebody_who_left_meanwhile_is_not_let_in(
    person: Person, application: Application
) -> None:
    browser, _ = begin_sign_in(person)
    Person.objects.update(is_active=False)
    assert type_code(browser, application.code()).status_code == 403


def test_the_second_code_alone_is_of_no_use(application: Application) -> None:
    stranger = Client()
    assert type_code(stranger, application.code())["Location"] == at("sign-in")
    assert not is_signed_in(stranger)


def test_the_code_of_somebody_else_is_refused(
    person: Person, application: Application, clock: Clock
) -> None:
    paul = make_facilitator(email="paul@example.org")
    his, _ = set_up(enter(paul), clock)
    browser, _response = begin_sign_in(person)
    assert WRONG in words_of(type_code(browser, his.code()))
    SecondFactor.objects.filter(person=person).update(
        sealed_key=SecondFactor.objects.get(person=paul).sealed_key
    )
    assert WRONG in words_of(type_code(browser, his.code()))
    assert not is_signed_in(browser)


def test_ten_recovery_codes_each_of_which_serves_once(person: Person, clock: Clock) -> None:
    _application, codes = set_up(enter(person), clock)
    assert len(set(codes)) == 10
    browser, _ = begin_sign_in(person)
    type_code(browser, codes[3])
    assert is_signed_in(browser)
    assert "9 recovery codes are left." in words_of(browser.get(at("second-factor")))
    second, _ = begin_sign_in(person)
    assert SERVED in words_of(type_code(second, codes[3]))
    assert not is_signed_in(second)
    type_code(second, codes[4].replace(" ", "-"))
    assert is_signed_in(second)


def test_recovery_codes_count_as_tries(person: Person, clock: Clock) -> None:
    _application, codes = set_up(enter(person), clock)
    browser, _ = begin_sign_in(person)
    for _number in range(5):
        type_code(browser, "0000 0000 0000")
    assert TOO_MANY in words_of(type_code(browser, codes[0]))


def test_neither_the_key_nor_a_recovery_code_is_stored(person: Person, clock: Clock) -> None:
    browser = enter(person)
    press(browser, "begin")
    key = key_on(browser.get(at("second-factor")))  # type: ignore[arg-type]
    assert key not in repr(dict(browser.session))
    application, codes = set_up(browser, clock)
    kept = everything_stored() + repr(dict(browser.session))
    assert application.totp.secret not in kept
    assert not [code for code in codes if code in kept or code.replace(" ", "") in kept]


def test_the_page_shows_the_key_as_a_square_and_in_letters(person: Person) -> None:
    browser = enter(person)
    assert "six digits" in words_of(browser.get(at("second-factor")))
    press(browser, "begin")
    page = browser.get(at("second-factor"))
    assert page["Cache-Control"].count("no-store")
    html = html_of(page)
    assert '<svg viewBox="' in html and "style=" not in html and "data:image" not in html
    (link,) = [tag for tag in tags_of(page, "a") if tag["href"].startswith("otpauth:")]
    read = pyotp.parse_uri(link["href"])
    assert isinstance(read, pyotp.TOTP) and read.secret == key_on(page)  # type: ignore[arg-type]
    assert read.name == person.email and read.issuer == "Partage localhost"


def test_reading_the_page_begins_nothing(person: Person) -> None:
    browser = enter(person)
    browser.get(at("second-factor"), {"deed": "begin"})
    assert "otpauth:" not in html_of(browser.get(at("second-factor")))


def test_it_is_not_on_before_a_code_shows_that_the_application_has_the_key(
    person: Person, clock: Clock
) -> None:
    browser = enter(person)
    press(browser, "begin")
    application = Application(key_on(browser.get(at("second-factor"))), clock)  # type: ignore[arg-type]
    before = stored()
    response = press(browser, "confirm", application.wrong())
    assert response.status_code == 400 and WRONG in words_of(response)
    assert key_on(response) == application.totp.secret
    assert application.wrong() in [tag.get("value") for tag in tags_of(response, "input")]
    assert stored() == before and not SecondFactor.objects.exists()
    enter(person)


def test_pressed_twice_it_is_on_once(person: Person, clock: Clock) -> None:
    browser = enter(person)
    application, _ = set_up(browser, clock)
    assert press(browser, "confirm", application.code()).status_code == 302
    assert press(browser, "begin").status_code == 302
    assert "second code is asked of you" in words_of(browser.get(at("second-factor")))
    assert SecondFactor.objects.count() == 1 and RecoveryCode.objects.count() == 10


def test_turning_it_on_signs_other_browsers_out_and_keeps_this_one(
    person: Person, clock: Clock
) -> None:
    here, elsewhere = enter(person), enter(person)
    set_up(here, clock)
    assert is_signed_in(here) and not is_signed_in(elsewhere)


def test_a_key_begun_elsewhere_does_not_replace_the_one_that_is_on(
    person: Person, clock: Clock
) -> None:
    sealed = factors.new_key(person)
    application, _ = set_up(enter(person), clock)
    other = factors.application_of(person, sealed)
    assert other
    with pytest.raises(factors.AlreadyOn):
        factors.turn_on(person, sealed, other.at(clock.now), None)
    browser, _response = begin_sign_in(person)
    type_code(browser, application.code())
    assert is_signed_in(browser)


def test_turning_it_off_takes_a_code(person: Person, clock: Clock) -> None:
    browser = enter(person)
    application, codes = set_up(browser, clock)
    assert WRONG in words_of(press(browser, "off", application.wrong()))
    assert SecondFactor.objects.exists()
    assert press(browser, "off", application.code()).status_code == 302
    assert not SecondFactor.objects.exists() and not RecoveryCode.objects.exists()
    enter(person)
    _, codes = set_up(browser, clock)
    assert press(browser, "off", codes[0]).status_code == 302
    enter(person)


def test_new_recovery_codes_replace_the_old_ones(person: Person, clock: Clock) -> None:
    browser = enter(person)
    application, old = set_up(browser, clock)
    assert press(browser, "renew", application.wrong()).status_code == 400
    new = recovery_codes_on(press(browser, "renew", application.code()))
    assert len(new) == 10 and not set(old) & set(new)
    second, _ = begin_sign_in(person)
    assert WRONG in words_of(type_code(second, old[0]))
    type_code(second, new[0])
    assert is_signed_in(second)


@pytest.mark.parametrize("deed", ["confirm", "renew", "off"])
def test_without_a_second_factor_nothing_is_done(person: Person, deed: str) -> None:
    browser = enter(person)
    before = stored()
    assert press(browser, deed, "123456").status_code in {302, 400}
    assert stored() == before


def test_somebody_whose_link_a_facilitator_saw_cannot_turn_it_on(clock: Clock) -> None:
    invited = Person.objects.create_person("paul@example.org", "Paul", awaits_proof=True)
    browser = enter(invited)
    press(browser, "begin")
    words = words_of(browser.get(at("second-factor")))
    assert "Nothing shows yet that your address is yours." in words and "Set up" not in words
    assert KEY not in browser.session  # it could be turned on once the address is shown


def test_the_register_tells_it_without_saying_of_whom(person: Person, clock: Clock) -> None:
    browser = enter(person)
    before = Entry.objects.count()
    application, _ = set_up(browser, clock)
    press(browser, "renew", application.code())
    press(browser, "off", application.code(1))
    said = Entry.objects.order_by("pk").values_list("kind", "space", "public")[before:]
    kinds = ("second-factor-on", "recovery-codes-renewed", "second-factor-off")
    assert list(said) == [(kind, "", {}) for kind in kinds]


def test_the_person_is_told_by_mail(
    person: Person, clock: Clock, settings: LazySettings, mailoutbox: list[EmailMessage]
) -> None:
    settings.MAIL_IS_ON = True
    browser = enter(person)
    application, _ = set_up(browser, clock)
    press(browser, "off", application.code())
    send_waiting()
    assert [mail.subject for mail in mailoutbox] == [
        "A second code is now asked of you",
        "No second code is asked of you any more",
    ]
    assert all(mail.to == [person.email] for mail in mailoutbox) and not Mail.objects.exists()


def test_whoever_runs_the_site_removes_it_for_somebody_who_lost_it(
    person: Person, clock: Clock
) -> None:
    browser = enter(person)
    set_up(browser, clock)
    link = make_link(person)
    result = CliRunner().invoke(admin, ["remove-second-factor", "Claire@example.org"])
    assert result.exit_code == 0 and "signed out everywhere" in result.stdout
    assert not is_signed_in(browser)
    assert Client().post(at("sign-in-link", link)).status_code == 403
    enter(person)
    assert Entry.objects.filter(kind="second-factor-off", space="", public={}).count() == 1


def test_a_half_made_sign_in_is_over_once_it_is_removed(
    person: Person, application: Application
) -> None:
    browser, _ = begin_sign_in(person)
    CliRunner().invoke(admin, ["remove-second-factor", person.email])
    assert type_code(browser, application.code()).status_code == 403
    assert not is_signed_in(browser)


@pytest.mark.parametrize("email", ["claire@example.org", "nobody@example.org"])
def test_removing_what_is_not_there_is_refused(person: Person, email: str) -> None:
    browser = enter(person)
    before = stored()
    result = CliRunner().invoke(admin, ["remove-second-factor", email])
    assert result.exit_code == 1 and email in result.stderr
    assert stored() == before and is_signed_in(browser)


@pytest.fixture
def wanted(settings: LazySettings, person: Person) -> Client:
    """The browser of an administrator, on a site that wants a second factor of them."""
    settings.ADMINISTRATORS_NEED_SECOND_FACTOR = True
    Person.objects.filter(pk=person.pk).update(is_administrator=True)
    return enter(person)


def test_where_it_is_wanted_an_administrator_sets_it_up_before_anything_else(
    wanted: Client, clock: Clock
) -> None:
    for name, words in (("desk", ()), ("people", ("shops",)), ("sessions", ()), ("set-up", ())):
        for response in (wanted.get(at(name, *words)), wanted.post(at(name, *words))):
            assert response["Location"] == at("second-factor"), name
    assert wanted.get(at("home")).status_code == 200
    assert "asks a second code of its administrators" in words_of(wanted.get(at("second-factor")))
    application, _ = set_up(wanted, clock)
    assert is_signed_in(wanted)
    press(wanted, "off", application.code())
    assert not is_signed_in(wanted)
    assert wanted.post(at("sign-out"))["Location"] == at("home")


def test_where_it_is_wanted_others_go_on_without(wanted: Client) -> None:
    assert is_signed_in(enter(make_facilitator(email="paul@example.org")))


def test_with_another_secret_no_code_is_right_and_nothing_breaks(
    person: Person, application: Application, settings: LazySettings
) -> None:
    settings.SECRET_KEY = "another-" + "y" * 50
    browser, _ = begin_sign_in(person)
    response = type_code(browser, application.code())
    assert response.status_code == 400 and WRONG in words_of(response)


def test_the_database_holds_the_rules(person: Person, application: Application) -> None:
    factor = SecondFactor.objects.get()
    for values in ({"wrong_tries": 5, "next_try_at": None}, {"last_step": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondFactor.objects.update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        factor.save(force_insert=True)
    code = RecoveryCode.objects.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryCode.objects.create(factor=factor, code_hash=code.code_hash)


@pytest.mark.django_db(transaction=True)
def test_one_code_typed_in_six_browsers_at_once_opens_one(
    person: Person, application: Application
) -> None:
    browsers, code = [begin_sign_in(person)[0] for _ in range(6)], application.code()
    gate = threading.Barrier(len(browsers))

    def try_it(browser: Client) -> None:
        gate.wait()
        type_code(browser, code)
        connection.close()

    threads = [threading.Thread(target=try_it, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(is_signed_in, browsers)) == 1
