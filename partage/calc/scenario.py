"""The account: the same lines under three scenarios, from one declaration.

Everything is exact until the last step, where each line is rounded once. The formulas of the
lines are in parameters/lines.toml; the method is in docs/method/account.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from fractions import Fraction
from functools import cache
from math import ceil

from partage.calc.checked_toml import LARGEST_NUMBER, Text
from partage.calc.declaration import (
    ASSUMED,
    GRADES,
    PARTIES,
    QUANTITIES,
    SCENARIOS,
    UNKNOWN,
    WHOLE,
    Declaration,
    Input,
    Scenario,
)
from partage.calc.formula import BEFORE, Number, names_in
from partage.calc.parameters import Dated, ParameterError, read_table
from partage.calc.rates import declared_node, rate_nodes
from partage.calc.sharing import CENTS, rounded, share_out
from partage.calc.sheet import Lookup, Node, Range, Sheet, TooUncertain, Used, formula_node
from partage.calc.work_content import Work

FORMAT = "partage-account/1"
NET_VALUE, PUBLIC_BALANCE, POT = "C4", "D4", "C5"
TEXTS = ("title", "summary", "task", "people", "period")
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
    """Where the draws fall: 5 % are below ``p5``, 5 % above ``p95``.

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
    draws: int
    parameters: tuple[Used, ...]
    digest: str
    scenarios: tuple[str, ...] = SCENARIOS

    @property
    def inputs(self) -> Mapping[str, Input]:
        return self.declaration.inputs

    def line(self, code: str) -> Line:
        """The line with this code, memo lines included."""
        return next(line for line in self.lines + self.memo if line.code == code)


def compute_account(declaration: Declaration, draws: int = DRAWS) -> Account:
    """Compute every line of an account, under its three scenarios.

    Parameters
    ----------
    declaration : read and checked by partage.calc.declaration.
    draws : number of draws behind the quantiles, 1 and above.

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
    spreads = _spreads(declaration, sheet, draws)
    return Account(
        declaration=declaration,
        lines=tuple(line for line in lines if line.code not in memo_codes),
        memo=tuple(line for line in lines if line.code in memo_codes),
        shares={name: _shares(name, sheet) for name in SCENARIOS},
        net_value_quantiles=spreads[NET_VALUE],
        public_balance_quantiles=spreads[PUBLIC_BALANCE],
        draws=draws,
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
    """Refuse a declared formula that divides by zero, falls below zero or grows out of reason."""
    names = {
        f"{s}.{quantity}": f"scenarios.{s}.{quantity}" for s in SCENARIOS for quantity in QUANTITIES
    }
    names |= {f"rates.{rate}": f"rates.{rate}" for rate in declaration.rates} | {
        "rates.tasks": "tasks"
    }
    for name, key in names.items():
        if sheet.unknowns(name):
            continue
        low, high = _bounds(name, key, declaration, sheet)
        if low < 0:
            problem = f"falls to {float(low):g}, below zero: correct the formula or its inputs"
            raise declaration.mistake(key, problem)
        if high > LARGEST_NUMBER:
            raise declaration.mistake(key, "is out of range: correct the formula or its inputs")


def _bounds(
    name: str, key: str, declaration: Declaration, sheet: Sheet
) -> tuple[Fraction, Fraction]:
    try:
        return sheet.bounds(name)
    except ZeroDivisionError:
        problem = "divides by zero: raise the low of the input it divides by"
    except (ParameterError, TooUncertain) as error:
        problem = f"cannot be computed: {error}"
    raise declaration.mistake(key, problem)


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
    factor, central = declaration.unit(rule.unit).factor, sheet.central(name)
    return Value(rounded(low / factor), rounded(central / factor), rounded(high / factor))


def _shares(scenario: str, sheet: Sheet) -> dict[str, int] | None:
    names = {party: f"{scenario}.share_{party}" for party in PARTIES}
    if sheet.unknowns(f"{scenario}.{POT}"):
        return None
    return {party: _cents(sheet.central(name)) for party, name in names.items()}


def _spreads(
    declaration: Declaration, sheet: Sheet, count: int
) -> dict[str, dict[str, Spread | None]]:
    """Spreads by line and scenario, all seen at the same draws."""
    codes = (NET_VALUE, PUBLIC_BALANCE)
    names = [f"{scenario}.{code}" for code in codes for scenario in SCENARIOS]
    drawn = sheet.draws([n for n in names if not sheet.unknowns(n)], count, declaration.name)
    found = {name: _spread(drawn[name]) if name in drawn else None for name in names}
    return {code: {s: found[f"{s}.{code}"] for s in SCENARIOS} for code in codes}


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


# What is published


def published(account: Account) -> dict[str, object]:
    """The account as plain values, ready for JSON.

    Parameters
    ----------
    account : a computed account.

    Returns
    -------
    dict whose keys keep their order: figures are numbers rounded to two decimals, an unknown one
    is ``{"unknown": [names that are missing]}``, shares are whole cents. ``format`` changes when
    a reader of the old one would be misled.

    References
    ----------
    docs/method/account.md, "What is published".
    """
    declared = account.declaration
    texts = {key: asdict(getattr(declared, key)) for key in TEXTS}
    return {
        "format": FORMAT,
        "name": declared.name,
        **texts,
        "date": declared.date.isoformat(),
        "currency": declared.currency,
        "digest": account.digest,
        "lines": [_published_line(line) for line in account.lines],
        "memo": [_published_line(line) for line in account.memo],
        "shares_cents": account.shares,
        "draws": {"count": account.draws, "seed": declared.name},
        "net_value_quantiles": _published_spreads(account.net_value_quantiles),
        "public_balance_quantiles": _published_spreads(account.public_balance_quantiles),
        "scenarios": [_published_scenario(declared.scenarios[name]) for name in SCENARIOS],
        "inputs": [_published_input(each) for each in account.inputs.values()],
        "parameters": [_published_parameter(each) for each in account.parameters],
        "not_counted": [asdict(each) for each in declared.not_counted],
        "work": _published_work(declared.work),
    }


def _published_work(work: Work) -> dict[str, object]:
    topics = {
        name: UNKNOWN if points is None else [asdict(point) for point in points]
        for name, points in work.topics.items()
    }
    return {**topics, "source": work.source, "date": work.date, "grade": work.grade}


def as_json(account: Account) -> str:
    """The account as a JSON file: the same bytes from the command and from a site.

    Parameters
    ----------
    account : a computed account.
    """
    return json.dumps(published(account), ensure_ascii=False, indent=2) + "\n"


def _published_line(line: Line) -> dict[str, object]:
    return {
        "code": line.code,
        "label": asdict(line.label),
        "unit": line.unit,
        "values": {name: _published_value(value) for name, value in line.values.items()},
        "formula": line.formula,
        "formulas": line.formulas,
        "inputs": {name: list(inputs) for name, inputs in line.inputs.items()},
        "parameters": [list(each) for each in line.parameters],
        "grade": line.grade,
        "assumed": line.assumed,
    }


def _published_value(value: Value) -> dict[str, object]:
    if not value.is_known:
        return {UNKNOWN: list(value.missing)}
    return {"low": _plain(value.low), "central": _plain(value.central), "high": _plain(value.high)}


def _published_spreads(spreads: Mapping[str, Spread | None]) -> dict[str, object]:
    return {name: asdict(spread) if spread else None for name, spread in spreads.items()}


def _published_scenario(scenario: Scenario) -> dict[str, object]:
    return {
        "name": scenario.name,
        "formulas": scenario.formulas,
        "percents": {party: _plain(percent) for party, percent in scenario.shares.items()},
        "rule": asdict(scenario.rule) if scenario.rule else None,
    }


def _published_input(each: Input) -> dict[str, object]:
    plain = {key: _plain(getattr(each, key)) for key in ("low", "central", "high")}
    return {**asdict(each), **plain}


def _published_parameter(used: Used) -> dict[str, object]:
    content = asdict(used)
    for key in ("date", "checked_on"):
        content[key] = content[key].isoformat()
    if isinstance(used, Dated):
        return {**content, "value": _plain(used.value)}
    return {**content, "rows": [[_plain(cell) for cell in astuple(row)] for row in used.rows]}


def _plain(value: Fraction | None) -> int | float | None:
    if value is None or value.denominator > 1:
        return value if value is None else float(value)
    return int(value)
