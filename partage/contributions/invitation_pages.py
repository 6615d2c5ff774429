"""The desk makes invitation codes, printed or as a file, and brings in the list of members."""

import re
from datetime import datetime, time, timedelta
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.paginator import Page
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from partage.assurance.inviting import close_batch, make_batch
from partage.assurance.listing import (
    NotAMember,
    erase_list,
    follow_each_other,
    is_address,
    list_members,
    read_member,
)
from partage.assurance.models import (
    FEWEST_CODES,
    LONGEST_LABEL,
    MOST_CODES,
    InvitationBatch,
    ListedMember,
)
from partage.contributions.desk import facilitated_coproduction
from partage.contributions.printing import in_words, qr_code
from partage.contributions.sheet_files import FileRefused, RefusedRow, check_readable, rows_of
from partage.contributions.views import votes_stage
from partage.coproductions.models import Coproduction
from partage.web.csv_files import csv_file
from partage.web.paging import page_of
from partage.web.tidying import number_in, tidy

ON_PAPER = 60  # codes on one printed page, which stays light
LONGEST_VALIDITY = timedelta(days=730)
A_MEMBER = re.compile(r"[\d@]")  # a first line without a digit or an @ is a heading
REASONS_SHOWN = 20
STEP = 5  # of the number of used codes that is shown


class InvitationForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("For whom? Only the desk reads this."),
        max_length=LONGEST_LABEL,
        error_messages={"required": gettext_lazy("Say for whom: a street, a meeting, a list.")},
    )
    number = forms.IntegerField(
        label=gettext_lazy("How many codes"),
        min_value=FEWEST_CODES,
        max_value=MOST_CODES,
        error_messages={
            "invalid": gettext_lazy("Give a whole number such as 40."),
            "min_value": gettext_lazy(
                "Make ten codes at least: with fewer, how many were used would tell who answered."
            ),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 7}),
    )
    until = forms.DateField(
        label=gettext_lazy("They serve until the end of"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Give a date such as 2026-12-31.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_label(self) -> str:
        return tidy(self.cleaned_data["label"])

    def clean_until(self) -> datetime:
        day, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= day <= today + LONGEST_VALIDITY:
            sentence = _("“%(seen)s” is past, or more than two years ahead: choose a day between.")
            raise forms.ValidationError(sentence % {"seen": day.isoformat()})
        return timezone.make_aware(datetime.combine(day, time.max))


@never_cache
def invitations(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The codes made so far; POST makes others and shows them, this once, or ends some."""
    coproduction = facilitated_coproduction(request, slug)
    if "close" in request.POST:
        return _close(request, coproduction)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _fits(request, form):
        return _make(request, coproduction, form)
    return _show(request, coproduction, form)


def _last_day(coproduction: Coproduction) -> Any:
    stage = votes_stage(coproduction)
    closes = stage.closes_at if stage else None
    return timezone.localdate(closes) if closes else timezone.localdate() + timedelta(days=30)


def _fits(request: HttpRequest, form: InvitationForm) -> bool:
    if "print" in request.POST and form.cleaned_data["number"] > ON_PAPER:
        sentence = _("One printed page holds %(most)s codes: take a file for so many, or print several times.")  # fmt: skip
        form.add_error("number", sentence % {"most": ON_PAPER})
    return not form.errors


def _make(
    request: HttpRequest, coproduction: Coproduction, form: InvitationForm
) -> HttpResponseBase:
    words = form.cleaned_data
    batch, codes = make_batch(coproduction, words["label"], words["number"], words["until"])
    address = settings.BASE_URL + reverse("vote", args=[coproduction.slug])
    if "print" not in request.POST:
        name = f"{coproduction.slug}-invitations-{batch.pk}"
        return csv_file(name, ("code", "address"), ((code, address) for code in codes))
    context = {
        "coproduction": coproduction,
        "batch": batch,
        "codes": codes,
        "square": qr_code(address),
        "address": in_words(address),
    }
    return render(request, "contributions/invitation_sheet.html", context)


def _close(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    """The first press says what ends; the second one ends it."""
    number = number_in(request.POST["close"])
    batch = get_object_or_404(InvitationBatch, coproduction=coproduction, pk=number)
    batch.coproduction = coproduction
    if "sure" not in request.POST and batch.expires_at > timezone.now():
        return _show(request, coproduction, InvitationForm(), ending=batch)
    close_batch(batch)
    return redirect("invitations", coproduction.slug)


def _show(
    request: HttpRequest,
    coproduction: Coproduction,
    form: InvitationForm,
    ending: InvitationBatch | None = None,
) -> HttpResponse:
    made = InvitationBatch.objects.filter(coproduction=coproduction)
    if not form.is_bound:
        form.initial = {"number": ON_PAPER, "until": _last_day(coproduction)}
    counted = made.annotate(used=Count("codes", filter=Q(codes__is_used=True)))
    context = {
        "coproduction": coproduction,
        "form": form,
        "ending": ending,
        "page": _told(page_of(counted.order_by("-pk"), request)),
        "now": timezone.now(),
        "on_paper": ON_PAPER,
        "listed": ListedMember.objects.listed().filter(coproduction=coproduction).count(),
    }
    status = 400 if form.errors else 200
    return render(request, "contributions/invitations.html", context, status=status)


def _told(page: Page[Any]) -> Page[Any]:
    """Used codes roughly: looked at again and again, the number would tell who has just come."""
    for batch in page:
        batch.used = _roughly(batch.used)
    return page


def _roughly(number: int) -> int | None:
    return number - number % STEP if number >= FEWEST_CODES else None


def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    """How many are listed; POST adds those of a file, all or none, or erases the list."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show_list(request, coproduction)
    if "erase" in request.POST:
        if "sure" not in request.POST:
            sentence = _("Tick the box first: an erased list cannot be read again.")
            return _show_list(request, coproduction, sentence=sentence)
        erase_list(coproduction)
        return redirect("member-list", slug)
    return _bring(request, coproduction)


def _bring(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    sent = request.FILES.get("file")
    if sent is None or sent.file is None:
        return _show_list(request, coproduction, sentence=_("Choose a file first."))
    try:
        check_readable(sent.file)
        members, bad = _read(sent.file)
    except FileRefused as refused:
        return _show_list(request, coproduction, sentence=str(refused))
    if bad or not members:
        sentence = "" if bad else _("The file names no member: one a line, in the first column.")
        return _show_list(request, coproduction, sentence=sentence, bad=bad)
    if follow_each_other(members):
        sentence = _("Most of these member numbers follow each other: whoever knows one would guess others. List mail addresses, or give each member a number with letters and digits drawn by chance.")  # fmt: skip
        return _show_list(request, coproduction, sentence=sentence)
    added = list_members(coproduction, members)
    address = reverse("member-list", args=[coproduction.slug])
    return redirect(f"{address}?added={added}&read={len(members)}")


def _read(file: IO[Any]) -> tuple[set[str], list[RefusedRow]]:
    """Each member once, and the lines that name none. A first line may be a heading."""
    members: set[str] = set()
    bad: list[RefusedRow] = []
    for number, (line, cells) in enumerate(rows_of(file)):
        if number == 0 and not A_MEMBER.search(cells[0]):
            continue
        try:
            members.add(_member(cells[0]))
        except NotAMember as problem:
            bad.append(RefusedRow(line, str(problem)))
    return members, bad


def _member(said: str) -> str:
    member = read_member(said)
    if is_address(member) and not settings.MAIL_IS_ON:
        sentence = _("“%(seen)s” is an address, and this site sends no mail: list member numbers.")
        raise NotAMember(sentence % {"seen": said.strip()[:80]})
    return member


def _show_list(
    request: HttpRequest,
    coproduction: Coproduction,
    *,
    sentence: str = "",
    bad: list[RefusedRow] | None = None,
) -> HttpResponse:
    bad = bad or []
    listed = ListedMember.objects.listed().filter(coproduction=coproduction)
    counts = listed.aggregate(all=Count("pk"), used=Count("pk", filter=Q(is_used=True)))
    counts["used"] = _roughly(counts["used"])
    context = {
        "coproduction": coproduction,
        "counts": counts,
        "sentence": sentence,
        "bad": bad[:REASONS_SHOWN],
        "more_bad": max(0, len(bad) - REASONS_SHOWN),
        "added": number_in(request.GET.get("added", "")),
        "read": number_in(request.GET.get("read", "")),
    }
    status = 400 if sentence or bad else 200
    return render(request, "contributions/member_list.html", context, status=status)
