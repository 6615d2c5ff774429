"""What Polis says of statements: those that represent a group, those of the majority, which to show.

Formulas: docs/method/polis.md. A is the number of agreements, D of disagreements, P of passes and S
of people who saw the statement.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.arrival import ArrivalVotes
from partage.calc.groups import Labels
from partage.calc.support import Tallies

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ANSWERS = (-1, 0, 1)
SIGNIFICANT = 1.2816  # of a normal, one-sided 90 %
LISTED = 5
NEW_BOOST, HALVING_VOTES = 8.0, 5.0
META_IMPORTANCE = 7.0


@dataclass(frozen=True)
class Representative:
    """A statement that represents a group, by its place and not by its name.

    Attributes
    ----------
    statement : index of the statement
    agrees : whether the group stands out by agreeing; else by disagreeing
    is_best_agree : whether it heads the list as what the group agrees most with
    probability : (A + 1) / (S + 2) in the group, or the same of D
    test : one-proportion z of that answer in the group
    ratio : the probability over the one among the other groups
    ratio_test : two-proportion z of the group against the others
    """

    statement: int
    agrees: bool
    is_best_agree: bool
    probability: float
    test: float
    ratio: float
    ratio_test: float


@dataclass(frozen=True)
class Majority:
    """A statement, by its place, with which most people agree (or disagree): see Representative."""

    statement: int
    probability: float
    test: float


class _Answer(NamedTuple):
    """One answer in each group against the others; arrays (n_groups, n_statements)."""

    probability: Floats
    test: Floats
    ratio: Floats
    ratio_test: Floats

    def of_group(self, group: int) -> "_Answer":
        return _Answer(*(values[group] for values in self))


def group_tallies(votes: ArrivalVotes, groups: Labels, n_groups: int) -> Tallies:
    """Counts of answers, each (n_groups, n_statements).

    Parameters
    ----------
    votes : the votes
    groups : (n_people,), number of each person's group, from 0
    n_groups : how many there are
    """
    counts = votes.rows.counts(groups, n_groups)
    disagrees, passes, agrees = np.moveaxis(counts.reshape(n_groups, -1, len(ANSWERS)), 2, 0)
    return Tallies(agrees, disagrees, passes)


def group_consensus(counts: Tallies) -> Floats:
    """Group-informed consensus of each statement, (n_statements,): product over groups of
    (A + 1) / (S + 2), in [0, 1].

    Examples
    --------
    Two groups, where 3 of 4 and 0 of 1 agree: 4/6 times 1/3.

    >>> two = Tallies(np.array([[3], [0]]), np.array([[1], [1]]), np.array([[0], [0]]))
    >>> group_consensus(two).round(4).tolist()
    [0.2222]
    """
    product: Floats = np.prod(_probability(counts.agrees, counts.seen), axis=0)
    return product


def _probability(answers: NDArray[np.int64], seen: NDArray[np.int64]) -> Floats:
    probability: Floats = (answers + 1) / (seen + 2)
    return probability


def proportion_test(answers: NDArray[np.int64], seen: NDArray[np.int64]) -> Floats:
    """z of a share against one half, one more success in one more trial than were seen.

    Parameters
    ----------
    answers, seen : of one shape, which is that of the result

    Examples
    --------
    >>> proportion_test(np.array([8, 0]), np.array([8, 0])).tolist()
    [3.0, 1.0]
    """
    z: Floats = 2 * np.sqrt(seen + 1) * ((answers + 1) / (seen + 1) - 1 / 2)
    return z


def two_proportion_test(
    answers: NDArray[np.int64],
    seen: NDArray[np.int64],
    other_answers: NDArray[np.int64],
    other_seen: NDArray[np.int64],
) -> Floats:
    """z of a share in a group against the share elsewhere, one added to each of the four counts.

    0 where all four counts together leave nothing to compare (everybody gave the answer).

    Parameters
    ----------
    answers, seen, other_answers, other_seen : of one shape, which is that of the result

    Examples
    --------
    3 of 3 here, 0 of 3 elsewhere: shares 1 and 1/4, pooled 5/8.

    >>> two_proportion_test(*np.array([[3], [3], [0], [3]])).round(4).tolist()
    [2.1909]
    """
    a, n, b, m = (count + 1.0 for count in (answers, seen, other_answers, other_seen))
    pooled, everyone = a + b, n + m
    # (a/n - b/m) / sqrt(p (1 - p) (1/n + 1/m)) over one denominator: the signs come out exact.
    squared = pooled * (everyone - pooled) * n * m
    is_told = squared > 0
    z: Floats = (a * m - b * n) * np.sqrt(everyone / np.where(is_told, squared, 1))
    return np.where(is_told, z, 0.0)


def representatives(counts: Tallies, excluded: Mask) -> tuple[tuple[Representative, ...], ...]:
    """At most five statements for each group, agreements before disagreements.

    Parameters
    ----------
    counts : by group, each (n_groups, n_statements), statements in order of arrival
    excluded : (n_statements,), statements moderated out

    Notes
    -----
    A statement is sufficient if its test and its ratio test are both significant for one answer.
    The list holds what the group agrees most with, then the sufficient ones by ratio, ratio test,
    probability and test multiplied. Without a sufficient one it holds a single statement.
    """
    agree, disagree = _answer(counts.agrees, counts.seen), _answer(counts.disagrees, counts.seen)
    voted = (counts.agrees + counts.disagrees > 0) & ~excluded
    return tuple(
        _of_group(agree.of_group(group), disagree.of_group(group), voted[group], ~excluded)
        for group in range(len(counts.seen))
    )


def _answer(answers: NDArray[np.int64], seen: NDArray[np.int64]) -> _Answer:
    others, others_seen = answers.sum(axis=0) - answers, seen.sum(axis=0) - seen
    return _Answer(
        _probability(answers, seen),
        proportion_test(answers, seen),
        # One division, so that a ratio of one is exactly one.
        (answers + 1) * (others_seen + 2) / ((seen + 2) * (others + 1)),
        two_proportion_test(answers, seen, others, others_seen),
    )


def _of_group(
    agree: _Answer, disagree: _Answer, voted: Mask, kept: Mask
) -> tuple[Representative, ...]:
    is_agree = agree.ratio_test > disagree.ratio_test
    chosen = _Answer(*(np.where(is_agree, *both) for both in zip(agree, disagree, strict=True)))
    sufficient = _is_sufficient(agree) | _is_sufficient(disagree)
    best_agree = _best_agree(agree, np.flatnonzero(voted).tolist())
    ranked = np.argsort(-_merit(chosen, chosen.ratio_test.astype(np.float32)), kind="stable")
    after = [j for j in ranked.tolist() if sufficient[j] and kept[j] and j != best_agree]
    listed = [] if best_agree is None else [best_agree]
    if not (sufficient & kept).any():
        listed = listed or _largest_test(chosen.ratio_test, np.flatnonzero(kept).tolist())
    listed = [*listed, *after][:LISTED]
    return tuple(
        Representative(j, bool(is_agree[j]), j == best_agree, *_figures(chosen, j))
        for j in sorted(listed, key=lambda j: not is_agree[j])
    )


def _is_sufficient(answer: _Answer) -> Mask:
    passes: Mask = (answer.ratio_test > SIGNIFICANT) & (answer.test > SIGNIFICANT)
    return passes


def _merit(answer: _Answer, ratio_test: NDArray[np.floating]) -> Floats:
    merit: Floats = answer.ratio * ratio_test * answer.probability * answer.test
    return merit


def _figures(answer: _Answer, statement: int) -> tuple[float, float, float, float]:
    probability, test, ratio, ratio_test = (float(values[statement]) for values in answer)
    return probability, test, ratio, ratio_test


def _best_agree(agree: _Answer, voted: list[int]) -> int | None:
    """What the group agrees most with: statements pass one by one and each must beat the best.

    The measure depends on the best so far, so the result depends on the order.
    """
    opens = (agree.test > SIGNIFICANT) | ((agree.ratio > 1) & (agree.probability > 1 / 2))
    against_others = _merit(agree, agree.ratio_test)
    alone = agree.probability * agree.test
    # Python numbers: one at a time, they are compared ten times faster than those of arrays.
    ratios, merits, plain = agree.ratio.tolist(), against_others.tolist(), alone.tolist()
    opening = iter(voted)
    best = next((j for j in opening if opens[j]), None)
    for j in opening if best is not None else ():
        measure = merits if ratios[best] > 1 else plain
        if measure[j] > measure[best]:
            best = j
    return best


def _largest_test(ratio_test: Floats, kept: list[int]) -> list[int]:
    """The statement whose answer is most particular to the group; none if all were moderated."""
    # The engine keeps the best so far in single precision.
    best: list[int] = []
    for j in kept:
        if not best or ratio_test[j] > np.float32(ratio_test[best[0]]):
            best = [j]
    return best


def majority(
    answers: NDArray[np.int64], seen: NDArray[np.int64], excluded: Mask
) -> tuple[Majority, ...]:
    """At most five statements to which most people gave an answer, by probability times test.

    Parameters
    ----------
    answers, seen : (n_statements,), of everybody, with or without a group
    excluded : (n_statements,), statements moderated out
    """
    probability, test = _probability(answers, seen), proportion_test(answers, seen)
    enough = (probability > 1 / 2) & (test > SIGNIFICANT) & ~excluded
    ranked = np.argsort(-(probability * test), kind="stable")
    chosen = ranked[enough[ranked]][:LISTED].tolist()
    return tuple(Majority(j, float(probability[j]), float(test[j])) for j in chosen)


def priorities(counts: Tallies, extremity: Floats, meta: Mask) -> Floats:
    """Weights with which the next statement is drawn, (n_statements,).

    Parameters
    ----------
    counts : by group, each (n_groups, n_statements)
    extremity : (n_statements,), distance of the statement from the centre of the map
    meta : (n_statements,), statements about the conversation itself

    Notes
    -----
    The formula as written. From March 2025 to July 2026 the engine gave every statement the
    priority of a meta statement, by mistake; and it always uses the counts of its previous round.

    Examples
    --------
    A new statement and one that all 10 saw, 5 agreed and 3 passed, both at the centre:
    ((1 - 1/2) (1/2) 9)² and ((1 - 4/12) (6/12) (1 + 8/4))².

    >>> counts = Tallies(*np.array([[[0, 5]], [[0, 2]], [[0, 3]]]))
    >>> priorities(counts, np.zeros(2), np.zeros(2, bool)).tolist()
    [5.0625, 1.0]
    """
    agrees, passes, seen = (
        part.sum(axis=0) for part in (counts.agrees, counts.passes, counts.seen)
    )
    importance = (1 - _probability(passes, seen)) * (extremity + 1) * _probability(agrees, seen)
    boosted = importance * (1 + NEW_BOOST * 2 ** (-seen / HALVING_VOTES))
    return np.where(meta, META_IMPORTANCE, boosted) ** 2
