"""The known word nearest to one that nobody wrote."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int16]

SHORTEST, LONG = 4, 8
SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"


def distance(one: str, other: str) -> int:
    """How many letters were left out, added, replaced, or swapped with the next one.

    References
    ----------
    Damerau, F. J. (1964). A technique for computer detection and correction of spelling errors.

    Examples
    --------
    >>> distance("numerqiue", "numerique"), distance("emploi", "emplois"), distance("a", "abc")
    (1, 1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, sign in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def letters_of(words: list[str]) -> Counts:
    """How often each sign is in each word, shape (n_words, n_signs + 1); the last is the length."""
    found = np.zeros((len(words), len(SIGNS) + 1), np.int16)
    places = {sign: place for place, sign in enumerate(SIGNS)}
    for row, word in enumerate(words):
        for sign in word:
            if sign in places:
                found[row, places[sign]] += 1
        found[row, -1] = len(word)
    return found


class Spelling:
    """Known words, without accents, and how many texts hold each."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self._words = sorted(known)

    @cached_property
    def _letters(self) -> Counts:
        return letters_of(self._words)

    def nearest(self, word: str) -> str:
        """The nearest known word, the most written if several; empty when none is near.

        One letter may differ from four letters on, two from eight. The first letter counts: of
        words equally near, one that begins alike comes first. Figures are never corrected.

        Examples
        --------
        >>> spelling = Spelling({"numerique": 40, "numeriques": 9, "emploi": 3})
        >>> spelling.nearest("numerqiue"), spelling.nearest("emplio"), spelling.nearest("zzzz")
        ('numerique', 'emploi', '')
        """
        if len(word) < SHORTEST or not word.isalpha() or not self._words:
            return ""
        most = 2 if len(word) >= LONG else 1
        near = [(distance(word, other), other) for other in self._alike(word, most)]
        ranked = [
            (far, other[0] != word[0], -self._known[other], other)
            for far, other in near
            if far <= most
        ]
        return min(ranked)[-1] if ranked else ""

    def _alike(self, word: str, most: int) -> list[str]:
        """Words made of nearly the same letters: the others cannot be so near."""
        apart = np.abs(self._letters - letters_of([word])[0])
        likely = (apart[:, -1] <= most) & (apart[:, :-1].sum(axis=1) <= 2 * most)
        return [self._words[row] for row in np.flatnonzero(likely)]
