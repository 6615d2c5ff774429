"""What was found, as a page shows it: the words around, with those asked for marked."""

import re
from collections.abc import Iterator
from itertools import islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partage.calc.stems import fold
from partage.search.analysis import LANGUAGES, stems
from partage.web.localized import in_reader_language

WORD = re.compile(r"\w+")
AROUND = 220  # signs
MOST_MARKS = 5  # of one text: where every word is marked, none is
MARK = "<mark>{}</mark>"


def shown_words(words: dict[str, str], marked: frozenset[str]) -> tuple[str, str]:
    """The text and its language: the reader's, unless only another one holds what was asked for."""
    text, language = in_reader_language(words)
    if text and not any(_places(text, marked)):
        for tag, other in sorted(words.items()):
            if any(_places(other, marked)):
                return other, tag
    return text, language


def _places(text: str, marked: frozenset[str]) -> Iterator[tuple[int, int]]:
    for match in WORD.finditer(text) if marked else ():
        word = match.group()
        if fold(word.lower()) in marked or any(
            stem in marked for tag in LANGUAGES for stem in stems(word, tag)
        ):
            yield match.span()


def with_marks(text: str, marked: frozenset[str]) -> SafeString:
    """The text with the words asked for between marks, and all of it escaped."""
    pieces, end = [], 0
    for start, stop in islice(_places(text, marked), MOST_MARKS):
        pieces.append((text[end:start], format_html(MARK, text[start:stop])))
        end = stop
    return format_html_join("", "{}{}", [*pieces, (text[end:], "")])


def excerpt(text: str, marked: frozenset[str]) -> SafeString:
    """About two lines, where most of the words to mark are; the beginning where there are none."""
    if len(text) <= AROUND:
        return with_marks(text, marked)
    starts = [start for start, _stop in _places(text, marked)]
    best = max(starts, key=lambda at: (_within(starts, at), -at), default=0)
    begin = max(0, min(best - AROUND // 5, len(text) - AROUND))
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    end = begin + AROUND
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + 1)
    kept = ("… " if begin else "") + text[begin:end] + (" …" if end < len(text) else "")
    return with_marks(kept, marked)


def _within(starts: list[int], at: int) -> int:
    """How many of these are in an excerpt that begins a little before."""
    return sum(at <= start < at + AROUND * 4 // 5 for start in starts)
