"""Similar ideas: what a typed title finds, and that nothing typed can break it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.similar import Match, SimilarIndex, build_index
from partage.calc.stems import terms

TRAINS = ("trains", [("Wifi gratuit dans les trains", 4.0), ("Chaque voyageur se connecte", 1.0)])
MEALS = ("meals", [("Des repas bio à l'école", 4.0), ("Les enfants mangent mieux", 0.5)])
OPENING = ("opening", [("Publish the data of public bodies", 4.0), ("Anyone may reuse it", 1.0)])
IDEAS = [TRAINS, MEALS, OPENING]
INDEX = build_index(IDEAS)
# Two titles of letters and spaces are the same once case and spaces are set aside.
TITLES = st.lists(
    st.text("abcdeé ç", min_size=1, max_size=30).filter(str.strip),
    min_size=1,
    max_size=6,
    unique_by=lambda title: " ".join(title.replace("é", "e").replace("ç", "c").split()),
)


def ids(found: list[Match]) -> list[str]:
    return [match.id for match in found]


def titled(titles: list[str]) -> SimilarIndex:
    return build_index((str(row), [(title, 4.0)]) for row, title in enumerate(titles))


@pytest.mark.parametrize(
    ("typed", "idea"),
    [
        ("du wifi dans le train", "trains"),
        ("DES VOYAGEURS CONNECTÉS", "trains"),
        ("repsa a l ecole", "meals"),
        ("manger à l’écoles", "meals"),
        ("publishing public data", "opening"),
        ("libre reuse", "opening"),
    ],
    ids=["title", "body", "typing error", "no accent", "English", "one word known"],
)
def test_a_title_finds_the_idea_that_says_the_same(typed: str, idea: str) -> None:
    assert ids(INDEX.search(typed))[0] == idea


def test_words_that_go_together_elsewhere_find_an_idea_that_has_none_of_them() -> None:
    cycling = [(f"velo{n}", [("vélo cyclable", 4.0), ("une piste", 1.0)]) for n in range(6)]
    themes = ("cantine", "forêt", "musée", "hôpital", "musique", "sport", "impôt", "logement")
    others = [(f"{theme}{n}", [(theme, 4.0)]) for theme in themes for n in range(3)]
    index = build_index([*cycling, *others, ("alone", [("piste en ville", 4.0)])])
    assert ids(index.search("cyclable", limit=7))[-1] == "alone"


def test_an_argument_finds_its_idea() -> None:
    said = [(TRAINS[0], [*TRAINS[1], ("Le nomade travaille en route", 0.5)]), MEALS, OPENING]
    assert ids(build_index(said).search("travail nomade")) == ["trains"]


def test_an_idea_newer_than_the_index_is_found_by_its_title() -> None:
    extra = [("tram", "Du wifi dans le tram"), ("jobs", "Des emplois verts")]
    assert ids(INDEX.search("wifi dans le tramway", extra=extra)) == ["tram", "trains"]
    assert ids(INDEX.search("vert emploi", extra=extra)) == ["jobs"]
    assert INDEX.search("du WIFI, dans le tram", extra=extra)[0] == Match("tram", 1.0)


def test_an_idea_both_in_the_index_and_new_is_given_once() -> None:
    found = INDEX.search("wifi gratuit", extra=[("trains", "Un autre titre")])
    assert ids(found) == ["trains"]


def test_what_resembles_nothing_finds_nothing() -> None:
    for typed in ("", "   ", "?!", "de la", "xyzzy", "\ud800\0\u0301", "🚲", "１２３"):
        assert INDEX.search(typed) == []


def test_an_index_of_nothing_finds_nothing_but_new_ideas() -> None:
    nothing: list[tuple[str, list[tuple[str, float]]]] = [
        ("empty", []),
        ("blank", [("", 4.0), ("de la", 1.0)]),
    ]
    for ideas in ([], nothing[:1], nothing):
        index = SimilarIndex.from_bytes(build_index(ideas).to_bytes())
        assert index.search("wifi") == []
        assert ids(index.search("wifi", extra=[("new", "Wifi pour tous")])) == ["new"]


def test_at_most_as_many_as_asked_for_and_at_least_one() -> None:
    index = titled([f"train {word}" for word in "abcdefghij"])
    assert len(index.search("train")) == 5 and len(index.search("train", limit=2)) == 2
    with pytest.raises(ValueError, match="limit"):
        index.search("train", limit=0)


def test_an_id_that_could_not_be_read_again_is_refused() -> None:
    with pytest.raises(ValueError, match="zero byte"):
        build_index([("a\0b", [("Titre", 4.0)])])


def test_bytes_that_are_not_an_index_are_refused() -> None:
    whole = INDEX.to_bytes()
    for data in (b"", b"nonsense", whole[:100], whole[:-50]):
        with pytest.raises(ValueError, match="not an index"):
            SimilarIndex.from_bytes(data)


def test_terms_forget_case_accents_and_function_words() -> None:
    assert terms("Les ÉCOLES de l’œuvre") == terms("ecoles oeuvre")
    assert terms("") == []


@settings(max_examples=30)
@given(TITLES)
def test_the_very_same_title_comes_first(titles: list[str]) -> None:
    index = titled(titles)
    for row, title in enumerate(titles):
        assert index.search(f" {title.upper()}!")[0] == Match(str(row), 1.0)


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=40), st.text(max_size=40))
def test_any_text_gives_ordered_scores_and_the_same_ones_once_saved(
    titles: list[str], typed: str, newer: str
) -> None:
    index = titled(titles)
    found = index.search(typed, extra=[("new", newer)])
    scores = np.array([match.score for match in found])
    assert np.all((scores > 0) & (scores <= 1)) and np.all(np.diff(scores) <= 0)
    again = SimilarIndex.from_bytes(index.to_bytes())
    assert again.search(typed, extra=[("new", newer)]) == found
