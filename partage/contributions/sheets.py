"""Ballot sheets and phone calls that the desk enters: each is one person's answers."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partage.consents.consent import give_consent
from partage.contributions.models import (
    Progress,
    Sheet,
    Statement,
    Vote,
)
from partage.contributions.voting import VoteRefused, cast_votes
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import moderating_role
from partage.people.models import Channel, Participant, Person
from partage.register.erasing import EVERYTHING, destroy
from partage.register.recording import new_vault_key, record

ASSISTED = (Channel.PAPER, Channel.PHONE)
LONGEST_MARK = 20
MARK = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
# No lone letter: a French “d” would be read as “d’accord” by one and as “disagree” by another.
# No 1: whoever types -1 in a form that goes on after the - would answer twice.
SIGNS = {
    **dict.fromkeys(("+", "agree", "d'accord", "oui", "yes"), Vote.Answer.AGREE),
    **dict.fromkeys(("-", "disagree", "pas d'accord", "non", "no"), Vote.Answer.DISAGREE),
    **dict.fromkeys(
        ("?", "0", "don't know", "i don't know", "je ne sais pas", "ne sait pas", "pass", "unsure"),
        Vote.Answer.UNSURE,
    ),
}


class NotUnderstood(ValueError):
    """What was written is no answer or no sheet number; the message is the sentence to show."""


class SheetThere(VoteRefused):
    """A sheet of this number was entered already, with other answers."""


@dataclass(frozen=True)
class Filled:
    """What one sheet says: its number, and the answer to each statement by its key."""

    mark: str
    answers: Mapping[int, Vote.Answer]


def numbered(coproduction: Coproduction) -> dict[int, Statement]:
    """The published statements by their number on the ballot sheet.

    In the order in which they were first published, so that sheets printed earlier stay right: a
    later one takes the next number, and one that is not shown any more leaves its number empty.
    """
    statements = Statement.objects.filter(coproduction=coproduction, published_at__isnull=False)
    in_order = statements.order_by("published_at", "pk")
    return {
        number: statement
        for number, statement in enumerate(in_order, 1)
        if statement.state == Progress.PUBLISHED
    }


def read_answer(text: str) -> Vote.Answer | None:
    """The answer written down, None where there is none."""
    plain = " ".join(text.replace("’", "'").split()).casefold()
    if not plain:
        return None
    found = SIGNS.get(plain.replace("−", "-").replace("–", "-"))
    if found is None:
        raise NotUnderstood(
            _("“%(seen)s” is not an answer: write +, - or ?, or leave it empty.")
            % {"seen": text[:40]}
        )
    return found


def read_mark(text: str) -> str:
    """A sheet's number in one form: 007 and 7 are the same, as spreadsheets hold them to be."""
    mark = text.strip().upper()
    if not mark:
        raise NotUnderstood(_("The sheet has no number: write the same number on it and here."))
    if DATE.fullmatch(mark):
        raise NotUnderstood(
            _("“%(seen)s” looks like a date: a spreadsheet changed the sheet’s number. Type it again as text.")
            % {"seen": mark[:40]}
        )  # fmt: skip
    if len(mark) > LONGEST_MARK or not MARK.fullmatch(mark):
        raise NotUnderstood(
            _("“%(seen)s” is not a sheet number: use letters, digits and hyphens, %(most)s at most.")
            % {"seen": mark[:40], "most": LONGEST_MARK}
        )  # fmt: skip
    return (mark.lstrip("0") or "0") if mark.isdecimal() else mark


def next_mark(coproduction: Coproduction, channel: Channel, person: Person) -> str:
    """The number after the last one that this person entered."""
    mine = Sheet.objects.filter(coproduction=coproduction, channel=channel, entered_by=person)
    last = mine.order_by("-pk").values_list("mark", flat=True).first()
    if last is None:
        return "1"
    return str(int(last) + 1) if last.isdecimal() else ""


def answers_on(sheet: Sheet) -> dict[int, int]:
    votes = Vote.objects.filter(participant=sheet.participant_id)
    return dict(votes.values_list("statement", "answer"))


@transaction.atomic
def enter_sheet(
    coproduction: Coproduction, channel: Channel, filled: Filled, person: Person, *, language: str
) -> Sheet:
    """Count what a sheet says, under its channel; entered twice alike it counts once.

    The desk saw the person's consent on the sheet, in this language, where the frame asks it.
    """
    if not filled.answers:
        raise VoteRefused(_("The sheet holds no answer: there is nothing to count."))
    found = Sheet.objects.filter(coproduction=coproduction, channel=channel, mark=filled.mark)
    there = found.first()
    if there is None:
        said = {"channel": channel.value, "role": moderating_role(person, coproduction)}
        return _enter(coproduction, filled, person, said, language)
    if answers_on(there) != filled.answers:
        raise SheetThere(
            _("Sheet %(mark)s was entered already, with other answers. Take it back first, or correct the number.")
            % {"mark": filled.mark}
        )  # fmt: skip
    return there


def _enter(
    coproduction: Coproduction, filled: Filled, person: Person, said: dict[str, Any], language: str
) -> Sheet:
    participant = Participant.objects.create(
        space=coproduction.slug,
        key=secrets.token_bytes(32),
        channel=said["channel"],
        vault_key=new_vault_key(),
    )
    sheet = Sheet(coproduction=coproduction, channel=said["channel"], mark=filled.mark)
    sheet.participant, sheet.entered_by, sheet.entered_at = participant, person, timezone.now()
    try:
        with transaction.atomic():
            sheet.save()
    except IntegrityError:
        raise SheetThere(
            _("Somebody else entered sheet %(mark)s just now. Look at the list before you go on.")
            % {"mark": filled.mark}
        ) from None
    if coproduction.asks_consent:
        with translation.override(language):
            give_consent(participant, coproduction)
        participant.has_consent = True  # type: ignore[attr-defined]
    record("sheet-entered", space=coproduction.slug, public=said)
    cast_votes(participant, coproduction, filled.answers, entered=said)
    return sheet


@transaction.atomic
def take_sheet_back(sheet: Sheet, person: Person) -> None:
    """Remove a sheet and its answers for good: it was wrong, or the person asks for it."""
    removed, _rows = Vote.objects.filter(participant=sheet.participant_id).delete()
    record(
        "sheet-taken-back",
        space=sheet.coproduction.slug,
        public={
            "channel": sheet.channel,
            "role": moderating_role(person, sheet.coproduction),
            "answers": removed,
        },
    )
    vault_key = sheet.participant.vault_key
    sheet.participant.delete()  # with the sheet and its consent
    destroy(vault_key, EVERYTHING)
