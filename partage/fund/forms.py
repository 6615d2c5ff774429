"""What participants and facilitators may send about the fund."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partage.contributions.forms import measured
from partage.fund.models import (
    LONGEST_DOER,
    LONGEST_PURPOSE,
    LONGEST_REASON,
    LONGEST_SOURCE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WORD,
    FollowUp,
    Movement,
    Project,
    Round,
)
from partage.web.localized import reader_language
from partage.web.templatetags.partage import euros
from partage.web.tidying import tidy, tidy_lines

EUROS = re.compile(r"[0-9]{1,10}([.,][0-9]{1,2})?")
ONCE = r"^[\w-]{22,64}$"


class EurosField(forms.CharField):
    """An amount as people type it, with a point or a comma; cents, once checked."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "size": 12, "autocomplete": "off"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        bare = re.sub(r"[\s\u00a0\u202f€]", "", typed or "")
        if not bare:
            return None
        if not EUROS.fullmatch(bare) or not int(re.sub("[.,]", "", bare)):
            sentence = gettext("“%(seen)s” is no amount: write euros, such as 1250 or 12.50.")
            raise forms.ValidationError(sentence % {"seen": str(typed)[:40]})
        euros, _point, cents = bare.replace(",", ".").partition(".")
        return int(euros) * 100 + int(cents.ljust(2, "0"))

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: Any) -> None:
        """The length was checked by the form of the amount."""


def _words(longest: int, rows: int = 0, **options: Any) -> forms.CharField:
    """A field of one line, or of so many."""
    attrs: dict[str, Any] = {"maxlength": longest} | ({"rows": rows} if rows else {})
    widget = forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs)
    return forms.CharField(strip=False, widget=widget, **options)


def _within_reach(day: date) -> None:
    if not 2000 <= day.year < 2200:
        raise forms.ValidationError(DAY_WANTED["invalid"])


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(
        validators=[_within_reach],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        **options,
    )


class ProjectForm(forms.Form):
    title = _words(
        LONGEST_TITLE,
        label=_("Your project in one sentence"),
        error_messages={"required": _("Write your project in one sentence first.")},
    )
    text = _words(
        LONGEST_TEXT,
        6,
        label=_("What is it, and for whom?"),
        error_messages={"required": _("Say what it is, and for whom.")},
    )
    doer = _words(
        LONGEST_DOER,
        label=_("Who would do it?"),
        error_messages={"required": _("Say who would do it: an association, a team, a firm.")},
    )
    cost = EurosField(
        label=_("What does it cost, in euros?"),
        error_messages={"required": _("Say what it costs, in euros.")},
    )

    # The page's own random number: sent again, its first act finds the device it began.
    once = forms.RegexField(ONCE, required=False, widget=forms.HiddenInput)

    def __init__(self, asked: Round, data: Any = None, once: str = "") -> None:
        self.asked = asked
        super().__init__(data, initial={"once": once})

    def clean_title(self) -> str:
        return measured(tidy(self.cleaned_data["title"]), LONGEST_TITLE)

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_TEXT)

    def clean_doer(self) -> str:
        return measured(tidy(self.cleaned_data["doer"]), LONGEST_DOER, shortest=2)

    def clean_cost(self) -> int:
        cost: int = self.cleaned_data["cost"]
        if cost > self.asked.budget_cents:
            sentence = gettext("It costs %(cost)s; the budget of the round is %(budget)s.")
            words = {"cost": euros(cost), "budget": euros(self.asked.budget_cents)}
            raise forms.ValidationError(sentence % words)
        return cost

    def project(self) -> Project:
        words = self.cleaned_data
        return Project(
            round=self.asked, title=words["title"], text=words["text"], doer=words["doer"],
            cost_cents=words["cost"], language=reader_language(),
        )  # fmt: skip


class BallotForm(forms.Form):
    # The page's own random number: sent again, the same ballot is the same act.
    once = forms.RegexField(ONCE, required=False)
    project = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, numbers: list[int], data: Any = None) -> None:
        super().__init__(data)
        self.fields["project"].choices = [(n, n) for n in numbers]  # type: ignore[attr-defined]


class RefusalForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=Project.Rule.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule that the project breaks.")},
    )
    reason = forms.CharField(
        label=_("The reason, which the author will read"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Give the reason: no project is refused without one.")},
    )


class ReceiptForm(forms.Form):
    """Money that comes in otherwise than by a share-out."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(k.value, k.label) for k in (Movement.Kind.GIFT, Movement.Kind.GRANT)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is a gift or a grant.")},
    )
    euros = EurosField(
        label=_("How much, in euros?"),
        error_messages={"required": _("Say how much, in euros.")},
    )
    source = _words(
        LONGEST_SOURCE,
        label=_("From whom? All will read it: do not name a private person."),
        error_messages={"required": _("Say where the money comes from.")},
    )
    once = forms.RegexField(ONCE, widget=forms.HiddenInput)

    def clean_source(self) -> str:
        return measured(tidy(self.cleaned_data["source"]), LONGEST_SOURCE, shortest=2)


class ReversalForm(forms.Form):
    movement = forms.IntegerField(
        label=_("Number of the movement"),
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
        error_messages={
            "required": _("Give the number of a movement, such as 3."),
            "invalid": _("Give the number of a movement, such as 3."),
        },
    )
    reason = _words(
        LONGEST_SOURCE,
        label=_("Why is it wrong? All will read it."),
        error_messages={"required": _("Give the reason: nothing is corrected without one.")},
    )

    def clean_reason(self) -> str:
        return measured(tidy(self.cleaned_data["reason"]), LONGEST_SOURCE, shortest=2)


DAY_WANTED = {
    "required": _("Give a date such as 2026-12-31."),
    "invalid": _("Give a date such as 2026-12-31."),
}


class RoundForm(forms.Form):
    purpose = _words(
        LONGEST_PURPOSE,
        label=_("What is this round for?"),
        error_messages={"required": _("Say what this round is for.")},
    )
    budget = EurosField(
        label=_("Budget, in euros"), error_messages={"required": _("Give the budget, in euros.")}
    )
    step = EurosField(
        label=_("Step of the completion, in euros"),
        initial="1",
        error_messages={"required": _("Give the step, such as 1 euro.")},
    )
    proposals_from = _day(label=_("Projects from"), error_messages=DAY_WANTED)
    proposals_until = _day(label=_("Projects until, that day included"), error_messages=DAY_WANTED)
    votes_from = _day(label=_("Votes from"), error_messages=DAY_WANTED)
    votes_until = _day(label=_("Votes until, that day included"), error_messages=DAY_WANTED)

    def clean_purpose(self) -> str:
        return measured(tidy(self.cleaned_data["purpose"]), LONGEST_PURPOSE)

    def planned(self) -> Round:
        """The round, not saved yet."""
        data = self.cleaned_data
        return Round(
            purpose=data["purpose"], language=reader_language(),
            budget_cents=data["budget"], step_cents=data["step"],
            proposals_open_at=_start_of(data["proposals_from"]),
            proposals_close_at=_end_of(data["proposals_until"]),
            votes_open_at=_start_of(data["votes_from"]), votes_close_at=_end_of(data["votes_until"]),
        )  # fmt: skip


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1))


class FollowUpForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=FollowUp.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what happened.")},
    )
    euros = EurosField(label=_("How much was paid, in euros?"), required=False)
    text = _words(
        LONGEST_WORD,
        4,
        label=_("In words, for all to read"),
        error_messages={"required": _("Say it in words: for what, or why.")},
    )
    once = forms.RegexField(ONCE, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_WORD, shortest=2)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        is_paid = data.get("kind") == FollowUp.Kind.PAID
        is_amount = data.get("euros") is not None
        if is_paid and "euros" not in self.errors and not is_amount:
            self.add_error("euros", gettext("Say how much was paid, in euros."))
        if is_amount and not is_paid:
            sentence = gettext("An amount goes with a payment: say the payment first, by itself.")
            self.add_error("euros", sentence)
        return data
