"""Forty questions written by somebody who had seen no ranking: the right work among the first three."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

from partage.library.importing import import_file
from partage.library.models import Work
from partage.search.keeping import make_index
from partage.search.questions import Asked, answered
from partage.search.things import WORKS

QUESTIONS = Path(__file__).with_name("queries.csv")
CATALOGUE = Path(settings.PACKAGE) / "samples" / "works" / "works.csv"
FIRST, LEAST = 3, 36


def first_works(text: str) -> list[str]:
    """What the library's page lists first, in its order."""
    numbers = answered(Asked(text), WORKS, written=WORKS.code).numbers[:FIRST]
    slugs = dict(Work.objects.filter(pk__in=numbers).values_list("pk", "slug"))
    return [slugs[number] for number in numbers]


@pytest.mark.django_db
def test_the_right_work_is_among_the_first_three() -> None:
    import_file(CATALOGUE)
    make_index()
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {row["query"]: first_works(row["query"]) for row in rows}
    missed = {
        row["query"]: found[row["query"]]
        for row in rows
        if not set(found[row["query"]]) & set(row["expected"].split(";"))
    }
    assert len(rows) == 40
    assert len(rows) - len(missed) >= LEAST, missed
