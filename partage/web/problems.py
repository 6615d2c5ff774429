"""Refusals as programs read them (RFC 9457): one sentence, in English as the names of fields are."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

PLACE = "/api/"
MEDIA = "application/problem+json"


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(PLACE)


def problem(status: int, sentence: str, **more: str) -> HttpResponse:
    """The status and the sentence; `more` is what a client of before reads."""
    facts = {"title": HTTPStatus(status).phrase, "status": status, "detail": sentence, **more}
    return HttpResponse(json.dumps(facts, ensure_ascii=False), status=status, content_type=MEDIA)
