"""Boxes of points tell the nearest centre that each point alone would tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from partage.calc.nearest_centres import point_tree

PLACES = st.tuples(st.integers(-6, 6), st.integers(-6, 6))


@given(
    st.lists(PLACES, min_size=1, max_size=60),
    st.lists(PLACES, min_size=1, max_size=12, unique=True),
    st.integers(1, 40),
)
def test_boxes_tell_what_each_point_would(
    places: list[tuple[int, int]], chosen: list[tuple[int, int]], times: int
) -> None:
    """On a grid, where many points stand in one place and many centres are equally near."""
    points, centres = np.tile(np.array(places) / 2, (times, 1)), np.array(chosen) / 2
    tree = point_tree(points, 1)
    runs = tree.nearest(centres)
    squares = cdist(points, centres[::-1], "sqeuclidean")
    expected = len(centres) - 1 - squares.argmin(axis=1)
    assert np.array_equal(tree.labels(runs), expected)
    sizes, means = tree.totals(runs, len(centres))
    assert np.array_equal(sizes, np.bincount(expected, minlength=len(centres)))
    for centre in np.flatnonzero(sizes):
        assert means[centre] == pytest.approx(points[expected == centre].mean(axis=0))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_cloud_with_far_stragglers_is_told_point_by_point(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.round(rng.standard_normal((5000, 2)) / rng.random((5000, 1)), 9)
    centres = points[:100]
    tree = point_tree(points, 9)
    squares = cdist(points, centres[::-1], "sqeuclidean")
    assert np.array_equal(tree.labels(tree.nearest(centres)), 99 - squares.argmin(axis=1))


def test_sums_that_may_not_fit_are_refused() -> None:
    with pytest.raises(
        ValueError, match="10 points are too many to add up to 9 digits: give fewer"
    ):
        point_tree(np.full((10, 2), 1e9), 9)
