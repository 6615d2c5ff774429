"""A declaration: what one account counts, its inputs with their sources, its three scenarios.

It is a TOML file that a citizen can read. Reading it checks everything that can be checked
before computing; the first mistake found is told in one plain sentence, with its line.
The method is in docs/method/account.md, "The declaration".
"""

import datetime
import hashlib
import json
import keyword
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from partage.calc.checked_toml import CheckedToml, Text, line_of
from partage.calc.checked_toml import DeclarationError as DeclarationError
from partage.calc.footprint import GRIDS
from partage.calc.formula import (
    ANY,
    SYMBOLS,
    Unit,
    dimension_of,
    names_in,
    read_unit,
)
from partage.calc.levies import NOBODY_PAID, STATUSES
from partage.calc.work_content import Work, read_work

FORMAT = "partage-declaration/1"
SCENARIOS = ("before", "let_it_run", "within_frame")
PARTIES = ("organisation", "contributors", "commons", "training")
UNKNOWN = "unknown"
BASES = ("measured", "declared", "sampled", "published", "assumed", UNKNOWN)
GRADES = ("P", "M", "S", "A")  # from the firmest to the weakest
ASSUMED = "A"
WEB_FOOTPRINT = "web_footprint"

# The rates shipped are in euros; another currency comes with another country's rates.
CURRENCY = "EUR"

# What each scenario says, and the unit of the answer.
QUANTITIES = {
    "staff_time": "s",
    "consumer_time": "s",
    "waiting_time": "s",
    "devices": "EUR",
    "losses": "EUR",
    "paid": "EUR",
    "data": "category*day",
    "footprint": "g",
    "training_time": "s",
}
# What the account may compute with instead of a dated parameter, and its unit.
RATES = {"staff_wage": "1", "staff_cost": "EUR/h", "staff_levies": "EUR/h"}
RATES |= {"corporate_tax": "1"}

LARGEST_FILE = 10**6
WHOLE = 100
_INPUT_KEYS = ("label", "unit", "source", "source_url", "date", "grade", "basis")
_PLACES = ("file", "text")
_RESERVED = (UNKNOWN, WEB_FOOTPRINT, SCENARIOS[0], "positive")
_VALUE_KEYS = ("value", "low", "central", "high")
_TOP_KEYS: tuple[str, ...] = (
    "format",
    "name",
    "title",
    "summary",
    "task",
    "people",
    "period",
    "date",
    "currency",
)
_TOP_KEYS += ("counts", "tasks", "not_counted", "work", "rates", "inputs", "scenarios")


@dataclass(frozen=True)
class Input:
    """One quantity of the account: low, central, high in its unit; all None when unknown.

    ``date`` is the day, month or year of the source. ``grade`` is P, M, S or A; ``basis`` is one
    of BASES.
    """

    name: str
    label: Text
    unit: str
    low: Fraction | None
    central: Fraction | None
    high: Fraction | None
    source: str
    source_url: str
    date: str
    grade: str
    basis: str

    @property
    def is_uncertain(self) -> bool:
        return self.low != self.high


@dataclass(frozen=True)
class Scenario:
    """One of SCENARIOS: a formula for each of QUANTITIES, and the voted shares in per cent."""

    name: str
    formulas: Mapping[str, str]
    shares: Mapping[str, Fraction]
    rule: Text | None


@dataclass(frozen=True)
class Declaration:
    """Everything one account needs. ``file`` and ``text`` only serve to place a mistake."""

    name: str
    title: Text
    summary: Text
    task: Text
    people: Text
    period: Text
    date: datetime.date
    currency: str
    counts: tuple[str, ...]
    tasks: str
    contributor_status: str
    grid: str
    rates: Mapping[str, str]
    inputs: Mapping[str, Input]
    scenarios: Mapping[str, Scenario]
    not_counted: tuple[Text, ...]
    work: Work
    file: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)

    @property
    def canonical(self) -> str:
        """The declaration as JSON that depends on its meaning only, not on its layout."""
        content = {key: value for key, value in asdict(self).items() if key not in _PLACES}
        return json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    def mistake(self, key: str, problem: str) -> DeclarationError:
        """The error to raise for a mistake found after reading."""
        return DeclarationError(self.file, key, problem, line_of(key, self.text))

    def unit(self, text: str) -> Unit:
        """Unit written in this declaration's currency and counts."""
        return read_unit(text, self.currency, self.counts)

    def changed(
        self, values: Mapping[str, Fraction], source: str, on: datetime.date
    ) -> "Declaration":
        """A variant with other central values: someone's question "and if…".

        Parameters
        ----------
        values : new central value of each input named, in the input's unit.
        source : who asks, or why; it replaces the source of these inputs.
        on : day of the change.

        Returns
        -------
        Declaration; each changed input becomes an assumption, exact, so that a question never adds
        uncertainty.

        Raises
        ------
        DeclarationError
            If an input is unknown by name, or a value is negative.
        """
        inputs = dict(self.inputs)
        for name, value in values.items():
            if name not in inputs or value < 0:
                problem = "is not an input of this account" if name not in inputs else "is negative"
                raise self.mistake(f"inputs.{name}", problem)
            inputs[name] = _assumed(inputs[name], value, source, on)
        return replace(self, inputs=inputs)

    def disputed(
        self, name: str, bounds: tuple[Fraction, Fraction, Fraction], source: str, on: datetime.date
    ) -> "Declaration":
        """A variant with another figure for one input, from another source.

        Parameters
        ----------
        name : the input.
        bounds : its low, central and high, in the input's unit.
        source : where they come from.
        on : day of that source.

        Returns
        -------
        Declaration; the input is graded A, since nobody has checked the source yet.

        Raises
        ------
        DeclarationError
            If an input is unknown by name, or the bounds are negative or out of order.
        """
        if name not in self.inputs:
            raise self.mistake(f"inputs.{name}", "is not an input of this account")
        if not 0 <= bounds[0] <= bounds[1] <= bounds[2]:
            raise self.mistake(f"inputs.{name}", "needs 0 <= low <= central <= high")
        low, central, high = bounds
        disputed = replace(
            self.inputs[name],
            low=low,
            central=central,
            high=high,
            source=source,
            source_url="",
            date=on.isoformat(),
            grade="A",
            basis="declared",
        )
        return replace(self, inputs={**self.inputs, name: disputed})


def _assumed(old: Input, value: Fraction, source: str, on: datetime.date) -> Input:
    return replace(
        old,
        low=value,
        central=value,
        high=value,
        source=source,
        source_url="",
        date=on.isoformat(),
        grade="A",
        basis="assumed",
    )


def read_declaration(path: Path | str) -> Declaration:
    """Read and check a declaration file.

    Parameters
    ----------
    path : a TOML file in UTF-8.

    Returns
    -------
    Declaration

    Raises
    ------
    DeclarationError
        At the first mistake, with the file, the line when it is known, the key and what to do.

    References
    ----------
    docs/method/account.md, "The declaration".
    """
    name = Path(path).name
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise DeclarationError(name, "the file", f"cannot be opened ({error.strerror})") from None
    try:
        return parse_declaration(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = f"has the byte {content[error.start]:#04x}, not UTF-8: save the file as UTF-8"
        raise DeclarationError(name, "the text", problem, line) from None


def parse_declaration(text: str, name: str) -> Declaration:
    """Read and check the text of a declaration.

    Parameters
    ----------
    text : TOML.
    name : file name, for the sentences.

    Returns
    -------
    Declaration

    Raises
    ------
    DeclarationError
        As read_declaration.
    """
    if len(text) > LARGEST_FILE:
        raise DeclarationError(name, "the text", f"is longer than {LARGEST_FILE} characters")
    return _Reader(text, name).declaration()


class _Reader(CheckedToml):
    """Reads one declaration and stops at the first mistake."""

    currency = CURRENCY
    counts: tuple[str, ...] = ()

    def declaration(self) -> Declaration:
        top = self.document
        self.known_keys("", top, _TOP_KEYS)
        if top.get("format") != FORMAT:
            self.refuse("format", f"is {top.get('format')!r}: write {FORMAT!r}")
        self.currency = self.one_of("currency", top.get("currency"), (CURRENCY,))
        self.counts = self.counted(top.get("counts", []))
        rates = self.table("rates", top.get("rates"))
        self.known_keys("rates", rates, (*RATES, "contributor_status", "grid"))
        read = Declaration(
            name=self.words("name", top.get("name")),
            title=self.both("title", top.get("title")),
            summary=self.both("summary", top.get("summary")),
            task=self.both("task", top.get("task")),
            people=self.both("people", top.get("people")),
            period=self.both("period", top.get("period")),
            date=self.day("date", top.get("date")),
            currency=self.currency,
            counts=self.counts,
            tasks=self.words("tasks", top.get("tasks")),
            contributor_status=self.choice(rates, "contributor_status", (*STATUSES, NOBODY_PAID)),
            grid=self.choice(rates, "grid", GRIDS),
            rates={k: self.words(f"rates.{k}", v) for k, v in rates.items() if k in RATES},
            inputs=self.inputs(),
            scenarios=self.scenarios(),
            not_counted=self.left_out(top.get("not_counted", [])),
            work=read_work(self, top.get("work"), GRADES),
            file=self.file,
            text=self.text,
        )
        self.check_formulas(read)
        return read

    def counted(self, value: object) -> tuple[str, ...]:
        counts = tuple(self.name("counts", each) for each in self.listed("counts", value))
        for each in counts:
            if each in SYMBOLS:
                self.refuse("counts", f"holds {each!r}, which is a unit already: rename it")
        return counts

    def choice(self, rates: Mapping[str, object], name: str, allowed: tuple[str, ...]) -> str:
        return self.one_of(f"rates.{name}", rates.get(name), allowed)

    def left_out(self, value: object) -> tuple[Text, ...]:
        return tuple(self.both("not_counted", each) for each in self.listed("not_counted", value))

    # Inputs

    def inputs(self) -> dict[str, Input]:
        tables = self.table("inputs", self.document.get("inputs"))
        return {name: self.input(name, table) for name, table in tables.items()}

    def input(self, name: str, value: object) -> Input:
        key = f"inputs.{name}"
        table = self.table(key, value)
        self.name(key, name)
        if keyword.iskeyword(name) or name in _RESERVED:
            self.refuse(key, f"has the reserved name {name!r}: choose another")
        self.known_keys(key, table, _INPUT_KEYS + _VALUE_KEYS)
        basis = self.one_of(f"{key}.basis", table.get("basis"), BASES)
        grade = self.one_of(f"{key}.grade", table.get("grade"), GRADES)
        if basis == "assumed" and grade != "A":
            self.refuse(f"{key}.grade", f"is {grade!r} but its basis is 'assumed': write 'A'")
        low, central, high = self.bounds(key, table, basis)
        unit = self.words(f"{key}.unit", table.get("unit"))
        self.checked(f"{key}.unit", lambda: read_unit(unit, self.currency, self.counts))
        source = self.words(f"{key}.source", table.get("source"))
        if "date" not in table:
            self.refuse(key, f"has the source {source!r} without a date: add 'date'")
        return Input(
            name=name,
            label=self.both(f"{key}.label", table.get("label")),
            unit=unit,
            low=low,
            central=central,
            high=high,
            source=source,
            source_url=self.address(f"{key}.source_url", table.get("source_url", "")),
            date=self.source_day(f"{key}.date", table["date"]),
            grade=grade,
            basis=basis,
        )

    def bounds(
        self, key: str, table: Mapping[str, object], basis: str
    ) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
        given = {name: table[name] for name in _VALUE_KEYS if name in table}
        if basis == UNKNOWN:
            if given:
                self.refuse(key, f"is unknown but gives {', '.join(given)}: remove them")
            return None, None, None
        if "value" in given:
            if len(given) > 1:
                self.refuse(key, "gives both 'value' and bounds: keep one or the other")
            only = self.number(f"{key}.value", given["value"])
            return only, only, only
        low, central, high = (self.number(f"{key}.{n}", table.get(n)) for n in _VALUE_KEYS[1:])
        for name, left, right, other in (
            ("low", low, central, "above its central"),
            ("central", central, high, "above its high"),
        ):
            if left > right:
                problem = f"is {float(left):g}, {other} {float(right):g}"
                self.refuse(f"{key}.{name}", f"{problem}: write low <= central <= high")
        return low, central, high

    # Scenarios

    def scenarios(self) -> dict[str, Scenario]:
        tables = self.table("scenarios", self.document.get("scenarios"))
        for name in tables:
            if name not in SCENARIOS:
                self.refuse(f"scenarios.{name}", f"is not one of {', '.join(SCENARIOS)}")
        for name in SCENARIOS:
            if name not in tables:
                self.refuse(f"scenarios.{name}", "is missing: an account compares all three")
        return {name: self.scenario(name, tables[name]) for name in SCENARIOS}

    def scenario(self, name: str, value: object) -> Scenario:
        key = f"scenarios.{name}"
        table = self.table(key, value)
        self.known_keys(key, table, (*QUANTITIES, "shares", "rule"))
        formulas = {}
        for quantity in QUANTITIES:
            if quantity not in table:
                self.refuse(key, f"does not say {quantity!r}: write a formula, '0' or 'unknown'")
            formulas[quantity] = self.words(f"{key}.{quantity}", table[quantity])
        rule = self.both(f"{key}.rule", table["rule"]) if "rule" in table else None
        return Scenario(name, formulas, self.shares(name, table), rule)

    def shares(self, name: str, table: Mapping[str, object]) -> dict[str, Fraction]:
        key = f"scenarios.{name}.shares"
        if name == SCENARIOS[0]:
            if "shares" in table:
                self.refuse(key, "cannot be: nothing is shared as before, remove it")
            return dict.fromkeys(PARTIES, Fraction(0))
        given = self.table(key, table.get("shares"))
        self.known_keys(key, given, PARTIES)
        shares = {party: self.number(f"{key}.{party}", given.get(party, 0)) for party in PARTIES}
        total = sum(shares.values())
        if total == 0:
            self.refuse(key, "are all zero: give at least one party a share")
        if total != WHOLE:
            side = "above" if total > WHOLE else "below"
            self.refuse(key, f"sum to {float(total):g} %, {side} 100 %: make them sum to 100")
        return shares

    # Formulas

    def check_formulas(self, read: Declaration) -> None:
        unused = set(read.inputs)
        formulas = {f"rates.{k}": (v, RATES[k]) for k, v in read.rates.items()}
        formulas["tasks"] = (read.tasks, "task")
        for scenario in read.scenarios.values():
            for quantity, text in scenario.formulas.items():
                formulas[f"scenarios.{scenario.name}.{quantity}"] = (text, QUANTITIES[quantity])
        for key, (text, unit) in formulas.items():
            if text != UNKNOWN:
                unused -= self.check_formula(key, text, unit, read)
        self.check_rates(read)
        for name in sorted(unused):
            self.refuse(f"inputs.{name}", "is read by no formula: use it or remove it")

    def check_rates(self, read: Declaration) -> None:
        given = {
            name for name in ("staff_wage", "staff_cost", "staff_levies") if name in read.rates
        }
        if given not in ({"staff_wage"}, {"staff_cost", "staff_levies"}):
            self.refuse("rates", "must give staff_wage, or both staff_cost and staff_levies")
        paid = [s for s in read.scenarios.values() if s.formulas["paid"] != "0"]
        if paid and read.contributor_status == NOBODY_PAID:
            key = f"scenarios.{paid[0].name}.paid"
            self.refuse(key, "pays contributors but rates.contributor_status is 'none': name it")

    def check_formula(self, key: str, text: str, unit: str, read: Declaration) -> set[str]:
        names = self.checked(key, lambda: names_in(text))
        for name in names:
            if name not in read.inputs and name != WEB_FOOTPRINT:
                self.refuse(key, f"reads {name!r}, which is not an input: add [inputs.{name}]")
        units = {name: read.unit(each.unit).dimension for name, each in read.inputs.items()}
        units[WEB_FOOTPRINT] = read.unit("g/B").dimension
        found = self.checked(key, lambda: dimension_of(text, units.__getitem__))
        wanted = read.unit(unit).dimension
        if found not in (wanted, ANY):
            self.refuse(key, f"is {text!r}, counted in {found} instead of {wanted}: correct it")
        return set(names)
