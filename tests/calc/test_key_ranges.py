"""People found by their number from counts alone, as from a list of all the keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.canonical import Ints, Keys
from partage.calc.key_ranges import count_in, ranges_of, wanted

HIGHEST = 2**64 - 1
KEYS = st.lists(st.integers(0, HIGHEST) | st.integers(0, 5) | st.just(HIGHEST), min_size=1)


def found(keys: Keys, numbers: list[int]) -> tuple[list[int], int]:
    """The keys of the people found, and how many people were in the last ranges."""
    asked = np.array(numbers)
    parts = [keys[start::3] for start in range(3)]

    def count(starts: Keys, bits: int) -> Ints:
        total = np.zeros(starts.size, np.int64)
        for part in parts:
            total += count_in(part, starts, bits)
        return total

    ranges = ranges_of(asked, count)
    inside = keys[ranges.place(keys) >= 0]
    return inside[wanted(inside, ranges, asked)].tolist(), inside.size


@given(KEYS, st.data())
def test_any_people_are_those_of_the_sorted_keys(some: list[int], data: st.DataObject) -> None:
    keys = np.array(some, np.uint64)
    numbers = sorted(data.draw(st.sets(st.integers(0, keys.size - 1), min_size=1)))
    assert found(keys, numbers)[0] == np.sort(keys)[numbers].tolist()


def test_nobody_else_is_in_the_last_ranges() -> None:
    rng = np.random.default_rng(1)
    keys = rng.integers(0, HIGHEST, 20_000, np.uint64, endpoint=True)
    numbers = np.sort(rng.choice(keys.size, 500, replace=False)).tolist()
    assert found(keys, numbers) == (np.sort(keys)[numbers].tolist(), 500)


@pytest.mark.parametrize("same", [0, 7, HIGHEST])
def test_people_of_one_key_are_as_good_as_each_other(same: int) -> None:
    keys = np.array([same] * 9 + [3], np.uint64)
    assert found(keys, [1, 4])[0] == np.sort(keys)[[1, 4]].tolist()
