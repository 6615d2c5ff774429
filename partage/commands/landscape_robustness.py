"""`partage landscape --contested FILE` in words: what would change without some people."""

from typing import Any

LISTS = {
    "only_with": "Unite only with them",
    "only_without": "Unite only without them",
    "separates_only_with": "Separate only with them",
    "separates_only_without": "Separate only without them",
}


def report(found: dict[str, Any]) -> list[str]:
    """The comparison, line by line."""
    lists = [
        f"  {words}: {', '.join(found[name])}." for name, words in LISTS.items() if found[name]
    ]
    return [
        f"Without the {found['people']} people contested",
        *(lists or ["  The same statements unite, and the same separate."]),
        f"  Groups with them: {_groups(found, 0)}; without them: {_groups(found, 1)}.",
        *_move(found),
    ]


def _groups(found: dict[str, Any], side: int) -> str:
    count, verdict = found["groups"][side], found["verdicts"][side]
    return f"{count}, the evidence is {verdict}" if count else "none"


def _move(found: dict[str, Any]) -> list[str]:
    if not found["most_moved"]:
        return []
    return [
        f"  They cast {found['votes']} votes. Support moves by {found['moved_by']:.0%} at most, "
        f"for statement {found['most_moved']}."
    ]
