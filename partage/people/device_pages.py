"""Going on, on another device: a square to photograph, a link to copy, or a mail."""

from typing import Any

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
    TooManyMails,
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
    is_known,
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
    token = device_token(request)
    if request.method != "POST":
        return _show(request, is_known=token is not None)
    if token is None or not is_known(token):
        return _show(request, 400, is_known=False)
    form = AddressForm(request.POST if "mail" in request.POST else None)
    if form.is_bound and not (settings.MAIL_IS_ON and form.is_valid()):
        return _show(request, 400, form=form)
    try:
        return _make(request, form.cleaned_data["email"] if form.is_bound else "")
    except TooManyLinks:
        sentence = _("Many links were made within the hour. Wait a little, then try again.")
    except TooManyMails:
        sentence = _("Many links were mailed to this address today. Show a link instead.")
    return error_page(request, 429, _("No link was made"), sentence)


def _show(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    context = {"is_known": True, "mail_is_on": settings.MAIL_IS_ON, "form": AddressForm()}
    return render(request, "people/other_device.html", context | more, status=status)


def _make(request: HttpRequest, email: str) -> HttpResponse:
    token = make_device_link(cookie_of(request), network_of(request, timezone.now()), email)
    address = f"{settings.BASE_URL}{reverse('device-link', args=[token])}"
    if email:
        mail_device_link(email, address)
        return _show(request, is_mailed=True)
    return _show(request, address=address, square=square_of(address))


@login_not_required
@never_cache
def device_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; only pressing it spends the link, so that a preview cannot."""
    try:
        return _go_on(request, token, open_device_link(token))
    except LinkSpent:
        sentence = _("This link has served or is out of date. Make a new one on the first device.")
        return error_page(request, 403, _("Nothing was changed here"), sentence)


def _go_on(request: HttpRequest, link: str, cookie: str) -> HttpResponse:
    """The box and the button first: a link may come from somebody who wants to read along."""
    here, carried = device_token(request), token_in(cookie)
    if carried is None:
        raise LinkSpent
    is_another = here not in (None, carried)
    needed = {"asked", "replace"} if is_another else {"asked"}
    if request.method != "POST" or not needed <= set(request.POST):
        status = 400 if request.method == "POST" else 200
        context = {"is_another": is_another, "is_refused": request.method == "POST"}
        return render(request, "people/device_link.html", context, status=status)
    response = redirect("home")
    carry(response, carried, last_moment(cookie))
    use_device_link(link)  # last: a link is not spent for a cookie that could not be set
    return response
