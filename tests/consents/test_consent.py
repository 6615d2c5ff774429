"""Sensitive questions: a consent comes first, and is taken back in one click."""

import hashlib
import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from partage.accounting.models import Voice
from partage.consents.models import Consent
from partage.contributions.models import Statement, Vote
from partage.contributions.releases import compute_results
from partage.coproductions.creation import publish_frame
from partage.coproductions.models import Task
from partage.register.models import Entry, Payload
from tests.factories import (
    CONSENT,
    answer,
    at,
    make_coproduction,
    make_device,
    make_people,
    make_sensitive,
    make_statement,
    make_statements,
    make_votes,
    stored,
)
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db


def consenting(statement: Statement, language: str = "en") -> Client:
    browser = Client()
    address = at("consent", statement.coproduction.slug, language=language)
    assert browser.post(address).status_code == 302
    return browser


def test_no_answer_is_counted_without_consent_and_nothing_is_stored() -> None:
    statement = make_statement(make_sensitive())
    before = stored()
    refused = answer(Client(), statement)
    assert refused.status_code == 403
    assert "we ask whether you agree" in words_of(refused)
    assert stored() == before and not refused.cookies.get("participant")


def test_no_sentence_is_taken_without_consent_and_nothing_is_stored() -> None:
    coproduction = make_sensitive()
    before = stored()
    sent = {"text": "A sentence that says a lot."}
    assert Client().post(at("propose", coproduction.slug), sent).status_code == 403
    assert stored() == before


def test_the_card_asks_for_consent_before_showing_a_sentence() -> None:
    statement = make_statement(make_sensitive())
    page = words_of(Client().get(at("vote", "convictions")))
    assert CONSENT["en"] in page and statement.text not in page


def test_after_a_yes_answers_are_counted() -> None:
    statement = make_statement(make_sensitive())
    browser = consenting(statement)
    assert statement.text in words_of(browser.get(at("vote", "convictions")))
    assert answer(browser, statement).status_code == 302
    assert Vote.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_yes_is_kept_with_the_words_shown_the_version_and_the_language(language: str) -> None:
    consenting(make_statement(make_sensitive()), language)
    consent = Consent.objects.get()
    assert bytes(consent.text_sha256) == hashlib.sha256(CONSENT[language].encode()).digest()
    assert (consent.language, consent.frame.version) == (language, 1)
    content = json.loads(Payload.objects.get(entry__kind="consent-given").content)
    assert content == {
        "purpose": "count-answers",
        "frame": 1,
        "language": language,
        "text_sha256": bytes(consent.text_sha256).hex(),
    }


def test_words_that_exist_in_one_language_are_kept_as_they_were_shown() -> None:
    frame = {"sensitive": True, "consent_text": {"fr": CONSENT["fr"]}}
    consenting(make_statement(make_coproduction("convictions", frame=frame)))
    consent = Consent.objects.get()
    assert consent.language == "fr"
    assert bytes(consent.text_sha256) == hashlib.sha256(CONSENT["fr"].encode()).digest()


def test_the_public_entry_of_a_consent_says_nothing() -> None:
    consenting(make_statement(make_sensitive()))
    assert Entry.objects.get(kind="consent-given").public == {}


def test_saying_yes_twice_changes_nothing() -> None:
    statement = make_statement(make_sensitive())
    browser = consenting(statement)
    before = stored()
    browser.post(at("consent", "convictions"))
    assert stored() == before


def test_one_click_withdraws_the_consent_and_its_answers_and_the_next_vote_asks_again() -> None:
    first, second = make_statements(make_sensitive(), 2)
    browser = consenting(first)
    answer(browser, first)
    answer(browser, second)
    assert "Withdraw my consent" in words_of(browser.get(at("my-answers", "convictions")))
    browser.post(at("withdraw", "convictions"))
    assert not Vote.objects.exists() and not Consent.objects.in_force().exists()
    assert answer(browser, first).status_code == 403
    kinds = list(Entry.objects.order_by("pk").values_list("kind", flat=True))[-5:]
    assert kinds == ["consent-given", "vote", "vote", "consent-withdrawn", "votes-withdrawn"]
    hidden = Payload.objects.filter(entry__kind="vote").values_list("content", flat=True)
    assert list(hidden) == ["", ""]  # the register no longer holds what was answered


def test_withdrawing_removes_what_was_said_of_the_tasks_too() -> None:
    task = {"name": {"en": "Answer"}, "degree": "chosen"}
    frame = {"sensitive": True, "consent_text": CONSENT, "tasks": [task]}
    coproduction = make_coproduction("convictions", frame=frame)
    browser = consenting(make_statement(coproduction))
    said = {"speaks_as": "employee", "degree": "endured", "change": "harder"}
    task_asked = Task.objects.get().pk
    browser.post(at("voices", "convictions"), {"task": task_asked, **said})
    assert Voice.objects.count() == 1
    browser.post(at("withdraw", "convictions"))
    assert not Voice.objects.exists()


def test_consenting_again_and_again_meets_the_limit(settings: LazySettings) -> None:
    settings.ACTS_PER_MINUTE = 4
    statement = make_statement(make_sensitive())
    browser = consenting(statement)
    for _ in range(3):
        browser.post(at("withdraw", "convictions"))
        last = browser.post(at("consent", "convictions"))
    assert last.status_code == 429


def test_withdrawing_removes_nobody_elses_answers() -> None:
    statement = make_statement(make_sensitive())
    mine, other = consenting(statement), consenting(statement)
    answer(mine, statement)
    answer(other, statement)
    mine.post(at("withdraw", "convictions"))
    assert Vote.objects.count() == 1 and Consent.objects.in_force().count() == 1


def test_after_withdrawing_one_may_say_yes_again() -> None:
    statement = make_statement(make_sensitive())
    browser = consenting(statement)
    browser.post(at("withdraw", "convictions"))
    browser.post(at("consent", "convictions"))
    assert answer(browser, statement).status_code == 302
    assert Consent.objects.count() == 2


def test_withdrawing_without_having_acted_writes_nothing() -> None:
    coproduction = make_sensitive()
    before = stored()
    assert Client().post(at("withdraw", coproduction.slug)).status_code == 302
    assert stored() == before


def test_other_words_in_a_new_frame_are_asked_again() -> None:
    coproduction = make_sensitive()
    statement = make_statement(coproduction)
    browser = consenting(statement)
    asked = {"en": "And to research?"}
    publish_frame(coproduction, {"sensitive": True, "consent_text": asked, "reason": asked})
    assert answer(browser, statement).status_code == 403
    assert "And to research?" in words_of(browser.get(at("vote", "convictions")))


def receipt_of(browser: Client, language: str = "en") -> dict[str, Any]:
    response = browser.get(at("consent-receipt", "convictions", language=language))
    assert response.status_code == 200
    assert 'filename="convictions-consent.json"' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    return response.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_receipt_holds_the_very_words_and_the_fields_of_the_standard(language: str) -> None:
    browser = consenting(make_statement(make_sensitive()), language)
    receipt = receipt_of(browser, language)
    assert receipt["schema_version"] == "ISO/IEC TS 27560:2023"
    [record] = receipt["records"]
    processing, [purpose] = record["pii_processing"], record["pii_processing"]["purposes"]
    assert (processing["text"], processing["language"]) == (CONSENT[language], language)
    assert hashlib.sha256(CONSENT[language].encode()).hexdigest() == processing["text_sha256"]
    notice = processing["privacy_notice"].removeprefix("http://localhost:8000")
    assert CONSENT[language] in words_of(browser.get(notice))
    assert purpose["purpose"] == "count-answers"
    assert all(value is not None and value != "" for value in purpose.values())
    assert record["party_identification"][0]["party_name"] == "Quatre-Vents"
    assert [one["event_state"] for one in record["event"]] == ["consent_given"]
    for name in ("my-answers", "my-data"):
        page = words_of(browser.get(at(name, *(["convictions"] if name == "my-answers" else []))))
        assert "Receipt of my consents (JSON)" in page


def test_a_receipt_keeps_each_version_and_the_withdrawal() -> None:
    coproduction = make_sensitive()
    browser = consenting(make_statement(coproduction))
    words = {"en": "May we count your answers, and say so?"}
    changed = {"sensitive": True, "consent_text": words, "reason": {"en": "Clearer."}}
    publish_frame(coproduction, changed)
    browser.post(at("consent", "convictions"))
    browser.post(at("withdraw", "convictions"))
    records = receipt_of(browser)["records"]
    assert [one["pii_processing"]["text"] for one in records] == [CONSENT["en"], words["en"]]
    for record in records:
        states = [one["event_state"] for one in record["event"]]
        assert states == ["consent_given", "consent_withdrawn"]
        assert record["event"][0]["event_time"] <= record["event"][1]["event_time"]
    assert records[0]["pii_processing"]["privacy_notice"].endswith("/1/")


def test_a_receipt_is_for_the_device_that_consented_alone() -> None:
    coproduction = make_sensitive()
    consenting(make_statement(coproduction))
    address = at("consent-receipt", "convictions")
    assert Client().get(address).status_code == 404
    assert make_device(coproduction).get(address).status_code == 404


def test_taking_a_consent_back_takes_one_press_as_giving_it_and_empties_the_next_results() -> None:
    coproduction = make_sensitive()
    statements = make_statements(coproduction, 1)
    make_votes(make_people(coproduction, 12), statements)
    browser = consenting(statements[0])
    assert answer(browser, statements[0]).status_code == 302
    assert compute_results(coproduction).content["people"] == 13
    page = html_of(browser.get(at("my-answers", "convictions")))
    form = page[page.index(f'action="{at("withdraw", "convictions")}"') :]
    assert form[: form.index("</form>")].count("<button") == 1
    browser.post(at("withdraw", "convictions"))
    assert compute_results(coproduction).content["people"] == 12
