"""The desk's page of events: what is measured, who sends, which months are closed."""

import secrets
from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from partage.contributions.desk import facilitated_coproduction
from partage.coproductions.models import Coproduction
from partage.events.forgetting import forget_mark
from partage.events.models import MOST_DATA, EventData, EventTask, ProducerKey
from partage.events.months import CannotClose, close_month, lock
from partage.events.reading import NotAnEvent, month_of, who_of
from partage.people.sign_in import token_hash
from partage.register.recording import record
from partage.web.localized import reader_language
from partage.web.tidying import number_in, tidy

SHOWN_ROWS = 60


class CodeForm(forms.Form):
    code = forms.SlugField(
        label=gettext_lazy("Code, as the machines write it"),
        max_length=40,
        error_messages={
            "required": gettext_lazy("Write a code such as scan."),
            "invalid": gettext_lazy("Write a code of letters, digits and hyphens, such as scan."),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("In words"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in words what it is.")},
    )


@never_cache
def events_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """POST adds a task or a kind of data, makes or revokes a key, closes a month, forgets somebody."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show(request, coproduction)
    acts = {
        "add-task": _add_code,
        "add-data": _add_code,
        "make-key": _make_key,
        "revoke": _revoke,
        "close": _close,
        "forget": _forget,
    }
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        return _refused(request, coproduction, _("This button is unknown: open the page again."))
    return act(request, coproduction)


def _show(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    closed = set(coproduction.closed_months.values_list("month", flat=True))
    months = coproduction.event_months.filter(month__lt=month_of(timezone.now()))
    open_months = sorted(set(months.order_by().values_list("month", flat=True).distinct()) - closed)
    context = {
        "coproduction": coproduction,
        "tasks": coproduction.event_tasks.all(),
        "data": coproduction.event_data.all(),
        "keys": coproduction.producer_keys.filter(revoked_at=None),
        "rows": coproduction.event_months.select_related("task")[:SHOWN_ROWS],
        "open_months": open_months,
        "form": CodeForm(),
        **more,
    }
    return render(request, "events/desk.html", context, status=status)


def _refused(request: HttpRequest, coproduction: Coproduction, sentence: str) -> HttpResponse:
    return _show(request, coproduction, 400, refusal=sentence)


def _add_code(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        sentences = " ".join(str(s) for errors in form.errors.values() for s in errors)
        return _show(request, coproduction, 400, refusal=sentences, form=form)
    code, name = form.cleaned_data["code"], tidy(form.cleaned_data["name"])
    kind = EventTask if request.POST["do"] == "add-task" else EventData
    if not name:
        return _refused(request, coproduction, _("Say in words what it is."))
    return _added(request, coproduction, kind, {"code": code, "name": {reader_language(): name}})


@transaction.atomic
def _added(
    request: HttpRequest, coproduction: Coproduction, kind: type[Any], values: dict[str, Any]
) -> HttpResponse:
    lock(coproduction)
    if kind.objects.filter(coproduction=coproduction, code=values["code"]).exists():
        return _refused(request, coproduction, _("That code is there already."))
    if kind is EventData:
        last = coproduction.event_data.aggregate(last=Max("bit"))["last"]
        values["bit"] = 0 if last is None else last + 1
        if values["bit"] >= MOST_DATA:
            return _refused(request, coproduction, _("There are 31 kinds of data: no more fit."))
    row = kind.objects.create(coproduction=coproduction, **values)
    told = {"code": row.code, "of": "task" if kind is EventTask else "data"}
    record("event-code-added", space=coproduction.slug, public=told)
    return redirect("events-desk", coproduction.slug)


@transaction.atomic
def _make_key(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    """The key is on this page alone: it cannot be read back, and another one is a click away."""
    name = tidy(request.POST.get("name", ""))[:80]
    if not name:
        return _refused(request, coproduction, _("Say which machine or shop the key is for."))
    token = secrets.token_urlsafe(32)
    key = ProducerKey.objects.create(
        coproduction=coproduction, name=name, digest=token_hash(token), made_at=timezone.now()
    )
    record("producer-key-made", space=coproduction.slug, public={"key": key.pk})
    return _show(request, coproduction, token=token, made=key)


@transaction.atomic
def _revoke(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    lock(coproduction)
    keys = ProducerKey.objects.filter(coproduction=coproduction)
    key = get_object_or_404(keys, pk=number_in(request.POST.get("key", "")))
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record("producer-key-revoked", space=coproduction.slug, public={"key": key.pk})
    return redirect("events-desk", coproduction.slug)


def _close(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    try:
        close_month(coproduction, date.fromisoformat(request.POST.get("month", "")))
    except ValueError:
        return _refused(request, coproduction, _("Choose a month of the list."))
    except CannotClose as problem:
        return _refused(request, coproduction, str(problem))
    return redirect("events-desk", coproduction.slug)


@transaction.atomic
def _forget(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    """Take the mark of one person off their events, closed months included: sums stay."""
    try:
        who = who_of(coproduction, request.POST.get("person", ""))
    except NotAnEvent:
        who = None
    if who is None:
        sentence = _("Write the number that the machines send: 200 signs at most.")
        return _refused(request, coproduction, sentence)
    found = forget_mark(coproduction, who)
    record("event-person-forgotten", space=coproduction.slug, public={})
    return _show(request, coproduction, forgotten=found)
