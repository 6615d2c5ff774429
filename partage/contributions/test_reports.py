"""Test reports: the tasks people are asked to try, how it went, and what they say together."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.calc.medians import median_of
from partage.contributions.ideas import ANSWERS_AT_ONCE
from partage.contributions.left_out import people_left_out
from partage.contributions.models import TestReport, TrialTask
from partage.contributions.releases import FEWEST_VOTERS
from partage.contributions.voting import VoteRefused, check_may_act
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant
from partage.register.recording import record

MOST_TASKS = 12  # on one page, whole


class TaskRefused(Exception):
    """The task was not added or removed; the message is the sentence to show."""


def tests_stage(coproduction: Coproduction) -> Stage | None:
    return coproduction.stages.filter(kind=Stage.Kind.TESTS).first()


@transaction.atomic
def add_task(coproduction: Coproduction, words: str, language: str) -> TrialTask:
    """Ask people to try something more."""
    # Whoever adds one at the same time waits here.
    Coproduction.objects.select_for_update().only("pk").get(pk=coproduction.pk)
    tasks = TrialTask.objects.filter(coproduction=coproduction)
    if tasks.count() >= MOST_TASKS:
        raise TaskRefused(
            _("There are %(most)s tasks already. Remove one before you add another.")
            % {"most": MOST_TASKS}
        )
    number = (tasks.aggregate(highest=Max("number"))["highest"] or 0) + 1
    task = tasks.create(coproduction=coproduction, number=number, words=words, language=language)
    record("trial-task-added", space=coproduction.slug, public={"task": task.number})
    return task


@transaction.atomic
def remove_task(task: TrialTask) -> None:
    """No longer ask for a task that nobody has reported on."""
    try:
        task.delete()
    except ProtectedError:
        raise TaskRefused(_("Somebody reported on this task, so it stays.")) from None
    record("trial-task-removed", space=task.coproduction.slug, public={"task": task.number})


@transaction.atomic
def file_report(
    participant: Participant, task: TrialTask, said: dict[str, Any], language: str
) -> TestReport:
    """Keep a report until somebody has read it. `said`: outcome, severity, text, minutes, difficulty."""
    check_may_act(participant, task.coproduction)
    stage = tests_stage(task.coproduction)
    if stage is None or not stage.is_open():
        raise VoteRefused(_("The tests are not open here, so your report was not recorded."))
    report = _kept(participant, task, said, language)
    record(
        "test-report-filed",
        space=task.coproduction.slug,
        payload={"report": report.pk, "task": task.number, **said},
        vault_key=participant.vault_key,
    )
    return report


def _kept(
    participant: Participant, task: TrialTask, said: dict[str, Any], language: str
) -> TestReport:
    try:
        with transaction.atomic():
            return TestReport.objects.create(
                task=task, author=participant, language=language, written_at=timezone.now(), **said
            )
    except IntegrityError:
        raise VoteRefused(
            _("You reported on this task already. Withdraw that report if you want to file another one.")
        ) from None  # fmt: skip


def count_reports(coproduction: Coproduction) -> None:
    """Count again the tasks on which ten reports came, or went, since they were last counted.

    Figures that followed each report would tell how one person managed.
    """
    stage = tests_stage(coproduction)
    at_once = 1 if stage is not None and stage.is_over() else ANSWERS_AT_ONCE
    for task in TrialTask.objects.filter(coproduction=coproduction).select_related("coproduction"):
        number = counted_reports(task).count()
        if abs(number - task.counted) >= at_once:
            task.counted, task.figures = number, figures_of(task)
            task.save(update_fields=["counted", "figures"])


def counted_reports(task: TrialTask) -> Any:
    """The published reports on a task, but for people whose answers no result counts."""
    published = TestReport.objects.published().filter(task=task)
    return published.exclude(author__in=people_left_out(task.coproduction))


def figures_of(task: TrialTask) -> dict[str, Any]:
    """What the published reports on a task say together; nothing that under ten people said."""
    counts = {
        name: _counts(task, name) for name in ("outcome", "severity", "minutes", "difficulty")
    }
    return {
        **{name: counts[name] for name in ("outcome", "severity") if counts[name]},
        **{name: median_of(counts[name]) for name in ("minutes", "difficulty") if counts[name]},
    }


def _counts(task: TrialTask, column: str) -> dict[Any, int]:
    """How many say each thing; its rows are as many as there are things to say, never as people."""
    said = counted_reports(task).exclude(**{f"{column}__isnull": True})
    rows = said.values(column).annotate(n=Count("pk")).order_by()
    counts = {value: n for value, n in rows.values_list(column, "n") if value != ""}
    return counts if sum(counts.values()) >= FEWEST_VOTERS else {}
