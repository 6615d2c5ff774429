"""Reports of what is published, contested refusals, and the desk that decides on both."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partage.contributions.deciding import (
    AlreadyDecided,
    SamePerson,
    keep,
    restore,
    take_down,
    two_must_agree,
)
from partage.contributions.desk import KINDS, already_decided, found
from partage.contributions.forms import AppealForm, NoticeDecisionForm, NoticeForm
from partage.contributions.models import Appeal, Contribution, Decision, Notice, Progress
from partage.contributions.private_links import has_private_key, private_key
from partage.contributions.views import participant_for, refused, visible_coproduction, with_cookie
from partage.contributions.voting import VoteRefused, acting, refuse_beyond_limit
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import MODERATES, READS, coproduction_for, moderates
from partage.people.models import Participant, Person
from partage.people.participants import TooManyNewcomers, device_token
from partage.people.sign_in import signed_in
from partage.register.recording import record
from partage.web.errors import error_page
from partage.web.paging import page_of
from partage.web.tidying import number_in

NAMES_KEPT = timedelta(days=183)
ABOUT = ("statement", "idea", "argument__idea", "test_report__task")
RESTRICTIONS = (Decision.Kind.REFUSED, Decision.Kind.REPLACED)


@transaction.atomic
def file_notice(participant: Participant, one: Contribution, words: dict[str, str]) -> Notice:
    """Report something published. `words`: rule, text, name, mail."""
    refuse_beyond_limit(participant)
    if one.state != Progress.PUBLISHED:
        raise VoteRefused(_("This is not shown any more, so there is nothing to report."))
    coproduction = one.coproduction
    said = {key: words[key] for key in ("rule", "text", "name", "mail")}
    about = {"coproduction": coproduction, one.noun: one, "author": participant}
    notice = Notice.objects.create(**about, **said, filed_at=timezone.now())
    record(
        "notice-filed",
        space=coproduction.slug,
        payload={"notice": notice.pk, one.noun: one.pk, **said},
        vault_key=participant.vault_key,
    )
    return notice


@transaction.atomic
def file_appeal(participant: Participant, decision: Decision, text: str) -> None:
    """Contest a refusal, once."""
    refuse_beyond_limit(participant)
    if decision.one.state != Progress.REFUSED:
        raise VoteRefused(_("Only a refusal can be contested."))
    try:
        with transaction.atomic():
            Appeal.objects.create(decision=decision, text=text, filed_at=timezone.now())
    except IntegrityError:
        raise VoteRefused(_("This refusal was contested already.")) from None
    record(
        "refusal-contested",
        space=decision.coproduction.slug,
        payload={decision.one.noun: decision.one.pk, "text": text},
        vault_key=participant.vault_key,
    )


@transaction.atomic
def decide_appeal(appeal: Appeal, person: Person, *, is_upheld: bool) -> None:
    """Publish it after all, or keep it refused: never by who refused it."""
    one = appeal.decision.one
    if appeal.decided_at is None and _refused_it(one, person):
        raise SamePerson
    waiting = Appeal.objects.filter(pk=appeal.pk, decided_at=None)
    said = {"decided_at": timezone.now(), "decided_by": person, "is_upheld": is_upheld}
    if not waiting.update(**said):
        raise AlreadyDecided(appeal.pk)
    public = {one.noun: one.pk, "upheld": is_upheld}
    record("dispute-decided", space=one.coproduction.slug, public=public)
    if is_upheld:
        restore(one, person)


def forget_old_names() -> None:
    """Whom to answer is of no use long after the answer."""
    old = Notice.objects.filter(decided_at__lt=timezone.now() - NAMES_KEPT)
    old.exclude(name="", mail="").update(name="", mail="")


def refusal_of(one: Contribution) -> Decision | None:
    """The decision by which it does not show, with the appeal against it if there is one."""
    return refusals_of([one]).get(one.pk)


def refusals_of(ones: Sequence[Contribution]) -> dict[int, Decision]:
    """The same for several of one kind, by their keys."""
    refused_now = [one.pk for one in ones if one.state == Progress.REFUSED]
    if not refused_now:
        return {}
    about = {f"{ones[0].noun}__in": refused_now}
    decisions = Decision.objects.filter(**about, kind__in=RESTRICTIONS).order_by("pk")
    key = f"{ones[0].noun}_id"
    return {getattr(each, key): each for each in decisions.select_related("appeal")}


@login_not_required
def report(request: HttpRequest, slug: str, noun: str, number: int) -> HttpResponse:
    """One page to report something published, without an account."""
    coproduction = visible_coproduction(slug)
    one = found(coproduction, noun, number) if noun in KINDS else None
    if one is None or one.state != Progress.PUBLISHED:
        raise Http404
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _file(request, one, form)
    context = {"coproduction": coproduction, "one": one, "form": form}
    status = 400 if form.errors else 200
    return render(request, "contributions/report.html", context, status=status)


def _file(request: HttpRequest, one: Contribution, form: NoticeForm) -> HttpResponse:
    try:
        with transaction.atomic():
            participant, token = participant_for(request, one.coproduction)
            filed = file_notice(participant, one, form.cleaned_data)
    except (VoteRefused, TooManyNewcomers) as error:
        return refused(request, error)
    address = reverse("notice", args=[one.coproduction.slug, filed.pk])
    response = redirect(f"{address}?key={private_key('notice', filed.pk)}")
    return with_cookie(response, request, one.coproduction, token)


@login_not_required
@require_safe
def notice(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What became of a report, for whoever made it."""
    coproduction = visible_coproduction(slug)
    told = get_object_or_404(Notice, coproduction=coproduction, pk=number)
    if not has_private_key(request, "notice", number):
        raise Http404
    told.coproduction = coproduction
    return render(
        request, "contributions/notice.html", {"coproduction": coproduction, "notice": told}
    )


@login_not_required
@require_POST
def contest(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An author contests a refusal, from the device that wrote or by the private link."""
    coproduction = visible_coproduction(slug)
    about_one = Decision.objects.filter(coproduction=coproduction, contested_set=None)
    decision = get_object_or_404(about_one, pk=number)
    decision.coproduction = coproduction
    author = _author(request, decision)
    form = AppealForm(request.POST)
    if not form.is_valid():
        sentence = form.errors.as_data()["text"][0].messages[0]
        return error_page(request, 400, _("Nothing was sent"), sentence, retry=True)
    try:
        file_appeal(author, decision, form.cleaned_data["text"])
    except VoteRefused as error:
        return refused(request, error)
    return redirect(_back(request, decision.one))


def _author(request: HttpRequest, decision: Decision) -> Participant:
    one = decision.one
    device = acting(decision.coproduction, device_token(request))
    if one.author is not None and device is not None and one.author_id == device.pk:
        return device
    if one.author is None or not has_private_key(request, one.noun, one.pk):
        raise Http404
    return one.author


def _back(request: HttpRequest, one: Contribution) -> str:
    key = request.POST.get("key", "")
    address = one.get_absolute_url()
    return f"{address}?key={key}" if has_private_key(request, one.noun, one.pk) else address


def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest report, then the oldest contested refusal; GET shows it, POST decides."""
    needed = MODERATES if request.method == "POST" else READS
    coproduction = coproduction_for(request, slug, needed)
    if request.method != "POST":
        return _show(request, coproduction, None)
    if "appeal" in request.POST:
        return _decide_appeal(request, coproduction)
    return _decide_notice(request, coproduction)


def _show(
    request: HttpRequest, coproduction: Coproduction, form: NoticeDecisionForm | None
) -> HttpResponse:
    person = signed_in(request)
    notices = Notice.objects.filter(coproduction=coproduction)
    appeals = Appeal.objects.filter(decision__coproduction=coproduction)
    to_decide = notices.to_decide(person)
    oldest = to_decide.select_related(*ABOUT).order_by("pk").first()
    # One at a time; a moderator who is not sure of one goes on to the next.
    related = [f"decision__{name}" for name in ABOUT]
    mine = appeals.to_decide(person).select_related("decision", *related)
    page = page_of(mine.order_by("filed_at", "pk"), request, 1)
    appeal = next(iter(page), None) if oldest is None else None
    for each in (oldest, appeal and appeal.decision):
        if each is not None:
            each.coproduction = coproduction
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "notice": oldest,
        "appeal": appeal,
        "page": page,
        "form": form or NoticeDecisionForm(initial=_proposed(oldest)),
        "count": to_decide.count() + page.paginator.count,
        "proposed": notices.proposed_by(person).count(),
        "others": appeals.filter(decided_at=None).refused_by(person).count(),
        "two_must_agree": two_must_agree(coproduction),
        "is_proposed": request.GET.get("done") == "second",
        "may_decide": moderates(person, coproduction),
    }
    status = 400 if form is not None else 200
    return render(request, "contributions/reports.html", context, status=status)


def _proposed(notice: Notice | None) -> dict[str, str]:
    """What the form begins with: the words of a colleague who would take it down, if any."""
    if notice is None:
        return {}
    return {"rule": notice.proposed_rule or notice.rule, "answer": notice.answer}


def _refused_it(one: Contribution, person: Person) -> bool:
    return person.pk in (one.decided_by_id, one.first_reader_id)


def _decide_notice(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    number = number_in(request.POST.get("notice", ""))
    told = get_object_or_404(Notice, coproduction=coproduction, pk=number)
    told.coproduction = coproduction
    form = NoticeDecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, form)
    words = form.cleaned_data
    told.rule, told.answer = words["rule"], words["answer"]
    deed = take_down if words["decision"] == "refuse" else keep
    try:
        done = deed(told.one, signed_in(request), told)
    except AlreadyDecided:
        return already_decided(request)
    except SamePerson:
        sentence = _("You proposed to take it down: somebody else reads it before that.")
        return error_page(request, 403, _("Nothing was decided"), sentence)
    address = reverse("reports", args=[coproduction.slug])
    return redirect(f"{address}?done=second" if done == Progress.SECOND else address)


def _decide_appeal(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    number = number_in(request.POST.get("appeal", ""))
    appeals = Appeal.objects.select_related("decision")
    appeal = get_object_or_404(appeals, decision__coproduction=coproduction, pk=number)
    appeal.decision.coproduction = coproduction
    is_upheld = request.POST.get("decision") == "publish"
    try:
        decide_appeal(appeal, signed_in(request), is_upheld=is_upheld)
    except SamePerson:
        sentence = _("You refused it: somebody else decides whether that was right.")
        return error_page(request, 403, _("Nothing was decided"), sentence)
    except AlreadyDecided:
        return already_decided(request)
    return redirect("reports", coproduction.slug)
