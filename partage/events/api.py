"""The address that a producer's machines send events to."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partage.events.models import ProducerKey
from partage.events.reading import from_json
from partage.events.receiving import MOST_LINES, KeyRevoked, Line, receive

MOST_BYTES = 4_000_000


class BatchRefused(Exception):
    """The batch as a whole: the status to answer, and the sentence."""


# A key in a header is sent by no browser on its own: there is nothing to forge.
@csrf_exempt
@login_not_required
@require_POST
def events(request: HttpRequest, slug: str) -> JsonResponse:
    """Take a batch of events in, one JSON object a line; the answer says what became of each."""
    with override("en"):
        try:
            key = _key(request, slug)
            lines = _lines(request)
            strict = request.GET.get("strict") == "1"
            received = receive(key.coproduction, lines, from_json, key=key, strict=strict)
        except BatchRefused as refusal:
            return _refusal(*refusal.args)
        except KeyRevoked:
            return _refusal(401, _("This key was revoked: ask the desk for another one."))
    status = 422 if strict and received.refused else 200
    return JsonResponse(received.facts(), status=status)


def _refusal(status: int, sentence: str) -> JsonResponse:
    answer = JsonResponse({"error": sentence}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _key(request: HttpRequest, slug: str) -> ProducerKey:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    keys = ProducerKey.objects.select_related("coproduction").filter(
        coproduction__slug=slug, coproduction__frame__isnull=False, revoked_at=None
    )
    key = keys.filter(digest=digest_of(token)).first() if scheme.lower() == "bearer" else None
    if key is None:
        # One answer, so that nobody learns which coproductions there are.
        raise BatchRefused(
            401, _("No key that serves here: send “Authorization: Bearer” and a key of the desk.")
        )
    return key


def _lines(request: HttpRequest) -> list[Line]:
    body: Any = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        sentence = _("The batch has more than %(n)s bytes: send it in parts.")
        raise BatchRefused(413, sentence % {"n": MOST_BYTES})
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        sentence = _("The batch has %(seen)s lines, more than %(n)s: send it in parts.")
        raise BatchRefused(413, sentence % {"seen": len(lines), "n": MOST_LINES})
    if not lines:
        raise BatchRefused(400, _("The batch is empty: send one JSON object a line."))
    return lines
