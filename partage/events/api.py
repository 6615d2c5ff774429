"""What a producer's machines send under a key: read whole, answered line by line."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from partage.coproductions.models import Coproduction
from partage.events.models import ProducerKey
from partage.events.reading import from_json
from partage.events.receiving import MOST_LINES, KeyRevoked, Line, receive
from partage.people.sign_in import token_hash
from partage.web.problems import problem

MOST_BYTES = 4_000_000


class BatchRefused(Exception):
    """The batch as a whole: the status to answer, and the sentence."""


def take_events(request: HttpRequest, slug: str, *, strict: bool) -> HttpResponse:
    """Take a batch of events in, one JSON object a line; the answer says what became of each."""
    try:
        key = _key(request, slug)
        lines = _lines(request)
        received = receive(key.coproduction, lines, from_json, key=key, strict=strict)
    except BatchRefused as refusal:
        return _refusal(*refusal.args)
    except KeyRevoked:
        return _refusal(401, "This key was revoked: ask the desk for another one.")
    status = 422 if strict and received.refused else 200
    return JsonResponse(received.facts(), status=status, json_dumps_params={"ensure_ascii": False})


def _refusal(status: int, sentence: str) -> HttpResponse:
    answer = problem(status, sentence, error=sentence)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _key(request: HttpRequest, slug: str) -> ProducerKey:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    keys = ProducerKey.objects.select_related("coproduction").filter(
        coproduction__in=Coproduction.objects.visible().filter(slug=slug), revoked_at=None
    )
    key = keys.filter(digest=token_hash(token)).first() if scheme.lower() == "bearer" else None
    if key is None:
        # One answer, so that nobody learns which coproductions there are.
        raise BatchRefused(
            401, "No key that serves here: send “Authorization: Bearer” and a key of the desk."
        )
    return key


def _lines(request: HttpRequest) -> list[Line]:
    body: Any = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise BatchRefused(413, f"The batch has more than {MOST_BYTES} bytes: send it in parts.")
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        sentence = f"The batch has {len(lines)} lines, more than {MOST_LINES}: send it in parts."
        raise BatchRefused(413, sentence)
    if not lines:
        raise BatchRefused(400, "The batch is empty: send one JSON object a line.")
    return lines
