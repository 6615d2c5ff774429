"""How texts and questions are cut into words: French and English stems, without accents."""

import unicodedata
from functools import lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from partage.calc.stems import FUNCTION_WORDS, LONGEST_WORD, fold, words_of

LANGUAGES = {"fr": "French", "en": "English"}
PLAIN = "plain"


def _analyzer(language: str = "") -> TextAnalyzer:
    """The tokenizer takes an apostrophe for an edge, so that elided words stand on their own."""
    cut = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    if language:
        cut = cut.filter(Filter.stemmer(language)).filter(Filter.ascii_fold())
    return cut.filter(Filter.remove_long(2 * LONGEST_WORD)).build()


def analyzers() -> dict[str, TextAnalyzer]:
    """What the index needs to know, by the name that its fields give."""
    stemmed = {tag: _analyzer(language) for tag, language in LANGUAGES.items()}
    return {**stemmed, PLAIN: _analyzer()}


_ANALYZERS = analyzers()


def normal(text: str) -> str:
    """One form for each letter; the index knows no ligature."""
    text = unicodedata.normalize("NFKC", text)
    for ligature, letters in (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE")):
        text = text.replace(ligature, letters)
    return text


def language_of(tag: str) -> str:
    """Which of the two stemmers reads it: English, else French."""
    return "en" if tag[:2] == "en" else "fr"


@lru_cache(maxsize=65536)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The terms under which the index keeps a word, or the words of a phrase in their order."""
    return tuple(_ANALYZERS[language].analyze(normal(word)))


def content_words(text: str) -> list[str]:
    """The words that say something; all of them when none does."""
    words = words_of(text)
    return [word for word in words if fold(word) not in FUNCTION_WORDS] or words
