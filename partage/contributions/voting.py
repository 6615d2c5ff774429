"""Voting: one answer a person and statement, the last one counts, until the stage closes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partage.consents.consent import withdraw_consent
from partage.consents.models import hashes_of
from partage.contributions.models import (
    Helped,
    IdeaVote,
    Progress,
    Statement,
    TestReport,
    Vote,
)
from partage.coproductions.models import Coproduction, Frame
from partage.people.models import Channel, Participant
from partage.people.participants import key_in
from partage.register.erasing import forget
from partage.register.inserting import Insert, insert_each
from partage.register.leaves import Facts
from partage.register.models import Entry, VaultKey
from partage.register.recording import AlreadyRecorded, record, record_all

# Entries whose hidden content goes when the consent they rested on is withdrawn.
ANSWERS = (
    "vote", "vote-withdrawn", "voice", "idea-vote", "argument-helped",
    "test-report-filed", "test-report-withdrawn",
    "amendment-supported", "amendment-support-withdrawn", "fund-ballot",
    "training-hours-said", "training-hours-withdrawn",
)  # fmt: skip
CONSENT_WITHDRAWN = "consent-withdrawn"


class VoteRefused(Exception):
    """The answer was not recorded; the message is the sentence to show."""

    status = 409


class StepNeeded(VoteRefused):
    """Something comes first: the page of the votes of this coproduction takes it."""

    status = 403

    def __init__(self, sentence: str, coproduction: Coproduction) -> None:
        super().__init__(sentence)
        self.coproduction = coproduction


class ConsentNeeded(StepNeeded):
    pass


class AssuranceNeeded(StepNeeded):
    pass


class TooManyActs(VoteRefused):
    status = 429


# Said where an act would come before what the frame asks for, beside a link to the page of the votes.
ASKED = {
    Frame.Assurance.MAIL: gettext_noop(
        "This coproduction first asks you to show that a mail address is yours."
    ),
    Frame.Assurance.CODE: gettext_noop("This coproduction first asks for your invitation code."),
    Frame.Assurance.LIST: gettext_noop(
        "This coproduction first asks you to show that you are on the list of members."
    ),
    Frame.Assurance.IDENTITY: gettext_noop(
        "This coproduction first asks you to show your identity."
    ),
}

CONSENT_FIRST = gettext_noop("Before your first answer, we ask whether you agree to its use.")

# Written out: every vote runs these, and putting a query together from Python costs ten times what
# running it does (partage bench votes).
TO_ANSWER = """
    SELECT c.id, c.frame_id, f.is_sensitive, f.assurance, p.id, p.channel, v.id, v.key,
        (SELECT COUNT(*) FROM register_payload r
         WHERE r.vault_key_id = v.id AND r.recorded_at > %s) AS recent_acts,
        (SELECT g.text_sha256 FROM consents_consent g
         WHERE g.participant_id = p.id AND g.purpose = 'count-answers'
         AND g.withdrawn_at IS NULL) AS words_agreed_to,
        CASE f.assurance WHEN 'identity'
            THEN EXISTS (SELECT 1 FROM people_provedidentity i WHERE i.participant_id = p.id)
            ELSE EXISTS (SELECT 1 FROM assurance_proof a
                WHERE a.participant_id = p.id AND a.level = f.assurance) END AS is_assured
    FROM coproductions_coproduction c JOIN coproductions_frame f ON f.id = c.frame_id
    LEFT JOIN people_participant p ON p.space = c.slug AND p.key = %s
    LEFT JOIN register_vaultkey v ON v.id = p.vault_key_id
    WHERE c.slug = %s
"""
VOTABLE = """
    SELECT s.state,
        EXISTS (SELECT 1 FROM coproductions_stage t
                WHERE t.coproduction_id = s.coproduction_id AND t.kind = 'votes'
                AND t.opens_at <= %s AND (t.closes_at IS NULL OR t.closes_at > %s))
    FROM contributions_statement s WHERE s.coproduction_id = %s AND s.id = %s
"""
# One upsert, so that two tabs at once leave one row and neither fails; none where VOTABLE says no.
CAST = """
    INSERT INTO contributions_vote (participant_id, statement_id, answer, cast_at)
    SELECT %s, s.id, %s, %s FROM contributions_statement s
    JOIN coproductions_stage t ON t.coproduction_id = s.coproduction_id AND t.kind = 'votes'
    WHERE s.coproduction_id = %s AND s.id = %s AND s.state = 'published'
        AND t.opens_at <= %s AND (t.closes_at IS NULL OR t.closes_at > %s)
    ON CONFLICT (participant_id, statement_id)
    DO UPDATE SET answer = excluded.answer, cast_at = excluded.cast_at
"""

CAST_FIRST = Insert(
    "INSERT INTO contributions_vote (participant_id, statement_id, answer, cast_at)",
    "(%s, %s, %s, %s)",
)


def to_answer(slug: str, token: str | None) -> tuple[Coproduction, Participant | None] | None:
    """A visible coproduction, by what an answer needs of it, and this device's participant in it.

    Other columns of the coproduction are read when asked for.
    """
    key = key_in(slug, token) if token else b""
    found = _read_to_answer(slug, key)
    if found is None:
        return None
    number, frame_id, is_sensitive, assurance, *who = found
    using = connection.alias
    frame = Frame.from_db(
        using, ["id", "is_sensitive", "assurance"], [frame_id, bool(is_sensitive), assurance]
    )
    coproduction = Coproduction.from_db(using, ["id", "slug", "frame_id"], [number, slug, frame_id])
    coproduction.frame = frame
    return coproduction, _participant(coproduction, key, who)


def acting(coproduction: Coproduction, token: str | None) -> Participant | None:
    """This device's participant, with what an act must know: recent acts and consent."""
    if token is None:
        return None
    key = key_in(coproduction.slug, token)
    found = _read_to_answer(coproduction.slug, key)
    return _participant(coproduction, key, found[4:]) if found else None


def _read_to_answer(slug: str, key: bytes) -> Sequence[Any] | None:
    since = _in_sql(timezone.now() - timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute(TO_ANSWER, [since, key, slug])
        row: Sequence[Any] | None = cursor.fetchone()
    return row


def _participant(coproduction: Coproduction, key: bytes, who: Sequence[Any]) -> Participant | None:
    number, channel, vault_key, secret, recent_acts, agreed, is_assured = who
    if number is None:
        return None
    columns = {"id": number, "space": coproduction.slug, "key": key, "channel": channel}
    columns["vault_key_id"] = vault_key
    participant = Participant.from_db(connection.alias, list(columns), list(columns.values()))
    participant.vault_key = VaultKey(vault_key, secret)
    participant.recent_acts = recent_acts  # type: ignore[attr-defined]
    has_consent = bool(agreed) and bytes(agreed) in hashes_of(coproduction.frame)
    participant.has_consent = has_consent  # type: ignore[attr-defined]
    participant.is_assured = bool(is_assured)  # type: ignore[attr-defined]
    return participant


def _in_sql(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def refuse_beyond_limit(participant: Participant) -> None:
    if getattr(participant, "recent_acts", 0) >= settings.ACTS_PER_MINUTE:
        raise TooManyActs(_("Many answers came from this device in a minute. Wait a moment."))


def has_shown(participant: Participant | None, coproduction: Coproduction) -> bool:
    """Whether a device has shown what the frame asks for. The desk knows whose sheet it enters."""
    if coproduction.assurance == Frame.Assurance.OPEN:
        return True
    if participant is not None and participant.channel != Channel.WEB:
        return True
    return getattr(participant, "is_assured", False)


def has_agreed(participant: Participant | None, coproduction: Coproduction) -> bool:
    return not coproduction.asks_consent or getattr(participant, "has_consent", False)


def asked_first(participant: Participant | None, coproduction: Coproduction) -> str:
    """The sentence that says what comes before anything is taken from this device; "" if nothing."""
    if not has_shown(participant, coproduction):
        return _(ASKED[coproduction.assurance])
    return "" if has_agreed(participant, coproduction) else _(CONSENT_FIRST)


def never() -> bool:
    return False


def check_may_act(
    participant: Participant, coproduction: Coproduction, has_answered: Callable[[], bool] = never
) -> None:
    """Raise VoteRefused beyond the rate limit, or without what the frame asks for.

    Who `has_answered` this very thing under an earlier frame, which asked for less, may change it.
    """
    refuse_beyond_limit(participant)
    if not has_shown(participant, coproduction) and not has_answered():
        raise AssuranceNeeded(_(ASKED[coproduction.assurance]), coproduction)
    if not has_agreed(participant, coproduction):
        raise ConsentNeeded(_(CONSENT_FIRST), coproduction)


def _check_votable(coproduction: Coproduction, statement_id: int, at: datetime) -> None:
    """Raise VoteRefused, with the reason, unless an answer may be counted now."""
    with connection.cursor() as cursor:
        cursor.execute(VOTABLE, [_in_sql(at), _in_sql(at), coproduction.pk, statement_id])
        found = cursor.fetchone()
    if found is None:
        raise VoteRefused(_("This sentence does not belong to this coproduction."))
    state, is_open = found
    if not is_open:
        raise VoteRefused(_("Voting is closed here, so the answer was not counted."))
    if state != Progress.PUBLISHED:
        raise VoteRefused(_("This sentence is not open to answers."))


@transaction.atomic
def cast_vote(
    participant: Participant,
    coproduction: Coproduction,
    statement_id: int,
    answer: Vote.Answer,
    *,
    retry_key: str = "",
) -> Entry | None:
    """Count one person's answer; another answer to the same statement replaces it.

    Sent again under the same `retry_key`, an answer that stands changes nothing: None.
    """
    mine = partial(Vote.objects.filter, participant=participant, statement_id=statement_id)
    check_may_act(participant, coproduction, lambda: mine().exists())
    # The public entry names no statement: it would be a live count.
    said = _said(statement_id, answer)
    key = participant.vault_key
    try:
        entry = record(
            "vote", space=coproduction.slug, payload=said, vault_key=key, retry_key=retry_key
        )
    except AlreadyRecorded:
        if mine(answer=answer).exists():
            return None
        # An old page pressed again after another answer: that is a new act.
        entry = record("vote", space=coproduction.slug, payload=said, vault_key=key)
    _count(participant, coproduction, statement_id, answer)
    return entry


def _said(statement_id: int, answer: Vote.Answer) -> Facts:
    return {"statement": statement_id, "answer": answer.name.lower()}


def _count(
    participant: Participant, coproduction: Coproduction, statement_id: int, answer: Vote.Answer
) -> None:
    at = timezone.now()
    now = _in_sql(at)
    row = [participant.pk, answer.value, now]
    with connection.cursor() as cursor:
        cursor.execute(CAST, [*row, coproduction.pk, statement_id, now, now])
        if cursor.rowcount == 0:
            _check_votable(coproduction, statement_id, at)
            raise VoteRefused(_("This sentence is not open to answers."))


@transaction.atomic
def cast_first_votes(
    given: Sequence[tuple[Participant, Mapping[int, Vote.Answer]]],
    coproduction: Coproduction,
    *,
    entered: Facts,
) -> None:
    """Count the first answers of these people, all or none; in public, how they were `entered`."""
    for participant, _answers in given:
        check_may_act(participant, coproduction)
    at = timezone.now()
    asked = {statement_id for _participant, answers in given for statement_id in answers}
    published = Statement.objects.published().filter(coproduction=coproduction, pk__in=asked)
    votable = set(published.values_list("pk", flat=True))
    # One of each kind: whether voting is open is the same for all that are published.
    for statement_id in {*list(votable)[:1], *(asked - votable)}:
        _check_votable(coproduction, statement_id, at)
    rows = [(who, key, answer) for who, answers in given for key, answer in answers.items()]
    now = _in_sql(at)
    insert_each(CAST_FIRST, [[who.pk, key, int(answer), now] for who, key, answer in rows])
    said = {(key, answer): _said(key, answer) for _who, key, answer in rows}
    acts = [(who.vault_key, said[key, answer]) for who, key, answer in rows]
    record_all("vote", space=coproduction.slug, public=entered, acts=acts)


@transaction.atomic
def undo_vote(participant: Participant, coproduction: Coproduction, statement_id: int) -> None:
    """Take an answer back while voting is open."""
    refuse_beyond_limit(participant)
    _check_votable(coproduction, statement_id, timezone.now())
    taken_back, _rows = Vote.objects.filter(
        participant=participant, statement_id=statement_id
    ).delete()
    if taken_back:
        record(
            "vote-withdrawn",
            space=coproduction.slug,
            payload={"statement": statement_id},
            vault_key=participant.vault_key,
        )


@transaction.atomic
def withdraw_from_voting(participant: Participant, coproduction: Coproduction) -> int:
    """End the consent and remove the answers that rested on it; returns how many."""
    withdraw_consent(participant, coproduction)
    removed, _rows = Vote.objects.filter(participant=participant).delete()
    removed += IdeaVote.objects.filter(participant=participant).delete()[0]
    removed += TestReport.objects.filter(author=participant).delete()[0]
    Helped.objects.filter(participant=participant).delete()
    forget(participant.vault_key, ANSWERS, CONSENT_WITHDRAWN)
    if removed:
        record(
            "votes-withdrawn",
            space=coproduction.slug,
            payload={"answers": removed},
            vault_key=participant.vault_key,
        )
    return removed
