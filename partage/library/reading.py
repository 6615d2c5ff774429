"""What a row of a file or a form says of a work, checked; each refusal is one sentence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from partage.calc.streamed_table import BadRow
from partage.library.bodies import most_votes
from partage.library.models import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Theme,
)
from partage.web.tidying import tidy, tidy_lines

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
RESERVED = {"shelves", "rayons", "desk", "bureau"}
LANGUAGES = ("fr", "en")
MOST_LINES = 200
MOST_VOTES = 1_000_000
# A text decoded twice: "é" has become "Ã©". Both signs of French are never followed by these.
MISREAD = re.compile(r"[ÃÂ][\u0080-\u00bf]|â€|\ufffd")
VOTES = ("votes_for", "votes_against", "votes_abstain")
Day = tuple[int | None, int | None, int | None]
check_link = URLValidator(["http", "https"])
Cells = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """A work as somebody describes it; a field that they say nothing of is absent from `fields`."""

    slug: str
    fields: dict[str, Any] = field(default_factory=dict)
    bodies: list[str] | None = None
    themes: list[str] | None = None
    recommendations: list[str] | None = None
    questions: list[str] | None = None
    effects: list[tuple[str, str]] | None = None
    links: dict[str, list[str]] = field(default_factory=dict)


def read_work(cells: Cells) -> Said:
    """The work that these cells describe; BadRow when one of them cannot be right."""
    for column, cell in cells.items():
        _refuse_misread(column, cell)
    year, month, day = read_date(cells["date"])
    bodies = needed(names(cells, "institution"), "institution")
    votes = read_votes(cells)
    refuse_too_many(votes, votes.get("body_size") or most_votes(bodies, year))
    fields: dict[str, str | int | list[str] | None] = {
        "title": text(cells, "title", LONGEST_TITLE),
        "region": text(cells, "region", LONGEST_NAME, needed=False),
        "kind": text(cells, "kind", LONGEST_NAME),
        "year": year,
        "month": month,
        "day": day,
        "rapporteurs": names(cells, "rapporteurs"),
        **votes,
        "url": link(cells, "url"),
        "source_url": link(cells, "source_url", needed=False),
        "language": read_language(cells["language"]),
        "summary": text(cells, "summary", LONGEST_SUMMARY, needed=False),
    }
    return Said(
        slug=read_slug(cells["id"]),
        fields=fields,
        bodies=bodies,
        themes=read_themes(cells["themes"]),
        recommendations=_if_there(cells, "recommendations", read_lines),
        questions=_if_there(cells, "questions", read_lines),
        effects=_if_there(cells, "followed_up", read_effects),
        links={kind: read_slugs(cells, kind) for kind in LINK_COLUMNS if kind in cells},
    )


COLUMNS = (
    "id", "title", "institution", "region", "kind", "date", "rapporteurs", *VOTES, "url",
    "language", "themes", "summary", "source_url",
)  # fmt: skip
LINK_COLUMNS = ("follows", "answers", "cites")
# A file may have them, and what it says nothing of stays as it is.
OPTIONAL = ("body_size", "recommendations", "questions", "followed_up", *LINK_COLUMNS)


def _if_there(cells: Cells, column: str, read: Callable[[Cells, str], T]) -> T | None:
    return read(cells, column) if column in cells else None


def _refuse_misread(column: str, cell: str) -> None:
    if found := MISREAD.search(cell):
        around = cell[max(0, found.start() - 10) : found.end() + 10]
        raise BadRow(
            _("%(column)s holds “%(seen)s”, letters that were read in the wrong encoding; save the file again as CSV (UTF-8)")
            % {"column": column, "seen": around}
        )  # fmt: skip


def text(cells: Cells, column: str, longest: int, *, needed: bool = True) -> str:
    said = tidy_lines(cells[column])
    if needed and not said:
        raise BadRow(_("%(column)s is empty; fill it in") % {"column": column})
    if len(said) > longest:
        raise BadRow(
            _("%(column)s has %(seen)s signs; at most %(most)s fit, shorten it")
            % {"column": column, "seen": len(said), "most": longest}
        )
    return said


def names(cells: Cells, column: str) -> list[str]:
    """Parted by semicolons, each once."""
    parts = [tidy(part) for part in cells[column].split(";")]
    for part in parts:
        text({column: part}, column, LONGEST_NAME, needed=False)
    return list(dict.fromkeys(part for part in parts if part))


def needed(found: list[str], column: str) -> list[str]:
    if not found:
        raise BadRow(_("%(column)s is empty; fill it in") % {"column": column})
    return found


def read_slug(said: str) -> str:
    if not SLUG.fullmatch(said) or len(said) > LONGEST_SLUG:
        raise BadRow(
            _("id is “%(seen)s”; write small letters without accents, digits and hyphens, such as cese-2016-12, at most %(most)s signs")
            % {"seen": said[:80], "most": LONGEST_SLUG}
        )  # fmt: skip
    if said in RESERVED:
        words = _("id is “%(seen)s”, the address of another page of the library; choose another")
        raise BadRow(words % {"seen": said})
    return said


def read_slugs(cells: Cells, column: str) -> list[str]:
    parts = (part.strip() for part in cells[column].split(";"))
    return list(dict.fromkeys(read_slug(part) for part in parts if part))


def read_date(said: str) -> Day:
    """As much of a date as is known; nothing at all is known too."""
    if not said:
        return None, None, None
    parts = DATE.fullmatch(said)
    if parts is None:
        raise BadRow(
            _("date is “%(seen)s”; write 2016, 2016-11 or 2016-11-29, or leave it empty when it is not known")
            % {"seen": said[:80]}
        )  # fmt: skip
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        date(year or 0, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise BadRow(
            _("date is “%(seen)s”, which no calendar has; correct it or leave it empty")
            % {"seen": said}
        ) from None
    if not FIRST_YEAR <= (year or 0) <= LAST_YEAR:
        raise BadRow(
            _("date is “%(seen)s”; the library holds works from %(first)s to %(last)s, correct the year")
            % {"seen": said, "first": FIRST_YEAR, "last": LAST_YEAR}
        )  # fmt: skip
    return year, month, day


def count(cells: Cells, column: str) -> int | None:
    said = cells[column]
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 12) or int(said) > MOST_VOTES:
        raise BadRow(
            _("%(column)s is “%(seen)s”; write a whole number, or leave it empty when it is not known")
            % {"column": column, "seen": said[:80]}
        )  # fmt: skip
    return int(said)


def read_votes(cells: Cells) -> dict[str, int | None]:
    """Each total, or that it is not known; with the size of the body where the row speaks of it."""
    columns = (*VOTES, "body_size") if "body_size" in cells else VOTES
    return {column: count(cells, column) for column in columns}


def refuse_too_many(votes: Mapping[str, int | None], most: int | None) -> None:
    """Together never more than the body has members, where that is known."""
    cast = sum(votes.get(column) or 0 for column in VOTES)
    if most is not None and cast > most:
        raise BadRow(
            _("%(cast)s votes are more than the %(most)s members of the body; correct the votes, or body_size")
            % {"cast": cast, "most": most}
        )  # fmt: skip


def read_language(said: str) -> str:
    if said not in LANGUAGES:
        raise BadRow(_("language is “%(seen)s”; write fr or en") % {"seen": said[:80]})
    return said


def read_themes(said: str) -> list[str]:
    found = list(dict.fromkeys(part.strip() for part in said.split(";") if part.strip()))
    unknown = [one for one in found if one not in Theme.values]
    if unknown:
        raise BadRow(
            _("the theme “%(seen)s” is not one of the library; write one or several of %(known)s")
            % {"seen": unknown[0][:80], "known": ", ".join(Theme.values)}
        )
    return needed(found, "themes")


def link(cells: Cells, column: str, *, needed: bool = True) -> str:
    said = text(cells, column, LONGEST_LINE, needed=needed)
    if said:
        check_address(said, column)
    return said


def check_address(said: str, column: str) -> None:
    try:
        check_link(said)
    except ValidationError:
        raise BadRow(
            _("%(column)s is “%(seen)s”; give the address of a page, that begins with https://")
            % {"column": column, "seen": said[:80]}
        ) from None


def read_lines(cells: Cells, column: str) -> list[str]:
    """One on each line."""
    found = [line for line in tidy_lines(cells[column]).splitlines() if line]
    if len(found) > MOST_LINES:
        raise BadRow(
            _("%(column)s has %(seen)s lines; at most %(most)s fit")
            % {"column": column, "seen": len(found), "most": MOST_LINES}
        )
    return [text({column: line}, column, LONGEST_LINE) for line in found]


def read_effects(cells: Cells, column: str) -> list[tuple[str, str]]:
    """What was done, then the address of a page that shows it, on each line."""
    return [_effect(line, column) for line in read_lines(cells, column)]


def _effect(line: str, column: str) -> tuple[str, str]:
    what, _space, address = line.rpartition(" ")
    if not what:
        raise BadRow(
            _("%(column)s is “%(seen)s”; on each line say what was done, then the address of a page that shows it")
            % {"column": column, "seen": line[:80]}
        )  # fmt: skip
    check_address(address, column)
    return what, address
