"""Moving the dates of a coproduction's stages, each time with a reason that all may read."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.contributions.desk import facilitated_coproduction
from partage.coproductions.models import Stage, StageChange
from partage.coproductions.rescheduling import RescheduleRefused, StageOvertaken, reschedule
from partage.web.localized import reader_language
from partage.web.tidying import (
    number_in,
    tidy,
)

LONGEST_REASON = 500


def _date_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        **options,
    )


class StageForm(forms.Form):
    opens = _date_field(
        label=_("Opens on"),
        error_messages={
            "invalid": _("Give a date such as 2026-12-31."),
            "required": _("Say when it opens."),
        },
    )
    closes = _date_field(
        label=_("Closes on"),
        required=False,
        error_messages={"invalid": _("Give a date such as 2026-12-31.")},
    )
    reason = forms.CharField(
        label=_("Why? All will read it."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Give the reason: dates are never moved without one.")},
    )

    def __init__(self, stage: Stage, data: Any = None, after: int = 0) -> None:
        self.stage = stage
        # The last change of the stage that whoever fills this in has read.
        self.after = number_in(data.get("after", "")) if data else after
        self.theirs: list[StageChange] = []
        closes = stage.closes_at and timezone.localdate(stage.closes_at)
        super().__init__(
            data,
            auto_id=f"stage-{stage.pk}-%s",
            initial={"opens": timezone.localdate(stage.opens_at), "closes": closes},
        )

    def clean_reason(self) -> str:
        reason = tidy(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(self.fields["reason"].error_messages["required"])
        return reason

    def moments(self) -> tuple[datetime, datetime | None]:
        """When it opens and closes; a day that was not changed keeps its hour."""
        data = self.cleaned_data
        opens = _moment(data["opens"], self.stage.opens_at)
        return opens, data["closes"] and _moment(data["closes"], self.stage.closes_at)


def _moment(day: date, held: datetime | None) -> datetime:
    if held is not None and timezone.localdate(held) == day:
        return held
    return timezone.make_aware(datetime.combine(day, time()))


def stages(request: HttpRequest, slug: str) -> HttpResponse:
    """One form for each stage."""
    coproduction = facilitated_coproduction(request, slug)
    sent, status = None, 200
    if request.method == "POST":
        number = number_in(request.POST.get("stage", ""))
        sent = StageForm(get_object_or_404(coproduction.stages, pk=number), request.POST)
        status = _move(sent)
        if status == 200:
            return redirect(f"{reverse('frame', args=[slug])}#changes")
    forms_shown = [
        sent if sent and sent.stage == stage else StageForm(stage, after=stage.last_change or 0)
        for stage in coproduction.stages.annotate(last_change=Max("changes"))
    ]
    context = {"coproduction": coproduction, "forms": forms_shown, "sent": sent}
    return render(request, "pages/stages.html", context, status=status)


def _move(form: StageForm) -> int:
    """Move the dates; the status of the answer, with what is wrong in the form."""
    if not form.is_valid():
        return 400
    opens, closes = form.moments()
    reason, language = form.cleaned_data["reason"], reader_language()
    try:
        reschedule(form.stage, opens, closes, after=form.after, reason=reason, language=language)
    except RescheduleRefused as error:
        form.add_error(None, str(error))
        if isinstance(error, StageOvertaken):
            form.theirs, form.after = error.changes, error.changes[-1].pk
        return 409
    return 200
