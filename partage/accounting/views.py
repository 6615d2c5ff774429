from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def account(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse("")


@login_not_required
@require_safe
def account_json(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse("")
