"""The public log of moderation, as a page and a file, and how many must agree to refuse."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.deciding import TooFewModerators, change_moderation
from partage.contributions.desk import facilitated_coproduction
from partage.contributions.forms import ModerationForm
from partage.contributions.models import Decision, Moderation
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.web.csv_files import csv_file
from partage.web.localized import reader_language
from partage.web.paging import page_of

COLUMNS = ("day", "about", "number", "decision", "rule", "role", "reported", "contested", "upheld")


@login_not_required
@require_safe
def moderation(request: HttpRequest, slug: str) -> HttpResponse:
    """What was decided, when, under which rule and as whom: no text, no name."""
    coproduction = visible_coproduction(slug)
    decisions = Decision.objects.filter(coproduction=coproduction).order_by("-pk")
    about = ("statement", "idea", "argument__idea", "test_report__task", "contested_set", "appeal")
    context = {
        "coproduction": coproduction,
        "page": page_of(decisions.select_related(*about), request),
        "moderation": Moderation.objects.filter(coproduction=coproduction).first(),
    }
    for decision in context["page"]:  # type: ignore[attr-defined]
        decision.coproduction = coproduction
    return render(request, "contributions/moderation.html", context)


@login_not_required
@require_safe
def moderation_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every decision, one a line."""
    coproduction = visible_coproduction(slug)
    decisions = Decision.objects.filter(coproduction=coproduction).order_by("pk")
    rows = map(_line, decisions.select_related("appeal").iterator(chunk_size=500))
    return csv_file(f"{slug}-moderation", COLUMNS, rows)


def _line(decision: Decision) -> tuple[object, ...]:
    about = {
        "statement": decision.statement_id,
        "idea": decision.idea_id,
        "argument": decision.argument_id,
        "test_report": decision.test_report_id,
        "contested_set": decision.contested_set_id,
    }
    noun, number = next((noun, pk) for noun, pk in about.items() if pk)
    appeal = decision.contested
    return (
        decision.decided_at.date().isoformat(), noun, number, decision.kind, decision.rule,
        decision.role, decision.notice_id is not None, appeal is not None,
        appeal is not None and bool(appeal.is_upheld),
    )  # fmt: skip


def moderation_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for two people to refuse, or for one again."""
    coproduction = facilitated_coproduction(request, slug)
    held = Moderation.objects.filter(coproduction=coproduction).first()
    is_now = "yes" if held and held.two_to_refuse else "no"
    sent = request.POST if request.method == "POST" else None
    form = ModerationForm(sent, initial={"two_to_refuse": is_now})
    if form.is_valid() and _changed(coproduction, form):
        return redirect("moderation", slug)
    context = {"coproduction": coproduction, "form": form}
    status = 400 if form.errors else 200
    return render(request, "contributions/moderation_desk.html", context, status=status)


def _changed(coproduction: Coproduction, form: ModerationForm) -> bool:
    language = reader_language()
    try:
        change_moderation(coproduction, **form.cleaned_data, language=language)
    except TooFewModerators:
        sentence = _("Only one person moderates here. Invite a second one first.")
        form.add_error("two_to_refuse", sentence)
        return False
    return True
