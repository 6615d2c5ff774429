"""What the site holds of whoever looks: everything, why, since when, until when, who sees it."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.rights.accounts import correct_name
from partage.rights.everything import CannotErase, erase_everything, hindrances, stays
from partage.rights.forms import NameForm
from partage.rights.holding import Holding, fill, holdings_of, person_of
from partage.rights.takeaway import takeaway, takeaway_code
from partage.web.errors import error_page
from partage.web.paging import page_of

PLACES_EACH = 8


@login_not_required
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """A table for each place where this browser is somebody."""
    return _show(
        request, NameForm({"name": person.name}) if (person := person_of(request)) else None
    )


def _show(request: HttpRequest, form: NameForm | None, status: int = 200) -> HttpResponse:
    page = page_of(holdings_of(request), request, PLACES_EACH)
    fill(list(page.object_list))
    code = _code_of(request) if page.object_list else ""
    context = {"page": page, "code": code, "form": form}
    return render(request, "rights/my_data.html", context, status=status)


@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Another name for the account of whoever is signed in."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _show(request, form, 400)
    correct_name(signed_in(request), form.cleaned_data["name"])
    return redirect("my-data")


def _code_of(request: HttpRequest) -> str:
    person = person_of(request)
    return takeaway_code(device_token(request), person.pk if person else None)


@login_not_required
@never_cache
@require_safe
def take_away(request: HttpRequest) -> HttpResponseBase:
    """All of it in one file. Its address names nobody: each browser gets its own."""
    holdings = holdings_of(request)
    if not holdings:
        sentence = _("We hold nothing about you on this device.")
        return error_page(request, 404, _("There is nothing to take away"), sentence)
    pieces = takeaway(holdings, _code_of(request))
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_all(request: HttpRequest) -> HttpResponse:
    """All that goes and what stays, with why; pressing the button erases it everywhere."""
    holdings = holdings_of(request)
    if holdings and request.method == "POST":
        return _erase(request, holdings)
    fill(holdings)
    context = {"holdings": holdings, "stays": stays(holdings), "hindered": hindrances(holdings)}
    return render(request, "rights/erase_all.html", context)


def _erase(request: HttpRequest, holdings: list[Holding]) -> HttpResponse:
    try:
        erase_everything(holdings)
    except CannotErase as error:
        return error_page(request, 409, _("Nothing was erased"), str(error))
    logout(request)
    response = render(request, "rights/erase_all.html", {"is_done": True})
    response.delete_cookie(settings.PARTICIPANT_COOKIE_NAME, samesite="Lax")
    return response
