"""`partage bench pages`: pages of few ideas beside those of many."""

from pathlib import Path
from typing import Any

import click

from partage.commands.bench_resting import measure_and_judge
from partage.commands.bench_votes import Figure

IDEAS, ARGUMENTS = 696, 3994
# What is judged.
SMALL = 1000
MOST_TIMES, MOST_TIMES_OF_MANY = 2.0, 3.0
MOST_BYTES = 60_000
MOST_ELEMENTS = 400
MOST_QUERIES = 12


@click.command()
@click.option("--ideas", default=IDEAS, show_default=True, type=click.IntRange(20, 1_000_000))
@click.option(
    "--arguments", default=ARGUMENTS, show_default=True, type=click.IntRange(0, 10_000_000)
)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Ideas of the consultation of 2015 in this folder, instead of made-up ones.",
)
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option("--rounds", default=21, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_pages(
    *, ideas: int, arguments: int, folder: Path | None, database: str, rounds: int, as_json: bool
) -> None:
    """Ask for each page of 20 ideas, then of many, in turn and in one process, and judge the costs.

    Times are medians of what the site takes to answer. Bytes are those of the page before it is
    compressed.

    \b
    Examples:
      partage bench pages --database sqlite
      partage bench pages --ideas 100000 --arguments 300000
    """
    asked = [f"--ideas={ideas}", f"--arguments={arguments}", f"--rounds={rounds}"]
    asked += [f"--folder={folder.resolve()}"] if folder else []
    measure_and_judge(["measure-pages", *asked], database, judged, lines, as_json=as_json)


def judged(found: dict[str, Any]) -> list[Figure]:
    """The figures that every page is held to, the worst page named in each."""
    pages = found["pages"]
    bar = MOST_TIMES if found["ideas"] <= SMALL else MOST_TIMES_OF_MANY
    both = [{**page[side], "page": page["page"]} for page in pages for side in ("few", "many")]
    others = [f"{one['page']}: {one['status']}" for one in both if one["status"] != 200]
    apart = [page["page"] for page in pages if page["few"]["queries"] != page["many"]["queries"]]
    slowest = max(pages, key=times)
    return [
        Figure("pages not shown", "; ".join(others) or "0", "0", not others),
        Figure("time with many ideas / with few", f"{times(slowest):.2f} ({slowest['page']})",
               f"at most {bar:g}", times(slowest) <= bar),
        _most("bytes", both, MOST_BYTES),
        _most("elements", both, MOST_ELEMENTS),
        _most("queries", both, MOST_QUERIES),
        Figure("pages whose queries grow with the ideas", "; ".join(apart) or "0", "0", not apart),
    ]  # fmt: skip


def times(page: dict[str, Any]) -> float:
    return float(page["many"]["ms"] / page["few"]["ms"])


def _most(what: str, pages: list[dict[str, Any]], bar: int) -> Figure:
    worst = max(pages, key=lambda one: int(one[what]))
    found = f"{worst[what]:,} ({worst['page']})"
    return Figure(f"most {what} of a page", found, f"at most {bar:,}", worst[what] <= bar)


def lines(database: str, found: dict[str, Any], figures: list[Figure]) -> list[str]:
    """What was measured, in words."""
    head = f"{'page':<44}{'ms: few':>9}{'many':>8}{'times':>7}{'bytes':>9}{'elements':>10}{'queries':>9}"
    return [
        f"{database}: 20 ideas beside {found['ideas']:,}",
        head,
        *(_row(page) for page in found["pages"]),
        *(figure.line for figure in figures),
    ]


def _row(page: dict[str, Any]) -> str:
    few, many = page["few"], page["many"]
    return (
        f"{page['page']:<44}{few['ms']:>9.1f}{many['ms']:>8.1f}{times(page):>7.2f}"
        f"{many['bytes']:>9,}{many['elements']:>10}{few['queries']:>6}/{many['queries']}"
    )
