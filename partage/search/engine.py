"""The index itself: its fields, writing one whole, reading one. Only this module knows the engine."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tantivy import Document, Index, Occur, Query, Schema, SchemaBuilder, Searcher

from partage.calc.spelling import Spelling
from partage.calc.stems import fold
from partage.search.analysis import LANGUAGES, PLAIN, normal, plain_analyzer, stems, tokens

# A higher number each time that the fields or the stems change: older folders are not opened.
SCHEMA_NUMBER = 1
EVERYTHING = 0
MOST_WORDS = 10_000_000
HEAP_BYTES = 128_000_000
# What a word is worth by where it stands.
WEIGHTS = {"title": 3.0, "names": 1.2, "text": 1.0}
# A word in a second place adds a little, and no more.
SECOND_PLACE = 0.1
MADE_OF = "made-of.json"
Words = dict[str, str]


class NoIndex(Exception):
    """There is none that can be read."""


@dataclass(frozen=True)
class Text:
    """One thing as the index takes it: its kind and number, and its words by language."""

    kind: int
    number: int
    title: Words
    text: Words
    names: Words


@lru_cache(maxsize=1)
def schema() -> Schema:
    made = SchemaBuilder()
    # One field for both languages: in one of its own, the few English texts would seem very long.
    for field in WEIGHTS:
        made = made.add_text_field(field, tokenizer_name=PLAIN)
    # Words as they are written: for spelling alone, never for a place.
    made = made.add_text_field("words", tokenizer_name=PLAIN, index_option="basic")
    made = made.add_unsigned_field("kind", indexed=True)
    return made.add_unsigned_field("number", fast=True).build()


def write_index(folder: Path, texts: Iterable[Text]) -> int:
    """A new index in an empty folder; returns how many texts it holds.

    One thread and one order, so that two equally near are always told in that order.
    """
    index = Index(schema(), path=str(folder), reuse=False)
    _register(index)
    writer, count = index.writer(heap_size=HEAP_BYTES, num_threads=1), 0
    for text in texts:
        writer.add_document(_document(text))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


def _register(index: Index) -> None:
    index.register_tokenizer(PLAIN, plain_analyzer())


def _document(text: Text) -> Document:
    made = Document()
    for field in WEIGHTS:
        for tag, words in getattr(text, field).items():
            if words:
                made.add_pre_tokenized_text(field, tokens(words, tag))
                made.add_text("words", normal(words))
    made.add_unsigned("kind", text.kind)
    made.add_unsigned("number", text.number)
    return made


class OpenIndex:
    """An index as it stood when it was opened."""

    def __init__(self, folder: Path) -> None:
        try:
            index = Index.open(str(folder))
            _register(index)
            self._searcher: Searcher = index.searcher()
            self.made_of = json.loads((folder / MADE_OF).read_text())
        # The engine tells of broken files with whatever exception is at hand.
        except Exception as error:
            raise NoIndex from error
        self._vocabularies: dict[int, Vocabulary] = {}
        # How far the register was read since and found to say nothing new.
        self.looked_until = 0

    @property
    def size(self) -> int:
        return self._searcher.num_docs

    def vocabulary(self, kind: int) -> "Vocabulary":
        """The words of one kind, or of everything."""
        if kind not in self._vocabularies:
            only = None if kind == EVERYTHING else kind_query(kind)
            words = self._searcher.terms_with_prefix("words", "", only, MOST_WORDS)
            self._vocabularies[kind] = Vocabulary(words)
        return self._vocabularies[kind]

    def numbers(self, query: Query, most: int) -> tuple[list[int], bool]:
        """Up to so many things, the nearest first, then in the order of the index; and whether there are more."""
        found = self._searcher.search(query, limit=most + 1, count=False)
        ranked = sorted(found.hits, key=lambda hit: (-hit[0], hit[1].segment_ord, hit[1].doc))
        values = self._searcher.fast_field_values("number", [place for _score, place in ranked])
        return [int(value or 0) for value in values[:most]], len(values) > most


class Vocabulary:
    """The words written in things of one kind, found again without their accents."""

    def __init__(self, words: list[tuple[str, int]]) -> None:
        self._forms: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}
        for form, count in sorted(words, key=lambda one: (-one[1], one[0])):
            key = fold(form)
            self._forms.setdefault(key, []).append(form)
            self._counts[key] = self._counts.get(key, 0) + count
        self._spelling = Spelling(self._counts)
        self._stems: set[str] | None = None

    def forms(self, word: str) -> list[str]:
        """As it is written, the most often first."""
        return self._forms.get(fold(word), [])

    def knows(self, word: str) -> bool:
        """Whether it, or a form of it, is written anywhere."""
        if fold(word) in self._forms:
            return True
        if self._stems is None:
            every = (form for forms in self._forms.values() for form in forms)
            self._stems = {stem for form in every for tag in LANGUAGES for stem in stems(form, tag)}
        return any(stem in self._stems for tag in LANGUAGES for stem in stems(word, tag))

    def nearest(self, word: str) -> str:
        """The written word that was probably meant; empty when none is near."""
        near = self._spelling.nearest(fold(word))
        return self._forms[near][0] if near else ""


def kind_query(kind: int) -> Query:
    return Query.const_score_query(Query.term_query(schema(), "kind", kind), 0.0)


def word_query(forms: Iterable[str]) -> Query:
    """Where any form of a word stands, worth what its best place is worth."""
    terms = {term for form in forms for tag in LANGUAGES for term in stems(form, tag)}
    options = [
        weighed(Query.term_query(schema(), field, term), weight)
        for field, weight in WEIGHTS.items()
        for term in sorted(terms)
    ]
    return best_of(options)


def phrase_query(phrase: str) -> Query:
    """Where the words stand beside each other in this order."""
    phrases = sorted({stems(phrase, tag) for tag in LANGUAGES})
    options = [
        weighed(Query.phrase_query(schema(), field, list(terms)), weight)
        for field, weight in WEIGHTS.items()
        for terms in phrases
        if len(terms) > 1
    ]
    return best_of(options) if options else word_query([phrase])


def best_of(options: list[Query]) -> Query:
    return Query.disjunction_max_query(options, tie_breaker=SECOND_PLACE)


def weighed(query: Query, weight: float) -> Query:
    return Query.boost_query(query, weight)


def all_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Iterable[Query]) -> Query:
    """Any of them; where all of them are, before the rest."""
    queries = list(queries)
    options = [(Occur.Should, query) for query in queries]
    return Query.boolean_query([*options, (Occur.Should, weighed(all_of(queries), 2.0))])
