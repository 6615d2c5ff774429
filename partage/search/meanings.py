"""Words that say the same thing: what else a question looks for, beside its own words."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from partage.calc.stems import fold
from partage.search.analysis import LANGUAGES, content_words, stems

Key = tuple[str, ...]
LONGEST = 6  # words of one expression


@cache
def meanings() -> dict[Key, list[str]]:
    """Every expression of the file, by the stems of its words in either language, with the others."""
    found: dict[Key, list[str]] = {}
    for line in files("partage.search").joinpath("meanings.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            alike = [part.strip() for part in line.split(";")]
            for one in alike:
                for key in keys(content_words(one)):
                    others = found.setdefault(key, [])
                    others += [other for other in alike if other not in (one, *others)]
    return found


def keys(words: list[str]) -> set[Key]:
    """An expression by the stems of its words, as each language has them."""
    return {tuple(" ".join(stems(word, tag)) or fold(word) for word in words) for tag in LANGUAGES}


@cache
def known_words() -> frozenset[str]:
    """The words of the file, without accents: none of them is a mistake."""
    return frozenset(part for key in meanings() for part in key)


def expressions(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The words in pieces, each the longest expression that the file has, with what else says it."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + LONGEST), start, -1):
            piece = words[start:end]
            others = [other for key in sorted(keys(piece)) for other in meanings().get(key, [])]
            if others or end == start + 1:
                break
        yield piece, list(dict.fromkeys(others))
        start = end
