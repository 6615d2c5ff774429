"""Where somebody at a desk asks for the daily mail about what waits, and stops it."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partage.news.desk_mail import NotProved, start, stop
from partage.news.models import DeskMail
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.localized import reader_language


@require_http_methods(["GET", "HEAD", "POST"])
def desk_mail(request: HttpRequest) -> HttpResponse:
    """Off until its owner asks for it; only for themselves, at the address they sign in with."""
    person = signed_in(request)
    wish = DeskMail.objects.filter(person=person).first()
    if request.method != "POST":
        context = {"wish": wish, "person": person, "mail_is_on": settings.MAIL_IS_ON}
        return render(request, "news/desk_mail.html", context)
    if request.POST.get("do") == "stop":
        if wish:
            stop(wish)
    elif request.POST.get("do") == "start" and settings.MAIL_IS_ON:
        try:
            start(person, reader_language())
        except NotProved:
            return _not_proved(request)
    else:
        sentence = _("Press one of the buttons of the page, where this site sends mail.")
        return error_page(request, 400, _("Nothing was changed"), sentence)
    return redirect("desk-mail")


def _not_proved(request: HttpRequest) -> HttpResponse:
    sentence = _(
        "Nothing shows yet that this address is yours. Sign in once with a code by mail, then come back."
    )
    return error_page(request, 403, _("Nothing was changed"), sentence)


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_mail_stop(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """GET shows a button; whoever holds the link may POST, as mail programs do (RFC 8058).

    A link that has served, or never did, gets the same answer.
    """
    found = DeskMail.objects.filter(pk=number).first()
    if found and not hmac.compare_digest(found.key_to_stop().encode(), key.encode()):
        found = None
    if found and request.method == "POST":
        stop(found)
        found = None
    return render(request, "news/desk_mail_stop.html", {"wish": found})
