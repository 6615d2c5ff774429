"""`partage account`: compute an account from its declaration, on screen or as JSON."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click

from partage.calc.checked_toml import DeclarationError
from partage.calc.declaration import PARTIES, SCENARIOS, read_declaration
from partage.calc.scenario import (
    NET_VALUE,
    POT,
    Account,
    Line,
    Value,
    as_json,
    compute_account,
)
from partage.calc.sharing import CENTS

TITLES = {"before": "As before", "let_it_run": "Let it run", "within_frame": "Within the frame"}
FRAME = SCENARIOS[-1]
MARGIN = "    "


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "wants_json",
    is_flag=True,
    help="Print the account as JSON, every line and its inputs.",
)
def account(file: Path, wants_json: bool) -> None:
    """Compute the account that FILE declares, under three scenarios.

    FILE is a TOML declaration: inputs with their source, date and grade, and what each scenario
    makes of them. Each line is given with its low and its high; what is not known is said.

    Example: partage account partage/samples/accounts/self-checkout.toml
    """
    try:
        computed = compute_account(read_declaration(file))
    except DeclarationError as error:
        raise click.ClickException(str(error)) from None
    if wants_json:
        click.echo(as_json(computed), nl=False)
    else:
        click.echo("\n".join(report(computed)))


def report(computed: Account) -> Iterator[str]:
    """The account in lines of text: what to remember, the table, then what is missing."""
    yield to_remember(computed)
    yield ""
    yield f"{computed.declaration.title.en}, {computed.declaration.period.en}, rates of {computed.declaration.date}."
    yield "Each figure: central, then (low to high). * rests on an assumption."
    yield ""
    yield from _table(computed)
    yield ""
    yield from _pot_lines(computed)
    yield from _missing_lines(computed)
    yield f"Method: docs/method/account.md. Fingerprint of this account: {computed.digest}"


def to_remember(computed: Account) -> str:
    """The one sentence to keep if only one is read."""
    work, moved = (computed.line(code).values[FRAME] for code in ("A2", "A4"))
    people = computed.declaration.people.en
    return (
        f"Within the frame, {_with_bounds(work)} hours of work move to {people} "
        f"{computed.declaration.period.en}; {_with_bounds(moved)} staff hours are no longer "
        f"needed; {_pot_in_words(computed, FRAME)}."
    )


def _pot_in_words(computed: Account, scenario: str) -> str:
    value, pot = (computed.line(code).values[scenario] for code in (NET_VALUE, POT))
    if value.central is None:
        return "what is left to share is unknown"
    if not pot.central:
        return f"there is nothing to share: it costs {_money(-value.central)} more than before"
    return f"{_money(value.central)} are left to share {_bounds(value)}"


def _table(computed: Account) -> Iterator[str]:
    rows = [(line, [line.values[name] for name in SCENARIOS]) for line in computed.lines]
    cells = [
        text
        for _line, values in rows
        for value in values
        for text in (_central(value), _bounds(value))
    ]
    width = max(len(text) for text in [*cells, *TITLES.values()]) + len(MARGIN)
    yield MARGIN + "".join(TITLES[name].rjust(width) for name in SCENARIOS)
    for line, values in rows:
        yield _heading(line)
        yield MARGIN + "".join(_central(value).rjust(width) for value in values)
        if any(_bounds(value) for value in values):
            yield MARGIN + "".join(_bounds(value).rjust(width) for value in values)


def _heading(line: Line) -> str:
    mark = " *" if line.assumed else ""
    return f"{line.code:<3} {line.label.en} ({line.unit}){mark}"


def _pot_lines(computed: Account) -> Iterator[str]:
    for name in SCENARIOS[1:]:
        yield f"{TITLES[name]}: {_pot_in_words(computed, name)}."
        shares, spread = computed.shares[name], computed.net_value_quantiles[name]
        if shares and any(shares.values()):
            parts = (f"{party} {_money(Fraction(shares[party], CENTS))}" for party in PARTIES)
            yield f"{MARGIN}Shares: {', '.join(parts)}."
        if spread:
            yield (
                f"{MARGIN}Of {computed.draws:,} draws of the inputs, {spread.above_zero:.0%} leave something; "
                f"5 % fall below {spread.p5:,.0f}, 5 % rise above {spread.p95:,.0f} EUR."
            )


def _missing_lines(computed: Account) -> Iterator[str]:
    for line in computed.lines + computed.memo:
        missing = sorted({name for value in line.values.values() for name in value.missing})
        if missing:
            yield f"Unknown: {line.code} {line.label.en}, for want of {', '.join(missing)}."
    for text in computed.declaration.not_counted:
        yield f"Not counted: {text.en}."


def _central(value: Value) -> str:
    return "unknown" if value.central is None else f"{float(value.central):,.2f}"


def _bounds(value: Value) -> str:
    if value.low is None or value.high is None or value.low == value.high:
        return ""
    places = 0 if max(abs(value.low), abs(value.high)) >= CENTS else 2
    return f"({float(value.low):,.{places}f} to {float(value.high):,.{places}f})"


def _with_bounds(value: Value) -> str:
    if value.central is None:
        return "an unknown number of"
    return f"{float(value.central):,.0f} {_bounds(value)}".strip()


def _money(amount: Fraction) -> str:
    return f"{float(amount):,.2f} EUR"
