"""A rule and its outcome in words: made from the very conditions that decide."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from partage.assemblies.models import TURNOUT_FROM, SecretElectorate, Vote
from partage.calc.rollcall import Condition, Counted, Kind, Majority, Rule, Tally

MAJORITIES = {
    (Majority.SIMPLE, Counted.EXPRESSED): gettext_noop(
        "Simple majority: more votes for than against, abstentions left out"
    ),
    (Majority.ABSOLUTE, Counted.EXPRESSED): gettext_noop(
        "Absolute majority: more than half of the votes for and against, abstentions left out"
    ),
    (Majority.ABSOLUTE, Counted.CAST): gettext_noop(
        "Absolute majority: more than half of the votes cast, abstentions included"
    ),
    (Majority.ABSOLUTE, Counted.MEMBERS): gettext_noop(
        "Absolute majority: more than half of the members on the roll"
    ),
    (Majority.TWO_THIRDS, Counted.EXPRESSED): gettext_noop(
        "Two thirds of the votes for and against, abstentions left out"
    ),
    (Majority.TWO_THIRDS, Counted.CAST): gettext_noop(
        "Two thirds of the votes cast, abstentions included"
    ),
    (Majority.TWO_THIRDS, Counted.MEMBERS): gettext_noop("Two thirds of the members on the roll"),
}


class Said(NamedTuple):
    """A condition as the page shows it."""

    words: str
    figures: str
    is_met: bool


def result_sentence(vote: Vote) -> str:
    """The outcome and the totals: what the page says first."""
    return f"{vote.get_outcome_display()}{_(':')} {totals_sentence(vote.total)}"


def totals_sentence(total: Tally) -> str:
    abstained = ngettext("%(n)s abstention", "%(n)s abstentions", total.abstentions)
    return _("%(for)s for, %(against)s against, %(abstained)s") % {
        "for": total.votes_for,
        "against": total.against,
        "abstained": abstained % {"n": total.abstentions},
    }


def rule_sentences(vote: Vote) -> list[str]:
    """What it takes to adopt, said before anybody votes."""
    rule = vote.rule
    said = [_(MAJORITIES[rule.majority, rule.counted]) + "."]
    if rule.by_chamber:
        said.append(_("Each chamber must reach it."))
    if rule.groups_needed:
        said.append(_concurrence(rule) + ".")
    if rule.quorum_percent:
        said.append(_quorum(rule) + ".")
    said.append(_tie(vote))
    return said


def _quorum(rule: Rule) -> str:
    words = _("Quorum: at least %(percent)s %% of the members vote, abstentions included")
    return words % {"percent": rule.quorum_percent}


def _concurrence(rule: Rule) -> str:
    words = ngettext(
        "At least %(n)s group has more votes for than against",
        "At least %(n)s groups have more votes for than against",
        rule.groups_needed,
    )
    return words % {"n": rule.groups_needed}


def _tie(vote: Vote) -> str:
    if vote.chair is None:
        return _("As many votes for as against adopts nothing.")
    words = _("At as many votes for as against, the vote of %(name)s, in the chair, decides.")
    return words % {"name": vote.chair.name}


def condition_sentences(vote: Vote, conditions: tuple[Condition, ...]) -> list[Said]:
    """Each condition with the figures that decided."""
    return [_said(vote, condition) for condition in conditions]


def _said(vote: Vote, condition: Condition) -> Said:
    rule = vote.rule
    figures = {"have": condition.have, "need": condition.need, "base": condition.base}
    if condition.kind is Kind.CHAIR:
        chose = _("The chair voted for.") if condition.is_met else _("The chair did not vote for.")
        return Said(_tie(vote).rstrip("."), chose, condition.is_met)
    words, counted = {
        Kind.QUORUM: (_quorum, _("%(have)s of %(base)s members voted; %(need)s needed.")),
        Kind.CONCURRENCE: (_concurrence, _("%(have)s of %(base)s groups; %(need)s needed.")),
        Kind.MAJORITY: (_majority, _("%(have)s for, of %(base)s that count; %(need)s needed.")),
    }[condition.kind]
    where = f"{condition.chamber}{_(':')} " if condition.chamber else ""
    return Said(where + words(rule), counted % figures, condition.is_met)


def _majority(rule: Rule) -> str:
    return _(MAJORITIES[rule.majority, rule.counted])


def turnout_sentence(vote: Vote) -> str:
    """How many voted so far. In secret not below ten: one would read who just came out of it."""
    if vote.regime == Vote.Regime.HANDS or vote.roll_size is None:
        return ""
    if vote.regime == Vote.Regime.SECRET:
        voted = SecretElectorate.objects.filter(entry__vote=vote).count()
        if voted < TURNOUT_FROM:
            return _("How many voted shows from %(n)s voters.") % {"n": TURNOUT_FROM}
    else:
        voted = vote.roll.filter(ballot__isnull=False).count()
    words = ngettext(
        "%(n)s of %(all)s members has voted.", "%(n)s of %(all)s members have voted.", voted
    )
    return words % {"n": voted, "all": vote.roll_size}
