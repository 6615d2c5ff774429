"""The desk of an organization's calls: read one, owe an answer, give it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partage.calls.calling import answer_call, promise_answers, publish_call, refuse_call
from partage.calls.forms import AnswerForm, CallRefusalForm, PromiseForm
from partage.calls.models import LONGEST_ANSWER, Call
from partage.contributions.deciding import AlreadyDecided
from partage.coproductions.roles import facilitated_organizations, organizations_of
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.paging import page_of
from partage.web.tidying import number_in


def own_call(request: HttpRequest, number: int) -> Call:
    """The call, if this person facilitates for the organization that is called."""
    found = get_object_or_404(Call.objects.counted().select_related("organization"), pk=number)
    if not organizations_of(signed_in(request)).filter(pk=found.organization_id).exists():
        raise PermissionDenied
    return found


def calls_desk(request: HttpRequest) -> HttpResponse:
    """The oldest call that waits, the answers that are owed, and the number that was promised."""
    facilitated_organizations(request)
    if request.method == "POST":
        return _decide(request)
    return _show(request, CallRefusalForm())


def _show(
    request: HttpRequest,
    form: CallRefusalForm,
    status: int = 200,
    call: Call | None = None,
    promise: PromiseForm | None = None,
) -> HttpResponse:
    person = signed_in(request)
    waiting = Call.objects.waiting().of(person).select_related("organization").order_by("pk")
    unanswered = Call.objects.to_answer().of(person).counted().select_related("organization")
    context = {
        "call": call or waiting.first(),
        "form": form,
        "waiting": waiting.count(),
        "page": page_of(unanswered, request),
        "organizations": list(organizations_of(person).order_by("name")),
        "promise": promise,
    }
    return render(request, "calls/desk.html", context, status=status)


def _decide(request: HttpRequest) -> HttpResponse:
    number = number_in(request.POST.get("call", ""))
    found, person = own_call(request, number), signed_in(request)
    form = CallRefusalForm(request.POST)
    try:
        if request.POST.get("decision") == "publish":
            publish_call(found, person)
        elif form.is_valid():
            refuse_call(found, person, form.cleaned_data["rule"], form.cleaned_data["reason"])
        elif found.state != Call.State.WAITING:
            raise AlreadyDecided(found.pk)
        else:
            return _show(request, form, 400, found)
    except AlreadyDecided:
        sentence = _("A colleague decided on this call first. The next one waits at the desk.")
        return error_page(request, 409, _("Already decided"), sentence)
    return redirect("calls-desk")


@require_POST
def promise(request: HttpRequest) -> HttpResponse:
    """From how many supports the organization must answer."""
    organizations = facilitated_organizations(request)
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return _show(request, CallRefusalForm(), 400, promise=form)
    data = form.cleaned_data
    organization = organizations.filter(pk=data["organization"]).first()
    if organization is None:
        raise PermissionDenied
    promise_answers(organization, data["supports"])
    return redirect("calls-desk")


def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a published call, in public."""
    found = own_call(request, number)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_call(found, form.cleaned_data["answer"])
        except AlreadyDecided:
            sentence = _("This call has its answer already, or takes none.")
            return error_page(request, 409, _("Your answer was not recorded"), sentence)
        return redirect(found)
    context = {"call": found, "form": form, "longest": LONGEST_ANSWER}
    status = 400 if form.errors else 200
    return render(request, "calls/answer.html", context, status=status)
