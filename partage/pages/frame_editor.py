"""Changing a frame at the desk: what a next version would change, then its publication."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from partage.contributions.desk import facilitated_coproduction
from partage.contributions.releases import check_landscape
from partage.coproductions.creation import (
    CreationRefused,
    FrameOvertaken,
    frame_table,
    publish_frame,
)
from partage.coproductions.frame_changes import Change, what_changed
from partage.coproductions.models import Coproduction, Frame
from partage.pages.frame_forms import (
    Editor,
    editor_of,
    editor_sent,
    next_version,
    with_another_row,
)

ADD = {"add-tasks": "tasks", "add-data": "data"}


def change_frame(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; POST adds an empty row to it, shows what would change, or publishes."""
    coproduction = facilitated_coproduction(request, slug)
    frame = _in_force(coproduction)
    if request.method != "POST":
        return _show(request, coproduction, editor_of(frame_table(frame)))
    does = request.POST.get("do", "")
    if does in ADD:
        more = with_another_row(request.POST, ADD[does])
        return _show(request, coproduction, editor_sent(more))
    editor = editor_sent(request.POST)
    if request.POST.get("version") != str(frame.version):
        return _overtaken(request, coproduction, editor)
    if not editor.is_valid():
        return _refuse(request, coproduction, editor)
    return _change(request, coproduction, editor)


def _change(request: HttpRequest, coproduction: Coproduction, editor: Editor) -> HttpResponse:
    frame = _in_force(coproduction)
    base = frame_table(frame)
    table = next_version(editor, base)
    changes = what_changed(base, table)
    if not changes:
        sentence = _("Every promise is as it stands: there is nothing to publish.")
        return _refuse(request, coproduction, editor, sentence)
    if request.POST.get("do") != "publish":
        return _show(request, coproduction, editor, changes=changes)
    if "reason" not in table:
        editor.form.add_error("reason", _("Give the reason: promises never change without one."))
        return _refuse(request, coproduction, editor)
    try:
        check_landscape(coproduction, table)
        publish_frame(coproduction, table, after=frame.version)
    except CreationRefused as error:
        return _refuse(request, coproduction, editor, f"{error}.")
    except FrameOvertaken:
        coproduction.refresh_from_db()
        return _overtaken(request, coproduction, editor)
    return redirect("frame", coproduction.slug)


def _in_force(coproduction: Coproduction) -> Frame:
    if coproduction.frame is None:  # such a one is not visible
        raise Http404
    return coproduction.frame


def _overtaken(request: HttpRequest, coproduction: Coproduction, editor: Editor) -> HttpResponse:
    """What was typed stays, beside what a colleague published meanwhile."""
    read, frame = request.POST.get("version", ""), _in_force(coproduction)
    version = int(read) if read in map(str, range(1, frame.version)) else frame.version
    former = coproduction.frames.get(version=version)
    changes = what_changed(frame_table(former), frame_table(frame))
    return _show(request, coproduction, editor, 409, theirs=changes)


def _refuse(
    request: HttpRequest, coproduction: Coproduction, editor: Editor, sentence: str = ""
) -> HttpResponse:
    sentences = [sentence] if sentence else editor.other_faults()
    faults = editor.faults()
    return _show(request, coproduction, editor, 400, faults=faults, sentences=sentences)


def _show(
    request: HttpRequest,
    coproduction: Coproduction,
    editor: Editor,
    status: int = 200,
    *,
    changes: list[Change] | None = None,
    **more: Any,
) -> HttpResponse:
    context = {"coproduction": coproduction, "editor": editor, "changes": changes, **more}
    return render(request, "pages/change_frame.html", context, status=status)
