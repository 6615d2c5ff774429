"""Numbers in sentences: one is singular, everything else plural."""

import pytest

from partage.commands.wording import counted, listed


@pytest.mark.parametrize(("number", "words"), [(0, "0 lines"), (1, "1 line"), (2, "2 lines")])
def test_one_is_singular_and_none_is_plural(number: int, words: str) -> None:
    assert counted(number, "line") == words


def test_a_list_of_numbers_names_each_in_its_number() -> None:
    found = listed({"statements": 2, "people": 1, "entries": 1, "votes": 0})
    assert found == "2 statements, 1 person, 1 entry, 0 votes"


def test_a_verb_goes_with_its_number() -> None:
    assert counted(1, "line was", "lines were") == "1 line was"
    assert counted(3, "person", "people") == "3 people"
