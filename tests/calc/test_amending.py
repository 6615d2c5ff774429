"""Amendments: what each changes, which touch, and the text with several applied."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.amending import Clash, Edit, amended, clash, edits, merged, size, words_of

BASE = "Self-checkouts may become the rule in every shop."
# Few words, so that they repeat: where a change lies is then the hardest to tell.
TEXTS = st.lists(st.sampled_from(["a ", "b ", "c ", "d\n", "e, "]), max_size=12).map("".join)


def applied(base: str, order: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """The text once each was adopted in this order; those that clashed are named and left out."""
    accepted: list[str] = []
    current, refused = base, set()
    for text in order:
        try:
            current = amended(current, base, text, accepted)
            accepted.append(text)
        except Clash:
            refused.add(text)
    return current, frozenset(refused)


def test_an_amendment_is_read_word_by_word() -> None:
    text = "Self-checkouts remain a choice in every shop."
    assert edits(BASE, text) == (Edit(1, 5, "remain a choice "),)
    assert size(BASE, text) == (4, 3)
    assert edits(BASE, BASE) == () and size("", "Two words") == (0, 2)


def test_amendments_that_do_not_touch_are_applied_together() -> None:
    first = BASE.replace("may become", "remain")
    second = BASE.replace("every shop", "every town")
    assert merged(BASE, [first, second]) == "Self-checkouts remain the rule in every town."
    assert not clash(BASE, first, second)


@pytest.mark.parametrize(
    "second",
    [
        BASE.replace("may", "must"),  # the same words
        BASE.replace("the rule", "a choice"),  # the words beside them
        BASE.replace("may become", "may soon become"),  # words put between them
        "",  # the whole
    ],
)
def test_amendments_of_one_place_clash(second: str) -> None:
    first = BASE.replace("may become", "remain")
    assert clash(BASE, first, second) and clash(BASE, second, first)
    with pytest.raises(Clash):
        merged(BASE, [first, second])
    with pytest.raises(Clash):
        amended(first, BASE, second, [first])


def test_two_texts_put_in_at_one_place_clash() -> None:
    assert clash(BASE, BASE + " Now.", BASE + " Later.")


def test_the_same_change_is_made_once() -> None:
    text = BASE.replace("may", "must")
    assert merged(BASE, [text, text]) == text == amended(text, BASE, text, [text])


def test_a_text_that_moved_by_another_way_takes_what_it_did_not_touch() -> None:
    moved = BASE.replace("every shop", "each shop of the town")
    text = BASE.replace("may become", "remain")
    wanted = "Self-checkouts remain the rule in each shop of the town."
    assert amended(moved, BASE, text) == wanted
    assert amended(moved, BASE, text, ["nothing like it"]) == wanted


def test_texts_of_one_word_over_and_over_are_replaced_as_a_whole() -> None:
    base, text = "README " + "the " * 2000 + "end", "Z " + "the of " * 1500 + "end"
    (only,) = edits(base, text)
    assert merged(base, [text]) == text and only.start == 0


@given(TEXTS, TEXTS)
def test_edits_lead_from_one_text_to_the_other(base: str, text: str) -> None:
    words = words_of(base)
    assert "".join(words) == base
    made = edits(base, text)
    assert all(one.end < two.start for one, two in pairwise(made))
    for start, end, new in reversed(made):
        words[start:end] = [new]
    assert "".join(words) == text == merged(base, [text])


@given(TEXTS, st.lists(TEXTS, max_size=4, unique=True))
def test_any_order_gives_the_same_text_or_shows_the_clash(base: str, texts: list[str]) -> None:
    outcomes = {order: applied(base, order) for order in permutations(texts)}
    pairs = [(a, b) for a in texts for b in texts if a != b and clash(base, a, b)]
    if not pairs:
        assert {refused for _text, refused in outcomes.values()} == {frozenset()}
        assert len({text for text, _refused in outcomes.values()}) == 1
    for order, (_text, refused) in outcomes.items():
        # Of two that clash the first adopted stands and the other is named, never half applied.
        kept = [text for text in order if text not in refused]
        assert not any(clash(base, a, b) for a in kept for b in kept if a != b)
        assert all(any(clash(base, gone, one) for one in kept) for gone in refused)


@given(TEXTS, st.lists(TEXTS, min_size=2, max_size=4, unique=True))
def test_the_text_depends_on_who_was_adopted_and_not_on_when(base: str, texts: list[str]) -> None:
    outcomes = [applied(base, order) for order in permutations(texts)]
    by_refused: dict[frozenset[str], set[str]] = {}
    for text, refused in outcomes:
        by_refused.setdefault(refused, set()).add(text)
    assert all(len(found) == 1 for found in by_refused.values())
