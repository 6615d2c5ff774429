"""The desk's queue to read: one contribution at a time, with a reason for every refusal."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from partage.contributions.deciding import (
    AlreadyDecided,
    SamePerson,
    ask_for_a_change,
    group_idea,
    publish,
    refuse,
    two_must_agree,
)
from partage.contributions.forms import DecisionForm
from partage.contributions.models import (
    Appeal,
    Argument,
    Contribution,
    Idea,
    InDoubt,
    Notice,
    Progress,
    Statement,
    TestReport,
)
from partage.contributions.similar import similar_ideas
from partage.coproductions.models import Coproduction, Role, Stage
from partage.coproductions.roles import FACILITATES, MODERATES, READS, coproduction_for, moderates
from partage.people.models import Person
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.tidying import number_in

# Each kind that waits to be read, and by what name it leads to its coproduction.
KINDS: dict[str, tuple[type[Contribution], str]] = {
    "statement": (Statement, "coproduction"),
    "idea": (Idea, "coproduction"),
    "argument": (Argument, "idea__coproduction"),
    "test_report": (TestReport, "task__coproduction"),
}
DONE = {"published", "refused", "grouped", "asked", "second"}


@dataclass(frozen=True)
class Waiting:
    """The oldest that waits, and how many there are."""

    one: Contribution | None
    count: int


def waiting_in(coproduction: Coproduction, person: Person) -> Waiting:
    """In one query over all kinds, however many there are."""
    first, *others = [
        rows.annotate(noun=Value(noun)).values_list("written_at", "noun", "pk")
        for noun, _place, rows in rows_to_read([coproduction], person)
    ]
    waiting = first.union(*others, all=True)
    count = waiting.count()
    oldest = waiting.order_by("written_at", "noun", "pk")[:1] if count else []
    return Waiting(next((found(coproduction, *row[1:]) for row in oldest), None), count)


def rows_to_read(
    coproductions: Sequence[Coproduction], person: Person
) -> "Iterator[tuple[str, str, QuerySet[Any]]]":
    """Of each kind: its name, where its coproduction stands, and what waits for this person."""
    for noun, (model, place) in KINDS.items():
        rows: QuerySet[Any] = model._default_manager.to_read(person).order_by()
        yield noun, place, rows.filter(**{f"{place}__in": coproductions})


def _counts(first: "QuerySet[Any]", *others: "QuerySet[Any]") -> Counter[int]:
    """Rows of a coproduction's key and a number, summed."""
    counts: Counter[int] = Counter()
    for key, number in first.union(*others, all=True):
        counts[key] += number
    return counts


def waiting_counts(coproductions: Sequence[Coproduction], person: Person) -> Counter[int]:
    """How much waits to be read in each of these, by its key."""
    return _counts(
        *(
            rows.values_list(place).annotate(n=Count("pk"))
            for _noun, place, rows in rows_to_read(coproductions, person)
        )
    )


def queue_counts(
    coproductions: Sequence[Coproduction], person: Person
) -> defaultdict[str, Counter[int]]:
    """How much waits for this person in the other queues, by the key of each, in one query."""
    mine: list[tuple[str, str, QuerySet[Any]]] = [
        ("reports", "coproduction", Notice.objects.to_decide(person)),
        ("reports", "decision__coproduction", Appeal.objects.to_decide(person)),
        ("contests", "contested_set__coproduction", InDoubt.objects.to_answer(person)),
        ("unclear", "coproduction", Statement.objects.unclear()),
    ]
    first, *others = [
        rows.filter(**{f"{place}__in": coproductions})
        .order_by()
        .values_list(place)
        .annotate(n=Count("pk"), queue=Value(queue))
        for queue, place, rows in mine
    ]
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for key, number, queue in first.union(*others, all=True):
        counts[queue][key] += number
    return counts


def at_desk(person: Person) -> "QuerySet[Coproduction]":
    """Where this person has a role (an administrator: all), and what the role lets them open."""
    mine = Role.objects.filter(person=person, coproduction=OuterRef("pk"))
    facilitates = Exists(mine.filter(kind__in=FACILITATES))
    rows = Coproduction.objects.visible().annotate(
        reads=Exists(mine),
        moderates=Exists(mine.filter(kind__in=MODERATES)),
        facilitates=facilitates,
    )
    return (rows if person.is_administrator else rows.filter(reads=True)).order_by("slug")


def facilitates(request: HttpRequest, coproduction: Coproduction) -> bool:
    person = request.user
    return (
        isinstance(person, Person)
        and coproduction.roles.filter(person=person, kind__in=FACILITATES).exists()
    )


def facilitated_coproduction(request: HttpRequest, slug: str) -> Coproduction:
    """The coproduction, if this person facilitates it."""
    return coproduction_for(request, slug, FACILITATES)


def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest that waits; GET shows it, POST decides on one."""
    needed = MODERATES if request.method == "POST" else READS
    coproduction = coproduction_for(request, slug, needed)
    if request.method != "POST":
        return _show(request, coproduction, DecisionForm())
    form = DecisionForm(request.POST)
    one = chosen(coproduction, request)
    if not form.is_valid():
        return _show(request, coproduction, form, status=400)
    try:
        done = _decide(coproduction, one, signed_in(request), form)
    except AlreadyDecided:
        return already_decided(request)
    except SamePerson:
        sentence = _("You proposed to refuse it: somebody else reads it before it is refused.")
        return error_page(request, 403, _("Nothing was decided"), sentence)
    if not done:
        return _show(request, coproduction, form, status=400)
    return redirect(f"{reverse('queue', args=[coproduction.slug])}?done={done}")


def already_decided(request: HttpRequest) -> HttpResponse:
    sentence = _("Somebody decided on it first. The next one waits at the desk.")
    return error_page(request, 409, _("Already decided"), sentence)


def chosen(coproduction: Coproduction, request: HttpRequest) -> Contribution:
    """What the form is about: `kind` and `number`; 404 where it is of another coproduction."""
    noun = request.POST.get("kind", "")
    number = number_in(request.POST.get("number", ""))
    return found(coproduction, noun if noun in KINDS else "statement", number)


def found(coproduction: Coproduction, noun: str, number: int) -> Contribution:
    """What has this number in this coproduction, or 404."""
    model, place = KINDS[noun]
    rows = model._default_manager.filter(**{place: coproduction})
    rows = rows.select_related(*place.split("__")[:-1])
    one: Contribution = get_object_or_404(rows, pk=number)
    one.coproduction = coproduction
    return one


def _decide(
    coproduction: Coproduction, one: Contribution, person: Person, form: DecisionForm
) -> str:
    """Do what was decided, and return what became of it; "" where the form cannot be followed."""
    words = form.cleaned_data
    decision, reason = words["decision"], words["reason"]
    if decision == "publish":
        publish(one, person)
        return "published"
    if decision == "refuse":
        return refuse(one, person, words["rule"], reason)
    if not isinstance(one, Idea):
        form.add_error("decision", _("Only an idea can be grouped, or given back to its author."))
        return ""
    if decision == "ask":
        ask_for_a_change(one, person, reason)
        return "asked"
    return _group(coproduction, one, person, form)


def _group(coproduction: Coproduction, idea: Idea, person: Person, form: DecisionForm) -> str:
    number = form.cleaned_data["same_as"]
    other = Idea.objects.published().filter(coproduction=coproduction, pk=number).first()
    if other is None:
        sentence = _("No published idea has the number %(number)s.") % {"number": number}
        form.add_error("same_as", sentence)
        return ""
    group_idea(idea, person, other)
    return "grouped"


def _show(
    request: HttpRequest, coproduction: Coproduction, form: DecisionForm, status: int = 200
) -> HttpResponse:
    person = signed_in(request)
    waiting = waiting_in(coproduction, person)
    one = waiting.one
    alike = similar_ideas(coproduction, one.title, but=one.pk) if isinstance(one, Idea) else []
    done = request.GET.get("done", "")
    context = {
        "coproduction": coproduction,
        "waiting": waiting,
        "one": one,
        "form": form,
        "alike": alike,
        "is_second": one is not None and one.state == Progress.SECOND,
        "two_must_agree": two_must_agree(coproduction),
        "may_decide": moderates(person, coproduction),
        "facilitates": facilitates(request, coproduction),
        "has_tests": coproduction.stages.filter(kind=Stage.Kind.TESTS).exists(),
        "done": Progress(done).label if done in DONE else "",
    }
    return render(request, "contributions/queue.html", context, status=status)
