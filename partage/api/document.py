"""The API described for programs, in OpenAPI 3.1: what django-ninja draws from the code, completed."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from partage.api import calls, contributions, coproductions, money, opinions, producers, works
from partage.api.doors import behind_doors, door_of
from partage.api.paging import JSON, LINES
from partage.api.service import DOORS, READING, Door, api
from partage.web.problems import MEDIA

PLACE = "api/v1/"
# Importing each has declared its resources.
RESOURCES = (coproductions, contributions, calls, opinions, works, money, producers)
KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "Made at the desk of one coproduction: it sends events there and does nothing else.",
}
ITEMS = "#/components/schemas/"
addresses = behind_doors(api.urls[0])


@cache
def document() -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PLACE)))
    for methods in drawn["paths"].values():
        methods.pop("head", None)  # answered as GET, under the same name
        for operation in methods.values():
            _complete(operation, DOORS[f"api-{operation['operationId']}"])
    drawn["components"]["securitySchemes"] = {"ProducerKey": KEY}
    drawn["servers"] = [{"url": settings.BASE_URL}]
    return drawn


def _complete(operation: dict[str, Any], door: Door) -> None:
    """Refusals are problems, lists come as lines too, and a page is known by its ETag."""
    for status, answer in operation["responses"].items():
        if "content" in answer and not status.startswith("2") and "Received" not in str(answer):
            answer["content"] = {MEDIA: answer["content"][JSON]}
    given = operation["responses"]["200"]
    if LINES in door.media:
        # Each line is an item; the document cannot say it better than as text.
        given["content"][LINES] = {"schema": {"type": "string"}}
    if door.methods == READING:
        given["headers"] = {"ETag": {"schema": {"type": "string"}}}


def _openapi(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps(document(), ensure_ascii=False), content_type=JSON)


openapi = door_of(_openapi, Door("", READING, frozenset(), (JSON,)))
