"""Pages where somebody asks something about their data, and where the desk answers."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partage.contributions.private_links import has_private_key
from partage.coproductions.models import Role
from partage.people.participants import network_of
from partage.people.sign_in import signed_in
from partage.rights.forms import AnswerForm, LongerForm, RequestForm
from partage.rights.holding import person_of
from partage.rights.models import Request
from partage.rights.requests import (
    AlreadyAnswered,
    TooManyRequests,
    address_of,
    answer_request,
    file_request,
    take_longer,
)
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.tidying import number_in


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def data_requests(request: HttpRequest) -> HttpResponse:
    """The form, for anybody; and what became of one's own, for who is signed in."""
    form = RequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _file(request, form)
    person = person_of(request)
    mine = [(one, address_of(one)) for one in person.requests.order_by("-pk")] if person else []
    status = 400 if form.errors else 200
    return render(request, "rights/requests.html", {"form": form, "mine": mine}, status=status)


def _file(request: HttpRequest, form: RequestForm) -> HttpResponse:
    words = form.cleaned_data | {"language": reader_language()}
    try:
        filed = file_request(words, network_of(request, timezone.now()), person_of(request))
    except TooManyRequests:
        sentence = _("Many requests came from this network today. Send yours tomorrow.")
        return error_page(request, 429, _("Your request was not sent"), sentence, retry=True)
    return redirect(address_of(filed))


@login_not_required
@never_cache
@require_safe
def data_request(request: HttpRequest, number: int) -> HttpResponse:
    """What became of a request, for whoever made it."""
    asked = get_object_or_404(Request, pk=number)
    if not has_private_key(request, "data-request", number):
        raise Http404
    return render(request, "rights/request.html", {"asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
def requests_desk(request: HttpRequest) -> HttpResponse:
    """The requests that wait, the one due first on top; POST answers one, or takes longer."""
    person = signed_in(request)
    facilitates = Role.objects.filter(person=person, kind=Role.Kind.FACILITATOR)
    if not (person.is_administrator or facilitates.exists()):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request)
    return _show(request, AnswerForm(), LongerForm())


def _decide(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    number = number_in(request.POST.get("request", ""))
    asked = get_object_or_404(Request.objects.for_desk_of(person), pk=number)
    is_longer = request.POST.get("do") == "longer"
    answer = AnswerForm(None if is_longer else request.POST)
    longer = LongerForm(request.POST if is_longer else None)
    try:
        if is_longer and longer.is_valid():
            take_longer(asked, longer.cleaned_data["reason"])
        elif answer.is_valid():
            answer_request(asked, person, answer.cleaned_data["answer"])
        else:
            return _show(request, answer, longer, asked, 400)
    except AlreadyAnswered:
        sentence = _("It was answered meanwhile, or its first month is over.")
        return error_page(request, 409, _("Nothing was changed"), sentence)
    return redirect("requests-desk")


def _show(
    request: HttpRequest,
    answer: AnswerForm,
    longer: LongerForm,
    asked: Request | None = None,
    status: int = 200,
) -> HttpResponse:
    waiting = Request.objects.for_desk_of(signed_in(request)).waiting()
    page = page_of(waiting.select_related("coproduction"), request)
    today = timezone.localdate()
    context = {
        "page": page,
        "rows": [(one, one.is_overdue(today)) for one in page],
        "asked": asked or next(iter(page), None),
        "answer": answer,
        "longer": longer,
        "overdue": waiting.filter(due_on__lt=today).count(),
    }
    return render(request, "rights/requests_desk.html", context, status=status)
