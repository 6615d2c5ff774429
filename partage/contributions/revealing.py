"""What the results page reveals: what is shown, of how many people, and what is left out."""

from dataclasses import dataclass
from typing import Any

from partage.contributions.models import Release
from partage.contributions.protecting import is_alike_row

Content = dict[str, Any]


@dataclass(frozen=True)
class Reveals:
    """Numbers for the panel. `grid_hidden` is a share of the people placed, None without a map."""

    people: int
    shown: int
    few: int
    alike: int
    held: int
    groups_hidden: int
    grid_hidden: float | None


def reveals(release: Release, rows: list[Content]) -> Reveals:
    """`rows` as the page lists them; the rest from the release itself."""
    content = release.content
    lines = content["statements"]
    found = content["landscape"] or {}
    grid = found.get("grid")
    by_group = len((found.get("groups") or {}).get("sizes") or ())
    return Reveals(
        people=content["people"],
        shown=sum(row["agrees"] is not None for row in rows),
        few=sum(not line["seen"] for line in lines),
        alike=sum(is_alike_row(line) for line in lines),
        held=sum(line.get("counted_in", release.number) != release.number for line in lines),
        groups_hidden=sum(bool(by_group and row["seen"] and not row["groups"]) for row in rows),
        grid_hidden=grid["hidden_share"] if grid else None,
    )
