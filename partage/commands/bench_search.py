"""`partage bench search`: making the index of many works, and asking it."""

import csv
import json
import time
from collections.abc import Callable
from functools import partial, reduce
from operator import and_
from typing import Any

import click
import numpy as np
from django.conf import settings
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from partage.calc.stems import words_of
from partage.commands import serve
from partage.commands.bench_resting import measure_and_judge
from partage.commands.bench_votes import Figure
from partage.library.keeping import keep_works
from partage.library.models import Theme, Work
from partage.library.reading import Said
from partage.search.keeping import make_index
from partage.search.questions import Asked, answered
from partage.search.things import WORKS

CATALOGUE = settings.PACKAGE / "samples" / "works" / "works.csv"
SEED = 20161129
BATCH = 5000
TITLE_WORDS, SUMMARY_WORDS, BODIES = 9, 40, 30
MISSPELT = 5  # one question in so many
SCANNED = 10  # one question in so many is looked for by reading all rows too
# What is judged.
LEAST_A_SECOND = 2000.0
MOST_MS = 50.0


@click.command()
@click.option("--works", default=100_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--questions", default=500, show_default=True, type=click.IntRange(20, 100_000))
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_search(*, works: int, questions: int, database: str, as_json: bool) -> None:
    """Make the index of works made up of the catalogue's words, and ask it questions of one to four.

    One question in five has two letters swapped. A search is the index, and the database read again
    for what still shows; a page is all of /library/; a scan is what LIKE takes for the same words.

    \b
    Example:
      partage bench search --works 10000 --database sqlite
    """
    asked = [f"--works={works}", f"--questions={questions}"]
    measure_and_judge(["measure-search", *asked], database, judged, lines, as_json=as_json)


def judged(found: dict[str, Any]) -> list[Figure]:
    return [
        Figure("index made", f"{found['a_second']:,.0f} texts a second",
               f"at least {LEAST_A_SECOND:,.0f}", found["a_second"] >= LEAST_A_SECOND),
        Figure("search, 95 in 100 within", f"{found['search_ms']['p95']:.1f} ms",
               f"at most {MOST_MS:.0f} ms", found["search_ms"]["p95"] <= MOST_MS),
        Figure("questions that find nothing", str(found["empty"]), "0", found["empty"] == 0),
    ]  # fmt: skip


def lines(database: str, found: dict[str, Any], figures: list[Figure]) -> list[str]:
    """What was measured, in words."""
    rows = [
        f"{name:<10}{found[key]['median']:>12.1f}{found[key]['p95']:>10.1f}"
        for name, key in (("search", "search_ms"), ("page", "page_ms"), ("scan", "scan_ms"))
    ]
    return [
        f"{database}: {found['works']:,} works, index of {found['index_bytes'] / 1e6:.1f} MB",
        f"{'ms':<10}{'median':>12}{'95 in 100':>10}",
        *rows,
        f"of the processor alone, an index is made at {found['a_processor_second']:,.0f} texts a second",
        f"a scan takes {found['times']:.1f} times as long as a search",
        *(figure.line for figure in figures),
    ]


@click.command(hidden=True)
@click.option("--works", required=True, type=int)
@click.option("--questions", required=True, type=int)
def measure_search(works: int, questions: int) -> None:
    """Make the works up, index them, ask, and say in JSON what it took."""
    serve.prepare()
    rng = np.random.default_rng(SEED)
    words = catalogue_words()
    make_works(works, words, rng)
    made = make_index()
    asked = [question(words, rng, number) for number in range(questions)]
    found = [answered(Asked(text), WORKS, written=WORKS.code) for text in asked]
    client = Client(SERVER_NAME="localhost")
    searching = [_ms(partial(_search, text)) for text in asked]
    pages = [_ms(partial(client.get, reverse("library"), {"q": text})) for text in asked[::5]]
    scans = [_ms(partial(scan, text)) for text in asked[::SCANNED]]
    told = {
        "works": works,
        "a_second": made.a_second,
        "a_processor_second": made.texts / made.processor_seconds,
        "index_bytes": _bytes(),
        "empty": sum(not answer.numbers for answer in found),
        "search_ms": _summary(searching),
        "page_ms": _summary(pages),
        "scan_ms": _summary(scans),
        "times": float(np.median(scans) / np.median(searching[::SCANNED])),
    }
    click.echo(json.dumps(told))


def catalogue_words() -> list[str]:
    """Every word of the titles and summaries that the product comes with, as often as it stands there."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [word for row in rows for word in words_of(f"{row['title']} {row['summary']}")]


def make_works(count: int, words: list[str], rng: np.random.Generator) -> None:
    for start in range(0, count, BATCH):
        numbers = range(start, min(count, start + BATCH))
        keep_works([_work(number, words, rng) for number in numbers], None, f"{start}")


def _work(number: int, words: list[str], rng: np.random.Generator) -> Said:
    themes = rng.choice(list(Theme.values), 2, replace=False)
    return Said(
        slug=f"work-{number}",
        fields={
            "title": " ".join(rng.choice(words, TITLE_WORDS)),
            "summary": " ".join(rng.choice(words, SUMMARY_WORDS)),
            "kind": "avis" if number % 3 else "rapport",
            "year": 1950 + number % 70,
            "url": f"https://body.example/{number}",
            "language": "fr",
            "region": "France",
            "rapporteurs": [],
        },
        bodies=[f"Conseil {number % BODIES}"],
        themes=[str(theme) for theme in themes],
    )


def question(words: list[str], rng: np.random.Generator, number: int) -> str:
    """One to four words that say something; in one of five, two letters of the longest are swapped."""
    long = [word for word in words if len(word) > 4 and word.isalpha()]
    chosen = [str(word) for word in rng.choice(long, 1 + number % 4)]
    if number % MISSPELT == 0:
        longest = max(range(len(chosen)), key=lambda place: len(chosen[place]))
        word = chosen[longest]
        chosen[longest] = word[:2] + word[3] + word[2] + word[4:]
    return " ".join(chosen)


def _search(text: str) -> None:
    answered(Asked(text), WORKS, written=WORKS.code)


def scan(text: str) -> list[int]:
    """The works with every word, as a database without an index of words finds them."""
    each = [Q(title__icontains=word) | Q(summary__icontains=word) for word in text.split()]
    rows = Work.objects.listed().filter(reduce(and_, each)).order_by("slug")
    return list(rows.values_list("pk", flat=True)[:1000])


def _bytes() -> int:
    return sum(path.stat().st_size for path in settings.SEARCH_DIR.rglob("*") if path.is_file())


def _summary(times: list[float]) -> dict[str, float]:
    return {"median": float(np.median(times)), "p95": float(np.percentile(times, 95))}


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)
