"""The API as django-ninja has it: how a resource is declared, and how a bad request is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from partage.api.paging import JSON, LINES, MOST, Asked, BadCursor
from partage.api.shapes import Page, Problem
from partage.web.problems import problem

VERSION = "1.0"
LONGEST_SEEN = 60
READING = ("GET", "HEAD")
View = Callable[..., Any]


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


@dataclass(frozen=True)
class Door:
    """What may be asked at one address."""

    summary: str
    methods: tuple[str, ...]
    parameters: frozenset[str]
    media: tuple[str, ...]


DOORS: dict[str, Door] = {}
DESCRIPTION = (
    "What anyone may read on this site, as JSON; producers' machines send events with a key. "
    "Cookies are not read: everybody gets the same answer."
)
api = NinjaAPI(
    title="Partage",
    version=VERSION,
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    renderer=Renderer(),
    urls_namespace="api",
)
REFUSALS: dict[int, Any] = dict.fromkeys((400, 404, 405, 406, 414, 503), Problem)


def gives(path: str, name: str, summary: str, shape: type[Schema]) -> Callable[[View], View]:
    """One thing at this path."""
    return _reads(path, Door(summary, READING, frozenset(), (JSON,)), name, shape)


def lists(path: str, name: str, summary: str, shape: type[Schema]) -> Callable[[View], View]:
    """A list at this path, in pages or as lines."""
    page = Page.__class_getitem__(shape)
    door = Door(summary, READING, frozenset(Asked.model_fields), (JSON, LINES))
    return _reads(path, door, name, page)


def _reads(path: str, door: Door, name: str, shape: Any) -> Callable[[View], View]:
    DOORS[name] = door
    return api.api_operation(
        list(READING),
        path,
        url_name=name,
        operation_id=name.removeprefix("api-"),
        summary=door.summary,
        response={200: shape, 304: None, **REFUSALS},
    )


@api.exception_handler(Http404)
def not_there(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return problem(404, "There is nothing here, or it does not show: the lists name what there is.")


@api.exception_handler(BadCursor)
def bad_cursor(_request: HttpRequest, error: Exception) -> HttpResponse:
    sentence = f"cursor is “{shortened(error)}”, which this list did not make in this order: "
    return problem(400, f"{sentence}leave it out to begin again.")


HOW = {
    "limit": f"give a whole number from 1 to {MOST}.",
    "order": "use oldest or newest.",
    "cursor": "take the one of `next`.",
    "strict": "use 0 or 1.",
}


@api.exception_handler(ValidationError)
def bad_value(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first one that is wrong."""
    name = str(error.errors[0]["loc"][-1])
    seen = request.GET.get(name, "")
    how = HOW.get(name, "see the documentation.")
    return problem(400, f"{shortened(name)} is “{shortened(seen)}”: {how}")


def shortened(value: object) -> str:
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value)[: LONGEST_SEEN + 1])
    return text if len(text) <= LONGEST_SEEN else f"{text[:LONGEST_SEEN]}…"
