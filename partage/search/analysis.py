"""How texts and questions are cut into words: French and English stems, without accents."""

import re
import unicodedata
from functools import lru_cache

from tantivy import Filter, PreTokenizedString, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from partage.calc.stems import FUNCTION_WORDS, LONGEST_WORD, fold, words_of

LANGUAGES = {"fr": "French", "en": "English"}
PLAIN = "plain"
CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


def _analyzer(language: str = "") -> TextAnalyzer:
    """The tokenizer takes an apostrophe for an edge, so that elided words stand on their own."""
    cut = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    if language:
        cut = cut.filter(Filter.stemmer(language)).filter(Filter.ascii_fold())
    return cut.filter(Filter.remove_long(2 * LONGEST_WORD)).build()


_ANALYZERS = {tag: _analyzer(language) for tag, language in LANGUAGES.items()}


def plain_analyzer() -> TextAnalyzer:
    """Words as they are written, which the index keeps for spelling."""
    return _analyzer()


def normal(text: str) -> str:
    """One form for each letter; the index knows no ligature."""
    text = unicodedata.normalize("NFKC", text)
    for ligature, letters in (("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE")):
        text = text.replace(ligature, letters)
    return text


def language_of(tag: str) -> str:
    """Which of the two stemmers reads it: English, else French."""
    return "en" if tag[:2] == "en" else "fr"


def tokens(text: str, tag: str) -> PreTokenizedString:
    """A text as the index takes it, read by the stemmer of its language."""
    return _ANALYZERS[language_of(tag)].pre_tokenize(normal(text))


@lru_cache(maxsize=65536)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The terms under which the index keeps a word, or the words of a phrase in their order."""
    return tuple(_ANALYZERS[language].analyze(normal(word)))


def content_words(text: str) -> list[str]:
    """The words that say something; all of them when none does.

    A small word in capitals is an acronym, such as AI, unless everything is in capitals.
    """
    words = words_of(text)
    acronyms = set() if text.isupper() else {word.lower() for word in CAPITALS.findall(text)}
    kept = [word for word in words if fold(word) not in FUNCTION_WORDS or word in acronyms]
    return kept or words
