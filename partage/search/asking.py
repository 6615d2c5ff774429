"""A question in a reader's words, and what it finds. docs/search.md prints the rule."""

import re
from dataclasses import dataclass, field

from tantivy import Query

from partage.calc.stems import fold
from partage.search import engine
from partage.search.analysis import LANGUAGES, content_words, stems
from partage.search.engine import EVERYTHING, OpenIndex, Vocabulary
from partage.search.meanings import expressions, keys, known_words

LONGEST_QUESTION = 200
# Of one question: beyond, the reader is told that there are more.
MOST = 1000
# Fewer than this with every word: those with any of them come after.
TOO_FEW = 3
OTHER_WORDS = 0.6
# A word or an expression, and what else says it.
Pieces = list[tuple[str, list[str]]]
QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»')


@dataclass(frozen=True)
class Question:
    """What was typed, cut: words to find, and phrases to find as they are."""

    words: list[str]
    phrases: list[str]

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.phrases


@dataclass(frozen=True)
class Answer:
    """Numbers of things, the nearest first; what was read differently, and what to mark."""

    numbers: list[int] = field(default_factory=list)
    is_cut: bool = False
    # The question with words that are written here in the place of those that are not.
    corrected: str = ""
    # Nothing, or too little, holds every word: the rest holds some of them.
    is_loose: bool = False
    marked: frozenset[str] = frozenset()


def cut(text: str) -> Question:
    """Whole quotes are phrases; a sign left alone is no sign."""
    phrases = [" ".join(filter(None, found)) for found in QUOTED.findall(text)]
    kept = [phrase for phrase in phrases if content_words(phrase)]
    return Question(content_words(QUOTED.sub(" ", text)), kept)


def ask(
    index: OpenIndex,
    text: str,
    kind: int,
    *,
    written: int = EVERYTHING,
    is_exact: bool = False,
) -> Answer:
    """What the index finds among things of one kind.

    A word that no thing of the kind `written` holds is read as one that looks like it, unless
    `is_exact`: then the words are looked for as they are typed, and no others.
    """
    question = cut(text)
    if question.is_empty:
        return Answer()
    vocabulary = index.vocabulary(written)
    words = question.words if is_exact else [_written(word, vocabulary) for word in question.words]
    pieces: Pieces = [(word, []) for word in words] if is_exact else list(_pieces(words))
    numbers, is_cut, is_loose = _found(index, kind, *_parts(question, words, pieces, vocabulary))
    return Answer(
        numbers=numbers,
        is_cut=is_cut,
        corrected=_told(text, question.words, words) if words != question.words else "",
        is_loose=is_loose,
        marked=_marks(pieces, question.phrases),
    )


def _parts(
    question: Question, words: list[str], pieces: Pieces, vocabulary: Vocabulary
) -> tuple[list[Query], list[Query]]:
    """What must all be there; and what some of is enough, where that finds too little."""
    phrases = [engine.phrase_query(phrase) for phrase in question.phrases]
    parts = [_piece_query(*piece, vocabulary) for piece in pieces] + phrases
    if len(parts) > 1:
        return parts, parts
    return parts, [_word_query(word, vocabulary) for word in words] + phrases


def _pieces(words: list[str]) -> Pieces:
    return [(" ".join(piece), others) for piece, others in expressions(words)]


def _written(word: str, vocabulary: Vocabulary) -> str:
    """The word itself where it is written here or means something, else the one it looks like."""
    if vocabulary.knows(word) or any(part in known_words() for key in keys([word]) for part in key):
        return word
    return vocabulary.nearest(word) or word


def _told(text: str, typed: list[str], words: list[str]) -> str:
    """The question as it was read."""
    for word, written in zip(typed, words, strict=True):
        if word != written:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", written, text, flags=re.I)
    return text


def _piece_query(piece: str, others: list[str], vocabulary: Vocabulary) -> Query:
    own = engine.all_of([_word_query(word, vocabulary) for word in content_words(piece)])
    rest = [engine.weighed(engine.phrase_query(other), OTHER_WORDS) for other in others]
    return engine.best_of([own, *rest]) if rest else own


def _word_query(word: str, vocabulary: Vocabulary) -> Query:
    return engine.word_query([word, *vocabulary.forms(word)])


def _found(
    index: OpenIndex, kind: int, parts: list[Query], some: list[Query]
) -> tuple[list[int], bool, bool]:
    """What holds all parts; where that is too little, then what holds some of them."""
    only = engine.kind_query(kind)
    numbers, is_cut = index.numbers(engine.all_of([*parts, only]), MOST)
    if len(numbers) >= TOO_FEW or len(some) == 1:
        return numbers, is_cut, False
    loose = engine.all_of([engine.any_of(some), only])
    rest, is_cut = index.numbers(loose, MOST)
    added = [number for number in rest if number not in numbers]
    return [*numbers, *added][:MOST], is_cut, bool(added)


def _marks(pieces: Pieces, phrases: list[str]) -> frozenset[str]:
    """The stems to mark in what is shown."""
    said = [*phrases, *(text for piece, others in pieces for text in (piece, *others))]
    words = {word for text in said for word in content_words(text)}
    return frozenset(stem for word in words for tag in LANGUAGES for stem in stems(word, tag)) | {
        fold(word) for word in words
    }
