"""The register's public files, and the page on which anyone checks a receipt."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partage.calc.tiles import WIDTH, tile_at
from partage.register.finding import code_of, entry_of_code
from partage.register.keys import verifiers_of
from partage.register.models import Entry, Log
from partage.register.notes import NoteError
from partage.register.receipts import HEADER, check_receipt
from partage.register.storage import TileMissing, tile_bytes
from partage.web.errors import unavailable

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=2"
TEXT = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    """The signed head of a log, as its last batch left it."""
    return _file(get_object_or_404(Log, pk=number).checkpoint)


@login_not_required
@require_safe
def cosigned(request: HttpRequest, number: int) -> HttpResponse:
    """The last checkpoint that witnesses signed too."""
    return _file(get_object_or_404(Log, pk=number).cosigned)


@login_not_required
@require_safe
def vkey(request: HttpRequest, number: int) -> HttpResponse:
    """The public keys of a log."""
    return _file(get_object_or_404(Log, pk=number).vkeys)


def _file(text: str) -> HttpResponse:
    if not text:
        raise Http404
    return HttpResponse(text, content_type=TEXT, headers={"Cache-Control": A_MOMENT})


@login_not_required
@require_safe
def tile(request: HttpRequest, number: int, path: str) -> HttpResponse:
    """A tile under a signed size; what is not signed yet is not shown."""
    log = get_object_or_404(Log.objects.only("signed_size"), pk=number)
    try:
        asked = tile_at(f"tile/{path}")
        level = 0 if asked.level == "entries" else int(asked.level)
        if (asked.index * WIDTH + asked.width) << (8 * level) > log.signed_size:
            raise Http404
        content = tile_bytes(number, asked)
    except (ValueError, TileMissing):
        raise Http404 from None
    except OSError:
        return unavailable(request)
    return HttpResponse(
        content, content_type="application/octet-stream", headers={"Cache-Control": FOR_EVER}
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_page(request: HttpRequest) -> HttpResponse:
    """What the register is, where it stands, and a form that checks a receipt or a number."""
    log = Log.objects.order_by("-number").first()
    context: dict[str, Any] = {
        "log": log,
        "receipt": "",
        "answer": {},
        "base_url": settings.BASE_URL,
        "earlier": Log.objects.exclude(checkpoint="").exclude(pk=log.pk if log else 0),
        "waiting": Entry.objects.filter(position=None).count(),
    }
    if request.method == "POST":
        text = request.POST.get("receipt", "")
        context |= {"receipt": text, "answer": _answer(text.strip())}
    return render(request, "register/register.html", context)


def _answer(text: str) -> dict[str, Any]:
    """What can be said of a receipt or of the number of an act."""
    if not text:
        return {"refused": _("Paste a receipt, or type the number of an act.")}
    if not text.startswith(HEADER[:8]):
        return _of_number(text)
    keys = [key for log in Log.objects.exclude(vkeys="") for key in verifiers_of(log)]
    try:
        # A form sends its lines ended as on paper tape; a receipt has plain ends.
        checked = check_receipt(text.replace("\r\n", "\n") + "\n", keys)
    except NoteError as error:
        return {"refused": _("This receipt does not hold. %(why)s") % {"why": error}}
    event = bytes.fromhex(checked.facts["event"])
    return {
        "checked": checked,
        "code": code_of(event),
        "content": checked.content,
    }


def _of_number(text: str) -> dict[str, Any]:
    entry = entry_of_code(text)
    if entry is None:
        return {"refused": _("No act has this number: %(number)s.") % {"number": text[:60]}}
    return {"entry": entry, "code": code_of(bytes(entry.event_id))}
