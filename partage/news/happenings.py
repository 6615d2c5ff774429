"""What happened in a coproduction between two places of its register, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partage.contributions.models import (
    Argument,
    Contribution,
    Idea,
    Outcome,
    Progress,
    Statement,
    TestReport,
)
from partage.contributions.private_links import private_key
from partage.coproductions.models import Coproduction
from partage.news.models import mark_of
from partage.register.consumers import LOG_STEP, sealed_between
from partage.web.localized import in_reader_language

DECISIONS = {
    "idea-published": gettext_lazy("Your idea %(name)s is published."),
    "idea-refused": gettext_lazy("Your idea %(name)s was refused. %(why)s You may contest it on its page."),
    "idea-asked": gettext_lazy("Somebody read your idea %(name)s and asks for a change: %(why)s"),
    "idea-grouped": gettext_lazy("Your idea %(name)s was grouped with another that already says it."),
    "argument-published": gettext_lazy("Your argument %(name)s is published."),
    "argument-refused": gettext_lazy("Your argument %(name)s was refused. %(why)s You may contest it on its page."),
    "statement-published": gettext_lazy("Your sentence %(name)s is published."),
    "statement-refused": gettext_lazy("Your sentence %(name)s was refused. %(why)s You may contest it on its page."),
    "statement-replaced": gettext_lazy("Your sentence %(name)s was replaced by a clearer one."),
    "test-report-published": gettext_lazy("Your test report %(name)s is published."),
    "test-report-refused": gettext_lazy("Your test report %(name)s was refused. %(why)s You may contest it on its page."),
    "dispute-upheld": gettext_lazy("You contested the refusal of %(name)s, and were right: it is published."),
    "dispute-kept": gettext_lazy("You contested the refusal of %(name)s. Somebody else read it again and keeps it refused."),
    "outcome-said": gettext_lazy("What was done with your idea %(name)s: %(outcome)s."),
}  # fmt: skip
RESULTS, DISPUTE, OUTCOME = "results-published", "dispute-decided", "outcome-said"
KINDS = (*DECISIONS, DISPUTE, RESULTS)
# A decision is told while what it decided on still stands so: later ones have their own entry.
STANDS = {
    "published": Progress.PUBLISHED,
    "refused": Progress.REFUSED,
    "grouped": Progress.GROUPED,
    "asked": Progress.ASKED,
    "replaced": Progress.REFUSED,
    "upheld": Progress.PUBLISHED,
    "kept": Progress.REFUSED,
}
LISTED = 5
LONGEST_NAME = 100


@dataclass(frozen=True)
class Happening:
    """An entry of the register that may be news."""

    place: int
    kind: str
    public: dict[str, Any]

    @property
    def deed(self) -> str:
        return self.kind.rpartition("-")[2]


@dataclass(frozen=True)
class Line:
    """One thing to tell, with the address of its page."""

    words: str
    link: str = ""
    place: int = 0


@dataclass(frozen=True)
class Section:
    """The last few of a kind, how many more there are, and where all of them are."""

    title: str
    lines: Sequence[Line]
    more: int
    link: str


def happened(space: str, start: int, end: int, kinds: Collection[str] = KINDS) -> list[Happening]:
    """What may be told, in the order of the register."""
    entries = sealed_between(space, start, end).filter(kind__in=kinds)
    rows = entries.values_list("log", "position", "kind", "public")
    return [
        Happening(log * LOG_STEP + int(place or 0), _kind(kind, public), public)
        for log, place, kind, public in rows
    ]


def _kind(kind: str, public: dict[str, Any]) -> str:
    if kind != DISPUTE:
        return kind
    return "dispute-upheld" if public["upheld"] else "dispute-kept"


def site(path: str) -> str:
    """An address for a mail: that of the settings, whatever host a request came by."""
    return settings.BASE_URL + path


def told_to_authors(
    coproduction: Coproduction, found: Iterable[Happening]
) -> dict[bytes, list[Line]]:
    """What was decided about what people wrote, by the mark of its author."""
    lines = defaultdict(list)
    decided = [one for one in found if one.kind in DECISIONS]
    rows = _rows(decided)
    for one in decided:
        for row in _decided_on(one, rows):
            if row.author and _stands(one, row):
                lines[mark_of(row.author)].append(_line(coproduction, one, row))
    return dict(lines)


Rows = dict[str, dict[int, Any]]


def _rows(decided: Sequence[Happening]) -> Rows:
    """Every idea, argument and sentence that these decisions are about, with its author."""

    def numbers(name: str) -> set[int]:
        return {one.public[name] for one in decided if name in one.public}

    ideas = Idea.objects.filter(Q(pk__in=numbers("idea")) | Q(grouped_with__in=numbers("idea")))
    arguments = Argument.objects.filter(pk__in=numbers("argument"))
    statements = Statement.objects.filter(pk__in=numbers("statement"))
    reports = TestReport.objects.filter(pk__in=numbers("test_report"))
    return {
        "idea": {row.pk: row for row in ideas.select_related("author")},
        "argument": {row.pk: row for row in arguments.select_related("author")},
        "statement": {row.pk: row for row in statements.select_related("author")},
        "test_report": {row.pk: row for row in reports.select_related("author")},
    }


def _decided_on(one: Happening, rows: Rows) -> list[Contribution]:
    """What was decided on; what was done with an idea also concerns those grouped with it."""
    name = next(
        name for name in ("argument", "statement", "test_report", "idea") if name in one.public
    )
    number = one.public[name]
    found = [rows[name][number]] if number in rows[name] else []
    if one.kind == OUTCOME:
        found += [idea for idea in rows["idea"].values() if idea.grouped_with_id == number]
    return found


def _stands(one: Happening, row: Contribution) -> bool:
    if one.kind == OUTCOME:
        return row.state in (Progress.PUBLISHED, Progress.GROUPED)
    return row.state == STANDS[one.deed]


def _line(coproduction: Coproduction, one: Happening, row: Contribution) -> Line:
    rule = str(row.get_rule_display()) if row.rule else ""
    why = f"{rule} {row.reason}".strip()
    facts = {"name": _name(coproduction, row), "why": why}
    if one.kind == OUTCOME:
        facts["outcome"] = str(Outcome.Kind(one.public["outcome"]).label)
    words = " ".join((str(DECISIONS[one.kind]) % facts).split())
    return Line(words, site(_page(coproduction, row)), one.place)


def _name(coproduction: Coproduction, row: Contribution) -> str:
    """By its first words; where answers are sensitive, by its day: mail is read by others too."""
    if coproduction.asks_consent:
        day = formats.date_format(timezone.localdate(row.written_at), "DATE_FORMAT")
        return _("of %(day)s") % {"day": day}
    words = row.title if isinstance(row, Idea) else row.text
    return quoted(words)


def quoted(words: str) -> str:
    short = Truncator(" ".join(words.split())).chars(LONGEST_NAME)
    return _("“%(words)s”") % {"words": short}


def _page(coproduction: Coproduction, row: Contribution) -> str:
    """Where its author reads on: what is not public opens by its private link."""
    if isinstance(row, Argument):
        return reverse("idea", args=[coproduction.slug, row.idea_id])
    page = reverse(row.dashed_noun, args=[coproduction.slug, row.pk])
    is_open = row.state == Progress.PUBLISHED
    return page if is_open else f"{page}?key={private_key(row.noun, row.pk)}"


def told_to_all(coproduction: Coproduction, found: Sequence[Happening]) -> list[Section]:
    """What is new for everybody; nothing of a kind, no section."""
    sections = [
        _new_ideas(coproduction, found),
        _new_sentences(coproduction, found),
        _new_outcomes(coproduction, found),
        _new_results(coproduction, found),
    ]
    return [section for section in sections if section.lines]


def _last_numbers(found: Sequence[Happening], name: str, kinds: Sequence[str]) -> list[int]:
    """What these entries are about, once each, the last first."""
    return list(dict.fromkeys(one.public[name] for one in reversed(found) if one.kind in kinds))


def _section(title: str, lines: Sequence[Line], path: str) -> Section:
    return Section(title, lines[:LISTED], max(0, len(lines) - LISTED), site(path))


def _new_ideas(coproduction: Coproduction, found: Sequence[Happening]) -> Section:
    numbers = _last_numbers(found, "idea", ["idea-published", "dispute-upheld"])
    ideas = Idea.objects.published().in_bulk(numbers)
    slug = coproduction.slug
    lines = [
        Line(_one_line(ideas[n].title), site(reverse("idea", args=[slug, n])))
        for n in numbers
        if n in ideas
    ]
    return _section(_("New ideas"), lines, reverse("ideas", args=[slug]))


def _one_line(words: str) -> str:
    return Truncator(" ".join(words.split())).chars(2 * LONGEST_NAME)


def _new_sentences(coproduction: Coproduction, found: Sequence[Happening]) -> Section:
    numbers = _last_numbers(found, "statement", ["statement-published"])
    sentences = Statement.objects.published().in_bulk(numbers)
    shown = [sentences[n] for n in numbers if n in sentences]
    lines = [Line(_one_line(in_reader_language(one.words)[0])) for one in shown]
    return _section(_("New sentences to answer"), lines, reverse("vote", args=[coproduction.slug]))


def _new_outcomes(coproduction: Coproduction, found: Sequence[Happening]) -> Section:
    said = [one.public for one in reversed(found) if one.kind == OUTCOME]
    ideas = Idea.objects.published().in_bulk({public["idea"] for public in said})
    lines = [
        Line(
            f"{_one_line(ideas[public['idea']].title)}{_(':')} {Outcome.Kind(public['outcome']).label}",
            site(reverse("idea", args=[coproduction.slug, public["idea"]])),
        )
        for public in said
        if public["idea"] in ideas
    ]
    title = _("What was done with ideas")
    return _section(title, lines, reverse("outcomes", args=[coproduction.slug]))


def _new_results(coproduction: Coproduction, found: Sequence[Happening]) -> Section:
    released = [one.public for one in reversed(found) if one.kind == RESULTS]
    words = _("Release %(number)s: %(people)s people counted")
    lines = [
        Line(words % {"number": public["release"], "people": public["people"]})
        for public in released
    ]
    return _section(_("Results"), lines, reverse("results", args=[coproduction.slug]))
