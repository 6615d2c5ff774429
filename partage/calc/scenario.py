"""The account: the same lines under three scenarios, from one declaration.

Everything is exact until the last step, where each line is rounded once. The formulas of the
lines are in parameters/lines.toml; the method is in docs/method/account.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from math import ceil

from partage.calc.checked_toml import DeclarationError, Text
from partage.calc.declaration import (
    ASSUMED,
    GRADES,
    PARTIES,
    QUANTITIES,
    SCENARIOS,
    WHOLE,
    Declaration,
    Input,
    Scenario,
)
from partage.calc.formula import BEFORE, Number, names_in
from partage.calc.parameters import ParameterError, read_table
from partage.calc.rates import declared_node, rate_nodes
from partage.calc.sharing import CENTS, rounded, share_out
from partage.calc.sheet import Lookup, Node, Range, Sheet, TooUncertain, Used, formula_node

FORMAT = "partage-account/1"
NET_VALUE, PUBLIC_BALANCE, POT = "C4", "D4", "C5"
DRAWS = 2000
TAIL = Fraction(5, WHOLE)


@dataclass(frozen=True)
class LineRule:
    """How one line is computed in every account."""

    code: str
    label: Text
    unit: str
    formula: str
    is_memo: bool


@dataclass(frozen=True)
class Value:
    """One figure, rounded once to two decimals; all None when unknown.

    ``missing`` names the inputs, formulas or rates that would be needed to know it.
    """

    low: Fraction | None
    central: Fraction | None
    high: Fraction | None
    missing: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.central is not None


@dataclass(frozen=True)
class Line:
    """One line of the account under the three scenarios.

    ``formula`` is the rule of the method; ``formulas``, ``inputs`` and ``values`` are by
    scenario. ``parameters`` pairs the name and the date of each dated value used. ``grade`` is
    the worst of the inputs and parameters used; ``assumed`` is true if one input is assumed.
    """

    code: str
    label: Text
    unit: str
    values: Mapping[str, Value]
    formula: str
    formulas: Mapping[str, str]
    inputs: Mapping[str, tuple[str, ...]]
    parameters: tuple[tuple[str, str], ...]
    grade: str
    assumed: bool


@dataclass(frozen=True)
class Spread:
    """Where 2,000 draws fall: 5 % are below ``p5``, 5 % above ``p95``.

    ``above_zero`` is the share of draws above zero, between 0 and 1.
    """

    p5: float
    p95: float
    above_zero: float


@dataclass(frozen=True)
class Account:
    """A computed account. ``shares`` are cents by scenario and party; None when unknown."""

    declaration: Declaration
    lines: tuple[Line, ...]
    memo: tuple[Line, ...]
    shares: Mapping[str, Mapping[str, int] | None]
    net_value_quantiles: Mapping[str, Spread | None]
    public_balance_quantiles: Mapping[str, Spread | None]
    parameters: tuple[Used, ...]
    digest: str
    scenarios: tuple[str, ...] = SCENARIOS

    @property
    def inputs(self) -> Mapping[str, Input]:
        return self.declaration.inputs

    def line(self, code: str) -> Line:
        """The line with this code, memo lines included."""
        return next(line for line in self.lines + self.memo if line.code == code)


def compute_account(declaration: Declaration) -> Account:
    """Compute every line of an account, under its three scenarios.

    Parameters
    ----------
    declaration : read and checked by partage.calc.declaration.

    Returns
    -------
    Account

    Raises
    ------
    DeclarationError
        If a rate has no value at the declaration's date, a time falls below zero, a formula
        divides by zero, or too many uncertain inputs meet in one line.

    References
    ----------
    docs/method/account.md, formulas (1) to (5).
    """
    sheet = Sheet(_nodes(declaration), _ranges(declaration))
    _refuse_impossible(declaration, sheet)
    lines = [_line(rule, declaration, sheet) for rule in line_rules()]
    memo_codes = {rule.code for rule in line_rules() if rule.is_memo}
    parameters = _parameters_used(sheet)
    return Account(
        declaration=declaration,
        lines=tuple(line for line in lines if line.code not in memo_codes),
        memo=tuple(line for line in lines if line.code in memo_codes),
        shares={name: _shares(name, sheet) for name in SCENARIOS},
        net_value_quantiles=_spreads(NET_VALUE, declaration, sheet),
        public_balance_quantiles=_spreads(PUBLIC_BALANCE, declaration, sheet),
        parameters=parameters,
        digest=_digest(declaration, parameters),
    )


@cache
def line_rules() -> tuple[LineRule, ...]:
    """The rules of every line, in the order they are published.

    Returns
    -------
    tuple of LineRule, read from parameters/lines.toml.
    """
    rules = []
    for code, table in read_table("lines.toml").items():
        if not isinstance(table, dict):
            raise TypeError(f"lines.toml: {code} must be a table, got {table!r}")
        label = Text(**table["label"])
        rules.append(
            LineRule(code, label, table["unit"], table["formula"], table.get("memo", False))
        )
    return tuple(rules)


# The sheet: an input keeps its name, a rate is "rates.name", the rest is "scenario.name". So an
# input may be called as it likes, and cannot stand in for a rate or a line.


def _nodes(declaration: Declaration) -> dict[str, Node]:
    nodes = {name: _input_node(each, declaration) for name, each in declaration.inputs.items()}
    rates = rate_nodes(declaration)
    nodes |= rates
    for scenario in declaration.scenarios.values():
        for party in PARTIES:
            nodes[f"{scenario.name}.share_{party}"] = _share_node(scenario, party)
        for name, text in scenario.formulas.items():
            nodes[f"{scenario.name}.{name}"] = declared_node(text)
        for rule in line_rules():
            full = {n: _full_name(n, scenario.name, rates) for n in names_in(rule.formula)}
            nodes[f"{scenario.name}.{rule.code}"] = formula_node(rule.formula, full)
    return nodes


def _input_node(each: Input, declaration: Declaration) -> Node:
    if each.central is None:
        return Node(each.name, is_unknown=True)
    return Node(each.name, constant=each.central * declaration.unit(each.unit).factor)


def _share_node(scenario: Scenario, party: str) -> Node:
    """What a party receives: whole cents, so that tax bears on what is really paid."""
    text = f"{float(scenario.shares[party]):g} % of {POT}"
    if not any(scenario.shares.values()):
        return Node(text, constant=Fraction(0))
    pot = f"{scenario.name}.{POT}"

    def compute(look: Lookup) -> Number:
        exact = look(pot)
        if isinstance(exact, float):  # a draw: cents are lost in the noise
            return exact * float(scenario.shares[party] / WHOLE)
        return Fraction(share_out(_cents(exact), scenario.shares)[party], CENTS)

    return Node(text, (pot,), compute)


def _cents(amount: Fraction) -> int:
    return int(rounded(amount * CENTS, places=0))


def _full_name(name: str, scenario: str, rates: Mapping[str, Node]) -> str:
    if name.startswith(BEFORE):
        return name
    return f"rates.{name}" if f"rates.{name}" in rates else f"{scenario}.{name}"


def _ranges(declaration: Declaration) -> dict[str, Range]:
    ranges = {}
    for name, each in declaration.inputs.items():
        if each.low is not None and each.central is not None and each.high is not None:
            factor = declaration.unit(each.unit).factor
            if each.low != each.high:
                ranges[name] = Range(each.low * factor, each.central * factor, each.high * factor)
    return ranges


def _refuse_impossible(declaration: Declaration, sheet: Sheet) -> None:
    """Refuse a scenario that divides by zero, or takes less than no time, money or data."""
    for name in SCENARIOS:
        for quantity in QUANTITIES:
            key = f"{name}.{quantity}"
            if sheet.unknowns(key):
                continue
            low, _high = _bounds(key, f"scenarios.{key}", declaration, sheet)
            if low < 0:
                problem = f"falls to {float(low):g}, below zero: correct the formula or its inputs"
                raise DeclarationError(declaration.file, f"scenarios.{key}", problem)


def _bounds(
    name: str, key: str, declaration: Declaration, sheet: Sheet
) -> tuple[Fraction, Fraction]:
    try:
        return sheet.bounds(name)
    except ZeroDivisionError:
        problem = "divides by zero: raise the low of the input it divides by"
    except (ParameterError, TooUncertain) as error:
        problem = str(error)
    raise DeclarationError(declaration.file, key, problem)


# The lines


def _line(rule: LineRule, declaration: Declaration, sheet: Sheet) -> Line:
    names = [f"{scenario}.{rule.code}" for scenario in SCENARIOS]
    inputs = {
        scenario: tuple(sorted(sheet.all_needs(name) & set(declaration.inputs)))
        for scenario, name in zip(SCENARIOS, names, strict=True)
    }
    used = {declaration.inputs[name] for each in inputs.values() for name in each}
    parameters = {parameter for name in names for parameter in sheet.parameters(name)}
    return Line(
        code=rule.code,
        label=rule.label,
        unit=rule.unit,
        values={s: _value(f"{s}.{rule.code}", rule, declaration, sheet) for s in SCENARIOS},
        formula=rule.formula,
        formulas={
            s: declaration.scenarios[s].formulas.get(rule.formula, rule.formula) for s in SCENARIOS
        },
        inputs=inputs,
        parameters=tuple(sorted((each.name, each.date.isoformat()) for each in parameters)),
        grade=max(
            (each.grade for each in (*used, *parameters)), key=GRADES.index, default=GRADES[0]
        ),
        assumed=any(each.grade == ASSUMED for each in used),
    )


def _value(name: str, rule: LineRule, declaration: Declaration, sheet: Sheet) -> Value:
    missing = sheet.unknowns(name)
    if missing:
        return Value(None, None, None, missing)
    low, high = _bounds(name, f"line {rule.code}", declaration, sheet)
    factor = declaration.unit(rule.unit).factor
    return Value(*(rounded(exact / factor) for exact in (low, sheet.central(name), high)))


def _shares(scenario: str, sheet: Sheet) -> dict[str, int] | None:
    names = {party: f"{scenario}.share_{party}" for party in PARTIES}
    if sheet.unknowns(f"{scenario}.{POT}"):
        return None
    return {party: _cents(sheet.central(name)) for party, name in names.items()}


def _spreads(code: str, declaration: Declaration, sheet: Sheet) -> dict[str, Spread | None]:
    """Spreads of one line, every scenario seen at the same draws."""
    names = {scenario: f"{scenario}.{code}" for scenario in SCENARIOS}
    known = tuple(name for name in names.values() if not sheet.unknowns(name))
    drawn = sheet.draws(known, DRAWS, declaration.name)
    return {s: _spread(drawn[name]) if name in drawn else None for s, name in names.items()}


def _spread(values: list[float]) -> Spread:
    ordered = sorted(values)
    below, above = (ordered[ceil(p * len(ordered)) - 1] for p in (TAIL, 1 - TAIL))
    return Spread(round(below, 2), round(above, 2), sum(v > 0 for v in values) / len(values))


def _parameters_used(sheet: Sheet) -> tuple[Used, ...]:
    used = {parameter for node in sheet.nodes.values() for parameter in node.parameters}
    return tuple(sorted(used, key=lambda each: each.name))


def _digest(declaration: Declaration, parameters: tuple[Used, ...]) -> str:
    """SHA-256 of all that the figures depend on: declaration, rates, and the lines' formulas."""
    content = {
        "format": FORMAT,
        "declaration": json.loads(declaration.canonical),
        "parameters": [asdict(each) for each in parameters],
        "lines": [asdict(rule) for rule in line_rules()],
    }
    text = json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
