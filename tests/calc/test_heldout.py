"""Dimensions beyond those of the map are counted only where they surely predict better."""

import numpy as np
import pytest

from partage.calc.heldout import heldout
from partage.calc.landscape import SEEDS_HIDDEN, landscape, published
from partage.calc.ppca import (
    Model,
    Observed,
    fit_from_scratch,
    locate_people,
    observe,
    statement_sums,
    updated,
)
from partage.calc.support import support
from partage.calc.votes import votes_from_arrays
from tests.calc.landscape_sets import Floats, one_cloud, real_votes


@pytest.fixture(scope="module")
def observed() -> Observed:
    return observe(one_cloud(1, n_people=150))


def test_a_dimension_without_direction_changes_nothing_in_the_others(observed: Observed) -> None:
    """Two dimensions are worked out by hand, more by matrices: both must say the same."""
    flat_map = fit_from_scratch(observed)
    directions = np.column_stack((flat_map.directions, np.zeros(observed.n_statements)))
    deep_map = Model(flat_map.means, directions, flat_map.variance)
    flat, deep = (locate_people(model, observed) for model in (flat_map, deep_map))
    assert deep.points[:, :2] == pytest.approx(flat.points) and not deep.points[:, 2].any()
    # Row by row: xx, xy, xz, yy, yz, zz. Of the third axis nothing is known.
    assert deep.errors[:, [0, 1, 3]] == pytest.approx(flat.errors)
    assert deep.errors[:, 5] == pytest.approx(np.ones(observed.n_people))
    again, deeper = (updated(statement_sums(observed, places)) for places in (flat, deep))
    assert deeper.means == pytest.approx(again.means)
    assert deeper.directions[:, :2] == pytest.approx(again.directions)
    assert deeper.variance == pytest.approx(again.variance)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_dimensions_that_people_have_are_found_and_no_more(dimensions: int) -> None:
    votes = observe(one_cloud(0, n_people=400, dimensions=dimensions))
    found = heldout(votes, np.ones(votes.n_people, bool), 5, SEEDS_HIDDEN)
    assert found is not None and found.dimensions == dimensions
    if dimensions == 2:
        assert found.with_dimensions == found.with_map > found.with_means
    else:
        assert found.with_dimensions > found.with_map > found.with_means


def test_one_axis_is_one_dimension() -> None:
    votes = observe(one_cloud(3, n_people=200, dimensions=1))
    found = heldout(votes, np.ones(votes.n_people, bool), 1, SEEDS_HIDDEN)
    assert found is not None and (found.dimensions, found.with_dimensions) == (1, found.with_map)


def test_one_draw_alone_is_never_sure(observed: Observed) -> None:
    placed = np.ones(observed.n_people, bool)
    found = heldout(observed, placed, 5, SEEDS_HIDDEN[:1])
    assert found is not None and found.dimensions == 2


def test_where_all_agree_nothing_can_be_ranked() -> None:
    votes = observe(votes_from_arrays([1, 1, 2, 2], [1, 2, 1, 2], [1] * 4))
    assert heldout(votes, np.ones(2, bool), 1, SEEDS_HIDDEN) is None


def test_a_third_dimension_is_published() -> None:
    sure = published(landscape(one_cloud(0, n_people=400, dimensions=3)))["how_sure"]
    # A fourth axis stands above chance by luck, and predicts nothing.
    assert (sure["axes_above_chance"], sure["dimensions"]) == (4, 3)
    assert sure["heldout_auc_dimensions"] > sure["heldout_auc"]
    nothing = published(landscape(votes_from_arrays(["ann"], ["s1"], [1])))["how_sure"]
    assert nothing["dimensions"] is None and nothing["heldout_auc_dimensions"] is None


def supports_of_halves(observed: Observed, n_axes: int) -> tuple[Floats, Floats]:
    """Difference of the supports found by two halves of the people, and its error as told."""
    differences, errors = [], []
    for seed in range(8):
        people = np.random.default_rng(seed).permutation(observed.n_people)
        halves = [observed.keep_people(np.sort(half)) for half in np.array_split(people, 2)]
        enough = np.minimum(*(half.voters() for half in halves)) >= 10
        found = []
        for half in halves:
            model = fit_from_scratch(half, n_axes)
            found.append(support(model, statement_sums(half, locate_people(model, half))))
        one, other = found
        differences.append((one.value - other.value)[enough])
        errors.append(np.hypot(one.high - one.low, other.high - other.low)[enough] / 2)
    return np.concatenate(differences), np.concatenate(errors)


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("name", ["scoop-hivemind.biodiversity", "vtaiwan.uberx"])
def test_supports_are_no_surer_in_three_dimensions(name: str) -> None:
    """Why supports stay on the map (docs/method/landscape.md); not so, the page must change."""
    observed = observe(real_votes(name))
    (on_map, told), (in_three, told_in_three) = (supports_of_halves(observed, n) for n in (2, 3))
    assert 0.95 < np.sqrt((in_three**2).mean() / (on_map**2).mean()) < 1.05
    assert told_in_three.mean() < told.mean()
    kept, kept_in_three = (abs(on_map) < told).mean(), (abs(in_three) < told_in_three).mean()
    assert kept_in_three < kept + 0.01
