"""One sentence's page, what its author may do there, and the desk's queue of unclear ones."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partage.contributions.authors import told_to_author
from partage.contributions.deciding import AlreadyDecided, leave_as_it_is, replace_statement
from partage.contributions.desk import already_decided
from partage.contributions.forms import UnclearForm
from partage.contributions.models import Statement
from partage.contributions.private_links import has_private_key
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import MODERATES, READS, coproduction_for, moderates
from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.web.tidying import number_in


@login_not_required
@require_safe
def statement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One sentence: what became of it, and for its author what they can do about it."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    by_link = has_private_key(request, "statement", number)
    seen = Statement.objects.visible_to(participant, [number] if by_link else [])
    shown = get_object_or_404(seen, coproduction=coproduction, pk=number)
    shown.coproduction = coproduction
    told = told_to_author(request, shown, participant)
    context = {"coproduction": coproduction, "statement": shown, **told}
    return render(request, "contributions/statement.html", context)


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
