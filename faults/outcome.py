"""What a fault showed: one line for each promise, and the exit code."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, NamedTuple

import click

from partage.commands.throwaway_postgres import PostgresMissing

State = Literal["kept", "BROKEN", "SKIPPED"]
COLOURS: dict[State, str] = {"kept": "green", "BROKEN": "red", "SKIPPED": "red"}
BROKEN_CODE, SKIPPED_CODE = 1, 77


class Skipped(Exception):
    """This machine cannot run the fault; the message says what is missing."""


class NothingTested(click.ClickException):
    """The load was not real, so the silence of the bench would mean nothing."""


@dataclass(frozen=True)
class Outcome:
    """One promise, tried."""

    name: str
    words: str
    state: State
    figures: dict[str, object] = field(default_factory=dict)


class Part(NamedTuple):
    name: str
    run: Callable[[], Iterable[Outcome]]


def promise(name: str, words: str, is_kept: bool, **figures: object) -> Outcome:
    return Outcome(name, words, "kept" if is_kept else "BROKEN", figures)


def canary(name: str, lost: int, fault: str) -> Outcome:
    """A planted fault, which must be noticed."""
    if lost:
        return promise(name, f"the planted fault is noticed: {fault}", True, noticed=lost)
    words = f"the bench cannot fail: its silence is worth nothing ({fault})"
    return promise(name, words, False, noticed=0)


def outcomes_of(part: Part) -> Iterator[Outcome]:
    """Run one part. What stops it is an outcome too, so that the other parts still run."""
    try:
        yield from part.run()
    except (Skipped, PostgresMissing) as missing:
        yield Outcome(part.name, str(missing), "SKIPPED")
    except click.ClickException as error:
        yield Outcome(part.name, error.format_message(), "BROKEN")


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """A skip is not a pass, and a failure weighs more than a skip."""
    states = {outcome.state for outcome in outcomes}
    if "BROKEN" in states or not outcomes:
        return BROKEN_CODE
    return SKIPPED_CODE if "SKIPPED" in states else 0


def report(parts: Iterable[Part], *, as_json: bool) -> None:
    """Run the parts, say each outcome as soon as it is known, and leave with the exit code."""
    outcomes = []
    for part in parts:
        for outcome in outcomes_of(part):
            outcomes.append(outcome)
            if not as_json:
                click.secho(_line(outcome), fg=COLOURS[outcome.state])
    if as_json:
        click.echo(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
    raise SystemExit(exit_code(outcomes))


def _line(outcome: Outcome) -> str:
    return f"{outcome.state + ':':9}{outcome.name}: {outcome.words}"
