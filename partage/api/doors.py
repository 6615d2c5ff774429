"""Around each resource: methods, the length of a query, its words, what is accepted; then 304 or not."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.urls import URLPattern
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from partage.api.paging import preferred
from partage.api.service import DOORS, READING, Door, shortened
from partage.web.problems import problem

LONGEST_QUERY = 1000
KEPT = ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin")
View = Callable[..., HttpResponseBase]


def behind_doors(patterns: list[Any]) -> list[URLPattern]:
    """The addresses that django-ninja made of the resources; its own root page is left out."""
    named = [pattern for pattern in patterns if pattern.name in DOORS]
    return [
        URLPattern(one.pattern, door_of(one.callback, DOORS[one.name]), name=one.name)
        for one in named
    ]


def door_of(view: View, door: Door) -> View:
    @wraps(view)
    def asked(request: HttpRequest, **words: Any) -> HttpResponseBase:
        response = _refused(request, door) or view(request, **words)
        # Nothing here depends on who asks: any page may read it, and any cache keep it for all.
        response["Access-Control-Allow-Origin"] = "*"
        request.session.accessed = False
        if len(door.media) > 1:
            patch_vary_headers(response, ("Accept",))
        return _conditional(request, response)

    # A browser sends neither a cookie that counts here nor a key on its own: nothing to forge.
    return login_not_required(csrf_exempt(asked))


def _refused(request: HttpRequest, door: Door) -> HttpResponse | None:
    if request.method not in door.methods:
        return _wrong_method(request, door)
    query = request.META.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY:
        sentence = f"The query has {len(query)} characters: {LONGEST_QUERY} at most are read."
        return problem(414, sentence)
    unknown = next((name for name in request.GET if name not in door.parameters), None)
    if unknown is not None:
        known = ", ".join(sorted(door.parameters)) or "none"
        return problem(400, f"“{shortened(unknown)}” is no parameter here: there are {known}.")
    if preferred(request, door.media) is None:
        seen = shortened(request.headers.get("Accept", ""))
        return problem(406, f"Accept is “{seen}”: this gives {' or '.join(door.media)}.")
    return None


def _wrong_method(request: HttpRequest, door: Door) -> HttpResponse:
    allowed = ", ".join(door.methods)
    response = problem(405, f"The method {request.method} is not for this address: use {allowed}.")
    response["Allow"] = allowed
    return response


def _conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Nothing but a 304 to who has it already. Asked again each time: words may be taken back."""
    if request.method not in READING or response.status_code != 200:
        return response
    response["Cache-Control"] = "public, no-cache"
    if not isinstance(response, HttpResponse):
        return response
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    held = parse_etags(request.headers.get("If-None-Match", ""))
    if etag in (one.removeprefix("W/") for one in held):
        kept = {name: response[name] for name in KEPT if name in response}
        return HttpResponseNotModified(headers=kept)
    return response
