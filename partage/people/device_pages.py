"""Going on, on another device: a square to photograph, a link to copy, or a mail."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.people.device_links import (
    LinkSpent,
    TooManyLinks,
    mail_device_link,
    make_device_link,
    open_device_link,
    use_device_link,
)
from partage.people.forms import AddressForm
from partage.people.participants import (
    carry,
    cookie_of,
    device_token,
    last_moment,
    network_of,
    token_in,
)
from partage.web.errors import error_page
from partage.web.squares import square_of


@login_not_required
@never_cache
def other_device(request: HttpRequest) -> HttpResponse:
    """GET says what it does; one button shows a link, the other has it mailed."""
    form = AddressForm()
    context = {"is_known": device_token(request) is not None, "mail_is_on": settings.MAIL_IS_ON}
    if request.method != "POST" or not context["is_known"]:
        return render(request, "people/other_device.html", context | {"form": form})
    if "mail" in request.POST:
        form = AddressForm(request.POST)
        if not settings.MAIL_IS_ON or not form.is_valid():
            page = context | {"form": form}
            return render(request, "people/other_device.html", page, status=400)
    try:
        token = make_device_link(cookie_of(request), network_of(request, timezone.now()))
    except TooManyLinks:
        sentence = _("Many links were made within the hour. Wait a little, then try again.")
        return error_page(request, 429, _("No link was made"), sentence)
    address = f"{settings.BASE_URL}{reverse('device-link', args=[token])}"
    if form.is_bound:
        mail_device_link(form.cleaned_data["email"], address)
        return render(request, "people/other_device.html", context | {"is_mailed": True})
    shown = {"address": address, "square": square_of(address)}
    return render(request, "people/other_device.html", context | shown)


@login_not_required
@never_cache
def device_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; only pressing it spends the link, so that a preview cannot."""
    here = device_token(request)
    try:
        carried = open_device_link(token)
        is_another = here not in (None, token_in(carried))
        if request.method != "POST" or (is_another and "replace" not in request.POST):
            status = 400 if request.method == "POST" else 200
            context = {"is_another": is_another}
            return render(request, "people/device_link.html", context, status=status)
        use_device_link(token)
    except LinkSpent:
        sentence = _("This link has served or is out of date. Make a new one on the first device.")
        return error_page(request, 403, _("Nothing was changed here"), sentence)
    response = redirect("home")
    carry(response, token_in(carried) or "", last_moment(carried))
    return response
