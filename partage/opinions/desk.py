"""The desk of opinions: facilitators draft one, publish it, and say what became of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partage.contributions.desk import facilitated_coproduction
from partage.opinions.debating import settle
from partage.opinions.drafting import (
    AlreadyCited,
    NoEvidence,
    TextFrozen,
    Words,
    begin_opinion,
    cite,
    keep_part,
    keep_recommendation,
    uncite,
)
from partage.opinions.evidence import with_evidence
from partage.opinions.following_up import say_answer, say_milestone
from partage.opinions.forms import (
    AnswerForm,
    CitationForm,
    MilestoneForm,
    PartForm,
    RecommendationForm,
    TitleForm,
)
from partage.opinions.models import Debate, Opinion, Part, Recommendation
from partage.opinions.publishing import PublicationRefused, content_of, publish_opinion
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.tidying import number_in

FROZEN = gettext_lazy("An assembly debates this text: its amendments alone change it. You may write its translation, on the page in the other language.")  # fmt: skip


def own_opinion(request: HttpRequest, slug: str, opinion: str) -> Opinion:
    """The opinion, if this person facilitates the coproduction it belongs to."""
    coproduction = facilitated_coproduction(request, slug)
    found = get_object_or_404(Opinion, coproduction=coproduction, slug=opinion)
    found.coproduction = coproduction
    return found


def opinions_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The opinions of a coproduction, and how to begin one."""
    coproduction = facilitated_coproduction(request, slug)
    form = TitleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opinion = begin_opinion(coproduction, form.cleaned_data["title"], reader_language())
        return redirect("draft-opinion", slug, opinion.slug)
    page = page_of(coproduction.opinions.order_by("-pk"), request)
    context = {"coproduction": coproduction, "form": form, "page": page}
    return render(request, "opinions/desk.html", context, status=400 if form.errors else 200)


def draft(request: HttpRequest, slug: str, opinion: str) -> HttpResponse:
    """The opinion as it stands: what to change, and the button that publishes it."""
    found = own_opinion(request, slug, opinion)
    if request.method == "POST":
        try:
            for debate in Debate.objects.filter(opinion=found):
                settle(debate)  # a vote that has just closed
            publish_opinion(found)
        except PublicationRefused as error:
            return error_page(request, 409, _("Nothing was published"), str(error))
        return redirect(found)
    context = {
        "coproduction": found.coproduction,
        "opinion": found,
        "parts": list(found.parts.all()),
        "page": page_of(found.recommendations.order_by("number"), request),
        "is_debated": Debate.objects.filter(opinion=found).exists(),
    }
    return render(request, "opinions/draft.html", context)


def draft_part(request: HttpRequest, slug: str, opinion: str, place: int = 0) -> HttpResponse:
    """A part, in the language of the page; place 0 is a new one."""
    found = own_opinion(request, slug, opinion)
    part = get_object_or_404(Part, opinion=found, place=place) if place else None
    said = (
        {"title": part.title.get(reader_language()), "text": part.text.get(reader_language())}
        if part
        else {}
    )
    form = PartForm(request.POST if request.method == "POST" else None, initial=said)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            keep_part(found, part, words["title"], words["text"], reader_language())
        except TextFrozen:
            form.add_error("text", FROZEN)
        else:
            return redirect("draft-opinion", slug, opinion)
    return _show(request, found, form, heading=_("A part of the text"))


def draft_recommendation(
    request: HttpRequest, slug: str, opinion: str, number: int = 0
) -> HttpResponse:
    """A recommendation, in the language of the page; number 0 is a new one."""
    found = own_opinion(request, slug, opinion)
    one = get_object_or_404(Recommendation, opinion=found, number=number) if number else None
    said = _said(one) if one else {}
    form = RecommendationForm(request.POST if request.method == "POST" else None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_recommendation(found, one, Words(**form.cleaned_data), reader_language())
        except TextFrozen:
            form.add_error("text", FROZEN)
        else:
            return redirect("draft-evidence", slug, opinion, kept.number)
    return _show(request, found, form, heading=_("A recommendation"))


def _said(one: Recommendation) -> dict[str, Any]:
    words = {
        name: getattr(one, name).get(reader_language(), "") for name in ("text", "acts", "known_by")
    }
    return {**words, "due_on": one.due_on}


def _show(request: HttpRequest, opinion: Opinion, form: forms.Form, heading: str) -> HttpResponse:
    context = {
        "coproduction": opinion.coproduction,
        "opinion": opinion,
        "form": form,
        "heading": heading,
    }
    status = 400 if form.errors else 200
    return render(request, "opinions/draft_words.html", context, status=status)


def draft_evidence(request: HttpRequest, slug: str, opinion: str, number: int) -> HttpResponse:
    """What a recommendation rests on: paste an address or a sentence, or take one away."""
    found = own_opinion(request, slug, opinion)
    one = get_object_or_404(Recommendation, opinion=found, number=number)
    one.opinion = found
    form = CitationForm(request.POST if "pasted" in request.POST else None)
    if request.method == "POST":
        taken = number_in(request.POST.get("take_away", ""))
        try:
            if taken:
                uncite(one, taken)
            elif not form.is_valid() or not _cited(form, one):
                return _evidence(request, found, one, form)
        except TextFrozen:
            sentence = _("The assembly votes on it, or has: what it rests on stays as it was read.")
            return error_page(request, 409, _("Nothing was changed"), sentence)
        return redirect("draft-evidence", slug, opinion, number)
    return _evidence(request, found, one, form)


def _cited(form: CitationForm, one: Recommendation) -> bool:
    try:
        cite(one, form.cleaned_data["pasted"])
    except NoEvidence:
        form.add_error("pasted", _("Nothing to cite stands there. Paste a sentence of this coproduction, or the address of a published idea, an argument, a task that people tried, a published test report, a line of an account, or a page elsewhere."))  # fmt: skip
    except AlreadyCited:
        form.add_error("pasted", _("It rests on this already."))
    return not form.errors


def _evidence(
    request: HttpRequest, opinion: Opinion, one: Recommendation, form: CitationForm
) -> HttpResponse:
    content = content_of(opinion)
    row = next(row for row in content["recommendations"] if row["number"] == one.number)
    (shown,) = with_evidence(content, [row])
    context = {
        "coproduction": opinion.coproduction,
        "opinion": opinion,
        "row": shown,
        "lines": list(zip(one.evidence.all(), shown["rests_on"], strict=True)),
        "form": form,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "opinions/draft_evidence.html", context, status=status)


def follow_up(request: HttpRequest, slug: str, opinion: str, number: int) -> HttpResponse:
    """Say what whoever should act answered, or what was done."""
    found = own_opinion(request, slug, opinion)
    published = Recommendation.objects.filter(opinion__state=Opinion.State.PUBLISHED)
    one = get_object_or_404(published, opinion=found, number=number)
    one.opinion = found
    is_milestone = "done" in request.POST
    sent = request.POST if request.method == "POST" else None
    answer = AnswerForm(None if is_milestone else sent)
    milestone = MilestoneForm(sent if is_milestone else None)
    if sent is not None and (milestone if is_milestone else answer).is_valid():
        if is_milestone:
            words = milestone.cleaned_data
            say_milestone(
                one, words["reached_on"], words["done"], words["address"], reader_language()
            )
        else:
            words = answer.cleaned_data
            say_answer(one, words["kind"], words["said_by"], words["text"], reader_language())
        return redirect(one)
    context = {
        "coproduction": found.coproduction,
        "opinion": found,
        "one": one,
        "answer": answer,
        "milestone": milestone,
    }
    status = 400 if answer.errors or milestone.errors else 200
    return render(request, "opinions/follow_up.html", context, status=status)
