"""Files sent piece by piece: whoever reads slowly holds a thread, and must leave one for the others."""

import threading
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from partage.web.errors import error_page
from partage.web.problems import is_for_programs, problem

PATIENCE = 0.5  # seconds
RETRY_AFTER = "10"  # seconds
ROOM = threading.Semaphore(max(1, settings.WEB_THREADS - 1))


class Held:
    """What is sent, in its place among the few; the place is free again once it is sent or dropped."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._places = [ROOM]

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces

    def close(self) -> None:
        while self._places:
            self._places.pop().release()

    __del__ = close


def few_streams(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Nobody's answer waits for readers of long files, however many and slow."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not isinstance(response, StreamingHttpResponse):
            return response
        if not ROOM.acquire(timeout=PATIENCE):
            return _busy(request)
        response.streaming_content = Held(response.streaming_content)  # type: ignore[arg-type]
        return response

    return middleware


def _busy(request: HttpRequest) -> HttpResponse:
    sentence = _("Others are reading long files just now. Try again in a few seconds.")
    page = (
        problem(503, "Others are reading long files just now: try again in a few seconds.")
        if is_for_programs(request)
        else error_page(request, 503, _("This file has to wait"), sentence)
    )
    page["Retry-After"] = RETRY_AFTER
    return page
