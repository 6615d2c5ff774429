"""Fifty titles in other words find their idea in the consultation of 2015: see docs/method/similar.md."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from partage.calc.similar import SimilarIndex, build_index

pytestmark = pytest.mark.data
PARAPHRASES = Path(__file__).parents[1] / "contributions" / "paraphrases.csv"
FOLDER = os.environ.get("PARTAGE_DATA")
FOUND_AT_LEAST = 40


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def ideas(folder: Path) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Each proposal of the consultation, and all that was said of it."""
    said = defaultdict(list)
    for argument in rows(folder / "arguments.csv"):
        said[argument["proposal_id"]].append((argument["body"], 0.5))
    for source in rows(folder / "sources.csv"):
        said[source["proposal_id"]].append((source["title"], 0.5))
    for one in rows(folder / "proposals.csv"):
        own = [(one["title"], 4.0), (one["body"], 1.0), (one["explanation"], 1.0)]
        yield one["id"], [*own, (one["section_title"], 0.5), *said[one["id"]]]


@pytest.fixture(scope="module")
def index() -> SimilarIndex:
    folder = Path(FOLDER or "") / "republique-numerique"
    if not FOLDER or not folder.is_dir():
        pytest.skip("PARTAGE_DATA names no folder with republique-numerique")
    return build_index(ideas(folder))


def test_titles_in_other_words_find_their_idea_among_five(index: SimilarIndex) -> None:
    asked = rows(PARAPHRASES)
    found = [
        one["proposal"] in [match.id for match in index.search(one["paraphrase"])] for one in asked
    ]
    assert len(found) == 50
    assert sum(found) >= FOUND_AT_LEAST
