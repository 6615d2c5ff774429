"""Somebody knows eight answers of a person, and keeps two releases: what do our counts add?"""

import csv
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from partage.calc.disclosure import Split, is_alike
from partage.contributions.protecting import hold_lines, split_of, told_content
from partage.contributions.releases import FEWEST_VOTERS

KNOWN = 8
NEWCOMERS = 10
MOST = 0.01
FOLDER = os.environ.get("PARTAGE_DATA")
NONE = 9  # no answer
Matrix = NDArray[np.int8]  # people by sentences: 1, -1, 0 or NONE


def invented() -> Matrix:
    rng = np.random.default_rng(7)
    leaning = np.sign(rng.normal(size=(400, 1)) * rng.normal(size=(1, 60)))
    votes = np.where(rng.random((400, 60)) < 0.25, 0, leaning)
    return np.where(rng.random((400, 60)) < 0.5, NONE, votes).astype(np.int8)


def of_polis(folder: Path) -> Matrix:
    with (folder / "participants-votes.csv").open(encoding="utf-8") as file:
        rows = [row[6:] for row in csv.reader(file)][1:]
    return np.array([[int(float(cell)) if cell else NONE for cell in row] for row in rows], np.int8)


def lines_of(matrix: Matrix) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for number, column in enumerate(matrix.T):
        agrees, disagrees, passes = (int((column == answer).sum()) for answer in (1, -1, 0))
        counts = {"agrees": agrees, "disagrees": disagrees, "passes": passes}
        counts |= {"seen": agrees + disagrees + passes}
        is_shown = counts["seen"] >= FEWEST_VOTERS
        lines.append({"id": number, **(counts if is_shown else dict.fromkeys(counts)), "channels": {}})  # fmt: skip
    return lines


def releases(matrix: Matrix, *, protects: bool) -> Iterator[tuple[int, list[Split | None]]]:
    """How many people each release counts, and what it tells of each sentence."""
    last = None
    for number, people in enumerate(range(len(matrix) // 2, len(matrix) + 1, NEWCOMERS), 1):
        content: dict[str, Any] = {"statements": lines_of(matrix[:people]), "landscape": None}
        if protects:
            hold_lines(content, last, number)
        last = content
        told = told_content(content) if protects else content
        yield people, [split_of(line) for line in told["statements"]]


def singled_out(matrix: Matrix, *, protects: bool) -> float:
    """Share of newcomers of whom two releases give, for sure, an answer that was not known."""
    rng, found, all_of_them = np.random.default_rng(3), 0, 0
    told = list(releases(matrix, protects=protects))
    for (before, old), (after, new) in pairwise(told):
        for person in range(before, after):
            answered = np.flatnonzero(matrix[person] != NONE)
            if len(answered) > KNOWN:
                known = set(rng.choice(answered, KNOWN, replace=False).tolist())
                all_of_them += 1
                found += any(
                    tells(old[one], new[one]) for one in answered.tolist() if one not in known
                )
    return found / all_of_them


def tells(old: Split | None, new: Split | None) -> bool:
    """Whether everybody who answered in between gave the same answer."""
    if old is None or new is None:
        return False
    added = [b - a for a, b in zip(old, new, strict=True)]
    return min(added) >= 0 and sum(added) > 0 and max(added) == sum(added)


def singled_out_by_lines(matrix: Matrix) -> float:
    """The planted leak: a table with a line for each person."""
    rng, found, all_of_them = np.random.default_rng(3), 0, 0
    for row in matrix:
        answered = np.flatnonzero(row != NONE)
        if len(answered) > KNOWN:
            known = rng.choice(answered, KNOWN, replace=False)
            found += int((matrix[:, known] == row[known]).all(axis=1).sum()) == 1
            all_of_them += 1
    return found / all_of_them


def check(matrix: Matrix) -> None:
    assert singled_out_by_lines(matrix) > 0.3, "the attack must work on a table of people"
    assert singled_out(matrix, protects=False) > 0.3, "and on counts that nothing holds back"
    assert singled_out(matrix, protects=True) <= MOST


def test_two_releases_tell_no_answer_of_anybody() -> None:
    check(invented())


def test_no_release_tells_an_answer_that_all_of_few_people_gave() -> None:
    for _people, told in releases(invented()[:120], protects=True):
        assert not [split for split in told if split is not None and is_alike(split)]


@pytest.mark.data
@pytest.mark.skipif(not FOLDER, reason="PARTAGE_DATA names no folder")
@pytest.mark.parametrize(
    "name", ["vtaiwan.uberx", "scoop-hivemind.biodiversity", "brexit-consensus"]
)
def test_two_releases_of_a_real_conversation_tell_no_answer_of_anybody(name: str) -> None:
    check(of_polis(Path(FOLDER or "") / "polis" / name))
