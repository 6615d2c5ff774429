"""Calls for a coproduction."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as _
from ninja import Query

from partage.api import shapes
from partage.api.coproductions import organization_facts
from partage.api.paging import Asked, Facts, Listing, told
from partage.api.places import page
from partage.api.service import gives, lists
from partage.calls.models import Call
from partage.web.days import days_of


def call_facts(one: Any) -> Facts:
    names = (
        "state", "title", "text", "language", "answer_from", "owed_since", "answer",
        "answered_at",
    )  # fmt: skip
    return {
        "id": one.pk,
        "organization": organization_facts(one),
        **{name: getattr(one, name) for name in names},
        **days_of(one, "written"),
        "published_at": one.decided_at,
        "supports": one.supported,
        "page": page("call", one.pk),
    }


CALLS = Listing("calls", "pk", shapes.Call, call_facts)


@lists("calls", "api-calls", _("Calls for a coproduction"), shapes.Call)
def calls(request: HttpRequest, asked: Query[Asked]) -> Any:
    rows = Call.objects.listed().counted().select_related("organization")
    return told(request, asked, CALLS, rows)


@gives("calls/{int:number}", "api-call", _("One call"), shapes.Call)
def call(request: HttpRequest, number: int) -> Facts:
    seen = Call.objects.visible_to(None).counted().select_related("organization")
    return call_facts(get_object_or_404(seen, pk=number))
