"""What is read under a mandate: who may, and the log that seals each page read.

A page that is only read writes nothing of what it shows. It writes one row here: an inspection
that left no trace would itself need an inspector (docs/oversight.md).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.coproductions.models import Coproduction
from partage.oversight.chains import chained
from partage.oversight.models import Consultation, Mandate
from partage.people.second_factor import has_second_factor
from partage.people.sign_in import signed_in
from partage.register.leaves import Facts
from partage.web.errors import error_page

LONGEST_ABOUT = 300


class OutsideMandate(Exception):
    """The mandate does not let this be read; the message is the sentence to show."""


def under_mandate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The mandate of this number, if it is this person's and in force; what is asked is written."""

    @wraps(view)
    @never_cache
    def inside(request: HttpRequest, number: int, **words: Any) -> HttpResponseBase:
        person = signed_in(request)
        mandates = Mandate.objects.select_related("organization").filter(inspector=person)
        mandate = get_object_or_404(mandates, number=number)
        if settings.ADMINISTRATORS_NEED_SECOND_FACTOR and not has_second_factor(person):
            return redirect("second-factor")
        try:
            _refuse_out_of_force(mandate)
            note_consultation(mandate, *_asked(request))
            return view(request, mandate, **words)
        except OutsideMandate as outside:
            return error_page(request, 403, _("Outside the mandate"), str(outside))

    return inside


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Which page, and about what: its address with its question, cut where nobody types that long."""
    page = request.resolver_match.url_name if request.resolver_match else None
    return str(page), request.get_full_path()[:LONGEST_ABOUT]


def _refuse_out_of_force(mandate: Mandate) -> None:
    if mandate.is_in_force():
        return
    days = {"from": date_format(mandate.from_on), "until": date_format(mandate.until_on)}
    if mandate.closed_at is not None:
        raise OutsideMandate(_("This mandate is closed: ask an administrator for another one."))
    raise OutsideMandate(
        _("This mandate runs from %(from)s to %(until)s: outside these days it opens nothing.")
        % days
    )


def covered_coproduction(mandate: Mandate, slug: str) -> Coproduction:
    """The coproduction, if the mandate covers it."""
    found = mandate.covered().filter(slug=slug).first()
    if found is None:
        raise OutsideMandate(
            _("This mandate does not cover “%(slug)s”: the workbench lists what it covers.")
            % {"slug": slug[:80]}
        )
    return found


def facts_of(read: Consultation) -> Facts:
    """What the chain seals of a page read."""
    return {
        "number": read.number,
        "at": read.at.isoformat(timespec="seconds"),
        "page": read.page,
        "about": read.about,
    }


@transaction.atomic
def note_consultation(mandate: Mandate, page: str, about: str) -> Consultation:
    """Append to the mandate's own log; it begins with the digest of the terms."""
    Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    last = Consultation.objects.filter(mandate=mandate).order_by("number").last()
    read = Consultation(
        mandate=mandate,
        number=last.number + 1 if last else 1,
        at=timezone.now().replace(microsecond=0),
        page=page,
        about=about,
    )
    read.digest = chained(last.digest if last else mandate.terms, facts_of(read))
    read.save(force_insert=True)
    return read


def broken_at(mandate: Mandate) -> int | None:
    """The first row of the log that does not follow from the one before; None when all do."""
    before, expected = mandate.terms, 1
    for read in Consultation.objects.filter(mandate=mandate).order_by("number").iterator(2000):
        if read.number != expected or read.digest != chained(before, facts_of(read)):
            return expected
        before, expected = read.digest, expected + 1
    if mandate.closed_at is None:
        return None
    is_whole = before == mandate.consultations_digest and expected == mandate.consulted + 1
    return None if is_whole else expected
