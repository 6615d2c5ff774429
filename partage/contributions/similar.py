"""Ideas that look like what somebody types: an index that the worker makes, read by each process."""

import os
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Q

from partage.calc.similar import SimilarIndex, build_index
from partage.contributions.models import Argument, Idea, Progress
from partage.coproductions.models import Coproduction

SHOWN = 5
# A faint likeness beside a strong one is noise.
LEAST_OF_BEST = 0.5
# Published since the index was made: found by their titles.
NEWEST = 200
# A larger index takes the worker too long: of more ideas, the last ones.
MOST = 5000
TITLE, BODY, SAID_OF_IT = 4.0, 1.0, 0.5
Passages = list[tuple[str, float]]


def similar_ideas(coproduction: Coproduction, text: str, but: int | None = None) -> list[Idea]:
    """Up to five published ideas, the nearest first."""
    if not text.strip():
        return []
    published = Idea.objects.published().filter(coproduction=coproduction)
    newest = published.order_by("-number").values_list("pk", "title")[:NEWEST]
    extra = [(str(pk), title) for pk, title in newest]
    index = index_of(coproduction) or build_index((pk, [(title, TITLE)]) for pk, title in extra)
    found = index.search(text, SHOWN + 1, extra)
    found = [match for match in found if match.score >= LEAST_OF_BEST * found[0].score]
    ideas = published.in_bulk([int(match.id) for match in found])
    nearest = [ideas[int(match.id)] for match in found if int(match.id) in ideas]
    return [idea for idea in nearest if idea.pk != but][:SHOWN]


def _file_of(coproduction: Coproduction) -> Path:
    return Path(settings.DATA_DIR) / "similar" / f"{coproduction.slug}.npz"


def index_of(coproduction: Coproduction) -> SimilarIndex | None:
    """The index as last made on this machine."""
    file = _file_of(coproduction)
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (FileNotFoundError, ValueError):
        return None


@lru_cache(maxsize=4)
def _read(file: Path, _made_at: int) -> SimilarIndex:
    return SimilarIndex.from_bytes(file.read_bytes())


def keep_index(coproduction: Coproduction, every: timedelta = timedelta()) -> bool:
    """Make the index again if what it is made of changed; says whether it did.

    `every`: not sooner than this after the last time, since a large one takes a while.
    """
    file = _file_of(coproduction)
    if file.exists() and time.time() - file.stat().st_mtime < every.total_seconds():
        return False
    told = _state_of(coproduction)
    beside = file.with_suffix(".state")
    if beside.exists() and beside.read_text() == told:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, build_index(_everything(coproduction)).to_bytes())
    _replace(beside, told.encode())
    return True


def _replace(file: Path, content: bytes) -> None:
    waiting = file.with_name(f".{file.name}.{os.getpid()}")
    waiting.write_bytes(content)
    waiting.replace(file)


def _state_of(coproduction: Coproduction) -> str:
    """What changes whenever a published idea or argument comes or goes."""
    ideas = Idea.objects.filter(coproduction=coproduction).aggregate(
        shown=Count("pk", filter=Q(state=Progress.PUBLISHED)),
        last=Max("decided_at"),
        all=Count("pk"),
    )
    arguments = Argument.objects.filter(idea__coproduction=coproduction).aggregate(
        shown=Count("pk", filter=Q(state=Progress.PUBLISHED)), last=Max("decided_at")
    )
    return f"{ideas} {arguments}"


def _everything(coproduction: Coproduction) -> Iterator[tuple[str, Passages]]:
    """Each published idea: title, body, and what others said of it, which uses other words."""
    arguments = Argument.objects.filter(state=Progress.PUBLISHED, idea__coproduction=coproduction)
    said = _by_idea(arguments.order_by("idea").values_list("idea", "text").iterator(2000))
    waiting: tuple[int, Passages] | None = next(said, None)
    published = Idea.objects.published().filter(coproduction=coproduction)
    last = published.order_by("-number").values_list("number", flat=True).first() or 0
    ideas = published.filter(number__gt=last - MOST).order_by("pk")
    for idea in ideas.prefetch_related("sources").iterator(500):
        passages = [(idea.title, TITLE), (idea.body, BODY), (idea.section, SAID_OF_IT)]
        passages += [(source.title, SAID_OF_IT) for source in idea.sources.all()]
        while waiting and waiting[0] < idea.pk:
            waiting = next(said, None)
        if waiting and waiting[0] == idea.pk:
            passages += waiting[1]
        yield str(idea.pk), [(text, weight) for text, weight in passages if text]


def _by_idea(rows: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Passages]]:
    """Arguments in the order of their ideas, put together for each."""
    number, passages = 0, Passages()
    for idea, text in rows:
        if idea != number and passages:
            yield number, passages
            passages = []
        number = idea
        passages.append((text, SAID_OF_IT))
    if passages:
        yield number, passages
