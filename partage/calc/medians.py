"""The middle of what people gave, from how often each value was given."""

from collections.abc import Mapping


def median_of(counts: Mapping[int, int]) -> float | None:
    """The median of values of which only the counts are known.

    Parameters
    ----------
    counts : mapping of int to int
        How many times each value was given; the unit of the values is that of the result.

    Returns
    -------
    float or None
        The middle value; halfway between the two in the middle when an even number was given.
        None when nothing was given.

    Examples
    --------
    >>> median_of({3: 1, 5: 1, 20: 1})
    5.0
    >>> median_of({3: 2, 5: 2})
    4.0
    """
    total = sum(counts.values())
    if total == 0:
        return None
    return (_at(counts, (total - 1) // 2) + _at(counts, total // 2)) / 2


def _at(counts: Mapping[int, int], place: int) -> int:
    """The value at this place, from 0, when all are put in order."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed > place:
            return value
    raise IndexError(place)
