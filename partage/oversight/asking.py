"""Questions to an organization and its answers, both acts; the inspector's notes, which are none."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction
from partage.oversight.models import Mandate, Note, Question
from partage.register.recording import record
from partage.web.localized import reader_language


class QuestionRefused(Exception):
    """It cannot be asked or answered; the message is the sentence to show."""


@dataclass(frozen=True)
class Asked:
    """What is asked of whom, until when."""

    coproduction: Coproduction
    text: str
    due_on: date


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _lock(mandate: Mandate) -> None:
    """Numbers of an inspection are given one after the other."""
    Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)


@transaction.atomic
def ask(mandate: Mandate, asked: Asked) -> Question:
    """From now on the organization knows of this inspection: the question says who asks."""
    if asked.due_on <= timezone.localdate():
        raise QuestionRefused(_("The answer is wanted by a day that is past: give some time."))
    _lock(mandate)
    last = mandate.questions.order_by("number").last()
    question = Question.objects.create(
        mandate=mandate,
        number=last.number + 1 if last else 1,
        coproduction=asked.coproduction,
        text=asked.text,
        language=reader_language(),
        asked_at=timezone.now(),
        due_on=asked.due_on,
    )
    public = _public(question) | {"due": question.due_on.isoformat(), "text": _digest(asked.text)}
    record("inspection-question", space=asked.coproduction.slug, public=public)
    return question


@transaction.atomic
def answer_question(question: Question, text: str) -> None:
    """Once, and for good: a second answer would change what the first one said."""
    waiting = Question.objects.waiting().filter(pk=question.pk)
    said = {"answer": text, "answer_language": reader_language(), "answered_at": timezone.now()}
    if not waiting.update(**said):
        raise QuestionRefused(_("This question is answered already: its answer stays."))
    public = _public(question) | {"text": _digest(text)}
    record("inspection-answer", space=question.coproduction.slug, public=public)


def _public(question: Question) -> dict[str, object]:
    return {"mandate": question.mandate.number, "question": question.number}


@transaction.atomic
def write_note(mandate: Mandate, text: str, coproduction: Coproduction | None) -> Note:
    _lock(mandate)
    last = mandate.notes.order_by("number").last()
    return Note.objects.create(
        mandate=mandate,
        number=last.number + 1 if last else 1,
        written_at=timezone.now(),
        coproduction=coproduction,
        text=text,
    )


def with_questions(coproductions: "QuerySet[Coproduction]") -> "QuerySet[Any]":
    """Each with how many questions wait for an answer, in the same query."""
    waiting = Question.objects.waiting().filter(coproduction=OuterRef("pk"))
    counted = waiting.order_by().values("coproduction").annotate(n=Count("pk")).values("n")
    return coproductions.annotate(questions_waiting=Coalesce(Subquery(counted), 0))
