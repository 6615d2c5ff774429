"""Bringing in what somebody took away from another site: the same contributions, or nothing."""

import hmac
import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from partage.consents.consent import give_consent
from partage.consents.models import hashes_of
from partage.contributions.forms import ArgumentForm, IdeaForm, IdeaVoteForm, StatementForm
from partage.contributions.ideas import add_argument, answer_idea, propose_idea
from partage.contributions.models import Idea, Statement, Vote
from partage.contributions.statements import propose_statement
from partage.contributions.voting import VoteRefused, cast_first_votes, check_may_act
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.people.participants import join, key_in, token_of
from partage.register.recording import record
from partage.rights import bringing_back
from partage.rights.bringing_back import checked, language_of
from partage.rights.replay import was_erased
from partage.rights.takeaway import DATA, FORMAT, SEAL, proof_of

MOST_BYTES = 64 * 1024 * 1024
COOKIE_DAYS = timedelta(days=365)
Rows = list[dict[str, Any]]


class TakeawayRefused(Exception):
    """The file cannot be brought in; the message is the sentence to show, and nothing was written."""


@dataclass
class Brought:
    """What was brought in, by coproduction and kind; what was not; and the device's cookie."""

    token: str
    until: datetime
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def cookie(self) -> str:
        return f"{self.token}.{self.until:%Y%m%d}"


def read_takeaway(file: Path, code: str) -> dict[str, Any]:
    """What the file holds, once its seal and the code agree."""
    data, seal = _contents(file)
    digest = sha256(data).hexdigest()
    if seal.get("format") != FORMAT or seal.get("sha256") != digest:
        raise TakeawayRefused("The file is damaged, or was changed since it was taken away.")
    if not hmac.compare_digest(str(seal.get("proof", "")), proof_of(code, digest)):
        raise TakeawayRefused("This code does not go with this file: it is somebody else's.")
    held = _table(data)
    if held.get("site") == settings.BASE_URL:
        raise TakeawayRefused("The file was taken away from this very site: it is all there.")
    return held


def _table(data: bytes) -> dict[str, Any]:
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TakeawayRefused(f"The file cannot be read: {error}.") from None
    if not isinstance(table, dict):
        raise TakeawayRefused("The file cannot be read: it holds no table.")
    return table


def _contents(file: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(DATA).file_size + archive.getinfo(SEAL).file_size > MOST_BYTES:
                raise TakeawayRefused(f"The file holds more than {MOST_BYTES >> 20} MB.")
            data, seal = archive.read(DATA), json.loads(archive.read(SEAL))
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, RuntimeError, EOFError, OSError):
        raise TakeawayRefused("This is not a file that Partage gave, or it is damaged.") from None
    return data, seal if isinstance(seal, dict) else {}


@transaction.atomic
def bring_in(file: Path, code: str) -> Brought:
    """Restore it for somebody new here, who gets a device by a link; once."""
    held = read_takeaway(file, code)
    token = token_of(f"takeaway:{sha256(code.replace('-', '').upper().encode()).hexdigest()}")
    brought = Brought(token, timezone.now() + COOKIE_DAYS)
    kinds = _by_place(held)
    here = Coproduction.objects.visible().filter(slug__in=kinds).select_related("frame")
    for coproduction in here.order_by("pk"):
        _bring_into(coproduction, kinds.pop(coproduction.slug), brought)
    for left in kinds.values():
        brought.left_out.update({kind: len(rows) for kind, rows in left.items()})
    if not brought.counts:
        raise TakeawayRefused("None of the coproductions of this file is on this site.")
    return brought


def _by_place(held: dict[str, Any]) -> dict[str, dict[str, Rows]]:
    """Rows by place, then by kind."""
    found: dict[str, dict[str, Rows]] = {}
    try:
        for section in held["held"]:
            for row in section["rows"]:
                found.setdefault(row["place"], {}).setdefault(section["kind"], []).append(row)
    except (KeyError, TypeError) as error:
        raise TakeawayRefused(f"A row cannot be read: {error!r}.") from None
    return found


def _bring_into(coproduction: Coproduction, kinds: dict[str, Rows], brought: Brought) -> None:
    slug = coproduction.slug
    _refuse_again(slug, key_in(slug, brought.token))
    participant, done = join(slug, brought.token), Counter[str]()
    try:
        _agree(participant, coproduction, kinds.pop("consents.Consent", []))
        for kind, restore in RESTORE.items():
            rows = kinds.pop(kind, [])
            done[kind] = restore(participant, coproduction, rows)
            brought.left_out[kind] += len(rows) - done[kind]
    except (VoteRefused, KeyError, TypeError, ValueError) as error:
        sentence = (
            str(error) if isinstance(error, VoteRefused) else f"A row cannot be read: {error!r}."
        )
        raise TakeawayRefused(f"{slug}: {sentence}") from None
    brought.left_out.update({kind: len(rows) for kind, rows in kinds.items() if kind not in OURS})
    brought.counts[slug] = done
    record("takeaway-brought-in", space=slug)


def _refuse_again(slug: str, key: bytes) -> None:
    if Participant.objects.filter(space=slug, key=key).exists():
        raise TakeawayRefused(f"These contributions to {slug} were brought in already.")
    if was_erased(key):
        raise TakeawayRefused(
            f"These contributions to {slug} were brought in and erased since, for good. "
            "Whoever they are of can take part anew, from any device."
        )


def _agree(participant: Participant, coproduction: Coproduction, rows: Rows) -> None:
    """A consent counts here where it was given, and not taken back, to the very words of the frame."""
    standing = {row["text_sha256"] for row in rows if row["withdrawn_at"] is None}
    if standing & {words.hex() for words in hashes_of(coproduction.frame)}:
        give_consent(participant, coproduction)
        participant.has_consent = True  # type: ignore[attr-defined]


def _sentences(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    """Somebody reads them again before they are shown."""
    for row in rows:
        check_may_act(participant, coproduction)
        text = checked(StatementForm({"text": row["text"]}))["text"]
        propose_statement(participant, coproduction, text, language_of(row))
    return len(rows)


def _answers(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    shown = Statement.objects.published().filter(coproduction=coproduction)
    by_words = {(one.language, one.text): one.pk for one in shown}
    found = [(by_words.get(_words(row["statement"], "text")), row) for row in rows]
    said = {pk: Vote.Answer(row["answer"]) for pk, row in found if pk is not None}
    if said:
        cast_first_votes([(participant, said)], coproduction, entered={"channel": "takeaway"})
    return len(said)


def _words(told: dict[str, str], name: str) -> tuple[str, str]:
    return told["language"], told[name]


def _ideas(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    for row in rows:
        words = checked(IdeaForm({"title": row["title"], "body": row["body"]}))
        propose_idea(participant, coproduction, dict(words), language_of(row))
    return len(rows)


def _shown_ideas(coproduction: Coproduction) -> dict[tuple[str, str], Idea]:
    shown = Idea.objects.published().filter(coproduction=coproduction)
    found = {(one.language, one.title): one for one in shown}
    for one in found.values():
        one.coproduction = coproduction
    return found


def _idea_answers(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    shown = _shown_ideas(coproduction)
    found = [(shown.get(_words(row["idea"], "title")), row["answer"]) for row in rows]
    for idea, said in found:
        if idea:
            answer_idea(participant, idea, checked(IdeaVoteForm({"answer": said}))["answer"])
    return sum(idea is not None for idea, _said in found)


def _arguments(participant: Participant, coproduction: Coproduction, rows: Rows) -> int:
    shown = _shown_ideas(coproduction)
    found = [(shown.get(_words(row["idea"], "title")), row) for row in rows]
    for idea, row in found:
        if idea:
            words = checked(ArgumentForm({name: row[name] for name in ("side", "text", "link")}))
            add_argument(
                participant, idea, words["side"], words["text"], words["link"], language_of(row)
            )
    return sum(idea is not None for idea, _row in found)


RESTORE = {
    "contributions.Statement": _sentences,
    "contributions.Vote": _answers,
    "contributions.Idea": _ideas,
    "contributions.IdeaVote": _idea_answers,
    "contributions.Argument": _arguments,
    **bringing_back.RESTORE,
}
# What this site makes anew for whoever comes: nothing of it is left out.
OURS: Iterable[str] = ("people.Participant", "register.VaultKey", "register.Payload")
