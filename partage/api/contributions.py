"""What people wrote: sentences, ideas with their arguments, test reports; and what was done with it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as _
from ninja import Query

from partage.api import shapes
from partage.api.coproductions import PLACE
from partage.api.paging import Asked, Facts, Listing, told
from partage.api.places import page, shown
from partage.api.service import gives, lists
from partage.contributions.models import (
    Argument,
    Idea,
    Outcome,
    Progress,
    Statement,
    TestReport,
    TrialTask,
)
from partage.coproductions.models import Coproduction
from partage.web.days import days_of

SOURCES_SHOWN = 20  # as on the page of an idea


def statement_facts(one: Statement) -> Facts:
    names = ("state", "words", "is_from_team")
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names},
        **days_of(one, "written", "published"),
        "page": page("statement", one.coproduction.slug, one.pk),
    }


STATEMENTS = Listing("statements", "pk", shapes.Statement, statement_facts)


@lists(f"{PLACE}/statements", "api-statements", _("Sentences to answer"), shapes.Statement)
def statements(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    rows = Statement.objects.listed(shown(slug)).select_related("coproduction")
    return told(request, asked, STATEMENTS, rows)


@gives(
    f"{PLACE}/statements/{{int:number}}", "api-statement", _("One sentence"), shapes.Statement
)  # fmt: skip
def statement(request: HttpRequest, slug: str, number: int) -> Facts:
    seen = Statement.objects.visible_to(None).select_related("coproduction")
    return statement_facts(get_object_or_404(seen, coproduction=shown(slug), pk=number))


def outcome_facts(one: Outcome) -> Facts:
    names = ("kind", "text", "language", "said_at")
    return {"id": one.pk, "idea": one.idea_id, **{name: getattr(one, name) for name in names}}


def idea_facts(one: Idea) -> Facts:
    """Counts, and with what it was grouped, as its page has them."""
    is_published = one.state == Progress.PUBLISHED
    kept = one.grouped_with
    names = ("number", "state", "section", "title", "body", "language")
    sources = list(one.sources.all())[:SOURCES_SHOWN]
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names},
        **days_of(one, "written"),
        "grouped_with": kept.pk if kept and kept.state == Progress.PUBLISHED else None,
        "counts": _counts(one) if is_published else None,
        "brought_counts": _counts(one, "brought_") if is_published else None,
        "answers": one.answers if is_published else None,
        "arguments": one.discussion if is_published else None,
        "sources": [{"title": source.title, "link": source.link} for source in sources],
        "outcomes": [outcome_facts(said) for said in one.outcomes.all()],
        "page": page("idea", one.coproduction.slug, one.pk),
    }


def _counts(one: Idea, prefix: str = "") -> dict[str, int]:
    return {name: getattr(one, f"{prefix}{name}") for name in ("agrees", "mixed", "disagrees")}


def _whole(ideas: Any) -> Any:
    related = ideas.select_related("coproduction", "grouped_with")
    return related.prefetch_related("sources", "outcomes")


IDEAS = Listing("ideas", "pk", shapes.Idea, idea_facts)


@lists(f"{PLACE}/ideas", "api-ideas", _("Ideas"), shapes.Idea)
def ideas(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(request, asked, IDEAS, _whole(Idea.objects.listed(shown(slug))))


def _shown_idea(coproduction: Coproduction, number: int) -> Idea:
    seen = Idea.objects.visible_to(None).filter(coproduction=coproduction)
    found: Idea = get_object_or_404(_whole(seen), pk=number)
    return found


@gives(f"{PLACE}/ideas/{{int:number}}", "api-idea", _("One idea"), shapes.Idea)
def idea(request: HttpRequest, slug: str, number: int) -> Facts:
    return idea_facts(_shown_idea(shown(slug), number))


def argument_facts(one: Argument) -> Facts:
    names = ("side", "text", "link", "language")
    told = {name: getattr(one, name) for name in names} | days_of(one, "written")
    return {"id": one.pk, "idea": one.idea_id, **told}


ARGUMENTS = Listing("arguments", "pk", shapes.Argument, argument_facts)


@lists(
    f"{PLACE}/ideas/{{int:number}}/arguments",
    "api-arguments",
    _("Arguments for and against an idea"),
    shapes.Argument,
)
def arguments(request: HttpRequest, slug: str, number: int, asked: Query[Asked]) -> Any:
    found = get_object_or_404(
        Idea.objects.visible_to(None), coproduction=shown(slug), pk=number
    )  # fmt: skip
    return told(request, asked, ARGUMENTS, Argument.objects.on(found))


OUTCOMES = Listing("outcomes", "pk", shapes.Outcome, outcome_facts)


@lists(f"{PLACE}/outcomes", "api-outcomes", _("What was done with the ideas"), shapes.Outcome)
def outcomes(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(request, asked, OUTCOMES, Outcome.objects.listed(shown(slug)))


def task_facts(one: TrialTask) -> Facts:
    names = ("number", "words", "language", "counted", "figures")
    there = page("trial-task", one.coproduction.slug, one.number)
    return {**{name: getattr(one, name) for name in names}, "page": there}


TASKS = Listing("trial-tasks", "number", shapes.TrialTask, task_facts)


@lists(f"{PLACE}/trial-tasks", "api-trial-tasks", _("Tasks to try"), shapes.TrialTask)
def trial_tasks(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    rows = TrialTask.objects.filter(coproduction=shown(slug)).select_related("coproduction")
    return told(request, asked, TASKS, rows)


def report_facts(one: TestReport) -> Facts:
    names = ("outcome", "severity", "text", "language")
    return {
        "id": one.pk,
        "task": one.task.number,
        **{name: getattr(one, name) for name in names},
        **days_of(one, "written"),
        "page": page("test-report", one.task.coproduction.slug, one.pk),
    }


REPORTS = Listing("test-reports", "pk", shapes.TestReport, report_facts)


@lists(f"{PLACE}/test-reports", "api-test-reports", _("Test reports"), shapes.TestReport)
def reports(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    rows = TestReport.objects.listed(shown(slug)).select_related("task__coproduction")
    return told(request, asked, REPORTS, rows)


@gives(
    f"{PLACE}/test-reports/{{int:number}}", "api-test-report", _("One report"), shapes.TestReport
)
def report(request: HttpRequest, slug: str, number: int) -> Facts:
    seen = TestReport.objects.visible_to(None).filter(task__coproduction=shown(slug))
    related = seen.select_related("task__coproduction")
    return report_facts(get_object_or_404(related, pk=number))
