"""`partage landscape --mode polis` in words, from what may be published."""

from typing import Any

from partage.calc.landscape_result import MIN_SHOWN

LISTED = 10
WARNING = (
    "Polis mode: the rules of the Polis engine, from a cold start, for comparison.",
    "It always announces groups, on shuffled votes too, and the same votes in another order may give",
    "others. It hides how sure it is and who would change group; the default mode says so.",
)


def report(content: dict[str, Any]) -> list[str]:
    """The published result in words, line by line."""
    return [
        *WARNING,
        "",
        "Groups",
        *_group_lines(content),
        "",
        "What most people say",
        f"  They agree with {_names(content['majority']['agree'])}.",
        f"  They disagree with {_names(content['majority']['disagree'])}.",
        "",
        "Most agreed with in all groups (group-informed consensus)",
        f"  {', '.join(content['consensus'][:LISTED]) or 'nothing that may be told'}",
    ]


def _group_lines(content: dict[str, Any]) -> list[str]:
    groups = content["groups"]
    if not groups:
        return ["  There are no votes."]
    lines = [
        f"  {_in_words(len(groups))} {_sizes([group['size'] for group in groups])}; "
        f"{content['placed']} of {content['people']} people voted enough to be in one."
    ]
    tried = ", ".join(f"{k}: {score:.3f}" for k, score in content["silhouettes"].items())
    lines.append(f"  Silhouette for each number of groups tried: {tried}.")
    return lines + [_stance(number, group) for number, group in enumerate(groups, start=1)]


def _in_words(n_groups: int) -> str:
    return "1 group" if n_groups == 1 else f"{n_groups} groups"


def _sizes(sizes: list[int | None]) -> str:
    if None in sizes:
        return f"whose sizes are not told (one is under {MIN_SHOWN} people)"
    return f"of {', '.join(str(size) for size in sizes)} people"


def _stance(number: int, group: dict[str, Any]) -> str:
    few = group["representative"]
    agrees, disagrees = (
        _names([one for one in few if one["answer"] == answer]) for answer in ("agree", "disagree")
    )
    hidden = group["representative_hidden"]
    untold = f" Not told, seen by too few: {hidden}." if hidden else ""
    return f"  Group {number} agrees with {agrees} and disagrees with {disagrees}.{untold}"


def _names(statements: list[dict[str, Any]]) -> str:
    return ", ".join(one["id"] for one in statements) or "nothing"
