"""The sentences by which an opinion is told: its result, the standing of its recommendations."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partage.opinions.models import Opinion, Recommendation

Content = dict[str, Any]

STANDINGS = {
    Recommendation.Standing.ADVOCATED: (
        gettext_lazy("What the opinion recommends"),
        gettext_lazy("The opinion recommends it, as its text or a source says."),
    ),
    Recommendation.Standing.REPORTED: (
        gettext_lazy("What the opinion raises"),
        gettext_lazy("The opinion raises or explores it, without settling it."),
    ),
    Recommendation.Standing.GROUP: (
        gettext_lazy("What groups wish"),
        gettext_lazy("A group asks for it; it is not known to be in the opinion."),
    ),
    Recommendation.Standing.AUTHOR: (
        gettext_lazy("What an author wishes"),
        gettext_lazy("Somebody who wrote about the opinion asks for it; the opinion does not."),
    ),
}


def result_sentence(content: Content) -> str:
    """The first sentence of the page: what was decided, by how many."""
    vote = content["vote"]
    label = str(Opinion.Result(vote["result"]).label) if vote["result"] else ""
    if vote["votes_for"] is None:
        if label:
            return _("%(result)s; how many votes is not known.") % {"result": label}
        return _("No vote is recorded.")
    counts = _counts(vote)
    return _("%(result)s: %(counts)s") % {"result": label, "counts": counts} if label else counts


def _counts(vote: Content) -> str:
    abstentions = vote["votes_abstain"]
    words = ngettext("%(n)s abstention", "%(n)s abstentions", abstentions) % {"n": abstentions}
    return _("%(votes_for)s for, %(votes_against)s against, %(abstentions)s") % {
        "votes_for": vote["votes_for"],
        "votes_against": vote["votes_against"],
        "abstentions": words,
    }


def by_standing(recommendations: list[Content]) -> list[Content]:
    """Recommendations under the heading of their standing: nobody takes a wish for what was voted."""
    groups = [
        {
            "heading": heading,
            "rule": rule,
            "rows": [row for row in recommendations if row["standing"] == standing],
        }
        for standing, (heading, rule) in STANDINGS.items()
    ]
    return [group for group in groups if group["rows"]]


def group_votes(content: Content) -> list[Content]:
    """Votes by group, if any source says how one voted."""
    names = ("votes_for", "votes_against", "votes_abstain")
    rows = content["group_votes"]
    return rows if any(row[name] is not None for row in rows for name in names) else []
