"""Two texts compared word by word, marked for eyes and, in hidden words, for ears."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partage.calc.amending import edits, words_of


class Piece(NamedTuple):
    """A run of words that stay, or that went and came."""

    stays: str
    gone: str
    came: str


def word_diff(old: str, new: str) -> SafeString:
    """One text, with the words that went and those that came marked."""
    return _joined(
        part for piece in _pieces(old, new) for part in (piece.stays, _gone(piece), _came(piece))
    )


def sides(old: str, new: str) -> tuple[SafeString, SafeString]:
    """The old text with what went marked, and the new one with what came."""
    pieces = list(_pieces(old, new))
    before = _joined(part for piece in pieces for part in (piece.stays, _gone(piece)))
    return before, _joined(part for piece in pieces for part in (piece.stays, _came(piece)))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    words, at = words_of(old), 0
    for start, end, came in edits(old, new):
        yield Piece("".join(words[at:start]), "", "")
        yield Piece("", "".join(words[start:end]), came)
        at = end
    yield Piece("".join(words[at:]), "", "")


def _joined(parts: Iterator[str]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts if part))


HIDDEN = (
    '<{tag}><span class="visually">{what} </span>{text}<span class="visually"> ]</span></{tag}>'
    "{blanks}"
)


def _gone(piece: Piece) -> str:
    return _marked("del", _("[removed:"), piece.gone)


def _came(piece: Piece) -> str:
    return _marked("ins", _("[added:"), piece.came)


def _marked(tag: str, what: str, text: str) -> str:
    """The words between marks; the blanks after them outside, where no line strikes them."""
    words = text.rstrip() or text
    blanks = text[len(words) :]
    return format_html(HIDDEN, tag=tag, what=what, text=words, blanks=blanks) if text else ""
