"""Red flags: published rules over counts. A flag is a question to ask, never a finding.

The rules in words, with what each cannot see: docs/method/red-flags.md. No rule reads a database
or a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# How many days an appeal may wait, and by how much voices may exceed what is declared.
APPEAL_DAYS = 30
ENDURED_MARGIN = 0.2
# The nightly job forgets devices a year after the end: what it left a week later, it missed.
GRACE_DAYS = 7


@dataclass(frozen=True)
class TaskSaid:
    """What the organization declares of a task, and the share of ten people or more who endure it."""

    declared: str
    endured: float | None


@dataclass(frozen=True)
class Figures:
    """What the rules read of one coproduction: counts alone."""

    alternative: str = "staffed"
    tasks: Sequence[TaskSaid] = ()
    taken_unknown: int = 0
    taken_without_limit: int = 0
    without_consent: int = 0
    kept_too_long: int = 0
    changed_after_opening: int = 0
    rules_not_voted: int = 0
    refused_without_reason: int = 0
    appeals_late: int = 0
    like_employees: int = 0
    unreported: int = 0


@dataclass(frozen=True)
class Rule:
    """What is looked at, in words, and how many times it is found; nothing found, no flag."""

    code: str
    name: Any
    words: Any
    count: Callable[[Figures], int]


@dataclass(frozen=True)
class Flag:
    rule: Rule
    times: int


def moved_without_alternative(figures: Figures) -> int:
    """Tasks that people do, where nobody serves whoever does not want to."""
    return 0 if figures.alternative == "staffed" else len(figures.tasks)


def endured_above_declared(figures: Figures) -> int:
    """Tasks that more people endure than the organization says."""
    said = [task for task in figures.tasks if task.endured is not None]
    return sum(
        (task.endured or 0) - (1 if task.declared == "endured" else 0) > ENDURED_MARGIN
        for task in said
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "no-alternative",
        _("Work moved without an alternative"),
        _("The frame asks tasks of people, and names no person who serves the others."),
        moved_without_alternative,
    ),
    Rule(
        "data-unknown",
        _("Data taken without people knowing"),
        _("The frame lists data that people do not know is taken: they cannot have agreed."),
        lambda figures: figures.taken_unknown,
    ),
    Rule(
        "no-consent",
        _("Answers without consent"),
        _("The frame asks for an explicit consent, and answers count of people who gave none."),
        lambda figures: figures.without_consent,
    ),
    Rule(
        "no-limit",
        _("Data kept without a limit"),
        _("The frame lists data without a number of days after which it goes."),
        lambda figures: figures.taken_without_limit,
    ),
    Rule(
        "kept-too-long",
        _("Kept beyond retention"),
        _("A year and a week after the end, answers are still tied to devices."),
        lambda figures: figures.kept_too_long,
    ),
    Rule(
        "frame-changed",
        _("Frame changed after opening"),
        _("A version of the frame was published after the first stage had opened."),
        lambda figures: figures.changed_after_opening,
    ),
    Rule(
        "rule-not-voted",
        _("Sharing rule without a vote here"),
        _("A period is shared by a rule that rests on an act named by the organization, not on an opinion voted here before the period."),
        lambda figures: figures.rules_not_voted,
    ),
    Rule(
        "endured",
        _("Endured more than declared"),
        _("Of ten people or more, the share who endure a task exceeds what is declared by more than 20 points."),
        endured_above_declared,
    ),
    Rule(
        "no-reason",
        _("Refusals without a reason"),
        _("Contributions or figures were refused without a word to their author."),
        lambda figures: figures.refused_without_reason,
    ),
    Rule(
        "appeals-late",
        _("Appeals late"),
        _("A contested refusal waited, or waits, more than 30 days for its answer."),
        lambda figures: figures.appeals_late,
    ),
    Rule(
        "like-employees",
        _("Contributors paid like employees"),
        _("People are paid for services, and the organization says that it sets hours, gives orders, or that stopping costs."),
        lambda figures: figures.like_employees,
    ),
    Rule(
        "unreported",
        _("Thresholds crossed without reporting"),
        _("People were paid beyond the thresholds of the tax rules on platforms, in periods said to be none of their activities."),
        lambda figures: figures.unreported,
    ),
)  # fmt: skip


def flags_of(figures: Figures) -> list[Flag]:
    """The rules that find something, in their published order."""
    found = [Flag(rule, rule.count(figures)) for rule in RULES]
    return [flag for flag in found if flag.times]
