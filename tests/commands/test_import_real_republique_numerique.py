"""The real consultation of 2015: what is stored equals what its files hold."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partage.commands.imports import imports
from partage.contributions.models import Argument, Idea, IdeaSource, Progress
from partage.people.models import Participant
from tests.factories import everything_stored

FOLDER = os.environ.get("PARTAGE_DATA")
pytestmark = [
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER, reason="PARTAGE_DATA names no folder"),
]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file, read in the plainest way."""
    path = Path(FOLDER or "") / "republique-numerique" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run() -> str:
    folder = Path(FOLDER or "") / "republique-numerique"
    result = CliRunner().invoke(imports, ["republique-numerique", str(folder), "--strict"])
    assert result.exit_code == 0
    return result.stdout


def test_the_counts_of_the_consultation_are_those_of_its_files() -> None:
    assert "696 proposals, 3994 arguments, 326 sources, 88622 votes." in run()
    proposals, arguments = rows("proposals"), rows("arguments")
    votes = {
        row["id"]: tuple(int(row[f"votes_{name}"]) for name in ("for", "mixed", "against"))
        for row in proposals
    }
    columns = ("brought_agrees", "brought_mixed", "brought_disagrees")
    kept = {key: tuple(rest) for key, *rest in Idea.objects.values_list("source_id", *columns)}
    assert kept == votes and sum(map(sum, votes.values())) == 88_622
    assert Argument.objects.count() == len(arguments) == 3_994
    assert IdeaSource.objects.count() == len(rows("sources")) == 326
    assert not Participant.objects.exists()
    discussed = Counter(row["proposal_id"] for row in arguments if row["trashed"] == "0")
    assert all(idea.discussion == discussed[idea.source_id or ""] for idea in Idea.objects.all())


def test_published_proposals_are_numbered_in_the_order_of_the_file() -> None:
    run()
    published = Idea.objects.filter(state=Progress.PUBLISHED).order_by("number")
    there = [row["id"] for row in rows("proposals") if row["trashed"] == "0"]
    assert list(published.values_list("source_id", flat=True)) == there
    assert [idea.number for idea in published] == list(range(1, len(there) + 1))


def test_a_second_run_on_the_consultation_writes_nothing() -> None:
    run()
    before = everything_stored()
    with CaptureQueriesContext(connection) as captured:
        assert "Nothing changed" in run()
    assert everything_stored() == before
    verbs = {query["sql"].split()[0] for query in captured.captured_queries}
    assert not verbs & {"INSERT", "UPDATE", "DELETE"}
