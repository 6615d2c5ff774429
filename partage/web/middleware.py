"""What every request passes through, besides Django's own."""

import logging
import secrets
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from partage.web import errors
from partage.web.counters import SERVER_ERRORS
from partage.web.logs import request_id as current_request_id
from partage.web.problems import is_for_programs, problem

log = logging.getLogger("partage.web")

GetResponse = Callable[[HttpRequest], HttpResponse]
FRAMES = 6
METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def request_id(get_response: GetResponse) -> GetResponse:
    """Number the request and write one line about it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = current_request_id.set(secrets.token_hex(8))
        started = time.perf_counter()
        response = get_response(request)
        if response.status_code >= 500:
            SERVER_ERRORS.inc()
        response["X-Request-Id"] = current_request_id.get()
        log.info("request", extra=_facts(request, response, started))
        current_request_id.reset(token)
        return response

    return middleware


def _facts(request: HttpRequest, response: HttpResponse, started: float) -> dict[str, object]:
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.view_name if match else "-",
        "status": response.status_code,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }


def known_methods(get_response: GetResponse) -> GetResponse:
    """Refuse TRACE and the like, which a plain view would answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return _not_allowed(request)
        if (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8":
            return errors.bad_request(request)
        return get_response(request)

    return middleware


def _not_allowed(request: HttpRequest) -> HttpResponse:
    if not is_for_programs(request):
        return HttpResponseNotAllowed(METHODS)
    allowed = ", ".join(METHODS)
    refused = problem(405, f"The method {request.method} is not for this site: use {allowed}.")
    refused["Allow"] = allowed
    return refused


def permissions_policy(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), browsing-topics=()"
        )
        return response

    return middleware


def _note(error: Exception) -> None:
    """Where an error came from, without its message: it may hold what somebody typed."""
    if isinstance(error, Http404 | PermissionDenied | SuspiciousOperation):
        return
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("%s at %s", type(error).__name__, " < ".join(reversed(places)))


class database_unavailable:  # noqa: N801 - named like its function neighbours in MIDDLEWARE
    """A database that does not answer gives a page that keeps the input, not a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            _note(error)
            return None
        log.error("database unavailable: %s", type(error).__name__)
        return errors.unavailable(request)
