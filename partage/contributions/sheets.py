"""Ballot sheets and phone calls that the desk enters: each is one person's answers."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partage.consents.consent import give_first_consents
from partage.contributions.models import (
    Progress,
    Sheet,
    Statement,
    Vote,
)
from partage.contributions.voting import VoteRefused, cast_first_votes
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import moderating_role
from partage.people.models import Channel, Participant, Person
from partage.register.erasing import EVERYTHING, destroy
from partage.register.recording import new_vault_keys, record, record_alike

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
        return enter_sheets(coproduction, channel, [filled], person, language=language)[0]
    if answers_on(there) != filled.answers:
        raise SheetThere(
            _("Sheet %(mark)s was entered already, with other answers. Take it back first, or correct the number.")
            % {"mark": filled.mark}
        )  # fmt: skip
    return there


@transaction.atomic
def enter_sheets(
    coproduction: Coproduction,
    channel: Channel,
    batch: Sequence[Filled],
    person: Person,
    *,
    language: str,
) -> list[Sheet]:
    """Count what new sheets say, all or none, together: one by one takes ten times as long."""
    said = {"channel": channel.value, "role": moderating_role(person, coproduction)}
    people = Participant.objects.bulk_create(
        Participant(
            space=coproduction.slug, key=secrets.token_bytes(32), channel=channel.value,
            vault_key=key,
        )
        for key in new_vault_keys(len(batch))
    )  # fmt: skip
    sheets = [
        Sheet(
            coproduction=coproduction, channel=channel.value, mark=filled.mark, participant=each,
            entered_by=person, entered_at=timezone.now(),
        )
        for filled, each in zip(batch, people, strict=True)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Sheet.objects.bulk_create(sheets)
    except IntegrityError:
        raise _entered_just_now(coproduction, channel, batch) from None
    if coproduction.asks_consent:
        with translation.override(language):
            give_first_consents(people, coproduction)
        for each in people:
            each.has_consent = True  # type: ignore[attr-defined]
    record_alike("sheet-entered", space=coproduction.slug, public=said, times=len(sheets))
    given = [(each, filled.answers) for each, filled in zip(people, batch, strict=True)]
    cast_first_votes(given, coproduction, entered=said)
    return sheets


def _entered_just_now(
    coproduction: Coproduction, channel: Channel, batch: Sequence[Filled]
) -> SheetThere:
    marks = [filled.mark for filled in batch]
    there = Sheet.objects.filter(coproduction=coproduction, channel=channel, mark__in=marks)
    mark = there.values_list("mark", flat=True).first() or marks[0]
    return SheetThere(
        _("Somebody else entered sheet %(mark)s just now. Look at the list before you go on.")
        % {"mark": mark}
    )


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
