"""The page of the case file, and the file."""

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.oversight.case_file import MOST_OF_A_KIND, CannotSeal, case_file
from partage.oversight.consulting import under_mandate
from partage.oversight.models import Mandate
from partage.register.models import Log
from partage.web.errors import error_page


@require_safe
@under_mandate
def case(request: HttpRequest, mandate: Mandate) -> HttpResponseBase:
    """What the file holds, and how it is checked."""
    log = Log.objects.exclude(checkpoint="").order_by("-number").first()
    keys = log.vkeys.splitlines() if log else []
    context = {"mandate": mandate, "keys": keys, "most": MOST_OF_A_KIND}
    return render(request, "oversight/case.html", context)


@require_safe
@under_mandate
def case_zip(request: HttpRequest, mandate: Mandate) -> HttpResponseBase:
    try:
        pieces = case_file(mandate)
    except CannotSeal as error:
        return error_page(request, 409, _("No case file now"), str(error))
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    name = f"partage-inspection-{mandate.number}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
