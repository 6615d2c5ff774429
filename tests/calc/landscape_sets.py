"""Sets of votes for the landscape tests: real ones, and some whose truth is known."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from partage.calc.votes import Votes, read_moderated, read_votes, votes_from_arrays

REAL_SETS = ("brexit-consensus", "scoop-hivemind.biodiversity", "vtaiwan.uberx")
SHARES = (0.40, 0.35, 0.25)
Floats = NDArray[np.float64]


def real_folder(name: str) -> Path:
    """Folder of a real set, under the one named by PARTAGE_DATA."""
    root = os.environ.get("PARTAGE_DATA")
    if not root:
        pytest.skip("PARTAGE_DATA does not name the folder of the real votes")
    found = [Path(root) / name, Path(root) / "polis" / name]
    folder = next((folder for folder in found if folder.is_dir()), None)
    if folder is None:
        pytest.skip(f"no {name} in {root}")
    return folder


def real_votes(name: str) -> Votes:
    folder = real_folder(name)
    return read_votes(folder / "votes.csv", dropped=read_moderated(folder / "comments.csv"))


def cast(points: Floats, n_statements: int, votes_each: int, rng: np.random.Generator) -> Votes:
    """Votes of people standing at these points, named by their row."""
    n_people = len(points)
    shown = np.argsort(rng.random((n_people, n_statements)), axis=1)[:, :votes_each]
    people, statements = np.repeat(np.arange(n_people), votes_each), shown.ravel()
    directions = rng.standard_normal((n_statements, points.shape[1]))
    leanings = 0.7 * rng.standard_normal(n_statements)[statements]
    leanings += (directions[statements] * points[people]).sum(axis=1)
    answers = np.where(rng.random(people.size) < 1 / (1 + np.exp(-leanings)), 1, -1)
    answers[rng.random(people.size) < 0.1] = 0
    return votes_from_arrays(people, statements, answers)


def one_cloud(seed: int, *, n_people: int = 600, dimensions: int = 2) -> Votes:
    rng = np.random.default_rng(seed)
    return cast(rng.standard_normal((n_people, dimensions)), 100, 30, rng)


def three_groups(seed: int, *, n_people: int = 600) -> tuple[Votes, NDArray[np.int64]]:
    """People around three centres, 1.8 from the middle, and the group of each by name."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(3) / 3
    centres = 1.8 * np.column_stack((np.cos(angles), np.sin(angles)))
    groups = rng.choice(3, n_people, p=SHARES)
    points = centres[groups] + 0.5 * rng.standard_normal((n_people, 2))
    return cast(points, 100, 30, rng), groups


def shuffled_votes(votes: Votes, seed: int) -> Votes:
    """The same votes on each statement, dealt again among those who voted on it."""
    rng = np.random.default_rng(seed)
    answers = votes.answers.copy()
    for statement in range(len(votes.statement_ids)):
        rows = np.flatnonzero(votes.statements == statement)
        answers[rows] = rng.permutation(answers[rows])
    return votes_from_arrays(votes.people, votes.statements, answers)
