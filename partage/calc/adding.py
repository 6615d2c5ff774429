"""Results that add up: those of two parts of the people make that of both."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Adding:
    """A record whose fields add up, each with its own `+`.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Tally(Adding):
    ...     agrees: int
    ...     passes: int
    >>> Tally(3, 1) + Tally(4, 0)
    Tally(agrees=7, passes=1)
    """

    def __add__(self, other: Self) -> Self:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return type(self)(*(one + another for one, another in pairs))
