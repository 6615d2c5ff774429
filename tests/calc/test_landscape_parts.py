"""The landscape of everybody in parts: however they are cut, the same is published."""

import numpy as np
import pytest

from partage.calc.everybody import InBlocks
from partage.calc.landscape import landscape, landscape_of, published
from partage.calc.landscape_readings import Reading, count
from partage.calc.ppca import observe, unmapped
from partage.calc.votes import Votes, votes_from_arrays
from tests.calc.landscape_sets import one_cloud, three_groups

PEOPLE = 600


def in_parts(votes: Votes, parts: int) -> InBlocks:
    size = -(-len(votes.people_ids) // parts)
    return InBlocks(votes, len(votes.people_ids), votes.statement_ids, size)


@pytest.mark.parametrize("parts", [1, 2, 7, 64, PEOPLE])
def test_however_everybody_is_cut_the_same_is_published(parts: int) -> None:
    votes, _ = three_groups(1, n_people=PEOPLE)
    whole = published(landscape(votes))
    assert whole["groups"]["k"] == 3 and whole["grid"]["cells"]
    assert published(landscape_of(in_parts(votes, parts))) == whole


@pytest.mark.parametrize("parts", [2, 7])
def test_a_set_without_a_map_is_cut_too(parts: int) -> None:
    people, statements = np.indices((40, 30)).reshape(2, -1)
    votes = votes_from_arrays(people, statements, np.where(statements % 2, 1, -1))
    result = landscape_of(in_parts(votes, parts))
    assert not result.has_map and result.grid is None
    assert published(result) == published(landscape(votes))


@pytest.mark.parametrize("parts", [2, 7, 64])
def test_counts_of_parts_add_up_to_the_last_digit(parts: int) -> None:
    votes = one_cloud(2, n_people=PEOPLE)
    model = landscape(votes).model
    reading = Reading(model, np.array([[-1.0, 0.0], [1.0, 0.0]]), 7, 1.0)
    whole, cut = (in_parts(votes, n).total(reading) for n in (1, parts))
    for name in ("agrees", "disagrees", "passes", "sizes"):
        assert np.array_equal(getattr(whole, name), getattr(cut, name))
    assert whole.squares == cut.squares and whole.squares.total() == PEOPLE
    assert np.allclose(whole.sums.normal, cut.sums.normal, rtol=1e-12, atol=1e-12)


def test_the_median_of_votes_per_person_is_that_of_the_people() -> None:
    votes = votes_from_arrays(list("aabbbcddde"), [1, 2, 1, 2, 3, 1, 1, 2, 3, 1], [1] * 10)
    counted = count(unmapped(3), observe(votes))
    assert counted.people_by_votes.tolist() == [0, 2, 1, 2]
    assert (counted.median_votes(), counted.n_votes, counted.people_with(2)) == (2.0, 10, 3)
    even = count(unmapped(3), observe(votes.without_people(["e"])))
    assert even.median_votes() == 2.5


def test_a_sample_is_drawn_alike_from_any_parts() -> None:
    votes = one_cloud(3, n_people=PEOPLE)
    numbers = np.array([0, 5, 17, 599])
    whole = observe(votes).keep_people(numbers)
    drawn = in_parts(votes, 7).people(numbers)
    assert np.array_equal(whole.answers.toarray(), drawn.answers.toarray())
    assert np.array_equal(whole.seen.toarray(), drawn.seen.toarray())
