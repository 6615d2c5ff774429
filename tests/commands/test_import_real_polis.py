"""The three real exports: what is stored and published equals what their files hold."""

import csv
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from partage.commands.imports import imports
from partage.contributions.models import Statement, Vote
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from tests.factories import close_voting, publish_results

pytestmark = [pytest.mark.data, pytest.mark.django_db]
SETS = ("brexit-consensus", "scoop-hivemind.biodiversity", "vtaiwan.uberx")
FOLDER = os.environ.get("PARTAGE_DATA")


def last_votes(folder: Path) -> dict[tuple[str, str], int]:
    """Each person's last answer to each sentence, read in the plainest way."""
    with (folder / "votes.csv").open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: float(row["timestamp"]))
    return {(row["voter-id"], row["comment-id"]): int(row["vote"]) for row in rows}


def sentences(folder: Path) -> dict[str, bool]:
    """The sentences of the file, and whether moderators left them in."""
    with (folder / "comments.csv").open(newline="", encoding="utf-8") as file:
        return {row["comment-id"]: row["moderated"] != "-1" for row in csv.DictReader(file)}


@pytest.mark.skipif(not FOLDER, reason="PARTAGE_DATA names no folder")
@pytest.mark.parametrize("name", SETS)
def test_the_counts_of_a_real_export_are_those_of_its_files(name: str) -> None:
    folder = Path(FOLDER or "") / "polis" / name
    assert CliRunner().invoke(imports, ["polis", str(folder)]).exit_code == 0
    votes, there = last_votes(folder), sentences(folder)
    assert Statement.objects.count() == len(there)
    assert Participant.objects.count() == len({person for person, _ in votes})
    assert Vote.objects.count() == len(votes)
    _check_release(votes, there)


def _check_release(votes: dict[tuple[str, str], int], there: dict[str, bool]) -> None:
    coproduction = Coproduction.objects.get()
    coproduction.stages.update(opens_at=timezone.now() - timedelta(days=3))
    close_voting(coproduction)
    content = publish_results(coproduction).content
    kept = {pair: answer for pair, answer in votes.items() if there[pair[1]]}
    assert content["people"] == len({person for person, _ in kept})
    assert content["answers"] == len(kept)
    ids = dict(Statement.objects.values_list("pk", "source_id"))
    for row in content["statements"]:
        given = [answer for (_, sentence), answer in kept.items() if sentence == ids[row["id"]]]
        counts = [given.count(answer) for answer in (1, -1, 0)]
        shown = counts if len(given) >= 10 else [None] * 3
        assert [row[key] for key in ("agrees", "disagrees", "passes")] == shown
