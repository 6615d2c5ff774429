"""Writing works down, many at once or one, and taking one out of the lists."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.calc.streamed_table import BadRow
from partage.coproductions.models import Organization
from partage.library.models import (
    FollowedUp,
    OpenQuestion,
    Work,
    WorkBody,
    WorkLink,
    WorkRecommendation,
    WorkTheme,
)
from partage.library.reading import Said, refuse_too_many
from partage.register.recording import record

BATCH = 500
Row = tuple[int, Said]


@dataclass(frozen=True)
class Kept:
    """What became of works that were sent: new ones, changed ones, and those that were so already."""

    added: int
    changed: int
    same: int


class AlreadyWithdrawn(Exception):
    """The work is out of the lists already."""


def check_together(
    rows: Iterable[Row], shelf: Organization | None, refuse: Callable[[int, str], None]
) -> None:
    """Name each row that cannot stand beside the others, or beside what the library holds."""
    rows = list(rows)
    there = dict(Work.objects.values_list("slug", "shelf"))
    sizes = dict(Work.objects.exclude(body_size=None).values_list("slug", "body_size"))
    first: dict[str, int] = {}
    for line, said in rows:
        if said.slug in first:
            words = _("the id %(slug)s stands on line %(first)s already; give this work its own")
            refuse(line, words % {"slug": said.slug, "first": first[said.slug]})
        first.setdefault(said.slug, line)
        if said.slug in there and there[said.slug] != (shelf.pk if shelf else None):
            words = _("the work %(slug)s is on another shelf; give this one its own id")
            refuse(line, words % {"slug": said.slug})
    for line, said in rows:
        try:
            check_links(said, first.keys() | there.keys())
            if "body_size" not in said.fields:
                refuse_too_many(said.fields, sizes.get(said.slug))
        except BadRow as bad:
            refuse(line, str(bad))


def check_links(said: Said, known: Iterable[str]) -> None:
    """Works lead to other works that are there, never to themselves."""
    for kind, slugs in said.links.items():
        for slug in slugs:
            if slug == said.slug:
                words = _("%(kind)s names the work itself, %(slug)s; take it out")
                raise BadRow(words % {"kind": kind, "slug": slug})
            if slug not in known:
                words = _("%(kind)s names %(slug)s, which the library does not hold; add it first")
                raise BadRow(words % {"kind": kind, "slug": slug})


@transaction.atomic
def keep_works(said: Sequence[Said], shelf: Organization | None, file: str = "") -> Kept:
    """Add the works to the shelf, or change what they say; sent again they change nothing.

    One entry for all those of a file, under its digest; else one for each.
    """
    now = timezone.now()
    added, changed = _new_and_changed(said)
    _write(added, changed, shelf, now)
    _write_lists([*added, *changed])
    _write_links([*added, *changed])
    kept = Kept(len(added), len(changed), len(said) - len(added) - len(changed))
    if file and (added or changed):
        counts = {"sha256": file, "added": kept.added, "changed": kept.changed}
        record("works-imported", space=Work.SPACE, public=_on(shelf, counts))
        return kept
    for kind, works in (("work-added", added), ("work-changed", changed)):
        for one in works:
            record(kind, space=Work.SPACE, public=_on(shelf, {"work": one.slug}))
    return kept


@transaction.atomic
def withdraw_work(work: Work, reason: str) -> None:
    """Take the work out of every list; its page says why, for whoever has its address."""
    listed = Work.objects.listed().filter(pk=work.pk)
    now = timezone.now()
    if not listed.update(withdrawn_at=now, changed_at=now, withdrawn_why=reason):
        raise AlreadyWithdrawn(work.slug)
    record("work-withdrawn", space=Work.SPACE, public=_on(work.shelf, {"work": work.slug}))


def _on(shelf: Organization | None, public: dict[str, Any]) -> dict[str, Any]:
    return {**public, "shelf": shelf.slug} if shelf else public


def _new_and_changed(said: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    stored = Work.objects.select_for_update(of=("self",)).filter(slug__in=[o.slug for o in said])
    known = {work.slug: work for work in stored.prefetch_related(*LISTS, "links__other")}
    added = [one for one in said if one.slug not in known]
    changed = [one for one in said if one.slug in known and _differs(known[one.slug], one)]
    return added, changed


def _write(
    added: Sequence[Said], changed: Sequence[Said], shelf: Organization | None, now: datetime
) -> None:
    Work.objects.bulk_create(
        [Work(slug=o.slug, shelf=shelf, added_at=now, changed_at=now, **o.fields) for o in added],
        batch_size=BATCH,
    )
    for one in changed:
        Work.objects.filter(slug=one.slug).update(changed_at=now, **one.fields)


def _differs(work: Work, said: Said) -> bool:
    """Whether it says anything else; what is withdrawn stays as it is."""
    if work.withdrawn_at:
        return False
    told = {name: getattr(work, name) for name in said.fields}
    links = {kind: sorted(slugs) for kind, slugs in said.links.items()}
    return (
        told != said.fields
        or any(wanted != written for wanted, written in _lists(work, said))
        or links != {kind: sorted(links_of(work, kind)) for kind in links}
    )


def links_of(work: Work, kind: str) -> list[str]:
    return [link.other.slug for link in work.links.all() if link.kind == kind]


def _lists(work: Work, said: Said) -> list[tuple[object, object]]:
    """What is said and what is written, for each list that something is said of."""
    return [
        (getattr(said, name), [row_as_said(row) for row in getattr(work, name).all()])
        for name in LISTS
        if getattr(said, name) is not None
    ]


def row_as_said(row: Model) -> object:
    if isinstance(row, FollowedUp):
        return row.what, row.url
    return next(getattr(row, name) for name in ("name", "theme", "text") if hasattr(row, name))


# How each list of a work becomes rows, from the place of a line and its words.
LISTS: dict[str, tuple[type[Model], Callable[[int, Any], dict[str, Any]]]] = {
    "bodies": (WorkBody, lambda place, name: {"place": place, "name": name}),
    "themes": (WorkTheme, lambda place, theme: {"place": place, "theme": theme}),
    "recommendations": (WorkRecommendation, lambda place, text: {"number": place, "text": text}),
    "questions": (OpenQuestion, lambda place, text: {"number": place, "text": text}),
    "effects": (FollowedUp, lambda place, told: {"place": place, "what": told[0], "url": told[1]}),
}


def _write_lists(said: Sequence[Said]) -> None:
    """Each list as it is said now; one that nothing is said of stays."""
    keys = _keys(one.slug for one in said)
    for name, (model, values) in LISTS.items():
        told = [(keys[one.slug], getattr(one, name)) for one in said]
        told = [(work, lines) for work, lines in told if lines is not None]
        model._default_manager.filter(work__in=[work for work, _lines in told]).delete()
        rows = [
            model(work_id=work, **values(place, line))
            for work, lines in told
            for place, line in enumerate(lines, 1)
        ]
        model._default_manager.bulk_create(rows, batch_size=BATCH)


def _write_links(said: Sequence[Said]) -> None:
    others = [slug for one in said for slugs in one.links.values() for slug in slugs]
    keys = _keys([*(one.slug for one in said), *others])
    for kind in WorkLink.Kind:
        told = [(keys[one.slug], one.links[kind]) for one in said if kind in one.links]
        WorkLink.objects.filter(work__in=[work for work, _slugs in told], kind=kind).delete()
        rows = [
            WorkLink(work_id=work, kind=kind, other_id=keys[slug])
            for work, slugs in told
            for slug in slugs
        ]
        WorkLink.objects.bulk_create(rows, batch_size=BATCH)


def _keys(slugs: Iterable[str]) -> dict[str, int]:
    return dict(Work.objects.filter(slug__in=set(slugs)).values_list("slug", "pk"))
