"""What a frame asks before a first act is said first, asked once, and shown by one person once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.assurance import mailing
from partage.assurance.inviting import SIGNS, make_batch
from partage.assurance.models import (
    InvitationBatch,
    InvitationCode,
    MailCheck,
    Proof,
    Try,
)
from partage.assurance.proofs import TRIES_AN_HOUR, forget_old_tries
from partage.contributions.models import Vote
from partage.coproductions.creation import CreationRefused, publish_frame
from partage.people.models import Participant
from partage.register.models import Entry
from tests.assurance.showing import (
    ADDRESS,
    NUMBER,
    asking,
    check_in,
    codes_of,
    list_file,
    mailed_code,
    show,
)
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_coproduction,
    make_facilitator,
    make_people,
    make_statement,
    make_votes,
    participant_of,
    signed_in,
    stored,
)
from tests.web.page import bytes_of, hidden_fields, html_of, words_of

pytestmark = pytest.mark.django_db
ASKS = {
    "mail": "a mail address, so that each address counts once",
    "code": "an invitation code: each serves once",
    "list": "for the members on a list",
}


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


@pytest.mark.parametrize("assurance", ASKS)
def test_what_is_asked_is_said_before_the_first_click_and_no_sentence_shows(assurance: str) -> None:
    statement = make_statement(asking(assurance))
    browser = Client()
    for name in ("vote", "coproduction", "prove"):
        page = words_of(browser.get(at(name, "shops")))
        assert ASKS[assurance] in page and statement.text not in page
    frame = words_of(browser.get(at("frame", "shops")))
    assert "What you must show before you answer" in frame
    assert not browser.cookies.get("participant") and not Participant.objects.exists()


def test_an_open_frame_says_that_two_devices_can_answer_twice() -> None:
    make_statement(make_coproduction())
    assert "somebody with two can answer twice" in words_of(Client().get(at("vote", "shops")))
    frame = words_of(Client().get(at("frame", "shops")))
    assert "Somebody with two devices can answer twice: the results say so." in frame
    assert Client().get(at("prove", "shops"))["Location"] == at("vote", "shops") + "#card"


@pytest.mark.parametrize("assurance", ASKS)
def test_nothing_is_taken_and_nothing_stored_before_it_is_shown(assurance: str) -> None:
    statement = make_statement(asking(assurance))
    before = stored()
    refused = answer(Client(), statement)
    assert refused.status_code == 403
    assert "This coproduction first asks" in words_of(refused)
    assert f'href="{at("vote", "shops")}#card"' in html_of(refused)
    sent = {"text": "A sentence that says a lot."}
    assert Client().post(at("propose", "shops"), sent).status_code == 403
    assert stored() == before and not refused.cookies.get("participant")


def test_a_code_lets_one_device_answer_and_is_asked_once() -> None:
    coproduction = asking("code")
    statement = make_statement(coproduction)
    [code] = codes_of(coproduction)
    browser = Client()
    shown = show(browser, f" {code.lower().replace('-', ' ')} ")
    assert shown["Location"] == at("vote", "shops") + "#card"
    assert statement.text in words_of(browser.get(at("vote", "shops")))
    assert answer(browser, statement).status_code == 302
    assert Vote.objects.count() == 1
    proof = Proof.objects.get()
    assert (proof.level, proof.mark, proof.batch_id) == (
        "code",
        None,
        InvitationBatch.objects.get().pk,
    )
    assert Entry.objects.filter(kind="assurance-shown", public={}).count() == 1


def test_codes_are_kept_as_marks_and_nothing_ties_one_to_whoever_used_it() -> None:
    coproduction = asking("code")
    codes = codes_of(coproduction, 3)
    show(Client(), codes[1])
    held = everything_stored()
    for code in codes:
        assert code not in held and code.replace("-", "") not in held
    assert {field.name for field in InvitationCode._meta.concrete_fields} == {
        "id", "batch", "mark", "is_used",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Nothing is written"),
        ("12", "“12” is not an invitation code"),
        ("ABCD-EFGH-JKM0", "is not an invitation code"),
        ("ABCD-EFGH-JKMN", "No invitation has this code."),
        ("used", "This code has served already"),
        ("ended", "This code could serve until"),
        ("foreign", "This code invites to another coproduction."),
    ],
)
def test_a_code_that_does_not_serve_is_refused_with_its_reason(typed: str, sentence: str) -> None:
    coproduction = asking("code")
    [used], [ended] = codes_of(coproduction), codes_of(coproduction, days=-1)
    [foreign] = codes_of(asking("code", "elsewhere"))
    assert show(Client(), used).status_code == 302
    people = Participant.objects.count()
    codes = {"used": used, "ended": ended, "foreign": foreign}
    refused = show(Client(), codes.get(typed, typed))
    assert refused.status_code == 400 and sentence in words_of(refused)
    assert Participant.objects.count() == people and Proof.objects.count() == 1
    assert not refused.cookies.get("participant")
    assert InvitationCode.objects.filter(is_used=True).count() == 1


def test_a_thousand_codes_tried_end_in_a_sentence_and_even_a_right_one_waits() -> None:
    coproduction = asking("code")
    [code] = codes_of(coproduction)
    signs = SIGNS * 2
    statuses = [
        show(Client(), f"{signs[n % 30 :][:4]}{signs[n // 30 % 30 :][:4]}2345").status_code
        for n in range(1000)
    ]
    assert statuses == [400] * 999 + [429]
    assert Try.objects.count() == TRIES_AN_HOUR[Try.Kind.CODE] == 999
    refused = show(Client(), code)
    assert refused.status_code == 429
    assert "Many wrong codes came from this network." in words_of(refused)
    other = Client(REMOTE_ADDR="203.0.113.9")
    assert show(other, code).status_code == 302
    Try.objects.update(at=timezone.now() - timedelta(hours=3))
    forget_old_tries()
    assert not Try.objects.exists()


def wrong_tries(kind: Try.Kind, network: bytes) -> None:
    """As many as one network may make within the hour."""
    row = {"network": network, "kind": kind, "at": timezone.now()}
    Try.objects.bulk_create(Try(**row) for _n in range(TRIES_AN_HOUR[kind]))


def test_wrong_codes_of_a_network_keep_nobody_from_mail_or_a_member_number(
    mailoutbox: list[EmailMessage],
) -> None:
    code, listed = asking("code"), asking("list", "members")
    asking("mail", "mails")
    list_file(signed_in(make_facilitator(listed)), f"{NUMBER}\n", "members")
    show(Client(), "ABCD-EFGH-JKMN")
    wrong_tries(Try.Kind.CODE, bytes(Try.objects.get().network))
    assert show(Client(), codes_of(code)[0]).status_code == 429
    browser = Client()
    sent = show(browser, ADDRESS, "mails")
    typed = mailed_code(mailoutbox)
    assert show(browser, typed, "mails", check=check_in(sent)).status_code == 302
    assert show(Client(), NUMBER, "members").status_code == 302


def test_many_member_numbers_keep_nobody_from_a_code_or_an_address(
    mailoutbox: list[EmailMessage],
) -> None:
    code, listed = asking("code"), asking("list", "members")
    list_file(signed_in(make_facilitator(listed)), f"{NUMBER}\n{ADDRESS}\n", "members")
    statuses = [show(Client(), f"XY-90{n:02}", "members").status_code for n in range(21)]
    assert statuses == [400] * 20 + [429]
    refused = show(Client(), NUMBER, "members")
    assert refused.status_code == 429
    assert "Many member numbers came from this network." in words_of(refused)
    browser = Client()
    sent = show(browser, ADDRESS, "members")
    typed = mailed_code(mailoutbox)
    assert show(browser, typed, "members", check=check_in(sent)).status_code == 302
    assert show(Client(), codes_of(code)[0]).status_code == 302


def test_a_right_member_number_counts_as_a_try_like_a_wrong_one() -> None:
    desk = signed_in(make_facilitator(asking("list")))
    members = [f"{first}{second}-Q7Z4" for first in "ABCDE" for second in "FGHJK"]
    list_file(desk, "\n".join(members))
    statuses = [show(Client(), member).status_code for member in members]
    assert statuses == [302] * 20 + [429] * 5
    assert Proof.objects.count() == Participant.objects.count() == 20


def test_an_address_is_shown_by_a_code_sent_to_it_and_is_not_kept(
    mailoutbox: list[EmailMessage],
) -> None:
    statement = make_statement(asking("mail"))
    browser = Client()
    sent = show(browser, ADDRESS.upper())
    assert "A mail with eight digits arrives" in words_of(sent)
    code = mailed_code(mailoutbox)
    wrong = show(browser, code[:-1] + str((int(code[-1]) + 1) % 10), check=check_in(sent))
    assert wrong.status_code == 400 and "This is not the code of the last mail." in words_of(wrong)
    assert show(browser, code, check=check_in(wrong)).status_code == 302
    assert answer(browser, statement).status_code == 302
    assert Proof.objects.get().level == "mail"
    held = everything_stored().lower()
    assert ADDRESS not in held and code.replace(" ", "") not in held


def test_an_address_counts_once_even_from_two_devices(mailoutbox: list[EmailMessage]) -> None:
    asking("mail")
    for status in (302, 400):
        browser = Client()
        sent = show(browser, ADDRESS)
        response = show(browser, mailed_code(mailoutbox), check=check_in(sent))
        assert response.status_code == status
    assert "This has served already, on another device." in words_of(response)
    assert Proof.objects.count() == Participant.objects.count() == 1


def test_a_mailed_code_serves_once_in_time_here_and_five_tries_at_most(
    mailoutbox: list[EmailMessage],
) -> None:
    asking("mail")
    asking("mail", "elsewhere")
    sent = show(Client(), ADDRESS)
    code = mailed_code(mailoutbox)
    foreign = show(Client(), code, "elsewhere", check=check_in(sent))
    assert foreign.status_code == 400
    assert "More than ten minutes passed" in words_of(foreign)
    for _try in range(5):
        assert show(Client(), "0", check=check_in(sent)).status_code == 400
    assert "tried too often" in words_of(show(Client(), code, check=check_in(sent)))
    again = show(Client(), ADDRESS)
    MailCheck.objects.update(expires_at=timezone.now())
    over = show(Client(), mailed_code(mailoutbox), check=check_in(again))
    assert "is out of date" in words_of(over) and not Proof.objects.exists()


def test_what_is_no_address_is_refused_with_a_sentence() -> None:
    asking("mail")
    for typed in ("ann", "ann@", "@example.org"):
        refused = show(Client(), typed)
        assert refused.status_code == 400
        assert f"“{typed}” is not a mail address" in words_of(refused)
    assert not MailCheck.objects.exists()


def test_many_codes_by_mail_end_in_a_sentence() -> None:
    asking("mail")
    statuses = [show(Client(), ADDRESS).status_code for _n in range(6)]
    assert statuses == [200] * 5 + [429]


def test_a_whole_workplace_asks_for_codes_by_mail_from_one_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking("mail")
    assert mailing.PER_NETWORK >= 300
    statuses = {show(Client(), f"member{n}@example.org").status_code for n in range(60)}
    assert statuses == {200}
    monkeypatch.setattr(mailing, "PER_NETWORK", 60)
    refused = show(Client(), ADDRESS)
    assert refused.status_code == 429 and "Many codes were asked" in words_of(refused)


def make_codes(desk: Client, **changes: object) -> Any:
    day = timezone.localdate() + timedelta(days=3)
    sent = {"label": "Rue des Lilas", "number": 10, "until": day.isoformat(), "print": "1"}
    return desk.post(at("invitations", "shops"), sent | changes)


def test_the_desk_prints_codes_that_serve_and_shows_them_this_once() -> None:
    desk = signed_in(make_facilitator(asking("code")))
    printed = make_codes(desk, number=60)
    page = words_of(printed)
    codes = re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b", page)
    assert len(set(codes)) == 60 and "Print this page now" in page
    assert len(bytes_of(printed)) < 60_000 and html_of(printed).count("<") < 800
    assert "no-store" in printed["Cache-Control"]
    assert show(Client(), codes[0]).status_code == 302
    listed = words_of(desk.get(at("invitations", "shops")))
    assert "Rue des Lilas" in listed and not any(code in listed for code in codes)
    entry = Entry.objects.get(kind="invitations-made")
    assert entry.public == {"batch": InvitationBatch.objects.get().pk, "codes": 60}


def test_more_codes_come_as_a_file_and_those_that_are_ended_serve_no_more() -> None:
    desk = signed_in(make_facilitator(asking("code")))
    sent = make_codes(desk, number=200, save="1", print="")
    assert sent.status_code == 400  # both buttons cannot be pressed: printing is asked
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    words = {"label": "Street", "number": 200, "until": day, "save": "1"}
    lines = b"".join(desk.post(at("invitations", "shops"), words).streaming_content).decode()  # type: ignore[attr-defined]
    rows = lines.splitlines()
    assert rows[0] == "code,address" and len(rows) == 201
    code, address = rows[1].split(",")
    assert address.endswith(at("vote", "shops"))
    batch = InvitationBatch.objects.get()
    first = desk.post(at("invitations", "shops"), {"close": batch.pk})
    assert "Nothing is ended yet. 200 codes for “Street” will serve no more" in words_of(first)
    batch.refresh_from_db()
    assert batch.expires_at > timezone.now()
    assert not Entry.objects.filter(kind="invitations-closed").exists()
    second = {**hidden_fields(first), "close": batch.pk}
    assert desk.post(at("invitations", "shops"), second).status_code == 302
    assert desk.post(at("invitations", "shops"), {"close": "0"}).status_code == 404
    assert "This code could serve until" in words_of(show(Client(), code))
    assert Entry.objects.filter(kind="invitations-closed").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": 61}, "One printed page holds 60 codes"),
        ({"number": "many"}, "Give a whole number such as 40."),
        ({"number": 0}, "Make ten codes at least"),
        ({"number": 9}, "with fewer, how many were used would tell who answered"),
        ({"label": ""}, "Say for whom"),
        ({"until": "2020-01-01"}, "“2020-01-01” is past"),
        ({"until": "soon"}, "Give a date such as 2026-12-31."),
    ],
)
def test_codes_that_cannot_be_made_are_refused_with_a_sentence(
    changes: dict[str, object], sentence: str
) -> None:
    desk = signed_in(make_facilitator(asking("code")))
    refused = make_codes(desk, **changes)
    assert refused.status_code == 400 and sentence in words_of(refused)
    assert not InvitationBatch.objects.exists()


def test_used_codes_are_told_from_ten_and_by_fives() -> None:
    desk = signed_in(make_facilitator(asking("code")))
    make_codes(desk, number=30)
    told = {}
    for used in (0, 1, 9, 10, 14, 15, 30):
        some = InvitationCode.objects.order_by("pk")[:used]
        InvitationCode.objects.filter(pk__in=some.values("pk")).update(is_used=True)
        page = desk.get(at("invitations", "shops"))
        told[used] = page.context["page"][0].used
    assert told == {0: None, 1: None, 9: None, 10: 10, 14: 10, 15: 15, 30: 30}
    assert "30 30" in words_of(page) and "told from ten, by fives" in words_of(page)


def test_the_database_keeps_no_batch_of_fewer_than_ten_codes() -> None:
    coproduction = asking("code")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_batch(coproduction, "One chosen person", 9, timezone.now() + timedelta(days=1))
    make_batch(coproduction, "Ten", 10, timezone.now() + timedelta(days=1))


def test_another_assurance_is_another_version_and_whoever_answered_before_stays_counted() -> None:
    coproduction = make_coproduction()
    statement, browser = make_statement(coproduction), Client()
    answer(browser, statement)
    reason = {"en": "Too many doubles."}
    publish_frame(coproduction, {"assurance": "code", "reason": reason})
    assert Vote.objects.count() == 1
    another = make_statement(coproduction, "Open on Sundays too.")
    assert answer(browser, another, -1).status_code == 403
    [code] = codes_of(coproduction)
    person = participant_of(browser, coproduction)
    assert show(browser, code).status_code == 302
    assert Proof.objects.get().participant_id == person.pk
    assert answer(browser, another, -1).status_code == 302
    page = words_of(browser.get(at("frame", "shops")))
    assert "What this version changed" in page and "An invitation code, which serves once." in page


@pytest.mark.parametrize("asked", ["sms", "identity", None, 3])
def test_a_frame_asks_only_for_what_can_be_shown_here(asked: object) -> None:
    with pytest.raises(CreationRefused, match="assurance is"):
        make_coproduction(frame={"assurance": asked})


def test_a_site_without_mail_asks_for_no_address(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = False
    with pytest.raises(CreationRefused, match="sends no mail"):
        asking("mail")
    asking("list")
    assert "This site sends no mail" in words_of(show(Client(), ADDRESS))


def test_the_database_keeps_one_proof_a_way_and_one_person_a_mark() -> None:
    coproduction = asking("mail")
    ann, bob = make_people(coproduction, 2)
    row = {"coproduction": coproduction, "shown_on": timezone.localdate(), "level": "mail"}
    Proof.objects.create(participant=ann, mark=b"1" * 32, **row)
    bad: list[dict[str, Any]] = [
        {"participant": ann, "mark": b"2" * 32},
        {"participant": bob, "mark": b"1" * 32},
        {"participant": bob, "mark": None},
        {"participant": bob, "mark": None, "level": "code"},
        {"participant": bob, "mark": None, "level": "sms"},
    ]
    for each in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            Proof.objects.create(**row | each)


def test_sheets_that_the_desk_enters_need_no_code() -> None:
    coproduction = asking("code")
    statement = make_statement(coproduction)
    desk = signed_in(make_facilitator(coproduction))
    page = desk.get(at("enter-sheet", "shops", "paper"))
    box = next(field.html_name for field in page.context["form"] if field.name != "mark")
    sent = {"mark": "7", box: "+"}
    assert desk.post(at("enter-sheet", "shops", "paper"), sent).status_code == 302
    assert Vote.objects.get().statement == statement


def test_erasing_takes_the_proof_along() -> None:
    coproduction = asking("code")
    [code] = codes_of(coproduction)
    browser = Client()
    show(browser, code)
    make_votes([participant_of(browser, coproduction)], [make_statement(coproduction)])
    assert "What you showed before you answered" in words_of(browser.get(at("my-data")))
    assert browser.post(at("erase", "shops")).status_code == 200
    assert not Proof.objects.exists()
    assert "has served already" in words_of(show(Client(), code))
