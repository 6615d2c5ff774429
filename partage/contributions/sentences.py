"""One sentence's page, what its author may do there, and the desk's queue of unclear ones."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from partage.contributions.deciding import AlreadyDecided, leave_as_it_is, replace_statement
from partage.contributions.desk import already_decided
from partage.contributions.forms import UnclearForm
from partage.contributions.models import NOT_SHOWN, Progress, Statement
from partage.contributions.private_links import has_private_key, private_key
from partage.contributions.releases import say_in_releases
from partage.contributions.reports import refusal_of
from partage.contributions.views import refused, visible_coproduction
from partage.contributions.voting import VoteRefused, acting, refuse_beyond_limit
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import MODERATES, READS, coproduction_for, moderates
from partage.people.models import Participant
from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.register.recording import record
from partage.web.tidying import number_in

CAN_BE_WITHDRAWN = (Progress.WAITING, Progress.SECOND, Progress.PUBLISHED)


@transaction.atomic
def withdraw_statement(participant: Participant, statement: Statement) -> None:
    """Take one's own sentence back: nobody is asked about it any more."""
    refuse_beyond_limit(participant)
    mine = Statement.objects.filter(pk=statement.pk, author=participant, state__in=CAN_BE_WITHDRAWN)
    values = {"state": Progress.WITHDRAWN, "rule": "", "reason": "", "first_reader": None}
    if mine.update(**values):
        say_in_releases({statement.pk: NOT_SHOWN})
        record(
            "statement-withdrawn",
            space=statement.coproduction.slug,
            payload={"statement": statement.pk},
            vault_key=participant.vault_key,
        )


def _shown(request: HttpRequest, slug: str, number: int) -> tuple[Statement, Participant | None]:
    """The sentence, where this reader may see it; 404 where not, as if it were not there."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    found = get_object_or_404(Statement, coproduction=coproduction, pk=number)
    found.coproduction = coproduction
    is_shown = found.state in (Progress.PUBLISHED, Progress.ERASED)
    is_mine = participant is not None and found.author_id == participant.pk
    if not (is_shown or is_mine or has_private_key(request, "statement", number)):
        raise Http404
    return found, participant if is_mine else None


@login_not_required
@require_safe
def statement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One sentence: what became of it, and for its author what they can do about it."""
    found, author = _shown(request, slug, number)
    by_link = has_private_key(request, "statement", number)
    context = {
        "coproduction": found.coproduction,
        "statement": found,
        "is_mine": author is not None,
        "refusal": refusal_of(found) if author or by_link else None,
        "key": private_key("statement", number) if author or by_link else "",
        "can_withdraw": author is not None and found.state in CAN_BE_WITHDRAWN,
    }
    return render(request, "contributions/statement.html", context)


@login_not_required
@require_POST
def withdraw_my_statement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found, author = _shown(request, slug, number)
    if author is None:
        raise Http404
    try:
        withdraw_statement(author, found)
    except VoteRefused as error:
        return refused(request, error)
    return redirect("propose", slug)


def unclear(request: HttpRequest, slug: str) -> HttpResponse:
    """The sentence that most people found unclear; GET shows it, POST decides."""
    needed = MODERATES if request.method == "POST" else READS
    coproduction = coproduction_for(request, slug, needed)
    if request.method != "POST":
        return _show(request, coproduction, UnclearForm())
    number = number_in(request.POST.get("number", ""))
    found = get_object_or_404(Statement, coproduction=coproduction, pk=number)
    found.coproduction = coproduction
    form = UnclearForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, form)
    words, person = form.cleaned_data, signed_in(request)
    try:
        if words["decision"] == "replace":
            replace_statement(found, person, words["text"])
        else:
            leave_as_it_is(found, person, words["reason"])
    except AlreadyDecided:
        return already_decided(request)
    return redirect(reverse("unclear", args=[slug]))


def _show(request: HttpRequest, coproduction: Coproduction, form: UnclearForm) -> HttpResponse:
    waiting = Statement.objects.unclear().filter(coproduction=coproduction)
    context = {
        "coproduction": coproduction,
        "statement": waiting.order_by("-unclear_counted", "pk").first(),
        "count": waiting.count(),
        "form": form,
        "may_decide": moderates(signed_in(request), coproduction),
    }
    status = 400 if form.errors else 200
    return render(request, "contributions/unclear.html", context, status=status)
