"""What `partage bench pages` does inside its site: make ideas up, and ask for their pages."""

import json
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partage.commands import serve
from partage.contributions.consultation import import_consultation, tables_of
from partage.contributions.deciding import next_number
from partage.contributions.models import Argument, Idea, Progress
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction

BATCH = 500
SEED = 20150926
SECTIONS, WORDS, MOST_ANSWERS = 18, 120, 400
WARMING = 2
FEW, FEW_ARGUMENTS = 20, 120
# The name of each page of the list, and what follows in its address. A page beyond the last is the
# last. A database counts past all others before it, or past half of them from the nearer end: page
# 2500 is in the middle of a hundred thousand.
ADDRESSES = (
    ("ideas", "order=random&seed=a"),
    ("ideas", "order=random&seed=a&page=999999999"),
    ("ideas", "order=newest"),
    ("ideas", "order=newest&page=999999999"),
    ("ideas", "order=seldom"),
    ("ideas", "order=seldom&page=999999999"),
    ("ideas", "order=seldom&page=2500"),
    ("ideas", "order=agreed"),
    ("ideas", "order=agreed&page=999999999"),
    ("ideas", "order=different"),
    ("ideas", "order=different&page=999999999"),
    ("ideas", "order=discussed"),
    ("ideas", "order=discussed&page=999999999"),
    ("ideas", "order=random&seed=a&section=Section+1"),
    ("ideas", "order=agreed&section=Section+1"),
    ("idea", "seed=a"),
)


def make_ideas(coproduction: Coproduction, ideas: int, arguments: int) -> None:
    """Made-up published ideas, the same at each run; the first ones are argued most."""
    rng = np.random.default_rng(SEED)
    about = np.sort((ideas * rng.random(arguments) ** 2).astype(np.int64))
    discussion = np.bincount(about, minlength=ideas)
    with transaction.atomic():
        first = next_number(coproduction)
    made = (_idea(coproduction, first + n, int(discussion[n]), rng) for n in range(ideas))
    for batch in batches(made):
        with transaction.atomic():
            kept = Idea.objects.bulk_create(batch)
            for some in batches(_arguments(kept)):
                Argument.objects.bulk_create(some)


Made = TypeVar("Made", Idea, Argument)


def batches(made: Iterable[Made]) -> Iterator[list[Made]]:
    rest = iter(made)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _idea(
    coproduction: Coproduction, number: int, discussion: int, rng: np.random.Generator
) -> Idea:
    for_, mixed, against = (int(count) for count in rng.integers(MOST_ANSWERS, size=3))
    idea = Idea(
        coproduction=coproduction,
        number=number,
        section=f"Section {number % SECTIONS + 1}",
        title=f"Idea {number}: what could be done otherwise, said in one line",
        body=f"This is what idea {number} would change. " + "More words. " * (number % WORDS),
        language="en",
        state=Progress.PUBLISHED,
        written_at=timezone.now(),
        brought_agrees=for_,
        brought_mixed=mixed,
        brought_disagrees=against,
        discussion=discussion,
    )
    idea.count()
    return idea


def _arguments(ideas: list[Idea]) -> Iterator[Argument]:
    for idea in ideas:
        for n in range(idea.discussion):
            yield Argument(
                idea=idea,
                side=Argument.Side.AGAINST if n % 2 else Argument.Side.FOR,
                text=f"Reason {n + 1} about idea {idea.number}: somebody could think of it.",
                language="en",
                state=Progress.PUBLISHED,
                written_at=timezone.now(),
                brought_helped=n % 7,
            )


@dataclass
class Page:
    """One page, asked for again and again."""

    address: str
    status: int = 0
    bytes: int = 0
    elements: int = 0
    queries: int = 0
    times_ms: list[float] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        return {**asdict(self), "ms": statistics.median(self.times_ms)}


@click.command(hidden=True)
@click.option("--ideas", required=True, type=int)
@click.option("--arguments", required=True, type=int)
@click.option("--folder", type=click.Path(path_type=Path))
@click.option("--rounds", required=True, type=int)
def measure_pages(ideas: int, arguments: int, folder: Path | None, rounds: int) -> None:
    """Fill the site, ask for each page of both coproductions in turn, and say in JSON what it cost."""
    serve.prepare()
    few, many = _coproduction("few"), _many(ideas, arguments, folder)
    make_ideas(few, FEW, FEW_ARGUMENTS)
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself within a minute of so many new rows.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    client = Client(SERVER_NAME="localhost")
    found = [_compared(client, few, many, name, query, rounds) for name, query in ADDRESSES]
    click.echo(json.dumps({"ideas": many.ideas.count(), "pages": found}))


def _many(ideas: int, arguments: int, folder: Path | None) -> Coproduction:
    if folder:
        return import_consultation(tables_of(folder), strict=True).coproduction
    many = _coproduction("many")
    make_ideas(many, ideas, arguments)
    return many


def _coproduction(slug: str) -> Coproduction:
    return create_coproduction(
        {
            "slug": slug,
            "organization": "Bench",
            "title": {"en": slug},
            "question": {"en": "What does a page cost?"},
            "stages": [{"kind": "ideas", "opens": -30, "closes": -1}],
            "frame": {},
        }
    )


def _compared(
    client: Client, few: Coproduction, many: Coproduction, name: str, query: str, rounds: int
) -> dict[str, Any]:
    """Both pages in turn, so that a busy moment of the machine falls on both alike."""
    pages = [Page(f"{_path(one, name)}?{query}") for one in (few, many)]
    for page in pages:
        _look_at(client, page)
    for _ in range(rounds):
        for page in pages:
            began = time.perf_counter()
            client.get(page.address)
            page.times_ms.append(1000 * (time.perf_counter() - began))
    return {"page": f"{name}?{query}", "few": pages[0].facts(), "many": pages[1].facts()}


def _path(coproduction: Coproduction, name: str) -> str:
    if name != "idea":
        return reverse(name, args=[coproduction.slug])
    most = Idea.objects.published().filter(coproduction=coproduction).latest("discussion")
    return reverse(name, args=[coproduction.slug, most.pk])


def _look_at(client: Client, page: Page) -> None:
    """Count what is in the page, once what the first requests prepare is there."""
    for _ in range(WARMING):
        client.get(page.address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.address)
    page.status, page.bytes, page.queries = answer.status_code, len(answer.content), len(captured)
    page.elements = elements(answer.content.decode())


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.count = self.pictures = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.pictures += tag == "svg"
        self.count += not self.pictures

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.count += not (self.pictures or tag == "svg")

    def handle_endtag(self, tag: str) -> None:
        self.pictures -= tag == "svg"


def elements(page: str) -> int:
    """How many elements a page has, without those of its pictures."""
    parser = _Elements()
    parser.feed(page)
    return parser.count
