"""The library: its works found by words, narrowed by what is known of them, in the order one chooses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partage.calc.stems import fold
from partage.library.models import FollowedUp, Theme, Work
from partage.search.asking import Answer
from partage.search.questions import Asked, answered, asked_in, is_there
from partage.search.showing import excerpt, with_marks
from partage.search.things import WORKS, works
from partage.web.paging import page_of
from partage.web.tidying import number_in

EACH = 10
CHOICES = 25  # of one filter: the most frequent
Works = QuerySet[Work]
Facts = dict[str, Any]

ORDERS: dict[str, tuple[Any, Any]] = {
    "relevance": (
        _("nearest to your words"),
        _("Order: the nearest to your words first; words in a title count three times."),
    ),
    "newest": (
        pgettext_lazy("works", "newest"),
        _("Order: the last dated first; those without a date at the end."),
    ),
    "oldest": (_("oldest"), _("Order: the first dated first; those without a date at the end.")),
    "title": (_("title"), _("Order: by title, from A to Z.")),
}


@dataclass(frozen=True)
class Filter:
    """One thing that is known of works, and by which a reader may narrow the list."""

    name: str
    label: Any
    column: str
    say: Callable[[Any], Any] = str

    def narrow(self, found: Works, value: str) -> Works:
        if self.name == "followed":
            return found.filter(_followed_up())
        return found.filter(**{self.column: number_in(value) if self.name == "year" else value})

    def choices(self, found: Works, chosen: str) -> list[tuple[str, Any, int]]:
        """Each value with its words and how many works have it; and the chosen one, even with none."""
        counts = self._counts(found)
        if chosen and chosen not in counts:
            counts[chosen] = 0
        told = [(value, self._said(value), count) for value, count in counts.items()]
        return sorted(told, reverse=True) if self.name == "year" else told

    def _counts(self, found: Works) -> dict[str, int]:
        if self.name == "followed":
            count = found.filter(_followed_up()).count()
            return {"yes": count} if count else {}
        there = found.filter(**{f"{self.column}__isnull": False}).order_by()
        rows = there.values_list(self.column).annotate(n=Count("pk")).order_by("-n", self.column)
        return {str(value): count for value, count in rows[:CHOICES] if value != ""}

    def _said(self, value: str) -> Any:
        try:
            return self.say(value)
        except (KeyError, ValueError):
            return value


def _followed_up() -> Exists:
    return Exists(FollowedUp.objects.filter(work=OuterRef("pk")))


FILTERS = (
    Filter("institution", _("Institution"), "bodies__name"),
    Filter("year", _("Year"), "year"),
    Filter("theme", _("Theme"), "themes__theme", lambda value: Theme(value).label),
    Filter("kind", _("Kind of work"), "kind"),
    Filter("language", _("Language"), "language", lambda tag: get_language_info(tag)["name_local"]),
    Filter("followed", _("Followed up"), "", lambda _value: _("something was done about it")),
)


@login_not_required
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    asked, chosen = asked_in(request), _chosen(request)
    looks = not asked.is_empty and not asked.fault
    answer = answered(asked, WORKS, written=WORKS.code) if looks and is_there() else None
    order = _order(request, answer)
    every = works() if answer is None else works().filter(pk__in=answer.numbers)
    found = _narrowed(every, chosen)
    page = page_of(_ordered(found, order, answer), request, EACH)
    context = {
        "asked": asked,
        "answer": answer,
        "is_unready": looks and answer is None,
        "filters": _filters(every, chosen),
        "chosen": chosen,
        "orders": [
            (name, told[0]) for name, told in ORDERS.items() if answer or name != "relevance"
        ],
        "order": order,
        "rule": ORDERS[order][1],
        "page": page,
        "rows": _rows([int(number) for number in page], answer),
        "query": _query(asked, chosen, order),
        "moves": bool(looks or chosen or "page" in request.GET),
    }
    return render(request, "search/library.html", context, status=400 if asked.fault else 200)


def _chosen(request: HttpRequest) -> dict[str, str]:
    values = {one.name: request.GET.get(one.name, "")[:200] for one in FILTERS}
    return {name: value.replace("\0", "") for name, value in values.items() if value}


def _order(request: HttpRequest, answer: Answer | None) -> str:
    asked = request.GET.get("order", "")
    if asked in ORDERS and (answer or asked != "relevance"):
        return asked
    return "relevance" if answer else "newest"


def _narrowed(found: Works, chosen: dict[str, str], but: str = "") -> Works:
    for one in FILTERS:
        if one.name in chosen and one.name != but:
            found = one.narrow(found, chosen[one.name])
    return found


def _filters(every: Works, chosen: dict[str, str]) -> list[Facts]:
    """Each filter, with the counts that choosing one of its values would give."""
    told = []
    for one in FILTERS:
        value = chosen.get(one.name, "")
        choices = one.choices(_narrowed(every, chosen, but=one.name), value)
        told.append({"name": one.name, "label": one.label, "value": value, "choices": choices})
    return told


def _ordered(found: Works, order: str, answer: Answer | None) -> Any:
    """The numbers of works in their order, of which a page is cut."""
    if order == "relevance" and answer:
        kept = set(found.order_by().values_list("pk", flat=True))
        return [number for number in answer.numbers if number in kept]
    if order == "title":
        titles = found.order_by("slug").values_list("pk", "title")
        return [pk for pk, title in sorted(titles, key=lambda one: fold(one[1].lower()).strip("["))]
    if order == "oldest":
        parts = [F(name).asc(nulls_last=True) for name in ("year", "month", "day")]
        return found.order_by(*parts, "slug").values_list("pk", flat=True)
    return found.newest().values_list("pk", flat=True)  # type: ignore[attr-defined]


def _rows(numbers: list[int], answer: Answer | None) -> list[Facts]:
    found = works().in_bulk(numbers)
    marked = answer.marked if answer else frozenset()
    return [_row(found[number], marked) for number in numbers if number in found]


def _row(work: Work, marked: frozenset[str]) -> Facts:
    votes = (work.votes_for, work.votes_against, work.votes_abstain)
    said = [work.summary, *(each.text for each in work.recommendations.all())]
    return {
        "work": work,
        "title": with_marks(work.title, marked),
        "text": excerpt("\n".join(filter(None, said)), marked),
        # What is not known is left out: it is no zero.
        "votes": "-".join(map(str, votes)) if None not in votes else "",
        "question": next(iter(work.questions.all()), None),
    }


def _query(asked: Asked, chosen: dict[str, str], order: str) -> str:
    words = {"q": asked.text} if asked.text else {}
    exact = {"exact": "1"} if asked.is_exact else {}
    return urlencode({**words, **exact, **chosen, "order": order}) + "&"
