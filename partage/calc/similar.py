"""Ideas that say the same as a title somebody types, in French or in English, whatever the words.

    score = (words + LATENT latent + PASSAGE passage) / (1 + LATENT + PASSAGE)

`words` and `passage` are BM25 over the whole idea and over its closest passage, each divided by the
most that the title could reach; `latent` is a cosine in a space learned from the ideas themselves.
See docs/method/similar.md.
"""

import io
import zipfile
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import svds

from partage.calc.stems import FUNCTION_WORDS, fold, is_english, stem_of, trigrams, words_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

VERSION = 1
LATENT, PASSAGE = 0.5, 0.7
BEST = 1 + LATENT + PASSAGE
AXES, IDEAS_PER_AXIS, SEED = 100, 4, 20160120
PASSAGE_TERMS = 60
TITLE_WEIGHT = 4.0
SAME_WORD = 0.5  # share of trigrams in common (Dice) from which a word is another one mistyped
SHORTEST_TYPO, LONGEST_QUERY = 4, 100
# What numpy raises on bytes that it did not write, or that were cut.
_NOT_AN_INDEX = (
    *(ValueError, TypeError, AttributeError, KeyError),
    *(EOFError, OSError, zipfile.BadZipFile),
)


class Match(NamedTuple):
    """An idea that resembles the title; the score is in (0, 1], and 1 is the very same title."""

    id: str
    score: float


class _Bm25(NamedTuple):
    """Okapi BM25: how soon a repeated word counts no more, and how much length is held against."""

    saturation: float
    length: float

    def share(self, counts: Floats, lengths: Floats | float, mean: float) -> Floats:
        """What each count is worth, from 0 to 1; `lengths` and `mean` are in weighted terms."""
        slack = self.saturation * (1 - self.length + self.length * lengths / max(mean, 1e-9))
        worth: Floats = np.asarray(counts / (counts + slack), np.float32)
        return worth


_IDEA, _PASSAGE = _Bm25(1.5, 0.6), _Bm25(1.2, 0.8)


def _title_key(text: str) -> np.uint64:
    """Equal for two titles that differ by case, accents and punctuation only."""
    key = " ".join(fold(word) for word in words_of(text)) or text.strip()
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest))


def _join(strings: Iterable[str]) -> NDArray[np.uint8]:
    """Strings as bytes, with a zero byte after each; none of the words has one."""
    text = "".join(f"{one}\0" for one in strings)
    return np.frombuffer(text.encode(), np.uint8)


def _split(joined: NDArray[np.uint8]) -> list[str]:
    return joined.tobytes().decode().split("\0")[:-1]


class _Lists(NamedTuple):
    """An inverted list: for each term, the rows that have it, and what it is worth there."""

    starts: Ints
    rows: Ints
    worth: Floats

    @classmethod
    def of(cls, matrix: csr_array) -> "_Lists":
        """From a matrix of shape (n_rows, n_terms)."""
        columns = matrix.tocsc()
        columns.sort_indices()
        starts, rows = columns.indptr.astype(np.int32), columns.indices.astype(np.int32)
        return cls(starts, rows, columns.data.astype(np.float32))

    def sums(self, query: Mapping[int, float], n_rows: int) -> Floats:
        """What the weighted terms are worth together in each row, shape (n_rows,)."""
        total = np.zeros(n_rows, np.float32)
        for term, weight in query.items():
            there = slice(self.starts[term], self.starts[term + 1])
            total[self.rows[there]] += np.float32(weight) * self.worth[there]
        return total


@dataclass(frozen=True, eq=False)
class SimilarIndex:
    """What `search` needs, as plain arrays; made by `build_index` or `from_bytes`.

    Attributes
    ----------
    ids, words, terms, trigrams : strings, each followed by a zero byte
    title_keys : (n_ideas,) hash of each title
    word_terms, word_counts : (n_words,) the term of each word, and how often the word is written
    gram_starts, gram_words : the words that have each trigram, as an inverted list
    rarity : (n_terms,) inverse document frequency, in nats
    idea_starts, idea_rows, idea_worth : ideas that have each term, and its BM25 there
    passage_starts, passage_rows, passage_worth : the same for passages
    first_passages : (n_ideas + 1,) row of each idea's first passage, then how many there are
    mean_lengths : (2,) of an idea and of a passage, in weighted terms
    term_axes, idea_axes : (n_terms, n_axes) and (n_ideas, n_axes), the latter of length 1
    """

    ids: NDArray[np.uint8]
    words: NDArray[np.uint8]
    terms: NDArray[np.uint8]
    trigrams: NDArray[np.uint8]
    title_keys: NDArray[np.uint64]
    word_terms: Ints
    word_counts: Ints
    gram_starts: Ints
    gram_words: Ints
    rarity: Floats
    idea_starts: Ints
    idea_rows: Ints
    idea_worth: Floats
    passage_starts: Ints
    passage_rows: Ints
    passage_worth: Floats
    first_passages: Ints
    mean_lengths: Floats
    term_axes: Floats
    idea_axes: Floats

    def search(
        self, text: str, limit: int = 5, extra: Iterable[tuple[str, str]] = ()
    ) -> list[Match]:
        """The ideas nearest to a title, best first; fewer than `limit` if nothing resembles it.

        Parameters
        ----------
        text : the title typed; only its first 100 words count, except to be the very same title
        limit : how many ideas at most, from 1
        extra : (id, title) of ideas newer than the index, compared by their titles; an id that the
            index has too gets the better of its two scores

        Raises
        ------
        ValueError
            If `limit` is less than 1.

        Examples
        --------
        >>> index = build_index([("7", [("Wifi gratuit dans les trains", 4)])])
        >>> [match.id for match in index.search("Du WIFI dans le trian", extra=[("8", "Écoles")])]
        ['7']
        """
        if limit < 1:
            raise ValueError(f"limit: {limit}, expected at least 1")
        query, key = self._query(text), _title_key(text)
        scores = self._scores(query)
        scores[self.title_keys == key] = 1
        best = np.argsort(-scores, kind="stable")[:limit]
        found = {self._ids[row]: float(scores[row]) for row in best if scores[row] > 0}
        for one, title in extra:
            score = 1.0 if _title_key(title) == key else self._title_score(query, title)
            if score > 0:
                found[one] = max(score, found.get(one, 0.0))
        ranked = sorted(found.items(), key=lambda pair: -pair[1])
        return [Match(*pair) for pair in ranked[:limit]]

    def to_bytes(self) -> bytes:
        """The index as an .npz file, without pickled objects.

        Examples
        --------
        >>> index = build_index([("7", [("Wifi gratuit", 4)])])
        >>> SimilarIndex.from_bytes(index.to_bytes()).search("wifi")[0].id
        '7'
        """
        file = io.BytesIO()
        arrays = {one.name: getattr(self, one.name) for one in fields(self)}
        np.savez(file, version=np.array(VERSION), **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "SimilarIndex":
        """The index that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are not an index, or one of another version: build it again.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                version = int(file["version"])
                arrays = {one.name: file[one.name] for one in fields(cls)}
        except _NOT_AN_INDEX as error:
            raise ValueError("not an index of similar ideas") from error
        if version != VERSION:
            raise ValueError(f"not an index of version {VERSION}: {version}")
        return cls(**arrays)

    @cached_property
    def _ids(self) -> list[str]:
        return _split(self.ids)

    @cached_property
    def _word_rows(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(_split(self.words))}

    @cached_property
    def _word_sizes(self) -> Ints:
        """How many trigrams each word has."""
        return np.bincount(self.gram_words, minlength=self.word_terms.size).astype(np.int32)

    @cached_property
    def _term_rows(self) -> dict[str, int]:
        return {term: row for row, term in enumerate(_split(self.terms))}

    @cached_property
    def _gram_rows(self) -> dict[str, int]:
        return {gram: row for row, gram in enumerate(_split(self.trigrams))}

    def _query(self, text: str) -> dict[int | str, float]:
        """The weight of each term: its row, or its letters when no idea has it."""
        query: dict[int | str, float] = {}
        english = is_english(text)
        for word in words_of(text)[:LONGEST_QUERY]:
            if fold(word) not in FUNCTION_WORDS:
                term, weight = self._term(word, english)
                query[term] = query.get(term, 0.0) + weight
        return query

    def _term(self, word: str, english: bool) -> tuple[int | str, float]:
        row = self._word_rows.get(fold(word))
        if row is not None:
            return int(self.word_terms[row]), 1.0
        stem = stem_of(word, english)
        return (
            (self._term_rows[stem], 1.0) if stem in self._term_rows else self._mistyped(word, stem)
        )

    def _mistyped(self, word: str, stem: str) -> tuple[int | str, float]:
        """The known word with most trigrams in common, the most used if several; else the stem."""
        grams = trigrams(fold(word))
        rows = [self._gram_rows[gram] for gram in grams if gram in self._gram_rows]
        if len(word) < SHORTEST_TYPO or not rows:
            return stem, 1.0
        lists = [self.gram_words[self.gram_starts[row] : self.gram_starts[row + 1]] for row in rows]
        words, common = np.unique(np.concatenate(lists), return_counts=True)
        alike = 2 * common / (len(grams) + self._word_sizes[words])
        best = np.lexsort((self.word_counts[words], alike))[-1]
        if alike[best] < SAME_WORD:
            return stem, 1.0
        return int(self.word_terms[words[best]]), float(alike[best])

    def _scores(self, query: Mapping[int | str, float]) -> Floats:
        """The score of each idea, shape (n_ideas,)."""
        known = {term: weight for term, weight in query.items() if isinstance(term, int)}
        n_ideas, most = self.title_keys.size, self._most(query)
        if not known:
            return np.zeros(n_ideas, np.float32)
        ideas = _Lists(self.idea_starts, self.idea_rows, self.idea_worth)
        passages = _Lists(self.passage_starts, self.passage_rows, self.passage_worth)
        words = ideas.sums(known, n_ideas)
        by_passage = passages.sums(known, int(self.first_passages[-1]))
        closest = np.maximum.reduceat(by_passage, self.first_passages[:-1])
        latent = np.maximum(self.idea_axes @ self._place(query), 0)
        scores = (words + PASSAGE * closest) / most + LATENT * latent
        return np.asarray(scores / BEST, np.float32)

    def _title_score(self, query: Mapping[int | str, float], title: str) -> float:
        """The score of an idea of which only the title is known."""
        there = self._query(title)
        shared = query.keys() & there.keys()
        counts = np.array([there[term] for term in shared], np.float32)
        gains = np.array([query[term] * self._rarity_of(term) for term in shared], np.float32)
        length, most = sum(there.values()), self._most(query)
        weighted = (TITLE_WEIGHT * counts, TITLE_WEIGHT * length, float(self.mean_lengths[0]))
        words = float(gains @ _IDEA.share(*weighted)) / most
        passage = float(gains @ _PASSAGE.share(counts, length, float(self.mean_lengths[1]))) / most
        latent = max(float(self._place(query) @ self._place(there)), 0.0)
        return (words + LATENT * latent + PASSAGE * passage) / BEST

    def _rarity_of(self, term: int | str) -> float:
        never_seen = float(np.log(2 + 2 * self.title_keys.size))
        return float(self.rarity[term]) if isinstance(term, int) else never_seen

    def _most(self, query: Mapping[int | str, float]) -> float:
        """The most that any idea could score for these terms; 1 for no term."""
        return sum(weight * self._rarity_of(term) for term, weight in query.items()) or 1.0

    def _place(self, query: Mapping[int | str, float]) -> Floats:
        """The query among the axes, of length 1, or 0 if it has none of their terms."""
        known = [term for term in query if isinstance(term, int)]
        weights = np.array([query[term] for term in known], np.float32) * self.rarity[known]
        return _unit(np.asarray(weights @ self.term_axes[known], np.float32))


class _Reader:
    """Texts read one after the other into numbers: each word as a row, cut in passages."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.title_keys: list[np.uint64] = []
        self.first_passages = array("i")
        self.rows: dict[str, int] = {}
        self.forms: list[Counter[tuple[str, bool]]] = []
        self.tokens, self.sizes, self.weights = array("i"), array("i"), array("f")

    def read(self, idea: str, passages: Iterable[tuple[str, float]]) -> None:
        """One idea; its title is its first passage."""
        if "\0" in idea:
            raise ValueError(f"id of an idea: {idea!r}, expected no zero byte")
        texts = list(passages) or [("", TITLE_WEIGHT)]
        self.ids.append(idea)
        self.title_keys.append(_title_key(texts[0][0]))
        self.first_passages.append(len(self.sizes))
        for text, weight in texts:
            self._read_text(text, weight)

    def _read_text(self, text: str, weight: float) -> None:
        english = is_english(text)
        tokens = [
            self._row(word, english) for word in words_of(text) if fold(word) not in FUNCTION_WORDS
        ]
        self.tokens.extend(tokens)
        for start in range(0, max(len(tokens), 1), PASSAGE_TERMS):
            self.sizes.append(len(tokens[start : start + PASSAGE_TERMS]))
            self.weights.append(weight)

    def _row(self, word: str, english: bool) -> int:
        row = self.rows.setdefault(fold(word), len(self.rows))
        if row == len(self.forms):
            self.forms.append(Counter())
        self.forms[row][word, english] += 1
        return row

    def stems(self) -> list[str]:
        """The stem of each word as it is written most, so that a missing accent changes nothing."""
        return [stem_of(*forms.most_common(1)[0][0]) for forms in self.forms]


def build_index(ideas: Iterable[tuple[str, Iterable[tuple[str, float]]]]) -> SimilarIndex:
    """The index over ideas, to search by title.

    Parameters
    ----------
    ideas : for each idea its id, and its passages as (text, weight): the title first, then the
        body, the arguments, and whatever else is said of it. A weight multiplies the count of each
        word; 4 for the title, 1 for the body and 0.5 for what others wrote do well.

    Raises
    ------
    ValueError
        If an id has a zero byte.

    References
    ----------
    Robertson, S. and Zaragoza, H. (2009). The probabilistic relevance framework: BM25 and beyond.
    Deerwester, S. et al. (1990). Indexing by latent semantic analysis.

    Examples
    --------
    >>> index = build_index([
    ...     ("7", [("Wifi gratuit dans les trains", 4), ("Une connexion pour chaque voyage", 1)]),
    ...     ("8", [("Des repas bio à l'école", 4), ("Les enfants mangent mieux", 1)]),
    ... ])
    >>> [match.id for match in index.search("se connecter en voyageant")]
    ['7']
    """
    reader = _Reader()
    for idea, passages in ideas:
        reader.read(idea, passages)
    stems = reader.stems()
    rows = {stem: row for row, stem in enumerate(dict.fromkeys(stems))}
    word_terms = np.array([rows[stem] for stem in stems], np.int32)
    worth = _weigh(reader, word_terms, len(rows))
    grams, gram_starts, gram_words = _gram_lists(list(reader.rows))
    n_written = np.bincount(np.array(reader.tokens, np.int32), minlength=len(stems))
    return SimilarIndex(
        ids=_join(reader.ids),
        words=_join(reader.rows),
        terms=_join(rows),
        trigrams=_join(grams),
        title_keys=np.array(reader.title_keys, np.uint64),
        word_terms=word_terms,
        word_counts=n_written.astype(np.int32),
        gram_starts=gram_starts,
        gram_words=gram_words,
        rarity=worth.rarity,
        idea_starts=worth.ideas.starts,
        idea_rows=worth.ideas.rows,
        idea_worth=worth.ideas.worth,
        passage_starts=worth.passages.starts,
        passage_rows=worth.passages.rows,
        passage_worth=worth.passages.worth,
        first_passages=np.array([*reader.first_passages, len(reader.sizes)], np.int32),
        mean_lengths=worth.mean_lengths,
        term_axes=worth.term_axes,
        idea_axes=worth.idea_axes,
    )


def _gram_lists(words: list[str]) -> tuple[list[str], Ints, Ints]:
    """Every trigram, and the words that have it as an inverted list."""
    lists: dict[str, array[int]] = {}
    for row, word in enumerate(words):
        for gram in trigrams(word):
            lists.setdefault(gram, array("i")).append(row)
    starts = np.cumsum([0, *map(len, lists.values())], dtype=np.int32)
    joined = np.array([row for rows in lists.values() for row in rows], np.int32)
    return list(lists), starts, joined


class _Worth(NamedTuple):
    """The arrays of an index that hold numbers of ideas and passages; shapes as there."""

    rarity: Floats
    ideas: _Lists
    passages: _Lists
    mean_lengths: Floats
    term_axes: Floats
    idea_axes: Floats


def _weigh(reader: _Reader, word_terms: Ints, n_terms: int) -> _Worth:
    passages, ideas = _counts(reader, word_terms, n_terms)
    holders = np.bincount(ideas.indices, minlength=n_terms)
    n_ideas = len(reader.ids)
    rarity = np.log1p((n_ideas - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    by_idea, mean_idea = _worth(ideas, _IDEA, rarity)
    by_passage, mean_passage = _worth(passages, _PASSAGE, rarity)
    means = np.array([mean_idea, mean_passage], np.float32)
    return _Worth(rarity, _Lists.of(by_idea), _Lists.of(by_passage), means, *_axes(by_idea))


def _counts(reader: _Reader, word_terms: Ints, n_terms: int) -> tuple[csr_array, csr_array]:
    """How often each term is in each passage, and weighted in each idea; (n_rows, n_terms)."""
    columns = word_terms[np.array(reader.tokens, np.int32)]
    starts = np.cumsum([0, *reader.sizes])
    ones = np.ones(columns.size, np.float32)
    passages = csr_array((ones, columns, starts), shape=(len(reader.sizes), n_terms))
    passages.sum_duplicates()
    weights, every = np.array(reader.weights, np.float32), np.arange(len(reader.sizes))
    firsts = np.array([*reader.first_passages, len(reader.sizes)])
    owners = csr_array((weights, every, firsts), shape=(len(reader.ids), len(reader.sizes)))
    return passages, (owners @ passages).tocsr()


def _worth(counts: csr_array, bm25: _Bm25, rarity: Floats) -> tuple[csr_array, float]:
    """BM25 of each term in each row, at most its rarity; and the mean length of a row."""
    lengths = np.asarray(counts.sum(axis=1), np.float32)
    mean = float(lengths.mean()) if lengths.size else 0.0
    of_entry = np.repeat(lengths, np.diff(counts.indptr))
    worth = counts.copy()
    worth.data = bm25.share(counts.data, of_entry, mean) * rarity[counts.indices]
    return worth, mean


def _axes(worth: csr_array) -> tuple[Floats, Floats]:
    """The main axes of the ideas, each idea first put to length 1: latent semantic analysis."""
    norms = np.sqrt(worth.multiply(worth).sum(axis=1))
    ideas = (diags_array(1 / np.maximum(norms, 1e-9)) @ worth).tocsr().astype(np.float64)
    n_axes = min(AXES, -(-ideas.shape[0] // IDEAS_PER_AXIS), *ideas.shape)
    if n_axes == 0:
        vectors = np.zeros((0, ideas.shape[1]))
    elif min(ideas.shape) <= AXES:
        vectors = np.linalg.svd(ideas.toarray(), full_matrices=False)[2][:n_axes]
    else:
        start = np.random.default_rng(SEED).standard_normal(min(ideas.shape))
        vectors = svds(ideas, k=n_axes, v0=start)[2]
    axes = vectors.T.astype(np.float32)
    return axes, _unit((worth @ axes).astype(np.float32))


def _unit(vectors: Floats) -> Floats:
    """Each row with length 1, or 0 if it was."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = np.asarray(vectors / np.where(lengths > 1e-6, lengths, 1), np.float32)
    return unit
