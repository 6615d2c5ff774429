"""A sheet of named values that depend on one another, with their bounds.

A name is an input, a dated rate or a formula over other names. Bounds are found by corners: the
value is computed exactly with every uncertain input at its low or its high. The bounds are exact
for a value that rises only, or falls only, with each input; `draws` tells what they cannot.
The method is in docs/method/account.md, "Bounds".
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import sqrt

from partage.calc.formula import Number, evaluate
from partage.calc.parameters import Dated, PayTable

Lookup = Callable[[str], Number]
Point = Mapping[str, Number]
Used = Dated | PayTable

FLOAT_BITS = 53
MOST_UNCERTAIN = 14  # 16,384 corners, about a second


class TooUncertain(ValueError):
    """Too many uncertain inputs meet in one value to try every corner."""


@dataclass(frozen=True)
class Range:
    """Low, central and high of an uncertain input, in base units."""

    low: Fraction
    central: Fraction
    high: Fraction

    def at(self, share: float) -> float:
        """Value below which a triangular draw falls with this probability."""
        low, central, high = float(self.low), float(self.central), float(self.high)
        width = high - low
        if share * width <= central - low:
            return low + sqrt(share * width * (central - low))
        return high - sqrt((1 - share) * width * (high - central))


@dataclass(frozen=True)
class Node:
    """One named value: what it needs, and how it is computed from that.

    ``constant`` is the value of an input or a rate that needs nothing; ``text`` is the formula
    shown to readers; ``is_unknown`` spreads to every value that needs this one.
    """

    text: str
    needs: tuple[str, ...] = ()
    compute: Callable[[Lookup], Number] | None = None
    constant: Fraction | None = None
    parameters: tuple[Used, ...] = ()
    is_unknown: bool = False


def formula_node(text: str, full_names: Mapping[str, str]) -> Node:
    """A value computed by a formula.

    Parameters
    ----------
    text : the formula.
    full_names : for each name in the formula, its name on the sheet.
    """

    def compute(look: Lookup) -> Number:
        return evaluate(text, lambda name: look(full_names[name]))

    return Node(text, tuple(full_names.values()), compute)


class Sheet:
    """Named values computed on demand, each once per distinct set of the inputs it reads.

    Parameters
    ----------
    nodes : every name and how it is computed; a name only needs names of this mapping.
    ranges : the uncertain inputs, those whose low differs from their high.
    """

    def __init__(self, nodes: Mapping[str, Node], ranges: Mapping[str, Range]) -> None:
        self.nodes, self.ranges = nodes, ranges
        self._all_needs: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, tuple[Number, ...]], Number] = {}
        self._uncertain: dict[str, tuple[str, ...]] = {}
        constants = {name: node.constant for name, node in nodes.items()}
        self._central = {name: value for name, value in constants.items() if value is not None}

    def all_needs(self, name: str) -> frozenset[str]:
        """Every name that a value depends on, itself included."""
        if name not in self._all_needs:
            below = (self.all_needs(need) for need in self.nodes[name].needs)
            self._all_needs[name] = frozenset([name]).union(*below)
        return self._all_needs[name]

    def unknowns(self, name: str) -> tuple[str, ...]:
        """Names without a value that a value depends on; if any, it is unknown."""
        return tuple(n for n in sorted(self.all_needs(name)) if self.nodes[n].is_unknown)

    def parameters(self, name: str) -> tuple[Used, ...]:
        """Dated parameters that a value depends on."""
        used = {p for need in self.all_needs(name) for p in self.nodes[need].parameters}
        return tuple(sorted(used, key=lambda each: (type(each).__name__, str(each))))

    def uncertain(self, name: str) -> tuple[str, ...]:
        """Uncertain inputs that a value depends on, sorted."""
        if name not in self._uncertain:
            self._uncertain[name] = tuple(sorted(self.all_needs(name) & set(self.ranges)))
        return self._uncertain[name]

    def central(self, name: str) -> Fraction:
        """Exact value with every input at its central."""
        return _exact(self._value(name, self._central))

    def bounds(self, name: str) -> tuple[Fraction, Fraction]:
        """Least and greatest exact value over the corners, and the central point.

        Raises
        ------
        TooUncertain
            If more than MOST_UNCERTAIN uncertain inputs meet in this value.
        ZeroDivisionError
            If a divisor is 0 at a corner.
        """
        values = [self.central(name), *(self._corner_values(name))]
        return min(values), max(values)

    def draws(self, names: Sequence[str], count: int, seed: str) -> dict[str, list[float]]:
        """Values over independent triangular draws of every uncertain input.

        Parameters
        ----------
        names : values wanted, seen at the same draws.
        count : number of draws.
        seed : any text; the same seed gives the same draws on every machine, and an input keeps
            its draws when another is added.

        Returns
        -------
        dict of lists of length count, in the order of the draws.
        """
        wanted = sorted(set().union(*(self.uncertain(name) for name in names)))
        below = frozenset().union(*(self.all_needs(name) for name in names))
        fixed = {name: float(self.central(name)) for name in below if not self.uncertain(name)}
        values: dict[str, list[float]] = {name: [] for name in names}
        for number in range(count):
            drawn = {n: self.ranges[n].at(_uniform(f"{seed}/{n}/{number}")) for n in wanted}
            point = fixed | drawn
            self._known.clear()
            for name in names:
                values[name].append(float(self._value(name, point)))
        self._known.clear()
        return values

    def _corner_values(self, name: str) -> Iterator[Fraction]:
        uncertain = self.uncertain(name)
        if len(uncertain) > MOST_UNCERTAIN:
            raise TooUncertain(
                f"it depends on {len(uncertain)} uncertain inputs: give a single value to "
                f"{len(uncertain) - MOST_UNCERTAIN} of {', '.join(uncertain)}"
            )
        sides = [(self.ranges[n].low, self.ranges[n].high) for n in uncertain]
        for corner in product(*sides):
            point = self._central | dict(zip(uncertain, corner, strict=True))
            yield _exact(self._value(name, point))

    def _value(self, name: str, point: Point) -> Number:
        if name in point:
            return point[name]
        key = (name, tuple(point[n] for n in self.uncertain(name)))
        if key not in self._known:
            compute = self.nodes[name].compute
            if compute is None:
                raise LookupError(f"{name} has no value")
            self._known[key] = compute(lambda need: self._value(need, point))
        return self._known[key]


def _exact(value: Number) -> Fraction:
    # int and Fraction only get here from exact points; a float would mean a lost digit.
    if isinstance(value, float):
        raise TypeError(f"an exact value became the float {value}")
    return Fraction(value)


def _uniform(key: str) -> float:
    """A number in [0, 1) drawn by hashing: the same on every machine and in every version."""
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) >> (64 - FLOAT_BITS)
    return drawn / float(2**FLOAT_BITS)
