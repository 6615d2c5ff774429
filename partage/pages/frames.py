"""The frame of a coproduction, version by version: what is promised, and what each one changed."""

from itertools import pairwise
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partage.contributions.views import visible_coproduction
from partage.coproductions.creation import frame_table
from partage.coproductions.frame_changes import Change, what_changed
from partage.coproductions.models import Coproduction, Frame, StageChange
from partage.web.paging import page_of

VERSIONS_SHOWN = 10


@login_not_required
@require_safe
def frame(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """The fairness sheet: the promises in force, or those of an earlier version."""
    found = visible_coproduction(slug)
    number = found.frame.version if version is None and found.frame else version or 0
    around = list(_versions(found, number))
    shown = next((each for each in around if each.version == number), None)
    if shown is None:
        raise Http404
    changes = _changed(around)
    moved = StageChange.objects.filter(stage__coproduction=found).select_related("stage")
    context: dict[str, Any] = {
        "coproduction": found,
        "frame": shown,
        "tasks": shown.tasks.all(),
        "data": shown.data_taken.all(),
        "stages": list(found.stages.all()),
        "changed": changes[shown],
        "versions": [(each, _subjects(changes[each])) for each in around[:VERSIONS_SHOWN]],
        "changes": page_of(moved, request),
    }
    return render(request, "pages/frame.html", context)


def _versions(coproduction: Coproduction, number: int) -> list[Frame]:
    """This version and those before it; one more than is shown, to compare the last one with."""
    frames = Frame.objects.filter(coproduction=coproduction, version__lte=number)
    both = frames.prefetch_related("tasks", "data_taken")
    return list(both.order_by("-version")[: VERSIONS_SHOWN + 1])


def _changed(frames: list[Frame]) -> dict[Frame, list[Change]]:
    """What each version changed in the one that follows here."""
    tables = [frame_table(each) for each in frames]
    changes = [what_changed(before, after) for after, before in pairwise(tables)]
    return dict(zip(frames, [*changes, []], strict=True))


def _subjects(changes: list[Change]) -> list[str]:
    return list(dict.fromkeys(change.subject for change in changes))
