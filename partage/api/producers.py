"""What producers' machines send: events, under a key of their coproduction."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Schema

from partage.api import shapes
from partage.api.coproductions import PLACE
from partage.api.paging import JSON
from partage.api.service import DOORS, REFUSALS, Door, api
from partage.events.api import take_events

SENDING = ("POST",)
NAME = "api-events"
DOORS[NAME] = Door(_("Send events, with a key"), SENDING, frozenset({"strict"}), (JSON,))


class Strictly(Schema):
    strict: Literal["0", "1"] = "0"


BODY = {
    "required": True,
    "description": "One JSON object a line, at most 10,000 lines and 4,000,000 bytes.",
    "content": {
        "application/x-ndjson": {
            "schema": {"type": "string", "minLength": 1},
            "example": '{"id": "…", "task": "scan", "started_at": "2026-05-04T10:00:00Z", "seconds": 30}\n',
        }
    },
}
REFUSED = {
    **REFUSALS,
    **dict.fromkeys((401, 413), shapes.EventsProblem),
    422: shapes.Received,
}


@api.api_operation(
    list(SENDING),
    f"{PLACE}/events",
    url_name=NAME,
    operation_id="events",
    summary=DOORS[NAME].summary,
    response={200: shapes.Received, **REFUSED},
    openapi_extra={"requestBody": BODY, "security": [{"ProducerKey": []}]},
)
def events(request: HttpRequest, slug: str, asked: Query[Strictly]) -> HttpResponse:
    """Each event counts once, however often it is sent. With strict=1, all of them or none."""
    return take_events(request, slug, strict=asked.strict == "1")
