"""Freezing what one answered in a coproduction, or objecting to its use, from My data."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from partage.consents.models import Restriction
from partage.consents.restricting import allow_again, restrict
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.people.participants import device_token
from partage.web.errors import error_page
from partage.web.tidying import number_in

ALLOW = "allow"


@login_not_required
@require_POST
def restrict_use(request: HttpRequest, slug: str) -> HttpResponse:
    """`use`: freeze, object, or allow again."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    asked = request.POST.get("use", "")
    if asked not in (ALLOW, *Restriction.Kind.values):
        sentence = _("“%(seen)s” is none of the buttons: freeze, object or allow.")
        title = _("Nothing was changed")
        return error_page(request, 400, title, sentence % {"seen": asked[:40]})
    if participant is not None:
        if asked == ALLOW:
            allow_again(participant)
        else:
            restrict(participant, Restriction.Kind(asked))
    page = number_in(request.POST.get("page", "")) or 1
    return redirect(f"{reverse('my-data')}?page={page}#use-{slug}")
