"""What is searched: the things of each kind that everybody may see, as their pages show them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import islice
from typing import Any
from zlib import crc32

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from partage.calc.parameters import Series, all_series
from partage.contributions.models import Idea, Statement
from partage.coproductions.models import Coproduction
from partage.library.models import (
    OpenQuestion,
    Theme,
    Work,
    WorkBody,
    WorkRecommendation,
    WorkTheme,
)
from partage.opinions.listing import last_versions
from partage.opinions.models import Opinion, Version
from partage.search.analysis import LANGUAGES
from partage.search.engine import Text, Words

AT_A_TIME = 500
# Recommendations have the number of their opinion, then their own in it.
EACH_OPINION = 100_000
Numbers = Collection[int] | None


@dataclass(frozen=True)
class Thing:
    """One thing: where its page is, its words by language, and of what it is a part."""

    number: int
    page: tuple[str, tuple[Any, ...]]
    title: Words
    text: Words = field(default_factory=dict)
    # Found by them too, for less: who, where, when, about what.
    names: Words = field(default_factory=dict)
    place: Words = field(default_factory=dict)

    def get_absolute_url(self) -> str:
        return reverse(self.page[0], args=self.page[1])


@dataclass(frozen=True)
class Kind:
    """One kind of things: all those that show, or those of these numbers."""

    code: int
    slug: str
    label: Any
    things: Callable[[Numbers], Iterator[Thing]]
    visible: Callable[[Collection[int]], set[int]]

    def texts(self) -> Iterator[Text]:
        for one in self.things(None):
            yield Text(self.code, one.number, one.title, one.text, one.names)

    def shown(self, numbers: list[int]) -> list[Thing]:
        """In the order of the numbers, without those that show no more."""
        found = {one.number: one for one in self.things(numbers)}
        return [found[number] for number in numbers if number in found]


def _visible(listed: Callable[[], QuerySet[Any]]) -> Callable[[Collection[int]], set[int]]:
    """Which numbers a queryset still has."""
    return lambda numbers: set(
        listed().filter(pk__in=numbers).order_by().values_list("pk", flat=True)
    )


def _of_rows(
    listed: Callable[[], QuerySet[Any]], thing: Callable[[Any], Thing]
) -> tuple[Callable[[Numbers], Iterator[Thing]], Callable[[Collection[int]], set[int]]]:
    """How the rows of a queryset are read, and which numbers it still has."""

    def things(numbers: Numbers) -> Iterator[Thing]:
        rows = listed() if numbers is None else listed().filter(pk__in=numbers)
        return map(thing, rows.order_by("pk").iterator(chunk_size=AT_A_TIME))

    return things, _visible(listed)


def works() -> QuerySet[Work]:
    return Work.objects.listed().prefetch_related(
        "bodies", "themes", "recommendations", "questions"
    )


@cache
def theme_names(language: str) -> dict[str, str]:
    with translation.override(language):
        return {theme.value: str(theme.label) for theme in Theme}


LISTS = (
    (WorkBody, "name"), (WorkTheme, "theme"), (WorkRecommendation, "text"), (OpenQuestion, "text"),
)  # fmt: skip


def _works(numbers: Numbers) -> Iterator[Thing]:
    """Each with its lists, read for many works at once: the index reads them all."""
    rows = (
        Work.objects.listed() if numbers is None else Work.objects.listed().filter(pk__in=numbers)
    )
    ordered = rows.order_by("pk").iterator(chunk_size=AT_A_TIME)
    while some := list(islice(ordered, AT_A_TIME)):
        lists = [_lists(model, column, some) for model, column in LISTS]
        for one in some:
            yield _work(one, *(found.get(one.pk, []) for found in lists))


def _lists(model: type[Model], column: str, some: list[Work]) -> dict[int, list[str]]:
    """Of each work, what it has of one kind, in its order."""
    found: dict[int, list[str]] = {}
    mine = model._default_manager.filter(work__in=[one.pk for one in some])
    for work, words in mine.values_list("work_id", column):
        found.setdefault(work, []).append(words)
    return found


def _work(
    one: Work, bodies: list[str], themes: list[str], asks: list[str], questions: list[str]
) -> Thing:
    about = [*bodies, one.region, one.kind, one.dated, *one.rapporteurs]
    names = {
        tag: " ".join([*about, *(theme_names(tag)[theme] for theme in themes)]) for tag in LANGUAGES
    }
    said = "\n".join(filter(None, [one.summary, *asks, *questions]))
    title, text = {one.language: one.title}, {one.language: said}
    return Thing(one.pk, ("work", (one.slug,)), title, text, names)


def _coproduction(one: Coproduction) -> Thing:
    name = one.organization.name
    names = {"fr": name, "en": name}
    return Thing(one.pk, ("coproduction", (one.slug,)), one.title, one.question, names)


def _ideas() -> QuerySet[Idea]:
    rows: QuerySet[Idea] = Idea.objects.listed().select_related("coproduction")
    return rows


def _idea(one: Idea) -> Thing:
    return Thing(
        number=one.pk,
        page=("idea", (one.coproduction.slug, one.pk)),
        title={one.language: one.title},
        text={one.language: one.body},
        names={one.language: one.section},
        place=one.coproduction.title,
    )


def _statements() -> QuerySet[Statement]:
    rows: QuerySet[Statement] = Statement.objects.listed().select_related("coproduction")
    return rows


def _statement(one: Statement) -> Thing:
    space = one.coproduction
    return Thing(one.pk, ("statement", (space.slug, one.pk)), one.words, place=space.title)


def _recommendations(numbers: Numbers) -> Iterator[Thing]:
    opinions = Opinion.objects.listed()
    if numbers is not None:
        opinions = opinions.filter(pk__in={number // EACH_OPINION for number in numbers})
    rows = last_versions(opinions).select_related("opinion").order_by("opinion_id")
    for version in rows.iterator(chunk_size=AT_A_TIME):
        for row in version.content["recommendations"]:
            one = _recommendation(version, row)
            if numbers is None or one.number in numbers:
                yield one


def _recommendation(version: Version, row: dict[str, Any]) -> Thing:
    return Thing(
        number=version.opinion_id * EACH_OPINION + row["number"],
        page=("recommendation", (version.opinion.slug, row["number"])),
        title=row["text"],
        text=row["acts"],
        names=version.content["title"],
        place=version.content["title"],
    )


def _visible_recommendations(numbers: Collection[int]) -> set[int]:
    return {one.number for one in _recommendations(numbers)}


def _parameters(numbers: Numbers) -> Iterator[Thing]:
    """They come with the product, and have names for numbers."""
    for series in all_series():
        number = crc32(series.name.encode())
        if numbers is None or number in numbers:
            yield _parameter(number, series)


def _parameter(number: int, series: Series) -> Thing:
    name = series.name.replace("_", " ").replace("-", " ")
    return Thing(
        number=number,
        page=("parameter", (series.name,)),
        title=asdict(series.label),
        text=asdict(series.meaning),
        names={"en": name},
    )


def _visible_parameters(numbers: Collection[int]) -> set[int]:
    return {one.number for one in _parameters(numbers)}


WORKS = Kind(1, "works", _("Works"), _works, _visible(Work.objects.listed))
COPRODUCTIONS = Kind(
    2, "coproductions", _("Coproductions"), *_of_rows(Coproduction.objects.visible, _coproduction)
)
KINDS = (
    WORKS,
    COPRODUCTIONS,
    Kind(3, "ideas", _("Ideas"), *_of_rows(_ideas, _idea)),
    Kind(4, "statements", _("Sentences"), *_of_rows(_statements, _statement)),
    Kind(5, "recommendations", _("Recommendations"), _recommendations, _visible_recommendations),
    Kind(6, "parameters", _("Figures"), _parameters, _visible_parameters),
)
BY_SLUG = {kind.slug: kind for kind in KINDS}
