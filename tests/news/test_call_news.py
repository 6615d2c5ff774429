"""Whoever wrote a call is told by mail what becomes of it: off by default, asked twice, erased."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import formats, timezone, translation

from partage.calls.models import Call
from partage.coproductions.models import Coproduction, Organization
from partage.news import telling
from partage.news.models import Subscription
from partage.people.models import Mail
from partage.register.models import Entry, Payload, VaultKey
from partage.rights.replay import replay_erasures
from tests.calls.test_calling import TITLE, call_for
from tests.factories import (
    at,
    everything_stored,
    make_call,
    make_coproduction,
    make_facilitator,
    make_supports,
    signed_in,
    stored,
)
from tests.news.letterbox import ADDRESS, BASE, confirm, letters, link_in, worker_passes
from tests.web.page import tags_of, words_of

pytestmark = pytest.mark.django_db
ANSWER = "We will open the roof in May."


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_IS_ON = True
    monkeypatch.setattr(telling, "DIGEST_HOUR", 24)


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


@pytest.fixture
def author() -> Client:
    return Client()


@pytest.fixture
def call(author: Client, shops: Coproduction, desk: Client) -> Call:
    return call_for(author, shops)


def ask(browser: Client, call: Call, address: str = ADDRESS, language: str = "en") -> int:
    answered = browser.post(at("call-news", call.pk, language=language), {"address": address})
    return answered.status_code


def be_told(browser: Client, call: Call, language: str = "en") -> None:
    assert ask(browser, call, language=language) == 200
    (letter,) = letters()
    confirm(letter)


def publish(desk: Client, call: Call) -> None:
    sent = {"call": call.pk, "decision": "publish"}
    assert desk.post(at("calls-desk"), sent).status_code == 302


def refuse(desk: Client, call: Call, reason: str = "The city does.") -> None:
    sent = {"call": call.pk, "decision": "refuse", "rule": "elsewhere", "reason": reason}
    assert desk.post(at("calls-desk"), sent).status_code == 302


def answer(desk: Client, call: Call) -> None:
    assert desk.post(at("call-answer", call.pk), {"answer": ANSWER}).status_code == 302


def body_of(found: list[EmailMessage]) -> str:
    (letter,) = found
    assert letter.to == [ADDRESS] and letter.subject == "About your call for a coproduction"
    return str(letter.body)


def test_nothing_is_asked_with_the_call_and_its_page_leads_to_the_form(
    author: Client, call: Call
) -> None:
    assert not [f for f in tags_of(author.get(at("call-new")), "input") if f["type"] == "email"]
    links = [a["href"] for a in tags_of(author.get(call.get_absolute_url()), "a")]
    assert at("call-news", call.pk) in links
    page = words_of(author.get(at("call-news", call.pk)))
    assert "when the organization answers" in page and "after one year at the latest" in page
    assert not Subscription.objects.exists() and worker_passes() == []


def test_the_first_mail_says_nothing_that_the_author_wrote(author: Client, call: Call) -> None:
    assert ask(author, call) == 200
    (letter,) = letters()
    assert letter.to == [ADDRESS] and letter.subject == "Shall we write to this address?"
    assert "“a call to Quatre-Vents”" in letter.body and TITLE not in letter.body
    assert TITLE not in words_of(Client().get(link_in(letter, "/en/mail/")))


def test_before_the_address_is_confirmed_nothing_else_is_written(
    author: Client, call: Call, desk: Client
) -> None:
    ask(author, call)
    assert len(letters()) == 1
    publish(desk, call)
    assert worker_passes() == [] and not Entry.objects.filter(kind="mail-allowed").exists()


def test_the_author_is_told_of_each_step_once(author: Client, call: Call, desk: Client) -> None:
    Organization.objects.update(answers_from=2)
    be_told(author, call)
    assert worker_passes() == []
    publish(desk, call)
    page = f"{BASE}{call.get_absolute_url()}"
    body = body_of(worker_passes())
    assert f"- Your call “{TITLE}” is published. Quatre-Vents must answer from 2 supports." in body
    assert f"  {page}\n" in body and body.rstrip().endswith("/stop/")
    make_supports(call, 1)
    assert worker_passes() == []
    Client().post(at("call-support", call.pk))
    body = body_of(worker_passes())
    assert f"Your call “{TITLE}” has 2 supports: Quatre-Vents must answer it." in body
    answer(desk, call)
    body = body_of(worker_passes())
    assert f"Quatre-Vents answered your call “{TITLE}”." in body and ANSWER not in body
    assert worker_passes() == []


def test_a_refusal_is_told_with_its_reason_and_no_link_that_would_not_open(
    author: Client, call: Call, desk: Client
) -> None:
    be_told(author, call)
    refuse(desk, call, "The city\r\n- does.")
    body = body_of(worker_passes())
    line = f"- Your call “{TITLE}” was refused. It is not for this organization to do. The city - does."
    assert body.startswith(line) and call.get_absolute_url() not in body


def test_mails_come_in_the_language_that_was_chosen(
    author: Client, call: Call, desk: Client
) -> None:
    be_told(author, call, language="fr")
    publish(desk, call)
    (letter,) = worker_passes()
    assert letter.subject == "À propos de votre appel à coproduction"
    assert f"Votre appel « {TITLE} » est publié. Quatre-Vents doit répondre" in letter.body


def test_what_happened_between_asking_and_confirming_is_told(
    author: Client, call: Call, desk: Client, shops: Coproduction
) -> None:
    another = call_for(Client(), shops, title="A workshop in the yard")
    ask(author, call)
    (first,) = letters()
    publish(desk, call)
    publish(desk, another)
    worker_passes()
    confirm(first)
    body = body_of(worker_passes())
    assert "is published." in body and "workshop" not in body


def test_the_debt_is_not_told_beside_the_answer(author: Client, call: Call, desk: Client) -> None:
    Organization.objects.update(answers_from=1)
    be_told(author, call)
    publish(desk, call)
    Client().post(at("call-support", call.pk))
    answer(desk, call)
    body = body_of(worker_passes())
    assert "is published" in body and "answered your call" in body and "must answer it" not in body


def test_an_address_goes_soon_after_the_last_notice(
    author: Client, call: Call, desk: Client
) -> None:
    be_told(author, call)
    publish(desk, call)
    worker_passes()
    assert Subscription.objects.filter(ends_on__gt=timezone.localdate() + timedelta(days=300))
    answer(desk, call)
    (letter,) = worker_passes()
    last_day = timezone.localdate() + timedelta(days=2)
    assert Subscription.objects.get().ends_on == last_day
    with translation.override("en"):
        until = formats.date_format(last_day, "DATE_FORMAT")
    assert f"until {until} at the latest" in letter.body
    Subscription.objects.update(ends_on=timezone.localdate())
    worker_passes()
    assert ADDRESS not in everything_stored()


def test_where_nothing_more_can_happen_no_address_is_taken(
    author: Client, call: Call, desk: Client
) -> None:
    refuse(desk, call)
    before = stored()
    assert ask(author, call) == 400
    assert "Nothing more can happen to this call" in words_of(author.get(at("call-news", call.pk)))
    assert stored() == before and letters() == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Write your e-mail address."),
        ("ann", "Write an address such as name@example.org."),
        ("ann@example.org\nBcc: all@example.org", "Write an address such as name@example.org."),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(
    author: Client, call: Call, address: str, sentence: str
) -> None:
    before = stored()
    response = author.post(at("call-news", call.pk), {"address": address})
    assert response.status_code == 400 and sentence in words_of(response)
    assert stored() == before


def test_nobody_but_its_author_may_ask(call: Call, shops: Coproduction, desk: Client) -> None:
    publish(desk, call)
    stranger, of_nobody = Client(), make_call(shops, "A call whose author is gone")
    stranger.post(at("call-support", call.pk))
    before = stored()
    for browser in (stranger, Client(), desk):
        assert ask(browser, call) == 404
        assert browser.get(at("call-news", call.pk)).status_code == 404
    assert at("call-news", call.pk) not in str(stranger.get(call.get_absolute_url()).content)
    assert ask(Client(), of_nobody) == 404
    assert stored() == before


def test_where_the_site_sends_no_mail_the_page_says_so(
    author: Client, call: Call, settings: LazySettings
) -> None:
    settings.MAIL_IS_ON = False
    assert "This site sends no mail." in words_of(author.get(at("call-news", call.pk)))
    assert ask(author, call) == 400 and not Subscription.objects.exists()


def test_one_click_of_the_mail_or_the_button_of_the_page_stops_it(
    author: Client, call: Call, desk: Client
) -> None:
    be_told(author, call)
    publish(desk, call)
    (letter,) = worker_passes()
    Client().get(link_in(letter, "/stop/"))  # programs that open links stop nothing
    assert Subscription.objects.exists()
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    Client().post(link_in(letter, "/stop/"), {"List-Unsubscribe": "One-Click"})
    assert ADDRESS not in everything_stored()
    be_told(author, call)
    assert "We write to the address you confirmed" in words_of(author.get(at("call-news", call.pk)))
    author.post(at("call-news", call.pk), {"stop": "1"})
    answer(desk, call)
    assert worker_passes() == [] and ADDRESS not in everything_stored()


@pytest.mark.parametrize("is_published", [False, True])
def test_whoever_erases_the_call_erases_the_address_and_the_mails_that_wait(
    author: Client, call: Call, desk: Client, *, is_published: bool
) -> None:
    be_told(author, call)
    if is_published:
        publish(desk, call)
        telling.tell()
    page = words_of(author.get(at("call-erase", call.pk)))
    assert "The address you gave for mails about your call" in page
    author.post(at("call-erase", call.pk))
    assert not Subscription.objects.exists() and not Mail.objects.exists()
    assert ADDRESS not in everything_stored() and TITLE not in everything_stored()
    assert worker_passes() == []


def test_the_register_and_the_log_hold_no_address(
    author: Client, call: Call, desk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        be_told(author, call)
        publish(desk, call)
        worker_passes()
    allowed = Entry.objects.get(kind="mail-allowed", space=call.space)
    assert allowed.public == {} and ADDRESS not in caplog.text
    assert ADDRESS not in str(list(Payload.objects.values_list("content", flat=True)))
    assert ADDRESS not in str(list(Entry.objects.values_list("public", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_who_stopped_since_a_backup_is_stopped_again(author: Client, call: Call) -> None:
    be_told(author, call)
    key = VaultKey.objects.values_list("key", flat=True).get(subscription__isnull=False)
    author.post(at("call-news", call.pk), {"stop": "1"})
    be_told(author, call)
    VaultKey.objects.filter(subscription__isnull=False).update(key=key)  # as the backup held it
    replay_erasures()
    assert not Subscription.objects.exists()


def test_the_database_refuses_what_would_be_about_nothing_about_two_or_a_summary_of_a_call(
    author: Client, call: Call, shops: Coproduction
) -> None:
    be_told(author, call)
    for wrong in ({"call": None}, {"coproduction": shops}, {"digest": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Subscription.objects.update(**wrong)
