"""When counts of few people may be told, alone or beside the counts told before."""

from typing import NamedTuple

FEWEST = 10
# Below so many answers, an answer that all or none gave is the answer of each one.
FEWEST_ALIKE = 50


class Split(NamedTuple):
    """How some people answered one statement."""

    agrees: int
    disagrees: int
    passes: int

    @property
    def seen(self) -> int:
        return sum(self)


def is_alike(split: Split) -> bool:
    """Whether these counts tell what each one answered, or did not answer.

    Parameters
    ----------
    split : counts, none below zero

    Returns
    -------
    bool
        True under `FEWEST_ALIKE` answers of which all, or none, agree or disagree, or all pass.

    References
    ----------
    docs/method/publication.md, "Alike".

    Examples
    --------
    >>> is_alike(Split(12, 0, 3)), is_alike(Split(12, 1, 0)), is_alike(Split(60, 0, 0))
    (True, False, False)
    """
    seen = split.seen
    if seen == 0 or seen >= FEWEST_ALIKE:
        return False
    return split.agrees in (0, seen) or split.disagrees in (0, seen) or split.passes == seen


def rough(count: float, seen: float) -> str:
    """The share of an answer, told roughly: under 5 %, over 95 %, or between.

    Parameters
    ----------
    count, seen : answers of this kind, and all answers, at least one; or their share, and 1

    Examples
    --------
    >>> rough(0, 12), rough(12, 12), rough(7, 12)
    ('< 5', '> 95', '5–95')
    """
    if 20 * count < seen:
        return "< 5"
    return "> 95" if 20 * count > 19 * seen else "5–95"


def may_follow(before: Split, now: Split) -> bool:
    """Whether counts may be told after others, which anybody may subtract from them.

    Parameters
    ----------
    before, now : the counts told last, and those that would be told next

    Returns
    -------
    bool
        True where nothing changed, or ten answers or more did: if all were added, not all alike; if
        all were taken out, not alike as `is_alike` says.

    References
    ----------
    docs/method/publication.md, "Two releases".

    Examples
    --------
    >>> may_follow(Split(12, 8, 0), Split(13, 8, 0)), may_follow(Split(12, 8, 0), Split(18, 13, 1))
    (False, True)
    >>> may_follow(Split(22, 10, 0), Split(10, 10, 0))
    False
    """
    if before == now:
        return True
    added = Split(*(new - old for new, old in zip(now, before, strict=True)))
    if sum(map(abs, added)) < FEWEST:
        return False
    if max(added) <= 0:
        # Of many who answered alike, a set left out must leave the counts too.
        return not is_alike(Split(*(-count for count in added)))
    if min(added) < 0:
        # Some left or changed while others came: no tally of either.
        return True
    # Everybody alike, however many came: real conversations have such differences.
    return not is_alike(added) and max(added) < added.seen
