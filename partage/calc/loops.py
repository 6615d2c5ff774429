"""Loops over votes and points, compiled by numba: only `partage.calc.accelerated` knows them.

Without numba this module cannot be imported, and nothing does. `starts` and `numbers` are those of
`VoteRows`, `block` the first person and the one after the last. Each loop adds in the order of the
votes, as its counterpart in numpy or scipy does.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from partage.calc.accelerated import ANSWERS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[Any]
Block = tuple[int, int]
Loop = TypeVar("Loop", bound=Callable[..., Any])

SHORT = 64  # so many votes are sorted by insertion


def compiled(loop: Loop) -> Loop:
    """The loop as machine code, kept beside its source or in the user's cache where one may write."""
    try:
        return cast(Loop, numba.njit(nogil=True, cache=True)(loop))
    except RuntimeError:  # nowhere to keep it: each process compiles it again
        return cast(Loop, numba.njit(nogil=True)(loop))


@compiled
def sums(starts: Ints, numbers: Numbers, values: Floats, found: Floats, block: Block) -> None:
    """Of each person, the sum of the values of their answers."""
    for person in range(block[0], block[1]):
        total = 0.0
        for vote in range(starts[person], starts[person + 1]):
            total += values[numbers[vote]]
        found[person] = total


@compiled
def spread(starts: Ints, numbers: Numbers, values: Floats, found: Floats, block: Block) -> None:
    """The same sums, added up by answer."""
    for person in range(block[0], block[1]):
        total = 0.0
        for vote in range(starts[person], starts[person + 1]):
            total += values[numbers[vote]]
        for vote in range(starts[person], starts[person + 1]):
            found[numbers[vote]] += total


@compiled
def counts(starts: Ints, numbers: Numbers, groups: Numbers, found: Ints, block: Block) -> None:
    """People by group and answer."""
    for person in range(block[0], block[1]):
        row = found[groups[person]]
        for vote in range(starts[person], starts[person + 1]):
            row[numbers[vote]] += 1


@compiled
def pairs(starts: Ints, numbers: Numbers, fields: Block, found: Ints, block: Block) -> None:
    """Pairs of answers of the same person, packed in fields of so many bits."""
    for person in range(block[0], block[1]):
        for vote in range(starts[person], starts[person + 1]):
            row = found[numbers[vote] // ANSWERS]
            one = 1 + (np.int64(numbers[vote] % ANSWERS) - 1 << fields[0])
            for other in range(vote, starts[person + 1]):
                said = np.int64(numbers[other] % ANSWERS) - 1
                row[numbers[other] // ANSWERS] += one * (1 + (said << fields[1]))


@compiled
def gather(
    people: Numbers, statements: Numbers, answers: Numbers, starts: Ints, found: Numbers
) -> None:
    """Put the votes of each person together, in their order; `starts` are zeros until then."""
    for person in people:
        starts[person + 1] += 1
    here = np.cumsum(starts)
    starts[:] = here
    for row in range(len(people)):
        found[here[people[row]]] = ANSWERS * statements[row] + answers[row] + 1
        here[people[row]] += 1


@compiled
def settle(starts: Ints, numbers: Numbers) -> None:
    """Sort the votes of each person by statement and keep the last of each, all in place."""
    kept, begin = 0, starts[0]
    for person in range(len(starts) - 1):
        end = starts[person + 1]
        _sort(numbers[begin:end])
        starts[person] = kept
        for vote in range(begin, end):
            if vote + 1 == end or numbers[vote + 1] // ANSWERS != numbers[vote] // ANSWERS:
                numbers[kept] = numbers[vote]
                kept += 1
        begin = end
    starts[-1] = kept


@compiled
def _sort(numbers: Numbers) -> None:
    """By statement; the votes on one stay in their order."""
    if len(numbers) > SHORT:
        numbers[:] = numbers[np.argsort(numbers // ANSWERS, kind="mergesort")]
        return
    for last in range(1, len(numbers)):
        number, place = numbers[last], last
        while place > 0 and numbers[place - 1] // ANSWERS > number // ANSWERS:
            numbers[place] = numbers[place - 1]
            place -= 1
        numbers[place] = number


@compiled
def nearest(
    boxes: Floats, shape: tuple[Ints, int, float], points: Floats, centres: Floats, found: Ints
) -> int:
    """Write runs of points and the centre nearest to them: start, size, centre; tell how many.

    `boxes` are corners (low x, low y, high x, high y) from the largest to the smallest; `shape` is
    where each size begins, the parts of a box, and the margin.
    """
    edges, branches, margin = shape
    last = len(edges) - 2
    left = np.empty((last + 2, len(centres)), np.int64)
    left[0] = np.arange(len(centres))
    sizes, here, ends = np.zeros(last + 2, np.int64), edges[:-1].copy(), edges[1:].copy()
    sizes[0] = len(centres)
    level, runs = 0, 0
    while level >= 0:
        if here[level] == ends[level]:
            level -= 1
            continue
        box = here[level]
        here[level] += 1
        kept = _filter(boxes[box], left[level, : sizes[level]], centres, margin, left[level + 1])
        first = (box - edges[level]) * branches
        if kept == 1:
            start = first * branches ** (last - level)
            size = min(branches ** (last - level + 1), len(points) - start)
            found[runs, 0], found[runs, 1], found[runs, 2] = start, size, left[level + 1, 0]
            runs += 1
        elif level == last:
            for point in range(first, min(first + branches, len(points))):
                centre = _least(points[point, 0], points[point, 1], left[level + 1, :kept], centres)
                found[runs, 0], found[runs, 1], found[runs, 2] = point, 1, centre
                runs += 1
        else:
            level += 1
            sizes[level] = kept
            here[level] = edges[level] + first
            ends[level] = min(here[level] + branches, edges[level + 1])
    return runs


@compiled
def _filter(box: Floats, left: Ints, centres: Floats, margin: float, kept: Ints) -> int:
    """Keep the centres nearest to some place of the box, and tell how many they are."""
    rival = _least((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, left, centres)
    how_many = 0
    for centre in left:
        x = box[2] if centres[centre, 0] > centres[rival, 0] else box[0]
        y = box[3] if centres[centre, 1] > centres[rival, 1] else box[1]
        to_centre = (x - centres[centre, 0]) ** 2 + (y - centres[centre, 1]) ** 2
        to_rival = (x - centres[rival, 0]) ** 2 + (y - centres[rival, 1]) ** 2
        if to_centre - to_rival <= margin * (to_centre + to_rival):
            kept[how_many] = centre
            how_many += 1
    return how_many


@compiled
def _least(x: float, y: float, left: Ints, centres: Floats) -> int:
    """The nearest of some centres, the last one among equals."""
    best, least = -1, np.inf
    for centre in left:
        square = (x - centres[centre, 0]) ** 2 + (y - centres[centre, 1]) ** 2
        if square <= least:
            best, least = centre, square
    return best
