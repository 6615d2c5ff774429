"""The files that a Polis export holds, as far as they tell nothing of one person."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from partage.contributions.models import Release, Statement
from partage.contributions.results import group_letters, statements_of
from partage.coproductions.models import Coproduction
from partage.opendata.rows import said
from partage.web.csv_files import csv_lines

COMMENTS = ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")  # fmt: skip
HISTORY = ("timestamp", "datetime", "voters", "votes", "comments", "release")


def files(coproduction: Coproduction, release: Release) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "README.txt", [_readme().encode()]
    yield "summary.csv", _lines(None, _summary(coproduction, release))
    yield "comments.csv", _lines(COMMENTS, _comments(coproduction, release))
    yield "stats-history.csv", _lines(HISTORY, _history(coproduction))


def _readme() -> str:
    return _(
        "These files follow the form of a Polis export, so that the same tools read them.\n\n"
        "There is no participants-votes.csv and no votes.csv: such a table has a line for each person, and whoever knows "
        "a few answers of somebody finds the line, and reads all the others. It is published nowhere.\n\n"
        "Counts come from the last release. They are empty under ten answers, and where fewer than fifty people "
        "answered alike. author-id is always empty. Times are those of the day.\n"
    )


def _lines(columns: tuple[str, ...] | None, rows: Iterable[tuple[object, ...]]) -> Iterator[bytes]:
    rows = iter(rows)
    header = columns or next(rows)
    for line in csv_lines(list(map(str, header)), rows, csv.QUOTE_MINIMAL):
        yield line.encode()


def _summary(coproduction: Coproduction, release: Release) -> list[tuple[object, ...]]:
    content = release.content
    return [
        ("topic", said(coproduction.title)[0]),
        ("url", f"{settings.BASE_URL}{coproduction.get_absolute_url()}"),
        ("voters", content["people"]),
        ("voters-in-conv", content["people"]),
        ("comments", len(content["statements"])),
        ("groups", len(group_letters(content))),
        ("conversation-description", said(coproduction.question)[0]),
    ]


def _comments(coproduction: Coproduction, release: Release) -> Iterator[tuple[object, ...]]:
    shown = Statement.objects.filter(coproduction=coproduction)
    days = dict(shown.values_list("pk", "published_at"))
    for row in statements_of(release.content):
        when = _of_the_day(days.get(row["id"]))
        yield (*when, row["id"], None, row["agrees"], row["disagrees"], 1, said(row["words"])[0])


def _of_the_day(moment: datetime | None) -> tuple[object, object]:
    """To the minute it would say who was there when the sentence was sent."""
    if moment is None:
        return None, None
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(day.timestamp() * 1000), day.isoformat()


def _history(coproduction: Coproduction) -> Iterator[tuple[object, ...]]:
    for release in coproduction.releases.order_by("number").iterator(chunk_size=20):
        content = release.content
        at = _of_the_day(release.published_at)
        yield (
            *at,
            content["people"],
            content["answers"],
            len(content["statements"]),
            release.number,
        )
