"""Error pages: one sentence, what to do, and nothing typed is lost."""

import sys

from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from partage.web.problems import is_for_programs, problem


def error_page(
    request: HttpRequest,
    status: int,
    title: str,
    sentence: str,
    *,
    retry: bool = False,
    first: str = "",
) -> HttpResponse:
    """The error page; with `retry` it carries what was sent, and a button to send it again.

    `first` is the address of what comes before: it opens beside, so that what was sent stays.
    """
    sent = request.POST if retry and request.method == "POST" else {}
    kept = [(name, value) for name, value in sent.items() if name != "csrfmiddlewaretoken"]
    context = {"title": title, "sentence": sentence, "kept": kept, "retry": retry, "first": first}
    return render(request, "error.html", context, status=status)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the form was on this site: a button on our page must not finish another's attack."""
    site = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {
        "same-origin",
        "none",
    } and request.headers.get("Origin", site) in {site, "null"}


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Said without the page around it: the host itself may be what is wrong."""
    sentence = _("This request cannot be read: it is too long, or not meant for this site.")
    if is_for_programs(request):
        return problem(400, sentence)
    return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        403,
        _("Your answer was not recorded"),
        _(
            "Your browser did not send the cookie that shows the answer comes from this page. "
            "Allow cookies for this site, then try again."
        ),
        retry=_is_from_here(request),
    )


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    sentence = _("This page is for people with another role. Sign in with the right link.")
    return error_page(request, 403, _("You may not open this page"), sentence)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_for_programs(request):
        return problem(404, "There is nothing at this address: /api/v1/ says what there is.")
    sentence = _(
        "The address may be mistyped, or the page may have moved. Start from the home page."
    )
    return error_page(request, 404, _("There is no page at this address"), sentence)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    # Who asks is looked up before the view, where no middleware sees the database fail.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    if is_for_programs(request):
        return problem(
            500, "The fault is ours and has been noted; nothing was recorded: try again."
        )
    sentence = _("The fault is ours and has been noted. What you sent was not recorded: try again.")
    return error_page(request, 500, _("Something broke here"), sentence, retry=True)


def unavailable(request: HttpRequest) -> HttpResponse:
    request.user = AnonymousUser()  # the page must not ask the database who reads it
    sentence = _("The site cannot record anything for the moment. Wait a minute, then try again.")
    if is_for_programs(request):
        response = problem(503, "The site is resting: wait a minute, then try again.")
    else:
        response = error_page(request, 503, _("The site is resting"), sentence, retry=True)
    response["Retry-After"] = "60"
    return response
