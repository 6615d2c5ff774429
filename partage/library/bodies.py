"""How many members a body has, where the library knows it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import slugify


@cache
def _bodies() -> dict[str, list[dict[str, Any]]]:
    with Path(__file__).with_name("bodies.toml").open("rb") as file:
        table = tomllib.load(file)
    return {slugify(name): body["members"] for body in table["body"] for name in body["names"]}


def most_votes(bodies: list[str], year: int | None) -> int | None:
    """The most that could be cast in one body that year; in an unknown year, the most ever."""
    if len(bodies) != 1:
        return None
    known = _bodies().get(slugify(bodies[0]), [])
    if year is None:
        return max((one["at_most"] for one in known), default=None)
    before = [one for one in known if one["since"] <= year]
    return before[-1]["at_most"] if before else None
