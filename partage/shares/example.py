"""What a rule would give on an example pot, among six people made up for it."""

from typing import Any

from partage.calc.sharing_rules import PEOPLE, Rule
from partage.calc.sharing_stages import Contribution, Stage, share
from partage.shares.wording import division_name, part_name

SEED = b"example"
MINUTES = {"A": 60, "B": 60, "C": 120, "D": 30, "E": 90, "F": 1200}
RECEIVED = {"A": 110, "B": 115, "C": 95, "D": 80, "E": 100, "F": 100}
EACH = 20  # points that each of the six gives to each of the five others


def example_of(rule: Rule, pot: int) -> list[dict[str, Any]]:
    """Each division with its parts, whose sum is printed under them."""
    published = [task for part in rule.parts for task, points in part.points if points]
    people = [
        Contribution(
            name,
            minutes,
            dict.fromkeys(published, place % 3 + 1),
            {other: EACH for other in MINUTES if other != name},
            RECEIVED[name],
        )
        for place, (name, minutes) in enumerate(MINUTES.items())
    ]
    return [_division(stage) for stage in share(pot, rule, people, SEED).stages]


def _division(stage: Stage) -> dict[str, Any]:
    parts = {
        name if stage.reaches_people else part_name(name): cents
        for name, cents in stage.shares.items()
        if cents or name != PEOPLE
    }
    return {
        "name": division_name(stage.name),
        "pot": stage.pot,
        "parts": sorted(parts.items()) if stage.reaches_people else list(parts.items()),
        "sum": sum(parts.values()),
    }
