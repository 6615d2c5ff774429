"""The record of processing and a draft impact assessment, made from what the apps declare."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _

from partage.rights.declared import Declared, all_declared
from partage.web.personal_data import BY_CONSENT_OR_FRAME, EVERYBODY


def record_page() -> str:
    """Article 30: each processing, by its purpose. Markdown."""
    lines = [
        "# " + _("Record of processing"),
        "",
        _("Made from what the code declares of each column: a column that nobody declared stops the site."),
        "",
        "- " + _("Controller, contact and data protection officer:") + " " + _controller(),
        "- " + _("Transfers outside the European Union: none by this software"),
        "- " + _("Safety: secrets and addresses kept as marks or sealed, erasures replayed after a restore, a signed register"),
        "",
    ]  # fmt: skip
    for purpose, found in groupby(_by_purpose(), key=lambda one: str(one.says.purpose)):
        lines += _processing(purpose, list(found))
    return "\n".join(lines)


def _controller() -> str:
    names = ("PARTAGE_PUBLISHER", "PARTAGE_CONTACT", "PARTAGE_DATA_PROTECTION_OFFICER")
    return ", ".join(settings.LEGAL[name] or f"({name})" for name in names)


def _by_purpose() -> list[Declared]:
    return sorted(all_declared(), key=lambda one: str(one.says.purpose))


def _processing(purpose: str, found: Sequence[Declared]) -> list[str]:
    titles = [_("Data"), _("Columns"), _("Ground"), _("Until"), _("Who sees it"), _("Given by")]
    return [
        "## " + purpose[:1].upper() + purpose[1:],
        "",
        "| " + " | ".join(titles) + " |",
        "|" + " --- |" * len(titles),
        *(_row(one) for one in found),
        "",
    ]


def _row(one: Declared) -> str:
    says = one.says
    columns = f"`{one.model._meta.label}`: {', '.join(says.columns.split())}"
    given_by = says.given_by or _("the person")
    cells = [says.what, columns, says.ground, says.until.words, says.seen_by, given_by]
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def assessment_page() -> str:
    """Article 35: what the declarations alone can say, and what somebody must still judge. Markdown."""
    found = all_declared()
    lines = [
        "# " + _("Draft impact assessment"),
        "",
        _("To be completed with your data protection officer. Two criteria that hold call for an assessment."),
        "",
        "## " + _("The nine criteria"),
        "",
        *(f"- {words}" for words in _criteria()),
        "",
        "## " + _("What to look at first"),
        "",
    ]  # fmt: skip
    for title, rows in _to_look_at(found):
        lines += [f"### {title} ({len(rows)})", "", *(_line(one) for one in rows), ""]
    return "\n".join(lines)


def _line(one: Declared) -> str:
    return f"- {one.says.what} ({one.model._meta.label}): {one.says.purpose}"


def _criteria() -> list[str]:
    return [
        _("Scoring of people: no. No trait of a person is inferred or kept."),
        _("Decisions by machine with legal effect: no."),
        _("Systematic watching: no. No network address and no trace of reading is kept."),
        _("Sensitive data: yes where a frame says so. Votes on public matters can reveal political opinions."),
        _("Large scale: to judge, from the number of people expected."),
        _("Crossing of data sets: no. Nothing ties what a device does in two coproductions."),
        _("Vulnerable people: to judge, above all minors and employees of the organization."),
        _("New use of technology: yes. Groups of opinion are computed from votes."),
        _("Exclusion from a right or a service: to judge, from the alternative that the frame offers."),
    ]  # fmt: skip


def _to_look_at(found: Sequence[Declared]) -> Iterator[tuple[str, list[Declared]]]:
    by_consent = str(BY_CONSENT_OR_FRAME)
    yield (
        _("May reveal opinions"),
        [one for one in found if str(one.says.ground) == by_consent],
    )
    yield (
        _("Shown to everybody with a name"),
        [one for one in found if one.says.seen_by == EVERYBODY],
    )
    yield _("Given by somebody else"), [one for one in found if one.says.given_by]
    yield (
        _("Kept without a fixed number of days"),
        [one for one in found if not one.says.until.days],
    )
