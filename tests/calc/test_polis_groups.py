"""How Polis places and cuts people: small cases worked out by hand, and the rules told naively."""

from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from partage.calc.arrival import ArrivalVotes, arrival_votes_from_arrays
from partage.calc.polis_groups import PolisGroups, clusterable, polis_groups
from partage.calc.polis_map import PolisMap, polis_map

Floats = NDArray[np.float64]


def map_of(votes: ArrivalVotes, *moderated: str) -> PolisMap:
    return polis_map(votes, np.isin(votes.statement_ids, list(moderated)))


def test_two_people_stand_at_the_two_ends() -> None:
    # Means 0 and 1; centred votes (1, 0) and (-1, 0); one axis, (1, 0); all statements voted.
    found = map_of(arrival_votes_from_arrays("aabb", [1, 2, 1, 2], [1, 1, -1, 1]))
    assert found.people.tolist() == [[1, 0], [-1, 0]]
    assert np.allclose(found.statements, [[sqrt(2), 0.0], [0.0, 0.0]])
    assert np.allclose(found.extremity, [sqrt(2), 0])


def test_a_moderated_statement_counts_as_a_vote_of_everybody() -> None:
    # Ann counts s1 and the zeroed s3, 2 of 3; Bob s1, s2 and s3, 3 of 3. Only s1 divides.
    votes = arrival_votes_from_arrays("aabb", ["s1", "s3", "s1", "s2"], [1, 1, -1, 1])
    found = map_of(votes, "s3")
    assert np.allclose(found.people[:, 0], [sqrt(3 / 2), -1.0])
    assert found.statements[votes.statement_ids.index("s3")].tolist() == [0, 0]


def test_axes_are_those_of_a_full_decomposition_up_to_sign() -> None:
    rng = np.random.default_rng(1)
    answers = np.sign(rng.standard_normal((300, 2)) @ rng.standard_normal((2, 150)))
    people, statements = np.indices(answers.shape).reshape(2, -1)
    votes = arrival_votes_from_arrays(people, statements, answers.ravel())
    for turned in (False, True):
        columns = (votes.statements, votes.people) if turned else (votes.people, votes.statements)
        found = map_of(arrival_votes_from_arrays(*columns, votes.answers))
        table = answers.T if turned else answers
        axes = np.linalg.svd(table - table.mean(axis=0))[2][:2].T
        expected = (table - table.mean(axis=0)) @ axes
        assert np.allclose(np.abs(found.people), np.abs(expected), atol=1e-7)


@pytest.mark.parametrize(
    ("people", "statements"),
    [("abc", [1, 1, 1]), ("aaa", [1, 2, 3]), ("abc", [1, 2, 3])],
    ids=["one statement", "one person", "a statement each"],
)
def test_too_little_to_compare_puts_everybody_at_the_centre(
    people: str, statements: list[int]
) -> None:
    found = map_of(arrival_votes_from_arrays(list(people), statements, [1, -1, 0]))
    assert not found.people.any() and not found.extremity.any()


def voters(*counts: int) -> ArrivalVotes:
    """People with so many votes each."""
    people = np.repeat(np.arange(len(counts)), counts)
    statements = np.concatenate([np.arange(count) for count in counts])
    return arrival_votes_from_arrays(people, statements, np.ones(people.size, int))


def test_seven_votes_or_all_statements_give_a_group() -> None:
    assert clusterable(voters(*[8] * 15, 7, 6)).tolist() == [True] * 16 + [False]
    assert clusterable(voters(*[3] * 15, 2)).tolist() == [True] * 15 + [False]


def test_fewer_than_fifteen_are_joined_by_those_who_voted_most() -> None:
    placed = clusterable(voters(*[8] * 13, 2, 5, 5, 3, 5))
    assert np.flatnonzero(~placed).tolist() == [13, 16, 17]
    assert clusterable(voters(9, 1, 1)).all()


def on_a_line(*places: float) -> Floats:
    return np.array([[place, 0.0] for place in places])


def test_four_places_on_a_line_make_two_pairs() -> None:
    # From centres 0 and 1: {0} {1 10 11}, means 0 and 22/3; then {0 1} {10 11}, means 1/2 and 21/2.
    found = polis_groups(on_a_line(0, 1, 10, 11))
    assert found.labels.tolist() == [0, 0, 1, 1]
    # Outer points: 1 within and 10.5 to the others; inner ones: 1 and 9.5.
    assert found.silhouettes == {2: pytest.approx((9.5 / 10.5 + 8.5 / 9.5) / 2)}


def test_a_base_cluster_weighs_as_many_as_stand_there() -> None:
    # From 0 and 3: {0} {3 8}. Ten at 8 pull the mean to 83/11, and 3 is nearer to 0; one does not.
    assert polis_groups(on_a_line(0, 3, *[8] * 10)).labels.tolist() == [0, 0] + [1] * 10
    assert polis_groups(on_a_line(0, 3, 8)).labels.tolist() == [0, 1, 1]


def test_the_last_centre_wins_among_equals() -> None:
    assert polis_groups(on_a_line(0, 2, 1)).labels.tolist() == [0, 1, 1]


def test_one_place_is_one_group_although_two_were_asked_for() -> None:
    found = polis_groups(on_a_line(*[3] * 20))
    assert (found.k, found.silhouettes, set(found.labels.tolist())) == (2, {2: 0.0}, {0})


def test_nobody_has_no_group() -> None:
    assert polis_groups(np.zeros((0, 2))).k == 0


@pytest.mark.parametrize(("places", "largest_k"), [(11, 2), (12, 3), (24, 4), (36, 5), (90, 5)])
def test_a_larger_k_needs_twelve_more_places(places: int, largest_k: int) -> None:
    points = np.random.default_rng(places).standard_normal((places, 2))
    assert list(polis_groups(points).silhouettes) == list(range(2, largest_k + 1))


def naive_k_means(points: Floats, weights: Floats, k: int, passes: int) -> tuple[Floats, list[int]]:
    """The rule as it is told, point after point."""
    centres = [np.array(place) for place in dict.fromkeys(map(tuple, points.tolist()))][:k]
    while True:
        squares = [((np.array(centres) - point) ** 2).sum(axis=1).tolist() for point in points]
        nearest = [len(row) - 1 - row[::-1].index(min(row)) for row in squares]
        kept = sorted(set(nearest))
        labels = [kept.index(j) for j in nearest]
        before = sorted(centre.tolist() for centre in centres)
        centres = [
            np.average(
                points[np.array(labels) == j], axis=0, weights=weights[np.array(labels) == j]
            )
            for j in range(len(kept))
        ]
        after = sorted(centre.tolist() for centre in centres)
        moves = [np.hypot(*np.subtract(a, b)) for a, b in zip(before, after, strict=False)]
        if passes == 0 or max(moves) < 0.01:
            return np.array(centres), labels
        passes -= 1


def naive_groups(points: Floats) -> list[PolisGroups]:
    """The cut in each k, scored by the definition of the silhouette."""
    base, places = naive_k_means(points, np.ones(len(points)), 100, 100)
    weights = np.bincount(places).astype(float)
    found = []
    for k in range(2, min(5, 2 + len(base) // 12) + 1):
        labels = np.array(naive_k_means(base, weights, k, 20)[1])
        scores = [naive_silhouette(base, labels, i) for i in range(len(base))]
        found.append(PolisGroups(k, {k: float(np.mean(scores))}, labels[places]))
    return found


def naive_silhouette(points: Floats, labels: NDArray[np.int64], i: int) -> float:
    distances = np.hypot(*(points - points[i]).T)
    own = (labels == labels[i]) & (np.arange(len(points)) != i)
    if not own.any():
        return 0.0
    within = distances[own].mean()
    other = min(distances[labels == j].mean() for j in set(labels.tolist()) - {labels[i]})
    return float((other - within) / max(other, within))


@pytest.mark.parametrize(("seed", "n_people"), [(1, 60), (2, 180), (3, 700), (4, 700)])
def test_the_fast_cut_is_that_of_the_rules_told_naively(seed: int, n_people: int) -> None:
    rng = np.random.default_rng(seed)
    # Rounded, so that many stand in one place and some centres are equally near.
    points = np.round(2 * rng.standard_normal((n_people, 2)), 1 if seed % 2 else 6)
    found, expected = polis_groups(points), naive_groups(points)
    scores = {cut.k: cut.silhouettes[cut.k] for cut in expected}
    assert found.silhouettes == pytest.approx(scores, abs=1e-6)
    assert found.labels.tolist() == expected[found.k - 2].labels.tolist()
    assert scores[found.k] == max(scores.values())
