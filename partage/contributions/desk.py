"""The facilitator's desk: one proposed sentence at a time, published or refused with a reason."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partage.contributions.forms import RefusalForm
from partage.contributions.models import Statement
from partage.contributions.statements import AlreadyDecided, publish_statement, refuse_statement
from partage.coproductions.models import Coproduction
from partage.people.models import Person
from partage.people.sign_in import signed_in
from partage.web.errors import error_page


def facilitated(person: Person) -> list[Coproduction]:
    waiting = Count("statements", filter=Q(statements__state=Statement.State.WAITING))
    mine = Coproduction.objects.visible().filter(roles__person=person)
    return list(mine.annotate(waiting=waiting).order_by("slug"))


def facilitates(request: HttpRequest, coproduction: Coproduction) -> bool:
    person = request.user
    return isinstance(person, Person) and coproduction.roles.filter(person=person).exists()


def facilitated_coproduction(request: HttpRequest, slug: str) -> Coproduction:
    """The coproduction, if this person facilitates it."""
    coproduction = get_object_or_404(Coproduction.objects.visible(), slug=slug)
    if not coproduction.roles.filter(person=signed_in(request)).exists():
        raise PermissionDenied
    return coproduction


def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest sentence that waits; GET shows it, POST decides on one."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method == "POST":
        return _decide(request, coproduction)
    return _show(request, coproduction, RefusalForm())


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
