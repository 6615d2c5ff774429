"""The skills that this browser claimed, in every coproduction."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.people.participants import device_token
from partage.rights.holding import participants_of
from partage.training.models import Claim
from partage.web.paging import page_of


@login_not_required
@never_cache
@require_safe
def my_skills(request: HttpRequest) -> HttpResponse:
    """Every record, to whoever owns it: only the cookie can put them together."""
    mine = Claim.objects.filter(participant__in=participants_of(device_token(request)))
    found = mine.select_related("skill__coproduction").order_by("-pk")
    return render(request, "rights/my_skills.html", {"page": page_of(found, request)})
