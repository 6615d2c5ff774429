"""The desk's queue of ideas, arguments and test reports: one at a time, with a reason for every refusal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partage.contributions.forms import DecisionForm
from partage.contributions.ideas import (
    KINDS,
    Contribution,
    group_idea,
    publish_contribution,
    refuse_contribution,
)
from partage.contributions.models import Argument, Idea, Progress, TestReport
from partage.contributions.similar import similar_ideas
from partage.contributions.statements import AlreadyDecided
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import MODERATES, READS, coproduction_for, moderates
from partage.people.models import Person
from partage.people.sign_in import signed_in
from partage.web.errors import error_page


@dataclass(frozen=True)
class Waiting:
    """The oldest that waits, and how many there are."""

    one: Contribution | None
    count: int

    @property
    def kind(self) -> str:
        return KINDS[type(self.one)] if self.one else ""


def waiting_in(coproduction: Coproduction) -> Waiting:
    """Ideas first: their arguments can only come once they are published."""
    ideas = Idea.objects.waiting().filter(coproduction=coproduction)
    arguments = Argument.objects.filter(state=Progress.WAITING, idea__coproduction=coproduction)
    reports = TestReport.objects.waiting().filter(task__coproduction=coproduction)
    queues = ideas, arguments.select_related("idea"), reports.select_related("task")
    firsts = (queue.order_by("pk").first() for queue in queues)
    return Waiting(next(filter(None, firsts), None), sum(queue.count() for queue in queues))


def waiting_counts(coproductions: Sequence[Coproduction]) -> dict[int, int]:
    """How many ideas, arguments and test reports wait in each of these, by its key."""
    counts: Counter[int] = Counter()
    ideas = Idea.objects.waiting().filter(coproduction__in=coproductions)
    arguments = Argument.objects.filter(
        state=Progress.WAITING, idea__coproduction__in=coproductions
    )
    reports = TestReport.objects.waiting().filter(task__coproduction__in=coproductions)
    for rows, name in (
        (ideas, "coproduction"),
        (arguments, "idea__coproduction"),
        (reports, "task__coproduction"),
    ):
        counts += Counter(dict(rows.values_list(name).annotate(n=Count("pk")).order_by()))
    return counts


def idea_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest idea, argument or test report that waits; GET shows it, POST decides on one."""
    needed = MODERATES if request.method == "POST" else READS
    coproduction = coproduction_for(request, slug, needed)
    if request.method != "POST":
        return _show(request, coproduction, DecisionForm())
    form = DecisionForm(request.POST)
    one = _chosen(coproduction, request.POST)
    if not form.is_valid():
        return _show(request, coproduction, form, status=400)
    try:
        sentence = _decide(coproduction, one, signed_in(request), form)
    except AlreadyDecided:
        sentence = _("Somebody decided on it first. The next one waits at the desk.")
        return error_page(request, 409, _("Already decided"), sentence)
    if sentence:
        form.add_error("same_as", sentence)
        return _show(request, coproduction, form, status=400)
    return redirect("idea-queue", coproduction.slug)


def _chosen(coproduction: Coproduction, sent: dict[str, str]) -> Contribution:
    number = sent.get("number", "")
    number = number if number.isdecimal() and len(number) < 19 else "0"
    if sent.get("kind") == "argument":
        return get_object_or_404(
            Argument.objects.select_related("idea__coproduction"),
            idea__coproduction=coproduction, pk=int(number),
        )  # fmt: skip
    if sent.get("kind") == "test-report":
        return get_object_or_404(
            TestReport.objects.select_related("task__coproduction"),
            task__coproduction=coproduction, pk=int(number),
        )  # fmt: skip
    idea = get_object_or_404(Idea, coproduction=coproduction, pk=int(number))
    idea.coproduction = coproduction
    return idea


def _decide(
    coproduction: Coproduction, one: Contribution, person: Person, form: DecisionForm
) -> str:
    """Do what was decided; a sentence says what is wrong where it cannot be done."""
    words = form.cleaned_data
    if words["decision"] == "publish":
        publish_contribution(one, person)
    elif words["decision"] == "refuse":
        refuse_contribution(one, person, words["rule"], words["reason"])
    else:
        published = Idea.objects.published().filter(coproduction=coproduction)
        other = published.filter(pk=words["same_as"]).first()
        if other is None or not isinstance(one, Idea):
            return _("No published idea has the number %(number)s.") % {"number": words["same_as"]}
        group_idea(one, person, other)
    return ""


def _show(
    request: HttpRequest, coproduction: Coproduction, form: DecisionForm, status: int = 200
) -> HttpResponse:
    waiting = waiting_in(coproduction)
    one = waiting.one
    alike = similar_ideas(coproduction, one.title, but=one.pk) if isinstance(one, Idea) else []
    context = {
        "coproduction": coproduction,
        "waiting": waiting,
        "form": form,
        "alike": alike,
        "may_decide": moderates(signed_in(request), coproduction),
    }
    return render(request, "contributions/idea_queue.html", context, status=status)
