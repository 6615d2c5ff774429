"""Finding people by their place in the canonical order when nobody holds all the keys.

Ranges of keys that hold the people wanted are cut ever smaller, by counts that add up over parts.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.canonical import Ints, Keys

FIRST_BITS, MORE_BITS = 16, 4  # ranges are cut in 2**16, then each in 2**4
ALL_BITS = 64


class Ranges(NamedTuple):
    """Ranges of keys, in order, none touching another's keys.

    Attributes
    ----------
    starts : smallest key of each, a multiple of 2**bits
    bits : each holds 2**bits keys
    below : how many people have a smaller key than each start
    """

    starts: Keys
    bits: int
    below: Ints

    def place(self, keys: Keys) -> Ints:
        """The range that each key is in, -1 if in none; shape (n,)."""
        places = np.searchsorted(self.starts, keys, side="right") - 1
        inside = (keys - self.starts[places]) >> np.uint64(self.bits) == 0
        return np.where((places >= 0) & inside, places, -1)


def ranges_of(numbers: Ints, count: Callable[[Keys, int], Ints]) -> Ranges:
    """Ranges of keys that hold these people and, but for people of the same key, no other.

    Parameters
    ----------
    numbers : places in the order of the keys of everybody, increasing, at least one
    count : adds up `count_in` over the parts that hold everybody
    """
    found = Ranges(np.zeros(1, np.uint64), ALL_BITS, np.zeros(1, np.int64))
    n_inside, cut = -1, FIRST_BITS
    while found.bits > 0 and n_inside != numbers.size:
        bits = found.bits - cut
        steps = np.arange(1 << cut, dtype=np.uint64) << np.uint64(bits)
        starts = (found.starts[:, None] + steps).ravel()
        people = count(starts, bits).reshape(-1, 1 << cut)
        below = (found.below[:, None] + np.cumsum(people, axis=1) - people).ravel()
        # Where empty ranges have as many people below, the last of them is the one that is not.
        kept = np.unique(np.searchsorted(below, numbers, side="right") - 1)
        found, cut = Ranges(starts[kept], bits, below[kept]), MORE_BITS
        n_inside = int(people.ravel()[kept].sum())
    return found


def count_in(keys: Keys, starts: Keys, bits: int) -> Ints:
    """How many of these keys are in each range of 2**bits from `starts`, shape (n_starts,)."""
    places = Ranges(starts, bits, np.zeros(0, np.int64)).place(keys)
    return np.bincount(places[places >= 0], minlength=starts.size)


def wanted(keys: Keys, ranges: Ranges, numbers: Ints) -> NDArray[np.intp]:
    """Which of the people in these ranges have these numbers, in the order of the numbers.

    Parameters
    ----------
    keys : of all the people in the ranges, in any order
    ranges, numbers : as from `ranges_of`
    """
    order = np.argsort(keys, kind="stable")
    places = ranges.place(keys[order])
    firsts = np.searchsorted(places, np.arange(ranges.starts.size))
    own_numbers = ranges.below[places] + np.arange(keys.size) - firsts[places]
    return order[np.isin(own_numbers, numbers)]
