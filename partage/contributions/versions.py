"""Words of an idea that were changed: by its author while it waits, by the desk for its spelling."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.deciding import AlreadyDecided
from partage.contributions.forms import WordsForm
from partage.contributions.idea_pages import shown_idea
from partage.contributions.models import Idea, IdeaVersion, Progress
from partage.contributions.views import refused
from partage.contributions.voting import VoteRefused, refuse_beyond_limit
from partage.coproductions.roles import MODERATES, coproduction_for, moderating_role
from partage.people.models import Participant, Person
from partage.people.sign_in import signed_in
from partage.register.recording import record
from partage.web.diffs import word_diff
from partage.web.errors import error_page

# How alike a mended text must be: spelling, not meaning.
LEAST_ALIKE = 0.8
SHORT = 500
MOST_VERSIONS = 10


class NotSpelling(Exception):
    """The desk mends spelling; other words are the author's to choose."""


def _replace(idea: Idea, title: str, body: str, *, by_team: bool) -> bool:
    """Keep the old words and set the new ones; False when nothing changes."""
    states = [Progress.WAITING] if by_team else [Progress.WAITING, Progress.ASKED]
    held = Idea.objects.select_for_update(of=("self",)).filter(pk=idea.pk, state__in=states)
    locked = held.first()
    if locked is None:
        raise AlreadyDecided(idea.pk)
    if (locked.title, locked.body) == (title, body):
        return False
    IdeaVersion.objects.create(
        idea=locked, title=locked.title, body=locked.body,
        replaced_by_team=by_team, replaced_at=timezone.now(),
    )  # fmt: skip
    # Changed as asked, it waits to be read again.
    words = {"title": title, "body": body, "reason": "", "state": Progress.WAITING}
    Idea.objects.filter(pk=idea.pk).update(**words)
    return True


@transaction.atomic
def change_words(participant: Participant, idea: Idea, title: str, body: str) -> None:
    """Change one's own idea while nobody has decided on it."""
    refuse_beyond_limit(participant)
    if idea.versions.count() >= MOST_VERSIONS:
        raise VoteRefused(_("This idea was changed many times. Withdraw it and propose another."))
    if _replace(idea, title, body, by_team=False):
        record(
            "idea-changed",
            space=idea.coproduction.slug,
            payload={"idea": idea.pk, "title": title, "body": body},
            vault_key=participant.vault_key,
        )


@transaction.atomic
def mend(person: Person, idea: Idea, title: str, body: str) -> None:
    """Mend the spelling of an idea that waits; the author sees the old words beside the new."""
    for old, new in ((idea.title, title), (idea.body, body)):
        if not _is_spelling(old, new):
            raise NotSpelling(idea.pk)
    if _replace(idea, title, body, by_team=True):
        role = moderating_role(person, idea.coproduction)
        record(
            "spelling-mended", space=idea.coproduction.slug, public={"idea": idea.pk, "role": role}
        )


def _is_spelling(old: str, new: str) -> bool:
    """Letter by letter in a short text, word by word in a long one."""
    if len(old) <= SHORT:
        return SequenceMatcher(None, old, new).ratio() >= LEAST_ALIKE
    return SequenceMatcher(None, old.split(), new.split()).ratio() >= LEAST_ALIKE


@login_not_required
def change(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The author's page to change an idea that waits."""
    idea, participant = shown_idea(request, slug, number)
    is_mine = participant is not None and idea.author_id == participant.pk
    if participant is None or not is_mine or idea.state not in (Progress.WAITING, Progress.ASKED):
        raise Http404
    form = _form(request, idea)
    if request.method == "POST" and form.is_valid():
        try:
            change_words(participant, idea, form.cleaned_data["title"], form.cleaned_data["body"])
        except VoteRefused as error:
            return refused(request, error)
        except AlreadyDecided:
            return _too_late(request)
        return redirect(idea)
    return _show(request, idea, form, by_team=False)


def mend_spelling(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The desk's page to mend the spelling of an idea that waits."""
    coproduction = coproduction_for(request, slug, MODERATES)
    waiting = Idea.objects.waiting().filter(coproduction=coproduction)
    idea = get_object_or_404(waiting, pk=number)
    idea.coproduction = coproduction
    form = _form(request, idea)
    if request.method == "POST" and form.is_valid():
        try:
            mend(signed_in(request), idea, form.cleaned_data["title"], form.cleaned_data["body"])
        except NotSpelling:
            sentence = _(
                "That changes more than spelling. Refuse with a reason, or let the author change it."
            )
            form.add_error("title", sentence)
        except AlreadyDecided:
            return _too_late(request)
        else:
            return redirect("queue", slug)
    return _show(request, idea, form, by_team=True)


def _form(request: HttpRequest, idea: Idea) -> WordsForm:
    words = {"title": idea.title, "body": idea.body}
    return WordsForm(request.POST if request.method == "POST" else None, initial=words)


def _too_late(request: HttpRequest) -> HttpResponse:
    sentence = _("Somebody decided on it meanwhile, so its words stay as they are.")
    return error_page(request, 409, _("Already decided"), sentence)


def _show(request: HttpRequest, idea: Idea, form: WordsForm, *, by_team: bool) -> HttpResponse:
    context = {
        "coproduction": idea.coproduction,
        "idea": idea,
        "form": form,
        "by_team": by_team,
    }
    status = 400 if form.errors else 200
    return render(request, "contributions/change_idea.html", context, status=status)


@login_not_required
@require_safe
def versions(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Each change of an idea's words, the latest first, word by word."""
    idea, _participant = shown_idea(request, slug, number)
    context = {"coproduction": idea.coproduction, "idea": idea, "changes": list(_changes(idea))}
    return render(request, "contributions/versions.html", context)


def _changes(idea: Idea) -> Iterator[dict[str, Any]]:
    new_title, new_body = idea.title, idea.body
    for old in idea.versions.order_by("-pk")[: 2 * MOST_VERSIONS]:
        yield {
            "at": old.replaced_at,
            "by_team": old.replaced_by_team,
            "title": word_diff(old.title, new_title),
            "body": word_diff(old.body, new_body),
        }
        new_title, new_body = old.title, old.body
