"""Bringing in a conversation exported from Polis: its topic, statements and votes."""

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from partage.calc.votes import Ballot, stream_votes
from partage.calc.votes_file import Table, VotesError, read_table
from partage.contributions.models import (
    Progress,
    Rule,
    Statement,
    Vote,
)
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction, Frame, Stage
from partage.people.models import Channel, Participant
from partage.people.participants import key_in
from partage.register.models import Entry
from partage.register.recording import new_vault_keys, record

BATCH = 2000
FILES = ("summary.csv", "comments.csv", "votes.csv", "participants-votes.csv")
COLUMNS = ("comment-id", "comment-body", "moderated", "timestamp")
LONGEST = Statement._meta.get_field("text").max_length or 0
LONGEST_ID = Statement._meta.get_field("source_id").max_length or 0
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC).timestamp() * 1000
CONSENT = {
    "en": "These sentences can reveal political opinions. If you agree, your answers are counted "
    "with those of others, under a random number, and only totals are published.",
    "fr": "Ces phrases peuvent révéler des opinions politiques. Si vous êtes d'accord, vos réponses "
    "sont comptées avec celles des autres, sous un numéro tiré au hasard, et seuls les totaux sont "
    "publiés.",
}


@dataclass(frozen=True)
class Imported:
    """What one import brought, for the person who ran it."""

    coproduction: Coproduction
    statements: int
    people: int
    votes: int
    was_there: bool


def files_of(folder: Path) -> dict[str, Path]:
    """The files of an export that are there; VotesError when the needed ones are not."""
    found = {name: folder / name for name in FILES if (folder / name).is_file()}
    if "comments.csv" not in found:
        raise VotesError(f"{folder}: there is no comments.csv; give the folder of a Polis export")
    if not {"votes.csv", "participants-votes.csv"} & set(found):
        raise VotesError(f"{folder}: there is neither votes.csv nor participants-votes.csv")
    return found


def digest_of(files: dict[str, Path]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        with files[name].open("rb") as file:
            total.update(name.encode() + hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


@transaction.atomic
def import_polis(
    folder: Path,
    *,
    language: str = "en",
    landscape: str = Frame.Landscape.DEFAULT,
    on_votes: Callable[[int], None] = lambda _n: None,
) -> Imported:
    """Bring the export in, all of it or nothing; the same files a second time change nothing."""
    files = files_of(folder)
    slug = slugify(folder.resolve().name.replace(".", "-"))[:80]
    digest = digest_of(files)
    known = Coproduction.objects.filter(slug=slug).first()
    imports = Entry.objects.filter(space=slug, kind="import")
    if known and not imports.exists():
        raise VotesError(f"the coproduction {slug} did not come from Polis: rename the folder")
    if known and imports.filter(public__sha256=digest).exists():
        return _counted(known, was_there=True)
    if known and known.frame and known.frame.landscape != landscape:
        raise VotesError(
            f"{slug} is mapped by its frame as {known.frame.landscape}: leave --landscape so, or "
            "change the frame at the desk"
        )
    coproduction = known or _coproduction(slug, files, language, landscape)
    statements = _statements(coproduction, read_table(files["comments.csv"]), language)
    _votes(
        coproduction,
        files.get("votes.csv") or files["participants-votes.csv"],
        statements,
        on_votes,
    )
    imported = _counted(coproduction, was_there=False)
    record(
        "import", space=slug, public={"from": "polis", "sha256": digest, "votes": imported.votes}
    )
    return imported


def _counted(coproduction: Coproduction, *, was_there: bool) -> Imported:
    brought = Statement.objects.filter(coproduction=coproduction, source_id__isnull=False)
    people = Participant.objects.filter(space=coproduction.slug, channel=Channel.IMPORT)
    votes = Vote.objects.filter(participant__in=people)
    return Imported(coproduction, brought.count(), people.count(), votes.count(), was_there)


def _coproduction(slug: str, files: dict[str, Path], language: str, landscape: str) -> Coproduction:
    summary = _summary(files.get("summary.csv"))
    topic = summary.get("topic") or slug
    opened = _first_moment(files["comments.csv"])
    return create_coproduction(
        {
            "slug": slug,
            "organization": "Polis (import)",
            "title": {language: topic},
            "question": {language: topic},
            "stages": [{"kind": Stage.Kind.VOTES, "opens": opened}],
            "frame": {"sensitive": True, "consent_text": CONSENT, "landscape": landscape},
        }
    )


def _summary(path: Path | None) -> dict[str, str]:
    """The key,value lines of summary.csv; a value may run over several lines."""
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}
    except (UnicodeDecodeError, csv.Error) as error:
        raise VotesError(f"{path.name} cannot be read: {error}; export it again") from None


def _moment(milliseconds: str) -> datetime | None:
    if not milliseconds.isdecimal() or float(milliseconds) >= END_OF_TIME:
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _first_moment(path: Path) -> datetime:
    table = read_table(path)
    column = table.column(("timestamp",))
    moments = [_moment(row[column]) for _, row in table.rows] if column is not None else []
    return min((moment for moment in moments if moment), default=timezone.now())


def _statements(coproduction: Coproduction, table: Table, language: str) -> dict[str, int]:
    """Keep each statement once; returns the row of each id of the export."""
    columns = {name: table.column((name,)) for name in COLUMNS}
    if columns["comment-id"] is None or columns["comment-body"] is None:
        seen = f"the columns are {', '.join(table.header)}"
        raise table.error(1, seen, "there must be comment-id and comment-body")
    rows = []
    for line, row in table.rows:
        cells = {name: row[at] for name, at in columns.items() if at is not None}
        if not 0 < len(cells["comment-body"]) <= LONGEST:
            seen = f"the statement has {len(cells['comment-body'])} signs"
            raise table.error(line, seen, f"between 1 and {LONGEST} fit")
        if not 0 < len(cells["comment-id"]) <= LONGEST_ID:
            seen = f"the id of the statement has {len(cells['comment-id'])} signs"
            raise table.error(line, seen, f"between 1 and {LONGEST_ID} fit")
        rows.append(_statement(coproduction, cells, language))
    Statement.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    kept = Statement.objects.filter(coproduction=coproduction, source_id__isnull=False)
    return {source: pk for source, pk in kept.values_list("source_id", "pk") if source is not None}


def _statement(coproduction: Coproduction, cells: dict[str, str], language: str) -> Statement:
    is_out = cells.get("moderated") == "-1"
    written_at = _moment(cells.get("timestamp", "")) or timezone.now()
    return Statement(
        coproduction=coproduction,
        text=cells["comment-body"],
        language=language,
        source_id=cells["comment-id"],
        state=Progress.REFUSED if is_out else Progress.PUBLISHED,
        rule=Rule.SOURCE if is_out else "",
        written_at=written_at,
        published_at=None if is_out else written_at,
    )


def _votes(
    coproduction: Coproduction,
    path: Path,
    statements: dict[str, int],
    on_votes: Callable[[int], None],
) -> None:
    """Count the votes in the order they were cast, so that a person's last answer stays."""
    people: dict[str, int] = {}
    rows = _by_moment(path)
    while batch := list(islice(rows, BATCH)):
        _join(coproduction, batch, people)
        last = {(b.person, b.statement): b for b in batch}.values()
        unknown = next((b for b in last if b.statement not in statements), None)
        if unknown:
            raise VotesError(
                f"{path.name}, line {unknown.line}: statement {unknown.statement!r} is not in "
                "comments.csv; export both files again"
            )
        undated = next((b for b in last if not 0 <= b.moment < END_OF_TIME), None)
        if undated:
            raise VotesError(
                f"{path.name}, line {undated.line}: no vote was cast at {undated.moment}; "
                "export the file again"
            )
        Vote.objects.bulk_create(
            [_vote(b, people, statements) for b in last],
            update_conflicts=True,
            unique_fields=["participant", "statement"],
            update_fields=["answer", "cast_at"],
        )
        on_votes(len(batch))


def _by_moment(path: Path) -> Iterator[Ballot]:
    """Streamed when the file is in order, as Polis writes it; else sorted in memory."""
    pairs = pairwise(ballot.moment for ballot in stream_votes(path))
    if all(earlier <= later for earlier, later in pairs):
        return stream_votes(path)
    return iter(sorted(stream_votes(path), key=lambda ballot: ballot.moment))


def _vote(ballot: Ballot, people: dict[str, int], statements: dict[str, int]) -> Vote:
    return Vote(
        participant_id=people[ballot.person],
        statement_id=statements[ballot.statement],
        answer=ballot.answer,
        cast_at=datetime.fromtimestamp(ballot.moment / 1000, UTC)
        if ballot.moment
        else timezone.now(),
    )


def _join(coproduction: Coproduction, batch: list[Ballot], people: dict[str, int]) -> None:
    """Make the participants of these votes that are not there yet."""
    names = sorted({b.person for b in batch} - people.keys())
    keys = {name: key_in(coproduction.slug, f"import:{name}") for name in names}
    there = Participant.objects.filter(space=coproduction.slug, key__in=list(keys.values()))
    known = {bytes(key): pk for key, pk in there.values_list("key", "pk")}
    new = [name for name in names if keys[name] not in known]
    made = Participant.objects.bulk_create(
        [
            Participant(
                space=coproduction.slug, key=keys[name], vault_key=vault_key, channel=Channel.IMPORT
            )
            for name, vault_key in zip(new, new_vault_keys(len(new)), strict=True)
        ]
    )
    people |= {name: known[keys[name]] for name in names if keys[name] in known}
    people |= {name: participant.pk for name, participant in zip(new, made, strict=True)}


def count_lines(folder: Path) -> int:
    """Lines of the votes file, to show progress against."""
    files = files_of(folder)
    with (files.get("votes.csv") or files["participants-votes.csv"]).open("rb") as file:
        return sum(1 for _ in file)
