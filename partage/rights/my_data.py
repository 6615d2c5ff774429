"""What the site holds of whoever looks: everything, why, since when, until when, who sees it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.rights.holding import fill, holdings_of
from partage.web.paging import page_of

PLACES_EACH = 8


@login_not_required
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """A table for each place where this browser is somebody."""
    page = page_of(holdings_of(request), request, PLACES_EACH)
    fill(page.object_list)
    return render(request, "rights/my_data.html", {"page": page})
