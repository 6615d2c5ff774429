"""Pages that question an account: what if, other figures and their variants, three voices."""

from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_safe

from partage.accounting.counter_inputs import (
    FEWEST_DRAWS,
    file_counter_input,
    publish_counter_input,
    refuse_counter_input,
)
from partage.accounting.forms import CounterInputForm, DecisionForm, VoiceForm, WhatIfForm
from partage.accounting.models import CounterInput, PublishedAccount, Voice
from partage.accounting.views import SCENARIOS, Facts, account_row, latest, remember
from partage.accounting.voices import VoiceRefused, heard, speak
from partage.calc.checked_toml import DeclarationError
from partage.calc.declaration import Declaration, parse_declaration
from partage.calc.scenario import compute_account, published
from partage.contributions.deciding import AlreadyDecided
from partage.contributions.desk import facilitated_coproduction
from partage.contributions.views import (
    participant_for,
    refused,
    visible_coproduction,
    with_cookie,
)
from partage.contributions.voting import VoteRefused, acting, asked_first
from partage.coproductions.models import Coproduction, Task
from partage.people.participants import TooManyNewcomers, device_token
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.paging import page_of
from partage.web.tidying import number_in

TOPICS = {
    "tasks_gone": gettext_lazy("Tasks gone"),
    "tasks_new": gettext_lazy("Tasks new"),
    "skills_asked": gettext_lazy("Skills asked"),
    "remaining_work": gettext_lazy("What the remaining work has become"),
    "human_contact": gettext_lazy("Human contact kept"),
    "left_without_help": gettext_lazy("People left without help"),
}
ASKED = gettext_noop("A reader's question")


def _declared(account: PublishedAccount) -> Declaration:
    return parse_declaration(account.declaration, f"account {account.number}")


def _beside(official: Facts, other: Facts) -> list[Facts]:
    """Each line as published and as computed again, where they differ."""
    others = {line["code"]: line for line in other["lines"]}
    return [
        {"official": account_row(line), "other": account_row(others[line["code"]])}
        for line in official["lines"]
        if line["values"] != others[line["code"]]["values"]
    ]


@login_not_required
@require_safe
def what_if(request: HttpRequest, slug: str) -> HttpResponse:
    """The account with other hypotheses. The address holds them, so that it can be passed on."""
    coproduction, account = latest(slug)
    given = {name: value for name, value in request.GET.dict().items() if str(value).strip()}
    if len(given) < len(request.GET):
        # An address worth passing on holds what was changed, and nothing else.
        return redirect(f"{request.path}?{urlencode(given)}" if given else request.path)
    declared = _declared(account)
    form = WhatIfForm(declared, given or None)
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "account": account,
        "fields": [(declared.inputs[field.name], field) for field in form],
        "form": form,
        "scenarios": SCENARIOS.values(),
    }
    if form.is_valid() and form.changes():
        context |= _recomputed(account, declared, form)
    status = 400 if form.errors or "refusal" in context else 200
    return render(request, "accounting/what_if.html", context, status=status)


def _recomputed(account: PublishedAccount, declared: Declaration, form: WhatIfForm) -> Facts:
    values = {name: Fraction(value) for name, value in form.changes().items()}
    try:
        changed = declared.changed(values, ASKED, timezone.localdate())
        facts: Facts = published(compute_account(changed, draws=FEWEST_DRAWS))
    except DeclarationError as error:
        return {"refusal": str(error)}
    return {
        "rows": _beside(account.facts, facts),
        "remember": remember(facts),
        "changes": [(declared.inputs[name], value) for name, value in form.changes().items()],
    }


@login_not_required
def counter(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Dispute one figure: file another, with its source."""
    coproduction, account = latest(slug)
    given = _declared(account).inputs.get(name)
    if given is None:
        raise Http404
    form = CounterInputForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _file(request, coproduction, account, {"name": name, **form.cleaned_data})
    context = {"coproduction": coproduction, "account": account, "given": given, "form": form}
    status = 400 if form.errors else 200
    return render(request, "accounting/counter.html", context, status=status)


def _file(
    request: HttpRequest, coproduction: Coproduction, account: PublishedAccount, values: Facts
) -> HttpResponse:
    try:
        with transaction.atomic():
            participant, token = participant_for(request, coproduction)
            file_counter_input(participant, account, values)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    return with_cookie(
        redirect("account-variants", coproduction.slug), request, coproduction, token
    )


def label_of(filed: CounterInput) -> Facts:
    """The words of the disputed input, from the account it was filed against."""
    label: Facts = next(
        each["label"] for each in filed.facts["inputs"] if each["name"] == filed.name
    )
    return label


@login_not_required
@require_safe
def variants(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures disputed, each with its variant; one's own also while they wait."""
    coproduction, _account = latest(slug)
    participant = acting(coproduction, device_token(request))
    filed = CounterInput.objects.filter(account__coproduction=coproduction).select_related(
        "account"
    )
    listed = CounterInput.objects.listed(coproduction).select_related("account")
    public = page_of(listed.order_by("-pk"), request)
    mine = list(filed.filter(author=participant).order_by("-pk")[:20]) if participant else []
    context = {
        "coproduction": coproduction,
        "page": public,
        "published": [(each, label_of(each)) for each in public],
        "mine": [(each, label_of(each)) for each in mine],
    }
    return render(request, "accounting/variants.html", context)


@login_not_required
@require_safe
def variant_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The account beside its variant, line by line."""
    coproduction = visible_coproduction(slug)
    filed = get_object_or_404(
        CounterInput.objects.listed(coproduction).select_related("account__coproduction"), pk=number
    )
    facts = filed.facts
    context = {
        "coproduction": coproduction,
        "filed": filed,
        "given": _declared(filed.account).inputs[filed.name],
        "rows": _beside(filed.account.facts, facts),
        "remember": remember(facts),
        "scenarios": SCENARIOS.values(),
    }
    return render(request, "accounting/variant.html", context)


def counter_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The desk: the oldest disputed figure that waits, published or refused under a rule."""
    coproduction = facilitated_coproduction(request, slug)
    waiting = CounterInput.objects.filter(
        account__coproduction=coproduction, state=CounterInput.State.WAITING
    ).select_related("account__coproduction")
    form = DecisionForm(request.POST if request.POST.get("decision") == "refuse" else None)
    if request.method == "POST":
        number = number_in(request.POST.get("filed", ""))
        filed = get_object_or_404(
            CounterInput.objects.select_related("account__coproduction"),
            pk=number,
            account__coproduction=coproduction,
        )
        answer = _decide(request, filed, form)
        if answer:
            return answer
    filed_first = waiting.order_by("pk").first()
    context = {
        "coproduction": coproduction,
        "filed": filed_first,
        "given": filed_first and _declared(filed_first.account).inputs.get(filed_first.name),
        "form": form,
        "waiting": waiting.count(),
    }
    status = 400 if form.errors else 200
    return render(request, "accounting/counter_queue.html", context, status=status)


def _decide(request: HttpRequest, filed: CounterInput, form: DecisionForm) -> HttpResponse | None:
    """The answer to a decision; None when a refusal lacks its rule."""
    try:
        if request.POST.get("decision") == "publish":
            publish_counter_input(filed, signed_in(request))
        elif form.is_valid():
            rule, reason = form.cleaned_data["rule"], form.cleaned_data["reason"]
            refuse_counter_input(filed, signed_in(request), rule, reason)
        else:
            return None
    except AlreadyDecided:
        sentence = _("Somebody decided on this figure first. The next one waits at the desk.")
        return error_page(request, 409, _("Already decided"), sentence)
    return redirect("counter-queue", filed.account.coproduction.slug)


@login_not_required
def voices(request: HttpRequest, slug: str) -> HttpResponse:
    """Each task as the organization, the participants and the employees see it."""
    coproduction = visible_coproduction(slug)
    tasks = list(coproduction.frame.tasks.all()) if coproduction.frame else []
    if request.method == "POST":
        return _speak(request, coproduction)
    account = coproduction.accounts.order_by("number").last()
    said = heard(tasks)
    participant = acting(coproduction, device_token(request))
    mine = Voice.objects.filter(participant=participant) if participant else Voice.objects.none()
    own = {voice.task_id: voice for voice in mine}
    context = {
        "coproduction": coproduction,
        "tasks": [{"task": t, "heard": said[t.pk], "own": own.get(t.pk)} for t in tasks],
        "kinds": Voice.SpeaksAs,
        "degrees": Task.Degree,
        "changes": Voice.Change,
        "account": account,
        "asked_first": asked_first(participant, coproduction),
        "work": account.facts["work"] if account else None,
        "topics": _topics(account.facts["work"]) if account else [],
    }
    return render(request, "accounting/voices.html", context)


def _topics(work: Facts) -> list[tuple[object, Facts]]:
    """What becomes of the work, topic by topic, as declared; unknown where nothing is said."""
    return [(words, work[name]) for name, words in TOPICS.items()]


def _speak(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = VoiceForm(request.POST)
    title = _("Your answer was not recorded")
    if not form.is_valid():
        return error_page(
            request, 400, title, _("Choose an answer to each of the three questions.")
        )
    data = form.cleaned_data
    voice = Voice(
        task_id=data["task"],
        speaks_as=data["speaks_as"],
        degree=data["degree"],
        change=data["change"],
    )
    try:
        with transaction.atomic():
            participant, token = participant_for(request, coproduction)
            speak(participant, coproduction, voice)
    except VoiceRefused:
        return error_page(request, 409, title, _("The frame in force does not ask this task."))
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    return with_cookie(redirect("voices", coproduction.slug), request, coproduction, token)
