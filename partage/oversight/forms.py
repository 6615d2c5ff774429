"""What administrators, inspectors and facilitators may send about an inspection."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partage.contributions.forms import measured
from partage.coproductions.models import Coproduction, Organization
from partage.opinions.forms import DayField
from partage.oversight.mandates import Terms
from partage.oversight.models import (
    LONGEST_TEXT,
    LONGEST_WORDS,
    MINUTES_A_DAY,
    MOST_SAMPLED,
    Mandate,
)
from partage.web.tidying import tidy, tidy_lines

LONGEST_NAME = 200
MOST_CASES = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2200
WANTED = {
    "required": _("Choose a day."),
    "invalid": _("Write the day as year-month-day, such as 2026-03-01."),
}


def _within_reach(day: date) -> None:
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise forms.ValidationError(WANTED["invalid"])


def day_field(**options: Any) -> DayField:
    return DayField(error_messages=WANTED, validators=[_within_reach], **options)


def long_text(rows: int, **options: Any) -> forms.CharField:
    attrs = {"rows": rows, "maxlength": LONGEST_TEXT}
    return forms.CharField(strip=False, widget=forms.Textarea(attrs=attrs), **options)


class MandateForm(forms.Form):
    """Who inspects what, on what ground, until when."""

    email = forms.EmailField(
        label=_("Address of the inspector"),
        max_length=254,
        error_messages={
            "required": _("Write the address of whoever inspects."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Their name"),
        max_length=120,
        error_messages={"required": _("Write the name of whoever inspects.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.ChoiceField(
        label=_("For whom they inspect"),
        choices=Mandate.Body.choices,
        error_messages={
            "required": _("Choose for whom they inspect."),
            "invalid_choice": _("Choose for whom they inspect."),
        },
    )
    body_name = forms.CharField(
        label=_("Name of the service, council or firm"),
        strip=False,
        error_messages={"required": _("Name the service, the council or the firm.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NAME}),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis, such as an article of law or a decision"),
        strip=False,
        error_messages={"required": _("Say on what legal basis they inspect.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_WORDS}),
    )
    organization = forms.ModelChoiceField(
        label=_("Organization inspected"),
        queryset=Organization.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=_("None: only the coproductions listed below"),
        error_messages={"invalid_choice": _("Choose an organization of the list.")},
    )
    slugs = forms.CharField(
        label=_("Only these coproductions, one a line; empty: all those of the organization"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    from_on = day_field(label=_("First day"))
    until_on = day_field(label=_("Last day"))

    def clean_name(self) -> str:
        return measured(tidy(self.cleaned_data["name"]), LONGEST_NAME, 1)

    def clean_body_name(self) -> str:
        return measured(tidy(self.cleaned_data["body_name"]), LONGEST_NAME, 1)

    def clean_legal_basis(self) -> str:
        return measured(tidy(self.cleaned_data["legal_basis"]), LONGEST_WORDS)

    def clean_slugs(self) -> list[Coproduction]:
        """The coproductions named; the first that is none is told."""
        named = dict.fromkeys(filter(None, map(tidy, self.cleaned_data["slugs"].splitlines())))
        found = {c.slug: c for c in Coproduction.objects.visible().filter(slug__in=list(named))}
        for slug in named:
            if slug not in found:
                sentence = gettext("There is no coproduction “%(slug)s”: its address names it.")
                raise forms.ValidationError(sentence % {"slug": slug[:80]})
        return [found[slug] for slug in named]

    @property
    def terms(self) -> Terms:
        given = {**self.cleaned_data}
        kept = ("body", "body_name", "legal_basis", "from_on", "until_on", "organization")
        return Terms(**{name: given[name] for name in kept}, coproductions=given["slugs"])


class SearchForm(forms.Form):
    """Entries by coproduction, kind and period; what makes no sense is said, and left out."""

    coproduction = forms.ChoiceField(label=_("Coproduction"), required=False)
    kind = forms.ChoiceField(label=_("Kind of act"), required=False)
    since = day_field(label=_("From the day"), required=False)
    until = day_field(label=_("To the day"), required=False)

    def __init__(self, slugs: list[str], kinds: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, values, unknown in (
            ("coproduction", slugs, _("“%(value)s” is not covered by this mandate.")),
            ("kind", kinds, _("“%(value)s” is no kind of act found here.")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = [("", _("all")), *((one, one) for one in values)]
            field.error_messages["invalid_choice"] = unknown

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error(
                "until", _("The last day comes before the first: correct one of the two.")
            )
        return said


class SampleForm(SearchForm):
    size = forms.IntegerField(
        label=_("How many entries"),
        min_value=1,
        max_value=MOST_SAMPLED,
        initial=30,
        error_messages={
            "required": _("Say how many entries to draw, from 1 to 1000."),
            "invalid": _("Say how many entries to draw, from 1 to 1000."),
            "min_value": _("Say how many entries to draw, from 1 to 1000."),
            "max_value": _("Say how many entries to draw, from 1 to 1000."),
        },
    )


class WorkedForm(forms.Form):
    """Hours given on a day, and cases that wait."""

    day = day_field(label=_("Day"))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=0,
        max_value=MINUTES_A_DAY // 60,
        decimal_places=2,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value", "max_decimal_places", "max_digits"),
            _("Write the hours given that day, from 0 to 24, such as 1.5."),
        ),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 6}),
    )

    @property
    def minutes(self) -> int:
        hours: Decimal = self.cleaned_data["hours"]
        return round(hours * 60)


class CasesForm(forms.Form):
    waiting_cases = forms.IntegerField(
        label=_("Cases that wait for this inspection"),
        min_value=0,
        max_value=MOST_CASES,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Write how many cases wait: a whole number, 0 or more."),
        ),
        widget=forms.NumberInput(attrs={"min": 0}),
    )


class AboutForm(forms.Form):
    """Words about one of the coproductions covered."""

    coproduction = forms.ModelChoiceField(
        label=_("About"),
        queryset=Coproduction.objects.none(),
        to_field_name="slug",
        error_messages={
            "required": _("Choose a coproduction of the list."),
            "invalid_choice": _("Choose a coproduction of the list."),
        },
    )

    def __init__(self, mandate: Mandate, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["coproduction"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = mandate.covered()


class NoteForm(AboutForm):
    text = long_text(5, label=_("Note"), error_messages={"required": _("Write the note first.")})

    def __init__(self, mandate: Mandate, *args: Any, **options: Any) -> None:
        super().__init__(mandate, *args, **options)
        self.fields["coproduction"].required = False

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_TEXT, 1)


class QuestionForm(AboutForm):
    text = long_text(
        5, label=_("Question"), error_messages={"required": _("Write the question first.")}
    )
    due_on = day_field(label=_("Answer wanted by"))

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_TEXT)


class AnswerForm(forms.Form):
    text = long_text(
        5, label=_("Your answer"), error_messages={"required": _("Write the answer first.")}
    )

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_TEXT, 1)
