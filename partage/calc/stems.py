"""Words of a text in French or English, without what changes from one writer to another."""

import re
import unicodedata
from functools import lru_cache

from snowballstemmer import stemmer

LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
_FRENCH = frozenset(
    _WORD.findall("""
    a afin ai ainsi alors as au aucun aucune aussi autre autres aux avec avoir c ca car ce ceci cela
    celle celles celui ces cet cette ceux chaque comme comment d dans de depuis des doit doivent
    donc dont du elle elles en encore entre es est et etaient etait etant ete etre eu eux fait faire
    faut font ici il ils j je l la le les leur leurs lors lorsque lui m ma mais meme mes moi mon n
    ne ni non nos notre nous ont ou par parce pas peu peut peuvent plus plusieurs pour pourquoi qu
    quand que quel quelle quelles quels qui quoi s sa sans se sera seront ses si soi soient soit son
    sont sous sur t ta tel telle telles tels tes toi ton tous tout toute toutes tres trop tu un une
    vers via vos votre vous y
    """)
)
_ENGLISH = frozenset(
    _WORD.findall("""
    the of and to in is that it for with be this by or not from at an which have has was were will
    would can could should may if we you they he she his her its our your their there than then so
    do does no but more most all any such these those been into also only other about are
    """)
)
FUNCTION_WORDS = _FRENCH | _ENGLISH


def terms(text: str) -> list[str]:
    """The words of a text as stems, without case, accents or function words, in their order.

    Parameters
    ----------
    text : French or English; the language is that of most of its function words, else French

    References
    ----------
    Porter, M. F. (2001). Snowball: a language for stemming algorithms.

    Examples
    --------
    >>> terms("L'accès gratuit aux données publiques")
    ['acces', 'gratuit', 'don', 'publiqu']
    >>> terms("The opening of public libraries")
    ['open', 'public', 'librari']
    """
    english = is_english(text)
    return [stem_of(word, english) for word in words_of(text) if fold(word) not in FUNCTION_WORDS]


def words_of(text: str) -> list[str]:
    """The words as they are written, in lower case, each cut after 40 letters.

    Examples
    --------
    >>> words_of("L’ŒUVRE d'été, page 5")
    ['l', 'oeuvre', 'd', 'été', 'page', '5']
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("œ", "oe").replace("æ", "ae")
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain) if fold(word)]


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The word without its accents.

    Examples
    --------
    >>> fold("été")
    'ete'
    """
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=65536)
def stem_of(word: str, english: bool) -> str:
    """What the word has in common with its inflected forms, without accents.

    Examples
    --------
    >>> stem_of("voyageuses", english=False), stem_of("travelled", english=True)
    ('voyag', 'travel')
    """
    # The algorithms keep a state: one for each call, so that two threads cannot mix theirs.
    return fold(stemmer("english" if english else "french").stemWord(word)) or fold(word)


def is_english(text: str) -> bool:
    """Whether a text has more English function words than French ones.

    Examples
    --------
    >>> is_english("The opening of data"), is_english("L'ouverture des données")
    (True, False)
    """
    folded = [fold(word) for word in words_of(text)]
    return sum(word in _ENGLISH for word in folded) > sum(word in _FRENCH for word in folded)


def trigrams(word: str) -> list[str]:
    """Every three letters in a row, with an edge on both sides, in alphabetical order.

    Examples
    --------
    >>> trigrams("wifi")
    ['_wi', 'fi_', 'ifi', 'wif']
    """
    edged = f"_{word}_"
    return sorted({edged[i : i + 3] for i in range(len(edged) - 2)})
