"""What a contested set changes is said, and nothing from which one answer follows."""

from typing import Any

import numpy as np
import pytest

from partage.calc.landscape import landscape
from partage.calc.robustness import published_robustness, robustness
from partage.calc.votes import Votes, VotesError, votes_from_arrays

SET = frozenset(str(n) for n in range(10))


def votes_with(rare_answer: int) -> Votes:
    """Forty people on four statements; three of them, one of the set, on a fifth."""
    people, statements = np.indices((40, 4)).reshape(2, -1)
    answers = np.where((people < 20) == (statements % 2 == 0), 1, -1)
    rare = [(0, rare_answer), (20, 1), (30, 1)]
    return votes_from_arrays(
        np.append(people, [person for person, _ in rare]),
        np.append(statements, [9] * 3),
        np.append(answers, [answer for _, answer in rare]),
    )


def found_for(rare_answer: int) -> dict[str, Any]:
    votes = votes_with(rare_answer)
    return published_robustness(robustness(votes, SET, landscape(votes)))


def test_what_one_person_said_of_a_seldom_answered_statement_changes_nothing_told() -> None:
    agreed, disagreed = found_for(1), found_for(-1)
    # Any answer moves the noise of the whole map, and with it every support a little.
    assert abs(agreed.pop("moved_by") - disagreed.pop("moved_by")) < 0.02
    assert agreed == disagreed and agreed["most_moved"] in {"0", "1", "2", "3"}


@pytest.mark.parametrize("size", [1, 9, 31, 40])
def test_few_people_on_either_side_are_refused(size: int) -> None:
    votes = votes_with(1)
    contested = frozenset(str(n) for n in range(size))
    with pytest.raises(VotesError, match="else the difference tells"):
        robustness(votes, contested, landscape(votes))
