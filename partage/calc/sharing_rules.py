"""A sharing rule as it is voted and sealed: what comes off the top, then how people share the rest.

Six buttons make every rule: a fund first, equal, by time, by tasks, by peers, or a mix of these.
The method is in docs/method/sharing.md.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from numbers import Rational

from partage.calc.sharing import SharingError

FORMAT = "partage-sharing-rule/1"
PEOPLE = "people"
NOBODY = "nobody"  # who has what a part follows: the organization keeps that part
ALL = Fraction(1)
PER_CENT = 100
_WRITTEN = re.compile(r"\d{1,18}(/\d{1,18})?")


class Kind(StrEnum):
    """What the share of a sub-pot follows. RECEIVED takes totals of points as given."""

    EQUAL = "equal"
    TIME = "time"
    TASKS = "tasks"
    PEERS = "peers"
    RECEIVED = "received"


@dataclass(frozen=True)
class Part:
    """One sub-pot.

    Parameters
    ----------
    kind : what its shares follow.
    rate : exact part, above 0 and up to 1, of what is left for people once the funds are served.
    cap : for TIME alone, and needed: no one counts more than so many times the median; 1 or more.
    points : for TASKS alone, and needed: the published points of each task, in whole numbers.

    Raises
    ------
    SharingError
        If a rate, cap or number of points is missing, out of range, or not exact.

    References
    ----------
    docs/method/sharing.md, "The six buttons".

    Examples
    --------
    >>> Part(Kind.TIME, Fraction(1, 2), cap=Fraction(3)).rate
    Fraction(1, 2)
    """

    kind: Kind
    rate: Fraction = ALL
    cap: Fraction | None = None
    points: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        _check_rate(f"the {self.kind} sub-pot", self.rate)
        if not self.rate:
            raise SharingError(f"the rate of the {self.kind} sub-pot is 0 %: leave it out")
        self._check_cap()
        self._check_points()

    def _check_cap(self) -> None:
        if (self.kind is Kind.TIME) is (self.cap is None):
            raise SharingError(
                f"the {self.kind} sub-pot has the cap {self.cap}: by time needs a cap, no other has one"
            )
        if self.cap is not None and not (isinstance(self.cap, Rational) and self.cap >= 1):
            raise SharingError(f"the cap is {self.cap} medians: it is an exact number from 1 up")

    def _check_points(self) -> None:
        if (self.kind is Kind.TASKS) is not bool(self.points):
            raise SharingError(
                f"the {self.kind} sub-pot has points for {len(self.points)} tasks: "
                "by tasks needs points, no other has any"
            )
        _check_once("task", [task for task, _ in self.points])
        for task, points in self.points:
            if not isinstance(points, int) or points < 0:
                raise SharingError(f"the task {task} has {points} points: give a whole number")


@dataclass(frozen=True)
class Rule:
    """A whole rule, which nothing changes during the period it was voted for.

    Parameters
    ----------
    funds : named parts off the top and their exact rates of the whole pot, in the published order;
        together 1 at most.
    parts : the sub-pots of what is left for people, each kind once; together exactly 1, or none
        when the funds take all.
    common : the name of the fund that enters the common fund of the coproduction, or empty.

    Raises
    ------
    SharingError
        If the rates do not add up, are negative or not exact, or if a name comes twice.

    References
    ----------
    docs/method/sharing.md, formula (2).

    Examples
    --------
    >>> Rule((("common fund", Fraction(1, 5)),), (Part(Kind.EQUAL),)).canonical
    '{"format":"partage-sharing-rule/1","funds":[["common fund","1/5"]],"parts":[{"cap":null,"kind":"equal","points":[],"rate":"1"}]}'
    """

    funds: tuple[tuple[str, Fraction], ...] = ()
    parts: tuple[Part, ...] = ()
    common: str = ""

    def __post_init__(self) -> None:
        names = [name for name, _ in self.funds]
        _check_once("fund", [PEOPLE, NOBODY, *names])
        if self.common and self.common not in names:
            raise SharingError(f"the common fund '{self.common}' is not among the funds: {names}")
        _check_once("sub-pot", [part.kind for part in self.parts])
        for name, rate in self.funds:
            _check_rate(name, rate)
        if self.for_people < 0:
            taken = percent(ALL - self.for_people)
            raise SharingError(f"the funds take {taken} of the pot: they take 100 % at most")
        self._check_parts(sum((part.rate for part in self.parts), Fraction(0)))

    def _check_parts(self, total: Fraction) -> None:
        expected = ALL if self.for_people else Fraction(0)
        if total != expected:
            raise SharingError(
                f"the sub-pots add up to {percent(total)}: they add up to {percent(expected)} "
                f"when the funds leave {percent(self.for_people)} of the pot"
            )

    @property
    def for_people(self) -> Fraction:
        """The part of the pot that the funds leave, from 0 to 1."""
        return ALL - sum(rate for _, rate in self.funds)

    @property
    def canonical(self) -> str:
        """The rule as JSON, always in the same bytes: this is what is published and sealed."""
        parts = [
            {
                "kind": part.kind,
                "rate": str(part.rate),
                "cap": None if part.cap is None else str(part.cap),
                "points": part.points,
            }
            for part in self.parts
        ]
        content = {
            "format": FORMAT,
            "funds": [(name, str(rate)) for name, rate in self.funds],
            "parts": parts,
            # Left out where there is none, as in rules sealed before it could be said.
            **({"common": self.common} if self.common else {}),
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


def read_rule(text: str) -> Rule:
    """The rule written by `Rule.canonical`, and by nothing else.

    Parameters
    ----------
    text : canonical JSON; one space more is refused, since its seal would not be the same.

    Returns
    -------
    Rule

    Raises
    ------
    SharingError
        If the text is not the canonical form of a rule, or tells a rule that is refused.

    References
    ----------
    docs/method/sharing.md, "Sealing".

    Examples
    --------
    >>> rule = Rule((("common fund", Fraction(1)),))
    >>> read_rule(rule.canonical) == rule
    True
    """
    try:
        found = json.loads(text)
        funds = tuple((name, _fraction(rate)) for name, rate in found["funds"])
        parts = tuple(_part(**part) for part in found["parts"])
        rule = Rule(funds, parts, found.get("common", ""))
        if rule.canonical == text:
            return rule
    except SharingError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        pass
    raise SharingError(f"the rule is not in its sealed form: {text[:PER_CENT]}")


def percent(rate: Fraction) -> str:
    """A rate in words, exact.

    Examples
    --------
    >>> percent(Fraction(1, 5)), percent(Fraction(1, 3))
    ('20 %', '100/3 %')
    """
    return f"{rate * PER_CENT} %"


def _part(kind: str, rate: str, cap: str | None, points: Sequence[tuple[str, int]]) -> Part:
    pairs = tuple((task, number) for task, number in points)
    return Part(Kind(kind), _fraction(rate), None if cap is None else _fraction(cap), pairs)


def _fraction(text: str) -> Fraction:
    # Fraction() also reads "1e999999999", on which exact arithmetic would stall.
    if not _WRITTEN.fullmatch(text):
        raise ValueError(text)
    return Fraction(text)


def _check_rate(name: str, rate: Fraction) -> None:
    if not isinstance(rate, Rational):
        raise SharingError(f"the rate of {name} is {rate}: give an exact fraction")
    if not 0 <= rate <= 1:
        raise SharingError(f"the rate of {name} is {percent(rate)}: it lies from 0 to 100 %")


def _check_once(what: str, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if not name or name in names[:place]:
            raise SharingError(
                f"the {what} named '{name}' comes twice or has no name: name each once"
            )
