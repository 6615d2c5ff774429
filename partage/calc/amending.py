"""Amendments of a text: what each changes, which ones touch, and the text with several applied.

An amendment is the whole text as its author would have it. What it changes is read from the two
texts word by word, so several amendments of one text can be applied together where they do not
touch. Rules in words: docs/method/amending.md.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

# A word carries the blanks after it, so that a change of one word is one change.
WORD = re.compile(r"^\s+|\S+\s*")
# Pairs of equal words beyond which finding the shortest changes would take seconds.
MOST_PAIRS = 50_000


class Edit(NamedTuple):
    """Replace words `start` to `end` (excluded) of a text, counted from 0, by `text`."""

    start: int
    end: int
    text: str


class Clash(Exception):
    """Two amendments change the same place of a text; `first` and `second` are their edits."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(first, second)
        self.first, self.second = first, second


class Size(NamedTuple):
    """How many words an amendment removes and how many it adds."""

    removed: int
    added: int


def words_of(text: str) -> list[str]:
    """The words of a text with the blanks after each; joined they are the text."""
    return WORD.findall(text)


@lru_cache(maxsize=1024)
def edits(base: str, text: str) -> tuple[Edit, ...]:
    """What turns `base` into `text`: edits in order, none touching another.

    Texts that repeat few words over and over count as replaced from the first change to the last.
    """
    old, new = words_of(base), words_of(text)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    inner = old[head : len(old) - tail], new[head : len(new) - tail]
    if not inner[0] and not inner[1]:
        return ()
    if _pairs(*inner) > MOST_PAIRS:
        return (Edit(head, len(old) - tail, "".join(inner[1])),)
    codes = SequenceMatcher(None, *inner, autojunk=False).get_opcodes()
    return tuple(
        Edit(head + a, head + b, "".join(inner[1][c:d]))
        for tag, a, b, c, d in codes
        if tag != "equal"
    )


def _pairs(first: Sequence[str], second: Sequence[str]) -> int:
    """How many pairs of equal words there are: what comparing costs."""
    one, two = Counter(first), Counter(second)
    return sum(count * two[word] for word, count in one.items())


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """How many words two lists begin with in common."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


def size(base: str, text: str) -> Size:
    """Words removed and added by the amendment that turns `base` into `text`."""
    made = edits(base, text)
    return Size(sum(e.end - e.start for e in made), sum(len(words_of(e.text)) for e in made))


def touch(first: Edit, second: Edit) -> bool:
    """Whether two edits of one text change the same place: neighbouring words count as one place."""
    return first != second and max(first.start, second.start) <= min(first.end, second.end)


def clash(base: str, first: str, second: str) -> bool:
    """Whether two amendments of `base` cannot both be applied."""
    try:
        merged(base, [first, second])
    except Clash:
        return True
    return False


def merged(base: str, texts: Sequence[str]) -> str:
    """`base` with all the amendments applied that turn it into each of `texts`, in any order.

    Raises
    ------
    Clash
        Two of them touch. An edit that two amendments have in common is made once.
    """
    every = sorted({edit for text in texts for edit in edits(base, text)})
    for first, second in itertools.pairwise(every):
        if touch(first, second):
            raise Clash(first, second)
    words = words_of(base)
    for start, end, new in reversed(every):
        words[start:end] = [new]
    return "".join(words)


def amended(current: str, base: str, text: str, accepted: Sequence[str] = ()) -> str:
    """`current` with the amendment applied that turned `base`, an earlier state of it, into `text`.

    `accepted` are the texts of amendments of the same `base` applied since. Where they alone made
    `current`, their exact changes are known and the order of applying them changes nothing;
    otherwise the changes are read from the two texts.

    Raises
    ------
    Clash
        The place it changes was changed meanwhile.
    """
    if current == base:
        return text
    try:
        is_exact = merged(base, accepted) == current
    except Clash:
        is_exact = False
    return merged(base, [*accepted, text] if is_exact else [current, text])
