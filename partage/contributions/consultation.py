"""Bringing in the 2015 consultation on the Digital Republic bill: ideas, arguments, sources."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from partage.calc.streamed_table import BadRow, Cells, StreamedTable
from partage.calc.votes_file import VotesError
from partage.contributions.deciding import next_number
from partage.contributions.models import (
    Argument,
    Idea,
    IdeaSource,
    Progress,
    Rule,
)
from partage.contributions.polis import digest_of
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction, Stage
from partage.register.models import Entry
from partage.register.recording import record

BATCH = 500
MOST_ANSWERS = 100_000_000
SLUG, LANGUAGE = "republique-numerique", "fr"
ORGANIZATION = "République numérique (import)"
TABLE = {
    "slug": SLUG,
    "organization": ORGANIZATION,
    "title": {
        "fr": "République numérique : la consultation de 2015",
        "en": "Digital Republic: the consultation of 2015",
    },
    "question": {
        "fr": "Que faut-il changer au projet de loi pour une République numérique ?",
        "en": "What should change in the bill for a Digital Republic?",
    },
    "asked_by": {"fr": "Gouvernement français", "en": "French government"},
    # From midnight on 26 September to midnight after 18 October, in Paris.
    "stages": [
        {
            "kind": Stage.Kind.IDEAS,
            "opens": datetime(2015, 9, 25, 22, tzinfo=UTC),
            "closes": datetime(2015, 10, 18, 22, tzinfo=UTC),
        }
    ],
    "frame": {},
}
# Who wrote a row is not among them: nobody is made a participant by an import.
COLUMNS = {
    "proposals": ("id", "section", "section_title", "title", "body", "explanation", "created_at",
                  "votes_for", "votes_mixed", "votes_against", "trashed"),
    "arguments": ("id", "proposal_id", "side", "body", "created_at", "votes", "trashed"),
    "sources": ("id", "proposal_id", "category", "title", "link"),
}  # fmt: skip
# How many signs the database keeps; ideas and sources have titles of the same length.
FITS = {
    "id": Idea._meta.get_field("source_id").max_length or 0,
    "title": Idea._meta.get_field("title").max_length or 0,
    "section": Idea._meta.get_field("section").max_length or 0,
    "link": IdeaSource._meta.get_field("link").max_length or 0,
    "category": IdeaSource._meta.get_field("category").max_length or 0,
}
Made = TypeVar("Made", Idea, Argument, IdeaSource)
Row = tuple[int, Cells | BadRow]
Refuse = Callable[[int, str], None]
Keep = Callable[[Coproduction, list[Row], Refuse], None]
check_link = URLValidator(["http", "https"])


@dataclass(frozen=True)
class Brought:
    """What an import has in the database once it is done, and how many rows could not come in."""

    coproduction: Coproduction
    proposals: int
    refused: int
    arguments: int
    sources: int
    votes: int
    added: int
    left_out: int


def tables_of(folder: Path) -> dict[str, StreamedTable]:
    """The three files, read through once: VotesError unless each of them can be used."""
    return {name: StreamedTable(folder / f"{name}.csv", COLUMNS[name]) for name in COLUMNS}


def import_consultation(
    tables: dict[str, StreamedTable],
    *,
    strict: bool = False,
    on_rows: Callable[[int], None] = lambda _rows: None,
    on_bad: Callable[[str], None] = lambda _sentence: None,
) -> Brought:
    """Add the rows that are not there yet; those that are stay as they are.

    Each batch stands on its own, so that after a failure another run goes on from there; `strict`
    brings in everything or, when one row is bad, raises VotesError and brings in nothing.
    """
    digest = digest_of({name: table.path for name, table in tables.items()})
    whole: AbstractContextManager[None] = transaction.atomic() if strict else nullcontext()
    with whole:
        coproduction = _coproduction()
        before = sum(_stored(coproduction))
        left_out = sum(
            _bring(coproduction, tables[name], keep, on_rows, on_bad) for name, keep in KEEP.items()
        )
        if strict and left_out:
            raise VotesError(
                f"nothing was brought in, as --strict asks: {left_out} rows cannot be, named above"
            )
        added = sum(_stored(coproduction)) - before
        brought = _counted(coproduction, added, left_out)
        _record_once(brought, digest)
    return brought


@transaction.atomic
def _record_once(brought: Brought, digest: str) -> None:
    """One entry for these files, written last: a run that was cut short leaves it to the next."""
    imports = Entry.objects.filter(space=SLUG, kind="import")
    if not brought.added and imports.filter(public__sha256=digest).exists():
        return
    public = {
        "from": SLUG,
        "sha256": digest,
        "ideas": brought.proposals,
        "arguments": brought.arguments,
        "sources": brought.sources,
        "votes": brought.votes,
    }
    record("import", space=SLUG, public=public)


def _coproduction() -> Coproduction:
    known = Coproduction.objects.filter(slug=SLUG).select_related("organization").first()
    if known is None:
        return create_coproduction(TABLE)
    if known.organization.name != ORGANIZATION:
        raise VotesError(f"the coproduction {SLUG} did not come from this import: rename it first")
    return known


def _stored(coproduction: Coproduction) -> tuple[int, int, int]:
    ideas = Idea.objects.filter(coproduction=coproduction, source_id__isnull=False)
    about = {"idea__coproduction": coproduction, "source_id__isnull": False}
    arguments, sources = Argument.objects.filter(**about), IdeaSource.objects.filter(**about)
    return ideas.count(), arguments.count(), sources.count()


def _counted(coproduction: Coproduction, added: int, left_out: int) -> Brought:
    ideas = Idea.objects.filter(coproduction=coproduction, source_id__isnull=False)
    total = Sum("brought_agrees") + Sum("brought_mixed") + Sum("brought_disagrees")
    found = ideas.aggregate(votes=total, refused=Count("pk", filter=Q(state=Progress.REFUSED)))
    proposals, arguments, sources = _stored(coproduction)
    return Brought(
        coproduction, proposals, found["refused"], arguments, sources,
        found["votes"] or 0, added, left_out,
    )  # fmt: skip


def _bring(
    coproduction: Coproduction,
    table: StreamedTable,
    keep: Keep,
    on_rows: Callable[[int], None],
    on_bad: Callable[[str], None],
) -> int:
    """Bring one file in, batch by batch; returns how many rows were left out."""
    left_out = 0

    def refuse(line: int, sentence: str) -> None:
        nonlocal left_out
        left_out += 1
        on_bad(table.where(line, sentence))

    rows = table.rows()
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            keep(coproduction, batch, refuse)
        on_rows(len(batch))
    return left_out


def _keep_ideas(coproduction: Coproduction, rows: list[Row], refuse: Refuse) -> None:
    first = next_number(coproduction)
    kept = Idea.objects.filter(coproduction=coproduction, source_id__in=_ids(rows))
    there = dict(kept.values_list("source_id", "title"))

    def new(cells: Cells) -> Idea | None:
        idea = _idea(coproduction, cells)
        return idea if _is_new(there, idea.source_id, idea.title) else None

    ideas = list(_made(rows, new, refuse))
    published = [idea for idea in ideas if idea.state == Progress.PUBLISHED]
    for number, idea in enumerate(published, first):
        idea.number = number
    Idea.objects.bulk_create(ideas)


def _keep_arguments(coproduction: Coproduction, rows: list[Row], refuse: Refuse) -> None:
    ideas = _ideas(coproduction, rows)
    kept = Argument.objects.filter(idea__in=ideas.values(), source_id__in=_ids(rows))
    there = {(idea, key): text for idea, key, text in kept.values_list("idea", "source_id", "text")}

    def new(cells: Cells) -> Argument | None:
        argument = _argument(_idea_of(ideas, cells), cells)
        key = (argument.idea_id, argument.source_id)
        return argument if _is_new(there, key, argument.text) else None

    arguments = Argument.objects.bulk_create(_made(rows, new, refuse))
    if arguments:
        _count_discussion({argument.idea_id for argument in arguments})


def _count_discussion(ideas: set[int]) -> None:
    shown = Argument.objects.filter(idea=OuterRef("pk"), state=Progress.PUBLISHED)
    counts = shown.order_by().values("idea").annotate(count=Count("pk")).values("count")
    Idea.objects.filter(pk__in=ideas).update(discussion=Coalesce(Subquery(counts), 0))


def _keep_sources(coproduction: Coproduction, rows: list[Row], refuse: Refuse) -> None:
    ideas = _ideas(coproduction, rows)
    kept = IdeaSource.objects.filter(idea__in=ideas.values(), source_id__in=_ids(rows))
    there = {(idea, key): link for idea, key, link in kept.values_list("idea", "source_id", "link")}

    def new(cells: Cells) -> IdeaSource | None:
        source = _source(_idea_of(ideas, cells), cells)
        return source if _is_new(there, (source.idea_id, source.source_id), source.link) else None

    IdeaSource.objects.bulk_create(_made(rows, new, refuse))


# Arguments and sources name their proposal, which must be there before them.
KEEP: dict[str, Keep] = {
    "proposals": _keep_ideas,
    "arguments": _keep_arguments,
    "sources": _keep_sources,
}


def _made(rows: list[Row], new: Callable[[Cells], Made | None], refuse: Refuse) -> Iterator[Made]:
    """What the rows become; a row that cannot be used is named and left out."""
    for line, cells in rows:
        try:
            if isinstance(cells, BadRow):
                raise cells
            made = new(cells)
        except BadRow as bad:
            refuse(line, str(bad))
        else:
            if made is not None:
                yield made


def _ids(rows: list[Row], column: str = "id") -> set[str]:
    return {cells[column] for _line, cells in rows if not isinstance(cells, BadRow)}


def _ideas(coproduction: Coproduction, rows: list[Row]) -> dict[str | None, int]:
    """The ideas that these rows are about, by their id in the files."""
    about = Idea.objects.filter(coproduction=coproduction, source_id__in=_ids(rows, "proposal_id"))
    return dict(about.values_list("source_id", "pk"))


def _idea_of(ideas: dict[str | None, int], cells: Cells) -> int:
    found = ideas.get(cells["proposal_id"])
    if found is None:
        raise BadRow(
            f"the proposal {cells['proposal_id'][:80]!r} is not there; "
            "add its row to proposals.csv, or mend it if it was left out"
        )
    return found


Key = TypeVar("Key")


def _is_new(there: dict[Key, str], key: Key, words: str) -> bool:
    """Whether the row is still to be kept; BadRow when its id already stands for something else."""
    if key not in there:
        there[key] = words
        return True
    if there[key] != words:
        raise BadRow("its id stands for another text already, which stays; give it its own id")
    return False


def _idea(coproduction: Coproduction, cells: Cells) -> Idea:
    parts = (cells["section"], cells["section_title"])
    idea = Idea(
        coproduction=coproduction,
        section=" – ".join(filter(None, parts))[: FITS["section"]],
        title=_text(cells, "title"),
        body="\n\n".join(filter(None, (cells["body"], cells["explanation"]))),
        language=LANGUAGE,
        source_id=_text(cells, "id"),
        written_at=_moment(cells, "created_at"),
        brought_agrees=_count(cells, "votes_for"),
        brought_mixed=_count(cells, "votes_mixed"),
        brought_disagrees=_count(cells, "votes_against"),
    )
    _decide(idea, cells)
    idea.count()
    return idea


def _argument(idea: int, cells: Cells) -> Argument:
    if cells["side"] not in Argument.Side.values:
        raise BadRow(f"the side is {cells['side'][:80]!r}; write for or against")
    argument = Argument(
        idea_id=idea,
        side=cells["side"],
        text=_text(cells, "body"),
        language=LANGUAGE,
        source_id=_text(cells, "id"),
        written_at=_moment(cells, "created_at"),
        brought_helped=_count(cells, "votes"),
    )
    _decide(argument, cells)
    return argument


def _source(idea: int, cells: Cells) -> IdeaSource:
    link = _text(cells, "link")
    try:
        check_link(link)
    except ValidationError:
        raise BadRow(
            f"the link is {link[:80]!r}; give the address of a page, that begins with https://"
        ) from None
    return IdeaSource(
        idea_id=idea,
        title=_text(cells, "title"),
        link=link,
        category=cells["category"][: FITS["category"]],
        source_id=_text(cells, "id"),
    )


def _decide(one: Idea | Argument, cells: Cells) -> None:
    """Published, or refused as it was where it comes from."""
    if cells["trashed"] not in {"0", "1"}:
        raise BadRow(f"trashed is {cells['trashed'][:80]!r}; write 0 or 1")
    is_out = cells["trashed"] == "1"
    one.state = Progress.REFUSED if is_out else Progress.PUBLISHED
    one.rule = Rule.SOURCE if is_out else ""


def _text(cells: Cells, column: str) -> str:
    text, longest = cells[column], FITS.get(column)
    if not text:
        raise BadRow(f"{column} is empty; fill it in")
    if longest and len(text) > longest:
        raise BadRow(f"{column} has {len(text)} signs; at most {longest} fit, shorten it")
    return text


def _count(cells: Cells, column: str) -> int:
    text = cells[column]
    # Short enough to be read at once, and for three of them to fit one column of the database.
    if not (text.isascii() and text.isdecimal() and len(text) <= 12) or int(text) > MOST_ANSWERS:
        raise BadRow(f"{column} is {text[:80]!r}; write a whole number up to {MOST_ANSWERS:,}")
    return int(text)


def _moment(cells: Cells, column: str) -> datetime:
    text = cells[column]
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadRow(
        f"{column} is {text[:80]!r}; write a date with its hour and zone, "
        "such as 2015-09-26T02:27:54+02:00"
    )
