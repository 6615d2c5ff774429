"""A rule and its divisions in words."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partage.calc.sharing_rules import NOBODY, PEOPLE, Kind, Part, Rule
from partage.web.templatetags.partage import exact_percent, exactly

DIVISIONS: Mapping[str, Any] = {
    "pot": gettext_lazy("the pot"),
    "sub-pots": gettext_lazy("sub-pots"),
    "circles": gettext_lazy("circles"),
    "equally": gettext_lazy("the same for each"),
    "by time": gettext_lazy("by recorded time"),
    "by tasks": gettext_lazy("by tasks"),
    "by peers": gettext_lazy("by peers"),
    "by points received": gettext_lazy("by points received"),
}
PARTS: Mapping[str, Any] = {
    PEOPLE: gettext_lazy("people"),
    NOBODY: gettext_lazy("nobody: the organization keeps it"),
    Kind.EQUAL.value: DIVISIONS["equally"],
    Kind.TIME.value: DIVISIONS["by time"],
    Kind.TASKS.value: DIVISIONS["by tasks"],
    Kind.PEERS.value: DIVISIONS["by peers"],
    Kind.RECEIVED.value: DIVISIONS["by points received"],
}
BY_PEERS = "by peers"


def division_name(name: str) -> str:
    """A division's name; that of a circle's peers ends with the circle's own name."""
    if name.startswith(f"{BY_PEERS} "):
        return f"{DIVISIONS[BY_PEERS]}, {name.removeprefix(BY_PEERS).strip()}"
    return str(DIVISIONS.get(name, name))


def part_name(name: str) -> str:
    return str(PARTS.get(name, name))


def rate_words(rate: Fraction) -> str:
    return exact_percent(float(rate))


def rule_sentences(rule: Rule) -> list[str]:
    """What comes off the top, then each sub-pot, each in one sentence."""
    funds = [_fund_sentence(name, rate, name == rule.common) for name, rate in rule.funds]
    return funds + [_part_sentence(part) for part in rule.parts]


def _fund_sentence(name: str, rate: Fraction, is_common: bool) -> str:
    other = _("%(rate)s of the pot goes to “%(fund)s” before anything else.")
    common = _(
        "%(rate)s of the pot goes to the common fund of this coproduction before anything else."
    )
    return (common if is_common else other) % {"rate": rate_words(rate), "fund": name}


def _part_sentence(part: Part) -> str:
    points = ", ".join(f"{task} {number}" for task, number in part.points)
    told = {"rate": rate_words(part.rate), "cap": exactly(float(part.cap or 0)), "points": points}
    return str(SENTENCES[part.kind]) % told


SENTENCES: Mapping[Kind, Any] = {
    Kind.EQUAL: gettext_lazy(
        "%(rate)s of what people have: the same for each person who took part."
    ),
    Kind.TIME: gettext_lazy(
        "%(rate)s of what people have: in proportion to time, no one counts more than %(cap)s times the median."
    ),
    Kind.TASKS: gettext_lazy(
        "%(rate)s of what people have: by tasks, at these points for each: %(points)s."
    ),
    Kind.PEERS: gettext_lazy(
        "%(rate)s of what people have: by peers. Each gives 100 points to others; the highest and the lowest mark are dropped; circles of 5 to 30."
    ),
    Kind.RECEIVED: gettext_lazy(
        "%(rate)s of what people have: by points received, as they were counted."
    ),
}
