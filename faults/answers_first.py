"""The mistake that a kill, a full disk and a restart must reveal: answer, then record."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

Answer = Callable[[HttpRequest], HttpResponse]
# Few may wait, so that a second after the last vote all are recorded, unless the fault lost them.
# Several are being recorded at once: a restart of PostgreSQL loses those, the others wait for it.
WAITING, RECORDERS = 20, 4


def answers_first(get_response: Answer) -> Answer:
    """Say that each act is recorded while the site itself, in a thread, has yet to record it."""
    recorder, room = ThreadPoolExecutor(RECORDERS), Semaphore(WAITING)

    def record(request: HttpRequest) -> None:
        try:
            get_response(request)
        finally:
            # No signal ends this request: a connection that failed would stay.
            close_old_connections()
            room.release()

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return get_response(request)
        # Read now: nothing more can be read once this has answered.
        _ = request.body
        room.acquire()
        recorder.submit(record, request)
        return HttpResponseRedirect(f"{request.path}#card", headers={"Content-Length": "0"})

    return answer
