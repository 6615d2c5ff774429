"""The sentences by which an opinion is told: its result, the standing of its recommendations."""

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partage.opinions.models import Finding, Opinion, Recommendation
from partage.web.localized import in_reader_language
from partage.web.templatetags.partage import amount, percent

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
# Who says a figure, where nobody else does.
OPINION = "opinion"
RESTATED = gettext_lazy("Brought in from a file of what is known of this opinion: the recommendations are restated from the sources below, not quoted.")  # fmt: skip


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


def findings(content: Content) -> list[Content]:
    """What the opinion saw first, under the heading of its kind, figures with their words."""
    rows = [{**row, "figure": figure_of(row)} for row in content.get("findings", [])]
    groups = [
        {"heading": kind.label, "rows": [row for row in rows if row["kind"] == kind]}
        for kind in Finding.Kind
    ]
    return [group for group in groups if group["rows"]]


def figure_of(row: Content) -> str:
    """The figure as it was said, in words: "more than 50% (2010)"; empty where it is no figure."""
    if row["kind"] != Finding.Kind.FIGURE:
        return ""
    if row["value"] is None:
        said = _("said in words alone")
    elif row["unit"] == "%":
        said = percent(row["value"] / 100) if row["value"] % 1 == 0 else f"{amount(row['value'])} %"
    else:
        said = f"{amount(row['value'])} {row['unit']}".strip()
    qualifier = Finding.Qualifier(row["qualifier"]).label if row["qualifier"] else ""
    year = f"({row['year']})" if row["year"] else ""
    return " ".join(filter(None, [str(qualifier), said, year]))


def finding_line(row: Content) -> str:
    """For files: the figure, the words, who said them when the opinion did not."""
    words = in_reader_language(row["text"])[0]
    line = f"{row['figure']}{_(':')} {words}" if row["figure"] else words
    return f"{line} ({row['said_by']})" if row["said_by"] not in ("", OPINION) else line


def who_and_when(row: Content) -> str:
    """Who must act, by when, how we will know: in one line, for files."""
    unknown = _("not known")
    inferred = row["acts_basis"] == Recommendation.Basis.INFERRED
    acts = in_reader_language(row["acts"])[0]
    due = row["due_on"]
    day = formats.date_format(date.fromisoformat(due), "DATE_FORMAT") if due else unknown
    return " ".join(
        [
            f"{_('Who must act:')} {acts or unknown}{' ' + _('(as we read it)') if inferred else ''}.",
            f"{_('By when:')} {day}.",
            f"{_('How we will know:')} {in_reader_language(row['known_by'])[0] or unknown}.",
        ]
    )
