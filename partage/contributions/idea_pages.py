"""Pages of ideas: their list in the reader's order, each with its arguments, and how to propose one."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partage.calc.ranking import IDEA_ORDERS, walk
from partage.contributions.authors import CAN_BE_WITHDRAWN, told_to_author
from partage.contributions.desk import facilitates
from partage.contributions.forms import ArgumentForm, IdeaForm, IdeaVoteForm
from partage.contributions.ideas import (
    add_argument,
    answer_idea,
    ideas_stage,
    mark_helped,
    propose_idea,
)
from partage.contributions.models import Argument, Idea, IdeaQuerySet, IdeaVote, Progress
from partage.contributions.private_links import has_private_key
from partage.contributions.reports import refusals_of
from partage.contributions.sections import sections_of
from partage.contributions.similar import similar_ideas
from partage.contributions.views import (
    participant_for,
    refused,
    visible_coproduction,
    with_cookie,
)
from partage.contributions.voting import VoteRefused, acting, asked_first
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.people.participants import TooManyNewcomers, device_token
from partage.web.csv_files import csv_file
from partage.web.days import WRITTEN_ON
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of

ARGUMENTS_EACH = 5
ORDERS = {
    "random": (gettext_lazy("at random"), gettext_lazy("The order is drawn from the seed in the address: it gives a first idea and a step, the same for everybody who has this address.")),
    "newest": (gettext_lazy("newest"), gettext_lazy("By the order of publication, the latest first.")),
    "seldom": (gettext_lazy("least answered"), gettext_lazy("By the number of answers, the lowest first.")),
    "agreed": (gettext_lazy("most agreed"), gettext_lazy("By the share of answers that agree, the highest first.")),
    "different": (gettext_lazy("most different"), gettext_lazy("The ideas closest to two halves, for and against, first. Groups are found from answers to sentences and do not enter here.")),
    "discussed": (gettext_lazy("most discussed"), gettext_lazy("By the number of arguments, the highest first.")),
}  # fmt: skip


class DrawnPages:
    """Published ideas in a drawn order, of which only the page asked for is read."""

    def __init__(self, coproduction: Coproduction, seed: str, section: str = "") -> None:
        self._ideas = _published(coproduction, section)
        self._seed = seed
        self._numbers: Sequence[int]
        if section:
            # Its numbers have gaps, so the walk goes over its ideas in the order of their numbers.
            self._numbers = list(self._ideas.order_by("number").values_list("number", flat=True))
        else:
            last = self._ideas.order_by("-number").values_list("number", flat=True).first()
            self._numbers = range(1, (last or 0) + 1)

    def count(self) -> int:
        return len(self._numbers)

    def __getitem__(self, places: slice) -> list[Idea]:
        walked = walk(len(self._numbers), self._seed, range(places.start, places.stop))
        drawn = [self._numbers[place - 1] for place in walked]
        found = {idea.number: idea for idea in self._ideas.filter(number__in=drawn)}
        return [found[number] for number in drawn if number in found]


class OrderedPages:
    """Published ideas in an order that indexes hold, of which only the page asked for is read.

    Its numbers come from the index alone, counted from the nearer end: PostgreSQL would read every
    idea that stands before it.
    """

    def __init__(self, ideas: IdeaQuerySet, order: Sequence[str], count: int) -> None:
        self._ideas, self._count = ideas, count
        self._numbers = ideas.order_by(*order).values_list("number", flat=True)

    def count(self) -> int:
        return self._count

    def __getitem__(self, places: slice) -> list[Idea]:
        numbers = list(self._numbers_at(places.start, min(places.stop, self._count)))
        found = {idea.number: idea for idea in self._ideas.filter(number__in=numbers)}
        return [found[number] for number in numbers if number in found]

    def _numbers_at(self, start: int, stop: int) -> Iterable[int | None]:
        if start <= self._count - stop:
            return self._numbers[start:stop]
        return reversed(self._numbers.reverse()[self._count - stop : self._count - start])


def _published(coproduction: Coproduction, section: str) -> IdeaQuerySet:
    published: IdeaQuerySet = Idea.objects.listed(coproduction)
    return published.filter(section=section) if section else published


def ideas_page(
    coproduction: Coproduction, asked: dict[str, str], count: int, request: HttpRequest
) -> Page[Idea]:
    order, section = asked["order"], asked.get("section", "")
    if order == "random":
        return page_of(DrawnPages(coproduction, asked.get("seed", ""), section), request)
    published = _published(coproduction, section)
    return page_of(OrderedPages(published, IDEA_ORDERS[order], count), request)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """What the address carries besides the page: the order, the seed of a drawn one, the section."""
    order = request.GET.get("order", "random")
    order = order if order in ORDERS else "random"
    seed = request.GET.get("seed", "")[:20] if order == "random" else ""
    # PostgreSQL refuses to look for the null character.
    section = request.GET.get("section", "").replace("\0", "\ufffd")
    asked = {"order": order, "seed": seed, "section": section}
    return {name: value for name, value in asked.items() if value}


@login_not_required
@require_safe
def ideas(request: HttpRequest, slug: str) -> HttpResponse:
    """The published ideas, all or of one section, by default at random with the seed in the address."""
    coproduction = visible_coproduction(slug)
    asked = _asked_for(request)
    order, section = asked["order"], asked.get("section", "")
    if order == "random" and "seed" not in asked:
        return redirect(f"{request.path}?{urlencode(asked | {'seed': secrets.token_hex(3)})}")
    # Not that of the pages: a drawn order counts numbers, and withdrawn ideas leave theirs.
    count = _published(coproduction, section).count()
    if section and not count:
        return _unknown_section(request, section)
    stage = ideas_stage(coproduction)
    context = {
        "coproduction": coproduction,
        "count": count,
        "page": ideas_page(coproduction, asked, count, request),
        "query": f"{urlencode(asked)}&",
        "orders": [(key, words[0]) for key, words in ORDERS.items()],
        "order": order,
        "rule": ORDERS[order][1],
        "seed": asked.get("seed", ""),
        "is_open": stage is not None and stage.is_open(),
        **_sections_offered(coproduction, asked),
    }
    return render(request, "contributions/ideas.html", context)


def _sections_offered(coproduction: Coproduction, asked: dict[str, str]) -> dict[str, Any]:
    """A link to each section, which keeps the order and the seed."""
    names, are_more = sections_of(coproduction)
    kept = {name: value for name, value in asked.items() if name != "section"}
    return {
        "section": asked.get("section", ""),
        "sections": [(name, urlencode(kept | {"section": name})) for name in names],
        "more_sections": are_more,
        "all_sections": urlencode(kept),
    }


def _unknown_section(request: HttpRequest, section: str) -> HttpResponse:
    sentence = _(
        "No idea is published under the section “%s”. Choose a section in the list of ideas."
    )
    return error_page(request, 404, _("There is no such section"), sentence % section[:80])


@login_not_required
def propose_an_idea(request: HttpRequest, slug: str) -> HttpResponse:
    """One page, three fields of which one is asked for; similar ideas show under the first."""
    coproduction = visible_coproduction(slug)
    stage = ideas_stage(coproduction)
    is_open = stage is not None and stage.is_open()
    form = IdeaForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_open and form.is_valid():
        return _act(request, coproduction, lambda device: _propose(device, coproduction, form))
    participant = acting(coproduction, device_token(request))
    mine = Idea.objects.filter(author=participant) if participant else Idea.objects.none()
    context = {
        "coproduction": coproduction,
        "form": form,
        "is_open": is_open,
        "asked_first": asked_first(participant, coproduction),
        "page": page_of(mine.order_by("-pk"), request),
    }
    status = 400 if form.errors else 409 if request.method == "POST" else 200
    return render(request, "contributions/propose_idea.html", context, status=status)


def _propose(device: Participant, coproduction: Coproduction, form: IdeaForm) -> HttpResponse:
    idea = propose_idea(device, coproduction, dict(form.cleaned_data), reader_language())
    return redirect("idea", coproduction.slug, idea.pk)


def _act(
    request: HttpRequest, coproduction: Coproduction, act: Callable[[Participant], HttpResponse]
) -> HttpResponse:
    """Do what this device asks, as its participant, begun now if this is its first act."""
    try:
        with transaction.atomic():
            participant, token = participant_for(request, coproduction)
            response = act(participant)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    return with_cookie(response, request, coproduction, token)


@login_not_required
@require_safe
@never_cache
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """Ideas that say nearly the same as what is being typed: a part of the page."""
    coproduction = visible_coproduction(slug)
    title = request.GET.get("title", "")[:300]
    context = {"coproduction": coproduction, "similar": similar_ideas(coproduction, title)}
    return render(request, "contributions/_similar.html", context)


def shown_idea(request: HttpRequest, slug: str, number: int) -> tuple[Idea, Participant | None]:
    """The idea, where this reader may see it; 404 where not, as if it were not there."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    by_link = has_private_key(request, "idea", number)
    seen = Idea.objects.visible_to(participant, [number] if by_link else [])
    ideas_here = seen.filter(coproduction=coproduction).select_related("grouped_with")
    found = get_object_or_404(ideas_here, pk=number)
    found.coproduction = coproduction
    return found, participant


@login_not_required
def idea(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One idea: what it says, what became of it, answers, and arguments from both sides."""
    found, participant = shown_idea(request, slug, number)
    if request.method != "POST":
        return _show(request, found, participant, ArgumentForm())
    form = ArgumentForm(request.POST)
    if not form.is_valid():
        return _show(request, found, participant, form, status=400)
    words = form.cleaned_data

    def add(device: Participant) -> HttpResponse:
        add_argument(device, found, words["side"], words["text"], words["link"], reader_language())
        return redirect(found)

    return _act(request, found.coproduction, add)


def _show(
    request: HttpRequest,
    found: Idea,
    participant: Participant | None,
    form: ArgumentForm,
    status: int = 200,
) -> HttpResponse:
    stage = ideas_stage(found.coproduction)
    told = told_to_author(request, found, participant)
    given = IdeaVote.objects.filter(participant=participant, idea=found) if participant else []
    written = Argument.objects.filter(idea=found, author=participant, author__isnull=False)
    mine = list(written.order_by("-pk")[:20])
    refusals = refusals_of(mine)
    seed = request.GET.get("seed", "")[:20]
    context: dict[str, Any] = {
        "coproduction": found.coproduction,
        "idea": found,
        "can_answer": found.state == Progress.PUBLISHED
        and facilitates(request, found.coproduction),
        "outcomes": list(found.outcomes.order_by("-pk")),
        "has_versions": found.versions.exists(),
        "sources": list(found.sources.all()[:20]),
        "answers": IdeaVote.Answer,
        "given": next((vote.answer for vote in given), None),
        "sides": _sides(found, seed, request),
        "seed": seed,
        "my_arguments": [
            (one, refusals.get(one.pk), one.state in CAN_BE_WITHDRAWN) for one in mine
        ],
        "form": form,
        "asked_first": asked_first(participant, found.coproduction),
        "is_open": found.state == Progress.PUBLISHED and stage is not None and stage.is_open(),
        **told,
        "can_change": told["is_mine"] and found.state in (Progress.WAITING, Progress.ASKED),
        "similar": similar_ideas(found.coproduction, found.title, but=found.pk)
        if told["is_mine"] and found.state == Progress.WAITING
        else [],
    }
    return render(request, "contributions/idea.html", context, status=status)


def _sides(found: Idea, seed: str, request: HttpRequest) -> list[dict[str, Any]]:
    """A page of arguments for and one of arguments against, each drawn: none stands first for long."""
    shown = Argument.objects.on(found)
    sides = []
    for side in Argument.Side:
        pks = list(shown.filter(side=side).order_by("pk").values_list("pk", flat=True))
        drawn = [pks[n - 1] for n in walk(len(pks), seed, range(len(pks)))]
        page = page_of(drawn, request, ARGUMENTS_EACH)
        arguments = Argument.objects.in_bulk(list(page.object_list))
        sides.append(
            {"side": side, "count": len(pks), "page": page,
             "arguments": [arguments[pk] for pk in page.object_list]}
        )  # fmt: skip
    return sides


@login_not_required
@require_POST
def idea_vote(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found, _participant = shown_idea(request, slug, number)
    form = IdeaVoteForm(request.POST)
    if not form.is_valid():
        sentence = _("Choose one of the three answers under the idea.")
        return error_page(request, 400, _("Your answer was not recorded"), sentence)

    def answer(device: Participant) -> HttpResponse:
        answer_idea(device, found, form.cleaned_data["answer"])
        return redirect(f"{found.get_absolute_url()}#answer")

    return _act(request, found.coproduction, answer)


@login_not_required
@require_POST
def helped(request: HttpRequest, slug: str, number: int, argument: int) -> HttpResponse:
    found, _participant = shown_idea(request, slug, number)
    one = get_object_or_404(Argument, idea=found, pk=argument)
    one.idea = found

    def mark(device: Participant) -> HttpResponse:
        mark_helped(device, one)
        return redirect(f"{found.get_absolute_url()}#argument-{one.pk}")

    return _act(request, found.coproduction, mark)


COLUMNS = (
    "number", "pk", "section", "title", "body", "language", "written_on", "agrees", "mixed", "disagrees",
    "brought_agrees", "brought_mixed", "brought_disagrees", "answers", "agreement", "difference", "discussion",
)  # fmt: skip


@login_not_required
@require_safe
def ideas_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every published idea with the columns that the orders use: anyone can order them again."""
    return csv_file(f"{slug}-ideas", COLUMNS, idea_rows(visible_coproduction(slug)))


def idea_rows(coproduction: Coproduction) -> Iterable[tuple[object, ...]]:
    """What files say of each published idea, in these columns."""
    published = Idea.objects.listed(coproduction).annotate(written_on=WRITTEN_ON).order_by("number")
    rows: Iterable[tuple[object, ...]] = published.values_list(*COLUMNS).iterator(chunk_size=500)
    return rows
