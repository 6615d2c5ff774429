"""The facilitator's desk: one proposed sentence at a time, published or refused with a reason."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partage.contributions.forms import RefusalForm
from partage.contributions.models import Statement
from partage.contributions.statements import AlreadyDecided, publish_statement, refuse_statement
from partage.coproductions.models import Coproduction, Role, Stage
from partage.coproductions.roles import FACILITATES, MODERATES, READS, coproduction_for, moderates
from partage.people.models import Person
from partage.people.sign_in import signed_in
from partage.web.errors import error_page


def at_desk(person: Person) -> "QuerySet[Coproduction]":
    """Where this person has a role (an administrator: all), and what the role lets them open."""
    mine = Role.objects.filter(person=person, coproduction=OuterRef("pk"))
    facilitates = Exists(mine.filter(kind__in=FACILITATES))
    tests = Stage.objects.filter(coproduction=OuterRef("pk"), kind=Stage.Kind.TESTS)
    waiting = Count("statements", filter=Q(statements__state=Statement.State.WAITING))
    found = Coproduction.objects.visible().annotate(
        waiting=waiting, reads=Exists(mine), facilitates=facilitates, has_tests=Exists(tests)
    )
    return (found if person.is_administrator else found.filter(reads=True)).order_by("slug")


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
    """The oldest sentence that waits; GET shows it, POST decides on one."""
    if request.method == "POST":
        return _decide(request, coproduction_for(request, slug, MODERATES))
    return _show(request, coproduction_for(request, slug, READS), RefusalForm())


def _show(
    request: HttpRequest, coproduction: Coproduction, form: RefusalForm, status: int = 200
) -> HttpResponse:
    waiting = Statement.objects.waiting().filter(coproduction=coproduction)
    statement = waiting.order_by("pk").first()
    context = {
        "coproduction": coproduction,
        "statement": statement,
        "form": form,
        "waiting": waiting.count(),
        "may_decide": moderates(signed_in(request), coproduction),
    }
    return render(request, "contributions/queue.html", context, status=status)


def _decide(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    number = request.POST.get("statement", "")
    number = number if number.isdecimal() and len(number) < 19 else "0"
    statement = get_object_or_404(Statement, coproduction=coproduction, pk=int(number))
    statement.coproduction = coproduction
    person = signed_in(request)
    form = RefusalForm(request.POST)
    try:
        if request.POST.get("decision") == "publish":
            publish_statement(statement, person)
        elif form.is_valid():
            refuse_statement(
                statement, person, form.cleaned_data["rule"], form.cleaned_data["reason"]
            )
        else:
            return _show(request, coproduction, form, status=400)
    except AlreadyDecided:
        sentence = _("Somebody decided on this sentence first. The next one waits at the desk.")
        return error_page(request, 409, _("Already decided"), sentence)
    return redirect("queue", coproduction.slug)
