"""What recommendations rest on, as a page shows it: words, address, agreement by landscape group."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from partage.contributions.models import (
    Argument,
    Idea,
    Release,
    Statement,
    TestReport,
    TrialTask,
)
from partage.contributions.polis_results import GROUP_LETTERS
from partage.contributions.results import statements_of
from partage.contributions.test_report_pages import told
from partage.coproductions.models import Coproduction
from partage.library.addresses import works_at

Content = dict[str, Any]
LINKS = ("https://", "http://")
TRIALS = {"task": "trial-task", "report": "test-report"}


def is_link(address: str) -> bool:
    return address.startswith(LINKS)


def address_of(line: Content) -> str:
    """Where a reader of a file finds it: files name contributions and do not quote them."""
    if line["kind"] == "work":
        return str(line["address"])
    space = line["coproduction"]
    if line["kind"] == "account":
        return f"{settings.BASE_URL}{reverse('account-line', args=[space, line['line']])}"
    if line["kind"] == "statement":
        return f"{settings.BASE_URL}{reverse('results', args=[space])}#{line['number']}"
    if line["kind"] in TRIALS:
        place = reverse(TRIALS[line["kind"]], args=[space, line["number"]])
        return f"{settings.BASE_URL}{place}"
    number = line["idea"] if line["kind"] == "argument" else line["number"]
    anchor = f"#argument-{line['number']}" if line["kind"] == "argument" else ""
    return f"{settings.BASE_URL}{reverse('idea', args=[space, number])}{anchor}"


def with_evidence(content: Content, wanted: Iterable[Content]) -> list[Content]:
    """These recommendations, each with what it rests on, in a number of queries that stays."""
    rows = list(wanted)
    lines = [line for row in rows for line in row["evidence"]]
    found = {
        "statement": _statements(_numbers(lines, "statement")),
        "idea": _ideas(_numbers(lines, "idea")),
        "argument": _arguments(_numbers(lines, "argument")),
        "task": _tasks([line for line in lines if line["kind"] == "task"]),
        "report": _reports(_numbers(lines, "report")),
        "work": _works([line["address"] for line in lines if line["kind"] == "work"]),
    }
    sources = {source["address"]: source for source in content["sources"]}
    return [
        {**row, "rests_on": [_line(e, found, sources) for e in row["evidence"]]} for row in rows
    ]


def _numbers(lines: list[Content], kind: str) -> list[int]:
    return [line["number"] for line in lines if line["kind"] == kind]


def _line(line: Content, found: Content, sources: Content) -> Content:
    if line["kind"] == "work":
        address = line["address"]
        known = {key: sources.get(address, {}).get(key) for key in ("place", "what")}
        return {**line, **known, "is_link": is_link(address), **found["work"].get(address, {})}
    if line["kind"] == "account":
        href = reverse("account-line", args=[line["coproduction"], line["line"]])
        return {**line, "href": href}
    gone = {"gone": _("no longer published, or erased by its author")}
    # Tasks have numbers of their own in each coproduction.
    is_task = line["kind"] == "task"
    name = (line["coproduction"], line["number"]) if is_task else line["number"]
    return {**line, **found[line["kind"]].get(name, gone)}


def _works(addresses: list[str]) -> dict[str, Content]:
    """Those of the library, by their titles."""
    return {
        address: {"words": {work.language: work.title}, "href": work.get_absolute_url()}
        for address, work in works_at(addresses).items()
    }


def _statements(numbers: list[int]) -> dict[int, Content]:
    if not numbers:
        return {}
    rows = Statement.objects.listed().filter(pk__in=numbers)
    shown = list(rows.select_related("coproduction").order_by("pk"))
    agreement = _agreement({statement.coproduction for statement in shown})
    return {
        statement.pk: {
            "words": statement.words,
            "href": reverse("results", args=[statement.coproduction.slug]),
            "agreement": agreement.get(statement.pk),
        }
        for statement in shown
    }


def _agreement(coproductions: set[Coproduction]) -> dict[int, Content]:
    """Of each statement, in the last release: who agrees, in all and in each landscape group."""
    releases = Release.objects.filter(coproduction__in=coproductions)
    last = releases.values("coproduction").annotate(last=Max("pk")).order_by()
    found = {}
    for release in Release.objects.filter(pk__in=last.values("last")).order_by("pk"):
        for row in statements_of(release.content):
            shares = zip(GROUP_LETTERS, row["group_shares"], strict=False)
            groups = [(letter, share) for letter, share in shares if share is not None]
            if row["seen"]:
                facts = {"share": row["share_agree"], "seen": row["seen"], "groups": groups}
                found[row["id"]] = {**facts, "release": release.number}
    return found


def _ideas(numbers: list[int]) -> dict[int, Content]:
    if not numbers:
        return {}
    shown = Idea.objects.listed().filter(pk__in=numbers)
    return {
        idea.pk: {"words": {idea.language: idea.title}, "href": idea.get_absolute_url()}
        for idea in shown.select_related("coproduction")
    }


def _arguments(numbers: list[int]) -> dict[int, Content]:
    if not numbers:
        return {}
    shown = Argument.objects.listed().filter(pk__in=numbers)
    return {
        argument.pk: {
            "words": {argument.language: argument.text},
            "href": f"{argument.idea.get_absolute_url()}#argument-{argument.pk}",
        }
        for argument in shown.select_related("idea__coproduction")
    }


def _tasks(lines: list[Content]) -> dict[tuple[str, int], Content]:
    """Each with what its reports say together, as last counted."""
    if not lines:
        return {}
    shown = TrialTask.objects.filter(
        coproduction__slug__in={line["coproduction"] for line in lines},
        number__in=_numbers(lines, "task"),
        coproduction__frame__isnull=False,
    )
    return {
        (task.coproduction.slug, task.number): {
            "words": {task.language: task.words},
            "href": reverse("trial-task", args=[task.coproduction.slug, task.number]),
            "counted": task.counted,
            "told": told(task),
        }
        for task in shown.select_related("coproduction")
    }


def _reports(numbers: list[int]) -> dict[int, Content]:
    """How each ended, on which task; its words stand on its own page."""
    if not numbers:
        return {}
    shown = TestReport.objects.listed().filter(pk__in=numbers)
    return {
        report.pk: {
            "words": {report.task.language: report.task.words},
            "href": report.get_absolute_url(),
            "outcome": report.get_outcome_display(),
            "severity": report.get_severity_display(),
        }
        for report in shown.select_related("task__coproduction")
    }
