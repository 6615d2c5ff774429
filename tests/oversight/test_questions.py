"""Questions reach the desk, are answered once, and both are sealed; notes are the inspector's."""

from hashlib import sha256

import pytest
from django.test import Client

from partage.oversight.models import Note, Question
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in, stored
from tests.oversight.inspections import inspector_browser, make_mandate, today
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
TEXT = "Who may stop without losing what was earned?"


@pytest.fixture
def desk() -> Client:
    shops = make_coproduction("shops")
    make_coproduction("elsewhere")
    make_mandate(shops)
    return signed_in(make_facilitator(shops))


def ask(**changes: str) -> int:
    sent = {"coproduction": "shops", "text": TEXT, "due_on": str(today(9))}
    return inspector_browser().post(at("inspection-questions", 1), sent | changes).status_code


def test_a_question_waits_on_the_desk_and_is_answered_once_and_for_good(desk: Client) -> None:
    assert ask() == 302
    assert "1 question of an inspector" in words_of(desk.get(at("desk")))
    page = words_of(desk.get(at("questions-desk", "shops")))
    assert TEXT in page and "Labour inspectorate" in page and "Article L. 8112-1" in page
    sent = {"question": str(Question.objects.get().pk), "text": "Anyone."}
    assert desk.post(at("questions-desk", "shops"), sent).status_code == 302
    before = stored()
    assert desk.post(at("questions-desk", "shops"), sent | {"text": "Nobody."}).status_code == 409
    assert stored() == before and Question.objects.get().answer == "Anyone."
    assert "Anyone." in words_of(inspector_browser().get(at("inspection-questions", 1)))
    assert "question of an inspector" not in words_of(desk.get(at("desk")))


def test_both_are_sealed_in_the_coproduction_without_their_words(desk: Client) -> None:
    ask()
    sent = {"question": str(Question.objects.get().pk), "text": "Anyone."}
    desk.post(at("questions-desk", "shops"), sent)
    asked, answered = Entry.objects.filter(kind__startswith="inspection-").order_by("pk")
    assert asked.space == answered.space == "shops"
    assert asked.public["text"] == sha256(TEXT.encode()).hexdigest()
    assert answered.public == {
        "mandate": 1,
        "question": 1,
        "text": sha256(b"Anyone.").hexdigest(),
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"coproduction": "elsewhere"},
        {"coproduction": ""},
        {"text": ""},
        {"text": "x" * 4001},
        {"due_on": ""},
        {"due_on": str(today())},
        {"due_on": "2020-01-01"},
    ],
)
def test_a_question_of_no_sense_is_refused_whole(desk: Client, changes: dict[str, str]) -> None:
    assert ask(**changes) in {400, 409}
    assert not Question.objects.exists()
    assert not Entry.objects.filter(kind="inspection-question").exists()


def test_an_empty_answer_or_one_to_another_coproduction_is_refused(desk: Client) -> None:
    ask()
    number = str(Question.objects.get().pk)
    empty = desk.post(at("questions-desk", "shops"), {"question": number, "text": ""})
    assert empty.status_code == 400 and "Write the answer first" in words_of(empty)
    assert (
        desk.post(at("questions-desk", "shops"), {"question": "99", "text": "x"}).status_code == 404
    )
    other = signed_in(make_facilitator(make_coproduction("more"), email="paul@example.org"))
    assert (
        other.post(at("questions-desk", "more"), {"question": number, "text": "x"}).status_code
        == 404
    )
    assert other.get(at("questions-desk", "shops")).status_code == 403
    assert Question.objects.waiting().exists()


def test_a_note_is_read_by_its_inspector_alone(desk: Client) -> None:
    browser = inspector_browser()
    assert browser.post(at("inspection-notes", 1), {"text": "Odd hours."}).status_code == 302
    assert browser.post(at("inspection-notes", 1), {"text": ""}).status_code == 400
    assert browser.post(at("inspection-notes", 1), {"text": "x", "coproduction": "elsewhere"}).status_code == 400  # fmt: skip
    assert Note.objects.count() == 1
    assert "Odd hours." in words_of(browser.get(at("inspection-notes", 1)))
    assert desk.get(at("inspection-notes", 1)).status_code == 404
    assert not Entry.objects.filter(kind__contains="note").exists()
