"""Statements of a declared coproduction, and invented answers for the samples alone."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from partage.contributions.models import (
    LONGEST_STATEMENT,
    LONGEST_TITLE,
    Argument,
    Idea,
    Progress,
    Statement,
    Vote,
)
from partage.coproductions.creation import CreationRefused, needed, words
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant
from partage.people.participants import key_in
from partage.register.recording import new_vault_keys, record

Table = Mapping[str, Any]
UNSURE_SHARE = 0.12


def _statement(coproduction: Coproduction, text: dict[str, str], table: Table) -> Statement:
    if any(len(sentence) > LONGEST_STATEMENT for sentence in text.values()):
        raise CreationRefused(f"a statement has at most {LONGEST_STATEMENT} characters: {text!r}")
    language, sentence = next(iter(text.items()))
    return Statement(
        coproduction=coproduction,
        text=sentence,
        language=language,
        translations={key: value for key, value in text.items() if key != language},
        is_from_team=table.get("by_team", True),
        written_at=timezone.now(),
    )


@transaction.atomic
def add_statements(coproduction: Coproduction, table: Table) -> list[Statement]:
    """The team's first sentences, published at once; `waiting` ones go to the desk."""
    published = [
        _statement(coproduction, words(row, "text", required=True), row)
        for row in table.get("statements", [])
    ]
    for statement in published:
        statement.state, statement.published_at = Progress.PUBLISHED, statement.written_at
    waiting = [
        _statement(coproduction, {needed(row, "language"): needed(row, "text")}, {"by_team": False})
        for row in table.get("waiting", [])
    ]
    Statement.objects.bulk_create([*published, *waiting])
    record("statements-added", space=coproduction.slug, public={"statements": len(published)})
    return published


@transaction.atomic
def add_ideas(coproduction: Coproduction, table: Table) -> list[Idea]:
    """The ideas a sample begins with, and their arguments, published at once."""
    now = timezone.now()
    found: list[Idea] = []
    for number, row in enumerate(table.get("ideas", []), 1):
        idea = Idea.objects.create(
            coproduction=coproduction, number=number, state=Progress.PUBLISHED, written_at=now,
            title=needed(row, "title")[:LONGEST_TITLE], body=row.get("body", ""),
            language=needed(row, "language"), section=row.get("section", ""),
        )  # fmt: skip
        sides = [(side, text) for side in Argument.Side for text in row.get(side.value, [])]
        Argument.objects.bulk_create(
            Argument(
                idea=idea, side=side, text=text, language=idea.language, written_at=now,
                state=Progress.PUBLISHED,
            )
            for side, text in sides
        )  # fmt: skip
        Idea.objects.filter(pk=idea.pk).update(discussion=len(sides))
        found.append(idea)
    if found:
        record("ideas-added", space=coproduction.slug, public={"ideas": len(found)})
    return found


@transaction.atomic
def invent_votes(coproduction: Coproduction, statements: Sequence[Statement], table: Table) -> int:
    """Draw answers for invented people, by the leaning declared for each tendency."""
    if not coproduction.is_sample or "invented" not in table:
        return 0
    draw = random.Random(coproduction.slug)  # noqa: S311 - a sample, the same at each loading
    leanings = [row.get("lean", []) for row in table["statements"]]
    fewest, most = table["invented"]["answers_each"]
    votes: list[Vote] = []
    for tendency, people in enumerate(table["invented"]["people"]):
        for participant in _invented_people(coproduction, draw, people):
            chosen = draw.sample(range(len(statements)), draw.randint(fewest, most))
            votes += [
                Vote(
                    participant=participant,
                    statement=statements[j],
                    answer=_drawn_answer(draw, leanings[j][tendency]),
                    cast_at=timezone.now() - timedelta(minutes=draw.randint(0, 20_000)),
                )
                for j in chosen
            ]
    Vote.objects.bulk_create(votes, batch_size=2000)
    record("answers-invented", space=coproduction.slug, public={"answers": len(votes)})
    return len(votes)


def _invented_people(
    coproduction: Coproduction, draw: random.Random, people: int
) -> list[Participant]:
    keys = new_vault_keys(people)
    return Participant.objects.bulk_create(
        [
            Participant(
                space=coproduction.slug,
                key=key_in(coproduction.slug, draw.randbytes(16).hex()),
                vault_key=key,
                channel=Channel.IMPORT,
            )
            for key in keys
        ]
    )


def _drawn_answer(draw: random.Random, agreement: float) -> Vote.Answer:
    if draw.random() < UNSURE_SHARE:
        return Vote.Answer.UNSURE
    return Vote.Answer.AGREE if draw.random() < agreement else Vote.Answer.DISAGREE
