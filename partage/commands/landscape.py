"""`partage landscape`: the landscape of a votes file, in words."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import click

from partage.calc.arrival import arrival_votes
from partage.calc.landscape import Landscape, published
from partage.calc.landscape import landscape as landscape_of
from partage.calc.landscape_result import MIN_SHOWN, StatementResult
from partage.calc.polis import polis
from partage.calc.polis import published as published_polis
from partage.calc.ppca import AXES
from partage.calc.robustness import published_robustness, robustness
from partage.calc.votes import Votes, VotesError, read_moderated, votes_of
from partage.commands.landscape_polis import report as report_polis
from partage.commands.landscape_raking import report as report_weighted
from partage.commands.landscape_raking import weighted
from partage.commands.landscape_robustness import report as report_robustness
from partage.commands.votes_files import needed, stream_files
from partage.commands.wording import counted
from partage.config.environment import SettingError, check_numba

LISTED = 10
COMMENTS_NAME = "comments.csv"
NO_COMMENTS = Path()
JSON_NAME = "landscape.json"
WHY_NO_GROUPS = {
    "no_axis": "people do not differ along any direction more than chance would show",
    "few_people": "too few people voted enough",
    "small_group": "the smallest group would be too small",
    "unstable": "the groups change when a fifth of the votes is dropped",
    "one_cloud": "the cut is no better than cutting one cloud of people",
}


@click.command(
    epilog="Examples: partage landscape votes.csv --out results; "
    "partage landscape --engine spark votes-2026.parquet late.csv"
)
@click.argument(
    "votes_files", metavar="VOTES...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--comments",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Statements moderated out (-1) in this Polis file are dropped. "
    "Default: each comments.csv beside the votes.",
)
@click.option(
    "--no-comments", "comments", flag_value=NO_COMMENTS, help="Keep moderated statements."
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write landscape.json and, in the default mode, statements.csv there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
@click.option(
    "--mode",
    type=click.Choice(["default", "polis"]),
    default="default",
    show_default=True,
    help="polis: the rules of the Polis engine, for comparison; it does not say how sure it is.",
)
@click.option(
    "--contested",
    "contested_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Names of participants, one a line: say too what would change without them.",
)
@click.option(
    "--people",
    "people_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What participants said of themselves, with consent: participant, and a column a question.",
)
@click.option(
    "--margins",
    "margins_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Public shares: question, category, share. With --people: say too the answers weighted "
    "to these shares, unless that would mislead.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="spark: on the workers of the Spark that is set up, or on this machine.",
)
@click.option(
    "--partitions",
    type=click.IntRange(1),
    help="With spark: how many parts people are dealt in. Default: as Spark is set up.",
)
def landscape(
    votes_files: tuple[Path, ...],
    comments: Path | None,
    out: Path | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Say what unites, what separates, whether there are groups, and how sure this is.

    VOTES is a Polis export (votes.csv or participants-votes.csv) or a table with the columns
    participant, statement and vote (agree, disagree, pass, or 1, -1, 0), in CSV or in Parquet (a
    file, or a folder of parts). Of several, a vote in a later file replaces one in an earlier.
    """
    try:
        asked = _Asked(votes_files, _moderated(votes_files, comments), **how)
        said = _say_default(asked) if asked.mode == "default" else _say_polis(asked)
    except VotesError as error:
        raise click.ClickException(str(error)) from None
    if out is not None:
        _write(out, said.files)
    click.echo(json.dumps(said.content, indent=2) if as_json else "\n".join(said.words))


@dataclass(frozen=True)
class _Asked:
    """What was typed, once it is sure that it goes together."""

    votes_files: tuple[Path, ...]
    moderated: Collection[str]
    mode: str
    contested_file: Path | None
    people_file: Path | None
    margins_file: Path | None
    engine: str
    partitions: int | None

    def __post_init__(self) -> None:
        beside = self._beside()
        if self.mode == "polis" and beside:
            raise click.ClickException(
                f"{beside[0]} goes with the landscape of the default mode alone."
            )
        if self.engine == "spark" and (self.mode == "polis" or beside):
            option = "--mode polis" if self.mode == "polis" else beside[0]
            raise click.ClickException(f"{option} works on one machine: leave out --engine spark.")
        if self.engine == "local" and self.partitions is not None:
            raise click.ClickException("--partitions is for --engine spark: leave it out.")
        if (self.people_file is None) is not (self.margins_file is None):
            raise click.ClickException("--people and --margins go together: name both files.")

    def _beside(self) -> list[str]:
        """Options of what is said beside the landscape, as they were typed."""
        files = {
            "--contested": self.contested_file,
            "--people": self.people_file,
            "--margins": self.margins_file,
        }
        return [option for option, file in files.items() if file is not None]


class _Said(NamedTuple):
    """What is printed as JSON, what is written (name of the file to text), what is said in words."""

    content: dict[str, Any]
    files: dict[str, str]
    words: list[str]


def _say_default(asked: _Asked) -> _Said:
    if asked.engine == "spark":
        result = _on_spark(asked)
        content, words = published(result), report(result)
    else:
        content, words = _said_here(asked)
    files = {JSON_NAME: _as_file(content), "statements.csv": _statements_csv(content["statements"])}
    return _Said(content, files, words)


def _said_here(asked: _Asked) -> tuple[dict[str, Any], list[str]]:
    """The landscape made on this machine, and what is said beside it."""
    votes = votes_of(stream_files(asked.votes_files), dropped=asked.moderated)
    # Before the landscape, which takes long: a file that is wrong is told at once.
    view = _weighted(votes, asked)
    contested = _names_in(asked.contested_file, votes) if asked.contested_file else None
    result = landscape_of(votes)
    content, words = published(result), report(result)
    if contested:
        found = robustness(votes, contested, result)
        content["robustness"] = published_robustness(found)
        words += ["", *report_robustness(content["robustness"])]
    if view is not None:
        content["weighted"] = view
        words += ["", *report_weighted(view)]
    return content, words


def _weighted(votes: Votes, asked: _Asked) -> dict[str, Any] | None:
    if asked.people_file is None or asked.margins_file is None:
        return None
    return weighted(votes, asked.people_file, asked.margins_file)


def _on_spark(asked: _Asked) -> Landscape:
    on_spark = needed("landscape_spark", "spark").landscape_on_spark
    found: Landscape = on_spark(asked.votes_files, asked.moderated, asked.partitions)
    return found


def _names_in(contested_file: Path, votes: Votes) -> frozenset[str]:
    try:
        lines = contested_file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(
            f"{contested_file} could not be read: write the names as UTF-8 text, one a line."
        ) from None
    names = frozenset(line.strip() for line in lines) & frozenset(votes.people_ids)
    if not names:
        raise click.ClickException(
            f"Nobody named in {contested_file} voted: write their names as the votes have them, "
            "one a line."
        )
    return names


def _say_polis(asked: _Asked) -> _Said:
    try:
        check_numba()
    except SettingError as error:
        raise click.ClickException(str(error)) from None
    votes = arrival_votes(stream_files(asked.votes_files))
    content = published_polis(polis(votes, moderated=asked.moderated))
    return _Said(content, {JSON_NAME: _as_file(content)}, report_polis(content))


def _as_file(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"


def _moderated(votes_files: Collection[Path], comments: Path | None) -> frozenset[str]:
    """Statements moderated out, according to the file of comments named or those beside the votes."""
    if comments == NO_COMMENTS:
        return frozenset()
    beside = {file.absolute().parent / COMMENTS_NAME for file in votes_files}
    named = [comments] if comments else [path for path in beside if path.exists()]
    return frozenset[str]().union(*map(read_moderated, named))


def report(result: Landscape) -> list[str]:
    """The landscape in words, line by line."""
    by_id = {statement.id: statement for statement in result.statements}
    return [
        _to_remember(result, by_id),
        "",
        "What unites",
        *_table([by_id[name] for name in result.unites[:LISTED]]),
        "",
        "What separates",
        *_table([by_id[name] for name in result.separates[:LISTED]]),
        "",
        "Groups",
        *_group_lines(result),
        "",
        "How sure is this",
        *_how_sure_lines(result),
    ]


def _to_remember(result: Landscape, by_id: dict[str, StatementResult]) -> str:
    if all(statement.seen < MIN_SHOWN for statement in result.statements):
        return f"No statement has {MIN_SHOWN} voters yet: too few to say anything."
    if not result.unites:
        return "No statement unites people for sure."
    top = by_id[result.unites[0]]
    verb, share = ("agree", top.support) if top.support > 1 / 2 else ("disagree", 1 - top.support)
    return (
        f"Across the map, people {verb} with statement {top.id} ({share:.0%}), "
        f"and {len(result.unites)} of {len(result.statements)} statements unite."
    )


def _table(statements: list[StatementResult]) -> list[str]:
    if not statements:
        return ["  nothing, for sure"]
    head = f"  {'statement':<12}{'support':>8}  {'95 % interval':<15}{'agree':>7}{'disagree':>9}{'pass':>6}"
    return [head, *(_row(statement) for statement in statements)]


def _row(statement: StatementResult) -> str:
    interval = f"{statement.low:.0%} to {statement.high:.0%}"
    return (
        f"  {statement.id:<12}{statement.support:>8.0%}  {interval:<15}"
        f"{statement.agrees:>7}{statement.disagrees:>9}{statement.passes:>6}"
    )


def _group_lines(result: Landscape) -> list[str]:
    groups = result.groups
    if groups.verdict == "none":
        lines = [f"  No distinct groups: {WHY_NO_GROUPS[groups.reason]}."]
    else:
        sizes = ", ".join(str(size) for size in groups.sizes)
        lines = [f"  {groups.k} groups of {sizes} people; the evidence is {groups.verdict}."]
    for number, few in enumerate(groups.sets_apart, start=1):
        told = "; ".join(
            f"{one.id} ({one.share_in:.0%} agree, {one.share_elsewhere:.0%} elsewhere)"
            for one in few
        )
        lines.append(f"  Group {number} is set apart by {told or 'no single statement'}.")
    if groups.switch_share is not None:
        lines.append(
            f"  Cut in {groups.best_k}, {groups.switch_share:.0%} of people would change group "
            "if a fifth of the votes were missing."
        )
    return lines


def _how_sure_lines(result: Landscape) -> list[str]:
    sure = result.how_sure
    lines = [
        f"  {counted(sure.counted, 'person', 'people')} cast {counted(result.n_votes, 'vote')} "
        f"(half of them {sure.median_votes:g} or more); "
        f"{sure.placed} voted enough to be placed, {sure.few_votes} did not."
    ]
    if not result.has_map:
        return [*lines, "  There is no map: no direction stands above chance."]
    lines.append(
        f"  Directions above chance: {sure.axes_above_chance} (the map shows two at most)."
    )
    if sure.heldout_auc is not None and sure.heldout_auc_means is not None:
        lines.append(
            f"  Hidden votes: the map ranks {sure.heldout_auc:.1%} of pairs rightly, "
            f"the average of each statement {sure.heldout_auc_means:.1%}."
        )
    if sure.dimensions is not None and sure.dimensions > AXES:
        lines.append(
            f"  They are surely better predicted in {sure.dimensions} dimensions, "
            f"{sure.heldout_auc_dimensions:.1%} of pairs: the map leaves something out."
        )
    if sure.reliability is not None:
        lines.append(f"  Reliability of positions: {sure.reliability:.0%}.")
    return lines


def _write(folder: Path, texts: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".landscape-") as draft:
            for name, text in texts.items():
                (Path(draft) / name).write_text(text, encoding="utf-8", newline="")
            # All is written before anything is put in place.
            for name in texts:
                os.replace(Path(draft) / name, folder / name)
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        raise click.ClickException(f"cannot write in {folder}: {reason}") from None


def _statements_csv(statements: list[dict[str, Any]]) -> str:
    """One row per statement; blank where fewer than ten people answered."""
    columns = [
        "id", "agrees", "disagrees", "passes", "seen", "support", "low", "high", "share_agree",
    ]  # fmt: skip
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "id": _inert(row["id"])} for row in statements)
    return text.getvalue()


def _inert(name: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
