"""What a person who signed in must settle before the desk opens."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from partage.people.models import Person
from partage.people.second_factor import lacks_second_factor

OPEN = {"second-factor", "sign-out"}


class second_factor_first:  # noqa: N801 - named like its function neighbours in MIDDLEWARE
    """Lead an administrator who lacks a second factor to set it up, where the site wants one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_words: Any
    ) -> HttpResponse | None:
        is_public = not getattr(view, "login_required", True)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if is_public or name in OPEN or not isinstance(request.user, Person):
            return None
        return redirect("second-factor") if lacks_second_factor(request.user) else None
