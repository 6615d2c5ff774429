"""Small formulas over named quantities, and the units that keep them honest.

A formula is text such as ``"passages * scan_time / occupancy"``: names, the numbers 0 and 1, the
signs ``+ - * /``, brackets, and ``positive(x)``, the part of x above zero. Nothing else is read,
so a formula from a stranger is safe. Any other number has a source to give: it must be a named
input. The method is in docs/method/account.md.
"""

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
Number = Fraction | float

LONGEST_FORMULA = 500
BEFORE = "before."
_ALLOWED_NUMBERS = (0, 1)
_SIGNS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class FormulaError(ValueError):
    """A formula or a unit that cannot be read; the message is one plain sentence."""


@dataclass(frozen=True)
class Dimension:
    """What a quantity is made of: hours, euros per task, category-days.

    ``powers`` pairs each base symbol with its exponent, sorted; None fits everything (the number
    0: no time and no money are both written 0).
    """

    powers: tuple[tuple[str, int], ...] | None = ()

    def __mul__(self, other: "Dimension") -> "Dimension":
        return self._combine(other, 1)

    def __truediv__(self, other: "Dimension") -> "Dimension":
        if other.powers is None:
            raise FormulaError("divides by 0: divide by an input instead")
        return self._combine(other, -1)

    def __add__(self, other: "Dimension") -> "Dimension":
        if self.powers is None or other.powers is None:
            return other if self.powers is None else self
        if self.powers != other.powers:
            raise FormulaError(
                f"adds or subtracts {self} and {other}: both must count the same thing"
            )
        return self

    __sub__ = __add__

    def __str__(self) -> str:
        over = [name for name, power in self.powers or () for _ in range(power)]
        under = [name for name, power in self.powers or () for _ in range(-power)]
        return "*".join(over or ["1"]) + "".join(f"/{name}" for name in under)

    def _combine(self, other: "Dimension", sign: int) -> "Dimension":
        if self.powers is None or other.powers is None:
            return ANY
        total = dict(self.powers)
        for name, power in other.powers:
            total[name] = total.get(name, 0) + sign * power
        return Dimension(tuple(sorted((n, p) for n, p in total.items() if p)))


ANY = Dimension(None)


@dataclass(frozen=True)
class Unit:
    """A unit of measure: ``factor`` turns a value into base units of its dimension."""

    name: str
    factor: Fraction
    dimension: Dimension


# Definitions, not estimates: nobody can dispute that a minute has sixty seconds. A day, a
# week, a month and a year keep dimensions of their own, because how many working hours they hold is disputable.
SYMBOLS = {
    "1": ("", Fraction(1)),
    "%": ("", Fraction(1, 10**2)),
    "s": ("s", Fraction(1)),
    "min": ("s", Fraction(60)),
    "h": ("s", Fraction(60**2)),
    "day": ("day", Fraction(1)),
    "week": ("week", Fraction(1)),
    "month": ("month", Fraction(1)),
    "year": ("year", Fraction(1)),
    "task": ("task", Fraction(1)),
    "person": ("person", Fraction(1)),
    "category": ("category", Fraction(1)),
    "job": ("job", Fraction(1)),
    "mg": ("g", Fraction(1, 10**3)),
    "g": ("g", Fraction(1)),
    "kg": ("g", Fraction(10**3)),
    "kWh": ("kWh", Fraction(1)),
    "B": ("B", Fraction(1)),
    "kB": ("B", Fraction(10**3)),
    "MB": ("B", Fraction(10**6)),
    "GB": ("B", Fraction(10**9)),
}


@lru_cache(maxsize=1024)
def read_unit(text: str, currency: str = "EUR", counts: tuple[str, ...] = ()) -> Unit:
    """Read a unit such as ``"s"``, ``"EUR/task"`` or ``"category*day"``.

    Parameters
    ----------
    text : symbols joined by ``*`` and ``/``, read from left to right.
    currency : the one currency allowed, three capital letters.
    counts : other things that are counted one by one, for example ``("till",)``.

    Returns
    -------
    Unit

    Raises
    ------
    FormulaError
        If a symbol is unknown or is another currency.

    Examples
    --------
    >>> read_unit("min/task").factor
    Fraction(60, 1)
    >>> str(read_unit("EUR/h").dimension)
    'EUR/s'
    """
    factor, dimension = Fraction(1), Dimension()
    for sign, symbol in re.findall(r"(^|[*/])([^*/]*)", text.replace(" ", "")):
        scale, base = _read_symbol(symbol, currency, counts)
        factor = factor / scale if sign == "/" else factor * scale
        dimension = dimension / base if sign == "/" else dimension * base
    return Unit(text, factor, dimension)


def _read_symbol(symbol: str, currency: str, counts: tuple[str, ...]) -> tuple[Fraction, Dimension]:
    if symbol in (currency, *counts):
        return Fraction(1), Dimension(((symbol, 1),))
    if symbol in SYMBOLS:
        base, scale = SYMBOLS[symbol]
        return scale, Dimension(((base, 1),)) if base else Dimension()
    if re.fullmatch("[A-Z]{3}", symbol):
        raise FormulaError(
            f"counts in {symbol}, but the account counts in {currency}: convert it and say the "
            "rate of exchange in its source"
        )
    known = ", ".join([*SYMBOLS, currency, *counts])
    raise FormulaError(
        f"has the unknown unit {symbol!r}: use {known}, or add the thing counted to 'counts'"
    )


def names_in(text: str) -> tuple[str, ...]:
    """Names a formula reads, sorted, each once.

    Parameters
    ----------
    text : a formula.

    Returns
    -------
    tuple of str; a value of the scenario "before" is written ``"before.name"``.

    Raises
    ------
    FormulaError
        If the text is not a formula.

    Examples
    --------
    >>> names_in("before.A1 - b * (a + b)")
    ('a', 'b', 'before.A1')
    """
    return tuple(sorted(_names(_parse(text))))


def _names(tree: ast.expr) -> set[str]:
    match tree:
        case ast.BinOp(left, _, right):
            return _names(left) | _names(right)
        case ast.Call(args=[inside]):
            return _names(inside)
        case ast.Name(name):
            return {name}
        case ast.Attribute(attr=name):
            return {BEFORE + name}
    return set()


def dimension_of(text: str, dimension: Callable[[str], Dimension]) -> Dimension:
    """Dimension of a formula's result.

    Parameters
    ----------
    text : a formula.
    dimension : gives the dimension of each name.

    Returns
    -------
    Dimension

    Raises
    ------
    FormulaError
        If the formula adds seconds to euros, divides by 0, or is not a formula.

    Examples
    --------
    >>> seconds = Dimension((("s", 1),))
    >>> str(dimension_of("a / b", {"a": seconds, "b": Dimension()}.__getitem__))
    's'
    """
    return _fold(_parse(text), dimension, lambda n: Dimension() if n else ANY, _same)


def evaluate(text: str, value: Callable[[str], Number]) -> Number:
    """Value of a formula, exact when every name is a Fraction.

    Parameters
    ----------
    text : a formula.
    value : gives the value of each name, in base units.

    Returns
    -------
    Fraction, or float when a name is a float.

    Raises
    ------
    FormulaError
        If the text is not a formula.
    ZeroDivisionError
        If a divisor is 0.

    Examples
    --------
    >>> evaluate("positive(a - 1) / b", {"a": Fraction(3), "b": Fraction(4)}.__getitem__)
    Fraction(1, 2)
    """
    return _fold(_parse(text), value, Fraction, _positive)


def _same(value: T) -> T:
    return value


def _positive(value: Number) -> Number:
    return value if value > 0 else Fraction(0)


def _fold(
    tree: ast.expr,
    leaf: Callable[[str], T],
    constant: Callable[[int], T],
    positive: Callable[[T], T],
) -> T:
    """Work through a formula with numbers, or with dimensions: the same walk serves both."""
    match tree:
        case ast.BinOp(left, sign, right):
            apply: Callable[[T, T], T] = _SIGNS[type(sign)]
            return apply(
                _fold(left, leaf, constant, positive), _fold(right, leaf, constant, positive)
            )
        case ast.Call(args=[inside]):
            return positive(_fold(inside, leaf, constant, positive))
        case ast.Constant(value=int(number)):
            return constant(number)
        case ast.Name(name):
            return leaf(name)
        case ast.Attribute(attr=name):
            return leaf(BEFORE + name)
    raise FormulaError(f"holds {ast.unparse(tree)!r}")  # _check has refused it already


@lru_cache(maxsize=4096)
def _parse(text: str) -> ast.expr:
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(f"is longer than {LONGEST_FORMULA} characters: cut it in two inputs")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("cannot be read: write names with + - * / and brackets") from None
    try:
        _check(tree)
    except RecursionError:
        raise FormulaError("holds too many brackets or signs: cut it in two inputs") from None
    return tree


def _check(tree: ast.expr) -> None:
    match tree:
        case ast.BinOp(left, sign, right) if type(sign) in _SIGNS:
            _check(left)
            _check(right)
        case ast.Call(func=ast.Name(id="positive"), args=[inside], keywords=[]):
            _check(inside)
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            if number not in _ALLOWED_NUMBERS:
                raise FormulaError(_no_source(tree))
        case ast.Constant(value=float()):
            raise FormulaError(_no_source(tree))
        case ast.Name() | ast.Attribute(value=ast.Name(id="before")):
            pass
        case _:
            raise FormulaError(
                f"holds {ast.unparse(tree)!r}: only names, + - * /, brackets and positive() are read"
            )


def _no_source(tree: ast.expr) -> str:
    return f"holds the number {ast.unparse(tree)} without a source: make it a named input"
