"""After a decision: refusals contested, and what the organization did with ideas."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partage.contributions.desk import facilitated_coproduction
from partage.contributions.forms import DisputeForm, OutcomeForm
from partage.contributions.idea_pages import language
from partage.contributions.ideas import next_number
from partage.contributions.models import Dispute, Idea, Outcome, Progress
from partage.contributions.statements import AlreadyDecided
from partage.contributions.views import refused, visible_coproduction
from partage.contributions.voting import VoteRefused, acting, refuse_beyond_limit
from partage.coproductions.roles import moderating_role
from partage.people.models import Participant, Person
from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.register.recording import record
from partage.web.errors import error_page
from partage.web.paging import page_of


class SamePerson(Exception):
    """Who refused an idea does not judge whether that was right."""


@transaction.atomic
def file_dispute(participant: Participant, idea: Idea, text: str) -> None:
    """Contest a refusal, once."""
    refuse_beyond_limit(participant)
    if idea.state != Progress.REFUSED:
        raise VoteRefused(_("Only a refusal can be contested."))
    try:
        with transaction.atomic():
            Dispute.objects.create(idea=idea, text=text, filed_at=timezone.now())
    except IntegrityError:
        raise VoteRefused(_("This refusal was contested already.")) from None
    record(
        "refusal-contested",
        space=idea.coproduction.slug,
        payload={"idea": idea.pk, "text": text},
        vault_key=participant.vault_key,
    )


@transaction.atomic
def decide_dispute(dispute: Dispute, person: Person, *, is_upheld: bool) -> None:
    """Publish the idea after all, or keep it refused: never by who refused it."""
    idea = dispute.idea
    if dispute.decided_at is None and idea.decided_by_id == person.pk:
        raise SamePerson
    now = timezone.now()
    waiting = Dispute.objects.filter(pk=dispute.pk, decided_at=None)
    if not waiting.update(decided_at=now, decided_by=person, is_upheld=is_upheld):
        raise AlreadyDecided(dispute.pk)
    if is_upheld:
        published = {"state": Progress.PUBLISHED, "number": next_number(idea.coproduction)}
        refused_still = Idea.objects.filter(pk=idea.pk, state=Progress.REFUSED)
        refused_still.update(**published, rule="", reason="", decided_at=now, decided_by=person)
    record(
        "dispute-decided",
        space=idea.coproduction.slug,
        public={
            "idea": idea.pk,
            "upheld": is_upheld,
            "role": moderating_role(person, idea.coproduction),
        },
    )


@transaction.atomic
def say_outcome(idea: Idea, kind: Outcome.Kind, text: str, language: str) -> None:
    """Say in public what was done with an idea."""
    Outcome.objects.create(
        idea=idea, kind=kind, text=text, language=language, said_at=timezone.now()
    )
    record("outcome-said", space=idea.coproduction.slug, public={"idea": idea.pk, "outcome": kind})


@login_not_required
@require_POST
def dispute_refusal(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    if participant is None:
        raise Http404
    idea = get_object_or_404(Idea, coproduction=coproduction, author=participant, pk=number)
    idea.coproduction = coproduction
    form = DisputeForm(request.POST)
    if not form.is_valid():
        sentence = form.errors.as_data()["text"][0].messages[0]
        return error_page(request, 400, _("Nothing was sent"), sentence, retry=True)
    try:
        file_dispute(participant, idea, form.cleaned_data["text"])
    except VoteRefused as error:
        return refused(request, error)
    return redirect(idea)


@login_not_required
@require_safe
def outcomes(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organization did with ideas, the latest word first."""
    coproduction = visible_coproduction(slug)
    said = Outcome.objects.filter(idea__coproduction=coproduction).select_related("idea")
    context = {"coproduction": coproduction, "page": page_of(said.order_by("-pk"), request)}
    return render(request, "contributions/outcomes.html", context)


def disputes(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest contested refusal that this person did not decide."""
    coproduction = facilitated_coproduction(request, slug)
    person = signed_in(request)
    waiting = Dispute.objects.filter(idea__coproduction=coproduction, decided_at=None)
    if request.method == "POST":
        number = request.POST.get("idea", "")
        number = number if number.isdecimal() and len(number) < 19 else "0"
        found = Dispute.objects.select_related("idea__coproduction")
        dispute = get_object_or_404(found, idea__coproduction=coproduction, pk=int(number))
        return _decided(request, dispute, person)
    mine = waiting.exclude(idea__decided_by=person).select_related("idea").order_by("filed_at")
    context = {
        "coproduction": coproduction,
        "dispute": mine.first(),
        "others": waiting.filter(idea__decided_by=person).count(),
    }
    return render(request, "contributions/disputes.html", context)


def _decided(request: HttpRequest, dispute: Dispute, person: Person) -> HttpResponse:
    try:
        decide_dispute(dispute, person, is_upheld=request.POST.get("decision") == "publish")
    except SamePerson:
        sentence = _("You refused this idea: somebody else decides whether that was right.")
        return error_page(request, 403, _("Nothing was decided"), sentence)
    except AlreadyDecided:
        sentence = _("Somebody decided on it first. The next one waits at the desk.")
        return error_page(request, 409, _("Already decided"), sentence)
    return redirect("disputes", dispute.idea.coproduction.slug)


def answer_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The organization says what it did with a published idea."""
    coproduction = facilitated_coproduction(request, slug)
    published = Idea.objects.published().filter(coproduction=coproduction)
    idea = get_object_or_404(published, pk=number)
    idea.coproduction = coproduction
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        say_outcome(idea, words["kind"], words["text"], language())
        return redirect(idea)
    context: dict[str, Any] = {"coproduction": coproduction, "idea": idea, "form": form}
    status = 400 if form.errors else 200
    return render(request, "contributions/answer_idea.html", context, status=status)
