"""The open rules that order things on screen. Nothing about the reader enters, save a drawn seed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import gcd
from typing import Any

SELDOM_ANSWERED = 30
FEWEST_TO_COMPARE = 10


def draw(seed: bytes, ids: Sequence[int]) -> int:
    """The id drawn for this seed.

    Parameters
    ----------
    seed : bytes
        Random bytes of the device, or of the request when there is no device yet.
    ids : sequence of int, not empty
        What may be drawn; its order does not matter.

    Returns
    -------
    int
        The id whose hash with the seed is smallest: uniform over ids when the seed is random.

    Raises
    ------
    ValueError
        If `ids` is empty.

    References
    ----------
    docs/method/ranking.md, "Which sentence comes next".

    Examples
    --------
    >>> draw(b"seed", [3, 1, 2]) == draw(b"seed", [1, 2, 3])
    True
    """
    return min(ids, key=lambda item: _hash(seed, item))


def _hash(seed: bytes, item: int) -> bytes:
    return hashlib.sha256(seed + b":" + str(item).encode()).digest()


Result = Mapping[str, Any]


def share_agree(result: Result) -> float:
    """Agreements among all answers; 0 where too few people answered to publish a count.

    Parameters
    ----------
    result : mapping with `agrees` and `seen`, counts or None

    Returns
    -------
    float in [0, 1]

    Examples
    --------
    >>> share_agree({"agrees": 3, "seen": 4})
    0.75
    """
    return result["agrees"] / result["seen"] if result["seen"] and result["agrees"] else 0.0


def halves(result: Result) -> float:
    """How near people come to two halves, for and against.

    Parameters
    ----------
    result : mapping with `agrees`, `disagrees` and `seen`, counts or None

    Returns
    -------
    float in [0, 1]
        Twice the smaller of the shares that agree and that disagree; 0 where counts are hidden.

    Examples
    --------
    >>> halves({"agrees": 5, "disagrees": 5, "seen": 10})
    1.0
    """
    if not result["seen"] or result["agrees"] is None:
        return 0.0
    return float(2 * min(result["agrees"], result["disagrees"]) / result["seen"])


def gap_between_groups(result: Result) -> float | None:
    """How far the groups of the published landscape part.

    Parameters
    ----------
    result : mapping with `groups`: per group an (agrees, disagrees, passes, seen) tuple, or
        an empty sequence or None where these counts are not published

    Returns
    -------
    float in [0, 1], or None
        The largest gap between two groups' shares of agreement; None without two to compare.

    Examples
    --------
    >>> gap_between_groups({"groups": [(10, 0, 0, 10), (5, 5, 0, 10)]})
    0.5
    """
    shares = [agrees / seen for agrees, _d, _p, seen in result["groups"] or () if seen]
    return float(max(shares) - min(shares)) if len(shares) > 1 else None


def compares_groups(results: Iterable[Result]) -> bool:
    """Whether "most different" compares groups in this list, or people where it has no groups.

    One measure orders a whole list: a gap between groups and a split of people are not the same
    thing, and the larger of two such numbers says nothing.

    Examples
    --------
    >>> compares_groups([{"groups": None}, {"groups": [(10, 0, 0, 10), (5, 5, 0, 10)]}])
    True
    """
    return any(gap_between_groups(result) is not None for result in results)


Key = Callable[[Result], tuple[Any, ...]]

KEYS: dict[str, Key] = {
    "agreed": lambda r: (-share_agree(r), -(r["seen"] or 0), r["id"]),
    "different": lambda r: (-halves(r), -(r["seen"] or 0), r["id"]),
    "answered": lambda r: (-(r["seen"] or 0), r["id"]),
    "seldom": lambda r: (r["seen"] or 0, r["id"]),
    "newest": lambda r: (-r["id"],),
}


def _by_gap(result: Result) -> tuple[Any, ...]:
    gap = gap_between_groups(result)
    return (gap is None, -(gap or 0), -(result["seen"] or 0), result["id"])


# Columns of an idea, a minus for the highest first; the smaller number comes first among equals.
IDEA_ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("-number",),
    "seldom": ("answers", "number"),
    "agreed": ("-agreement", "number"),
    "different": ("-difference", "number"),
    "discussed": ("-discussion", "number"),
}


def walk(count: int, seed: str, places: Iterable[int]) -> list[int]:
    """Which items stand at these places of a drawn order, without putting all in order.

    The seed gives a start and a step that shares no divisor with `count`: walking by that step
    meets every item once.

    Parameters
    ----------
    count : int, at least 0
        How many items there are, numbered from 1.
    seed : str
        The same seed gives everybody the same order.
    places : iterable of int
        Places from 0; those beyond `count` are left out.

    Returns
    -------
    list of int in [1, count]

    References
    ----------
    docs/method/ranking.md, "Lists of ideas".

    Examples
    --------
    >>> sorted(walk(10, "a1b2", range(12))) == list(range(1, 11))
    True
    >>> walk(10, "a1b2", [3, 4]) == walk(10, "a1b2", range(10))[3:5]
    True
    """
    if count < 1:
        return []
    drawn = hashlib.sha256(seed.encode()).digest()
    start = int.from_bytes(drawn[:8], "big") % count
    step = int.from_bytes(drawn[8:16], "big") % count or 1
    while gcd(step, count) > 1:
        step = step % count + 1
    return [(start + step * place) % count + 1 for place in places if 0 <= place < count]


def ordered_ideas(
    ideas: Sequence[Result], order: str, seed: str = "", section: str = ""
) -> list[Result]:
    """Published ideas in the reader's order, made again from open data.

    Parameters
    ----------
    ideas : sequence of mappings with `number` and the columns of IDEA_ORDERS; with `section` too
        where one is asked for
    order : one of IDEA_ORDERS, or "random"
    seed : str, used by "random" alone, which walks over numbers up to the highest, or over
        the places of the section's ideas in the order of their numbers
    section : str, the name of the only section shown, or "" for all

    Returns
    -------
    list of the same mappings

    Raises
    ------
    KeyError
        If the order has no rule.

    Examples
    --------
    >>> few, many = {"number": 1, "answers": 2}, {"number": 2, "answers": 1}
    >>> [idea["number"] for idea in ordered_ideas([few, many], "seldom")]
    [2, 1]
    """
    if section:
        ideas = [idea for idea in ideas if idea["section"] == section]
    if order == "random":
        by_number = {idea["number"]: idea for idea in ideas}
        numbers = sorted(by_number) if section else range(1, max(by_number, default=0) + 1)
        drawn = [numbers[place - 1] for place in walk(len(numbers), seed, range(len(numbers)))]
        return [by_number[number] for number in drawn if number in by_number]
    columns = [(name.lstrip("-"), -1 if name.startswith("-") else 1) for name in IDEA_ORDERS[order]]
    return sorted(ideas, key=lambda idea: [sign * idea[name] for name, sign in columns])


def ordered(results: Sequence[Result], order: str, seed: str = "") -> list[Result]:
    """The results in the reader's order.

    Parameters
    ----------
    results : sequence of mappings with `id`, `agrees`, `disagrees`, `seen`, `groups`
    order : one of KEYS, or "random"
    seed : str, used by "random" alone; the same seed gives the same order to everyone

    Returns
    -------
    list of the same mappings

    Raises
    ------
    KeyError
        If the order has no rule.

    References
    ----------
    docs/method/ranking.md, "Lists".

    Examples
    --------
    >>> few = {"id": 1, "agrees": 1, "disagrees": 0, "seen": 4, "groups": ()}
    >>> many = {"id": 2, "agrees": 3, "disagrees": 0, "seen": 4, "groups": ()}
    >>> [r["id"] for r in ordered([few, many], "agreed")]
    [2, 1]
    """
    if order == "random":
        return sorted(results, key=lambda r: _hash(seed.encode(), r["id"]))
    if order == "different" and compares_groups(results):
        return sorted(results, key=_by_gap)
    return sorted(results, key=KEYS[order])
