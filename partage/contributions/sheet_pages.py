"""The desk enters paper and phone answers: by keyboard, one sheet a screen, or from a file."""

import hashlib
import os
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.core import signing
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partage.contributions.channels import channel_rows
from partage.contributions.forms import SheetFileForm, SheetForm
from partage.contributions.models import Sheet, Statement, Turnout, Vote
from partage.contributions.sheet_files import (
    FileRefused,
    Plan,
    check_readable,
    enter_file,
    plan_of,
    text_of,
)
from partage.contributions.sheets import (
    ASSISTED,
    Filled,
    enter_sheet,
    next_mark,
    numbered,
    take_sheet_back,
)
from partage.contributions.views import votes_stage
from partage.contributions.voting import VoteRefused
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import FACILITATES, coproduction_for
from partage.people.models import Channel
from partage.people.sign_in import signed_in
from partage.web.localized import reader_language
from partage.web.paging import ITEMS, page_of
from partage.web.tidying import number_in

ON_A_SHEET = 20
PREVIEW_SECONDS = 3600
LONGEST_PREVIEW = 40_000  # what a form may carry along
MOST_CARRIED = 400_000  # bytes that are tried
TAKES_A_WHILE = 500  # sheets
Numbered = dict[int, Statement]


def parts_of(statements: Numbered) -> dict[int, Numbered]:
    """The statements twenty by twenty, as ballot sheets hold them, by the number of the part."""
    parts: dict[int, Numbered] = {}
    for number, statement in statements.items():
        parts.setdefault((number - 1) // ON_A_SHEET + 1, {})[number] = statement
    return parts


def part_asked(request: HttpRequest, parts: dict[int, Numbered]) -> int:
    """Which part of the sheets; the first when the address makes no sense."""
    asked = request.GET.get("part", "")
    return next((part for part in parts if str(part) == asked), min(parts, default=1))


def ranges_of(parts: dict[int, Numbered]) -> list[tuple[int, int, int]]:
    """Each part, and its first and last statement."""
    return [(part, min(numbers), max(numbers)) for part, numbers in parts.items()]


def languages_of_consent(coproduction: Coproduction) -> list[str]:
    """The languages in which sheets ask the consent, the reader's first; none if none is asked."""
    if coproduction.frame is None or not coproduction.asks_consent:
        return []
    mine = reader_language()
    words = coproduction.frame.consent_text
    return sorted((tag for tag in words if words[tag]), key=lambda tag: (tag != mine, tag))


def is_open(coproduction: Coproduction) -> bool:
    stage = votes_stage(coproduction)
    return stage is not None and stage.is_open()


@require_safe
def sheets(request: HttpRequest, slug: str) -> HttpResponse:
    """Participation by channel, the ways to enter answers, and what was entered last."""
    coproduction = coproduction_for(request, slug, FACILITATES)
    entered = Sheet.objects.filter(coproduction=coproduction).select_related("entered_by")
    page = page_of(entered.order_by("-pk"), request)
    of_people = Vote.objects.filter(participant__in=[sheet.participant_id for sheet in page])
    counts = dict(of_people.values_list("participant").annotate(n=Count("pk")).order_by())
    turnout = Turnout.objects.filter(coproduction=coproduction).first()
    context = {
        "coproduction": coproduction,
        "page": page,
        "rows": [(sheet, counts.get(sheet.participant_id, 0)) for sheet in page],
        "channels": channel_rows(turnout.by_channel if turnout else {}),
        "is_open": is_open(coproduction),
        "parts": ranges_of(parts_of(numbered(coproduction))),
        "taken_back": request.GET.get("taken-back", "")[:ITEMS],
    }
    return render(request, "contributions/sheets.html", context)


def enter(request: HttpRequest, slug: str, channel: str) -> HttpResponse:
    """One sheet on one screen: Enter saves it, and the next empty one shows."""
    coproduction = coproduction_for(request, slug, FACILITATES)
    if channel not in ASSISTED:
        raise Http404
    parts = parts_of(numbered(coproduction))
    part = part_asked(request, parts)
    on_sheet = parts.get(part, {})
    languages = languages_of_consent(coproduction)
    sent = request.POST if request.method == "POST" else None
    form = SheetForm(sent, statements=on_sheet, languages=languages, is_paper=channel == "paper")
    if sent is None:
        form.initial["mark"] = next_mark(coproduction, Channel(channel), signed_in(request))
    elif form.is_valid():
        try:
            return _save(request, coproduction, Channel(channel), part, form)
        except VoteRefused as refused:
            form.add_error("mark", str(refused))
    context = {
        "coproduction": coproduction,
        "channel": Channel(channel),
        "form": form,
        "parts": ranges_of(parts),
        "part": part,
        "is_open": is_open(coproduction),
        "saved": _saved(request, coproduction),
        "taken_back": request.GET.get("taken-back", "")[:ITEMS],
    }
    status = 400 if form.errors else 200
    return render(request, "contributions/enter_sheet.html", context, status=status)


def _save(
    request: HttpRequest, coproduction: Coproduction, channel: Channel, part: int, form: SheetForm
) -> HttpResponse:
    filled = Filled(form.cleaned_data["mark"], form.answers())
    language = form.cleaned_data.get("language", "")
    sheet = enter_sheet(coproduction, channel, filled, signed_in(request), language=language)
    return HttpResponseRedirect(f"{request.path}?part={part}&saved={sheet.pk}")


def _saved(request: HttpRequest, coproduction: Coproduction) -> Sheet | None:
    """The sheet that this page was sent back from, with how many answers it holds."""
    number = number_in(request.GET.get("saved", ""))
    if request.method == "POST" or not number:
        return None
    mine = Sheet.objects.filter(coproduction=coproduction, pk=number)
    return mine.annotate(answers=Count("participant__votes")).first()


@require_POST
def take_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Remove a sheet and its answers, then go back to where the button was."""
    coproduction = coproduction_for(request, slug, FACILITATES)
    mine = Sheet.objects.select_related("participant__vault_key", "coproduction")
    sheet = get_object_or_404(mine, coproduction=coproduction, pk=number)
    mark, channel = sheet.mark, sheet.channel
    take_sheet_back(sheet, signed_in(request))
    back = reverse("sheets", args=[slug])
    if "enter" in request.POST:
        back = reverse("enter-sheet", args=[slug, channel])
    return HttpResponseRedirect(f"{back}?taken-back={mark}")


def sheet_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A file of sheets: first what it would do, then one button does it."""
    coproduction = coproduction_for(request, slug, FACILITATES)
    languages = languages_of_consent(coproduction)
    if request.method != "POST":
        form = SheetFileForm(languages=languages)
        return _show_file(request, coproduction, form)
    if "preview" in request.POST:
        return _confirm(request, coproduction, languages)
    form = SheetFileForm(request.POST, request.FILES, languages=languages)
    if not form.is_valid():
        return _show_file(request, coproduction, form, status=400)
    file, language = form.cleaned_data["file"].file, form.cleaned_data.get("language", "")
    channel = form.cleaned_data["channel"]
    try:
        check_readable(file)
        plan = plan_of(coproduction, channel, file)
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return _show_file(request, coproduction, form, status=400)
    preview = Preview(channel.value, language, _sha256(file), _content(file))
    return _show_plan(request, coproduction, plan, preview)


@dataclass(frozen=True)
class Preview:
    """What was previewed, sent back signed with the confirmation, and kept nowhere meanwhile.

    A file that is too long for a form is chosen again: its `content` is None.
    """

    channel: str
    language: str
    sha256: str
    content: str | None

    def signed(self, coproduction: Coproduction) -> str:
        values = [self.channel, self.language, self.sha256, self.content]
        return signing.dumps(values, salt=_salt(coproduction), compress=True)

    def file(self, request: HttpRequest) -> IO[Any]:
        if self.content is not None:
            return BytesIO(self.content.encode())
        sent = request.FILES.get("file")
        if sent is None or sent.file is None or _sha256(sent.file) != self.sha256:
            raise FileRefused(
                _("This is not the file that you previewed. See first what it would do.")
            )
        return sent.file


def _sha256(file: IO[Any]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _content(file: IO[Any]) -> str | None:
    """Its text, None where it is too long for a form."""
    if file.seek(0, os.SEEK_END) > MOST_CARRIED:
        return None
    text = text_of(file)
    return text if len(signing.dumps(text, compress=True)) <= LONGEST_PREVIEW else None


def _salt(coproduction: Coproduction) -> str:
    return f"sheets of {coproduction.slug}"


def _confirm(
    request: HttpRequest, coproduction: Coproduction, languages: list[str]
) -> HttpResponse:
    """Write what was previewed; if others entered sheets meanwhile, show what is left to do."""
    sent = request.POST.get("preview", "")
    try:
        kept = signing.loads(sent, salt=_salt(coproduction), max_age=PREVIEW_SECONDS)
        preview = Preview(*kept)
        channel, file = Channel(preview.channel), preview.file(request)
        plan = plan_of(coproduction, channel, file)
        if str(plan.new) != request.POST.get("sheets"):
            return _show_plan(request, coproduction, plan, preview, status=409)
        enter_file(
            coproduction, channel, file, signed_in(request),
            expected=plan.new, language=preview.language,
        )  # fmt: skip
    except signing.BadSignature:
        sentence = _("The preview is older than an hour. Choose the file again.")
        return _show_refused(request, coproduction, languages, sentence)
    except (FileRefused, VoteRefused) as refused:
        return _show_refused(request, coproduction, languages, str(refused))
    return redirect("sheets", coproduction.slug)


def _show_refused(
    request: HttpRequest, coproduction: Coproduction, languages: list[str], sentence: str
) -> HttpResponse:
    form = SheetFileForm(languages=languages)
    return _show_file(request, coproduction, form, status=409, sentence=sentence)


def _show_file(
    request: HttpRequest,
    coproduction: Coproduction,
    form: SheetFileForm,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    context = {
        "coproduction": coproduction,
        "form": form,
        "sentence": sentence,
        "is_open": is_open(coproduction),
        "numbers": list(numbered(coproduction))[:3],
    }
    return render(request, "contributions/sheet_file.html", context, status=status)


def _show_plan(
    request: HttpRequest,
    coproduction: Coproduction,
    plan: Plan,
    preview: Preview,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "channel": Channel(preview.channel),
        "plan": plan,
        "counts": plan.by_answer,
        "reasons": sorted(plan.reasons, key=lambda row: row.line),
        "more_refused": plan.refused - len(plan.reasons),
        "preview": preview.signed(coproduction),
        "is_long": preview.content is None,
        "takes_a_while": plan.new > TAKES_A_WHILE,
        "has_changed": status == 409,
    }
    return render(request, "contributions/sheet_plan.html", context, status=status)
