"""Long lists: pages that a cursor leads through, or all of it streamed, one object a line."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Field, Schema
from ninja.responses import NinjaJSONEncoder

from partage.web.tidying import number_in

Facts = dict[str, Any]
USUAL, MOST = 20, 100
LONGEST_CURSOR = 120
JSON, LINES = "application/json", "application/x-ndjson"
READ_AT_ONCE = 500


class Asked(Schema):
    """What may be asked of any list."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many items a page holds.")
    order: Literal["oldest", "newest"] = Field("oldest", description="Which come first.")
    cursor: str = Field(
        "", max_length=LONGEST_CURSOR, description="Where to go on: `next` of a page holds it."
    )


class BadCursor(Exception):
    """The cursor was not made by this list in this order."""


@dataclass(frozen=True)
class Listing:
    """A list: its name in cursors, the number that orders its rows, and a row as it is told."""

    name: str
    key: str
    shape: type[Schema]
    facts: Callable[[Any], Facts]

    def number_of(self, row: Any) -> int:
        return int(row[self.key] if isinstance(row, dict) else getattr(row, self.key))


def told(
    request: HttpRequest, asked: Asked, listing: Listing, found: "QuerySet[Any] | list[Facts]"
) -> Facts | StreamingHttpResponse:
    """The page asked for; or, for who accepts lines, everything from the cursor on."""
    rows = _after(found, listing, asked)
    if wants_lines(request):
        most = asked.limit if "limit" in request.GET else None
        lines = _lines(listing, rows if most is None else rows[:most])
        return StreamingHttpResponse(lines, content_type=LINES)
    some = list(rows[: asked.limit + 1])
    shown = some[: asked.limit]
    is_last = len(some) == len(shown)
    return {
        "items": [listing.facts(row) for row in shown],
        "next": None if is_last else _next(request, asked, listing, shown[-1]),
    }


def wants_lines(request: HttpRequest) -> bool:
    return preferred(request, (JSON, LINES)) == LINES


def preferred(request: HttpRequest, media: tuple[str, ...]) -> str | None:
    """Which of these is wanted; the first where nothing is said, None where none will do."""
    said = request.headers.get("Accept", "").strip()
    return request.get_preferred_type(list(media)) if said else media[0]


def _after(found: Any, listing: Listing, asked: Asked) -> Any:
    """The rows in their order, from the cursor on."""
    newest = asked.order == "newest"
    after = _number_in(asked, listing) if asked.cursor else None
    if isinstance(found, list):
        return _after_in_list(found, listing, after, newest=newest)
    rows = found.order_by(f"-{listing.key}" if newest else listing.key)
    if after is None:
        return rows
    return rows.filter(**{f"{listing.key}__{'lt' if newest else 'gt'}": after})


def _after_in_list(
    found: list[Facts], listing: Listing, after: int | None, *, newest: bool
) -> list[Facts]:
    rows = sorted(found, key=listing.number_of, reverse=newest)
    if after is None:
        return rows
    sign = -1 if newest else 1
    return [row for row in rows if sign * listing.number_of(row) > sign * after]


def _lines(listing: Listing, rows: Any) -> Iterator[str]:
    """Each checked against the shape, as pages are."""
    each = rows if isinstance(rows, list) else rows.iterator(chunk_size=READ_AT_ONCE)
    for row in each:
        one = listing.shape.model_validate(listing.facts(row)).model_dump()
        yield json.dumps(one, cls=NinjaJSONEncoder, ensure_ascii=False) + "\n"


def _next(request: HttpRequest, asked: Asked, listing: Listing, last: Any) -> str:
    cursor = _cursor(listing.name, asked.order, listing.number_of(last))
    words = {"limit": asked.limit, "order": asked.order, "cursor": cursor}
    return f"{settings.BASE_URL}{request.path}?{urlencode(words)}"


def _cursor(name: str, order: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{name}.{order}.{number}".encode()).decode().rstrip("=")


CURSOR = re.compile(r"([a-z-]+)\.(oldest|newest)\.([0-9]{1,18})")


def _number_in(asked: Asked, listing: Listing) -> int:
    """The number after which to go on. Raises BadCursor."""
    try:
        padded = asked.cursor + "=" * (-len(asked.cursor) % 4)
        text = base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        raise BadCursor(asked.cursor) from None
    parts = CURSOR.fullmatch(text)
    if parts is None or parts.groups()[:2] != (listing.name, asked.order):
        raise BadCursor(asked.cursor)
    return number_in(parts[3])
