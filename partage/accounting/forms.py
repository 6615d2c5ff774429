"""Figures and voices that people send about an account."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from partage.accounting.models import CounterInput, Voice
from partage.calc.declaration import Declaration, Input

LARGEST = Decimal(10) ** 15


class FigureField(forms.DecimalField):
    """A figure at or above zero; a comma is as good as a point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_value=LARGEST, decimal_places=6, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("\u202f", "").replace(" ", "").replace(",", ".")
        return super().to_python(text)


class VoiceForm(forms.Form):
    task = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    speaks_as = forms.ChoiceField(choices=Voice.SpeaksAs)
    degree = forms.ChoiceField(choices=Voice._meta.get_field("degree").choices or [])
    change = forms.ChoiceField(choices=Voice.Change)


class CounterInputForm(forms.ModelForm):
    """One figure, its bounds, and where it comes from."""

    low = FigureField(label=_("Low"))
    central = FigureField(label=_("Central"))
    high = FigureField(label=_("High"))
    source = forms.CharField(
        label=_("Source"),
        min_length=10,
        max_length=300,
        help_text=_("Who published it, where, and the address of the page if there is one."),
    )
    source_date = forms.DateField(
        label=_("Date of the source"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Year, month and day: 2026-06-30."),
    )

    class Meta:
        model = CounterInput
        fields = ("low", "central", "high", "source", "source_date")

    def validate_constraints(self) -> None:
        """Left to the database: `clean` says the same thing in words."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        bounds = [cleaned[name] for name in ("low", "central", "high") if name in cleaned]
        if bounds != sorted(bounds):
            raise forms.ValidationError(
                _g("The low is at most the central, and the central at most the high.")
            )
        return cleaned


class DecisionForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=CounterInput.Rule,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule that the figure breaks.")},
    )
    reason = forms.CharField(label=_("A word to the author"), max_length=500, required=False)


class WhatIfForm(forms.Form):
    """Every input of an account as a field; an empty one stays as declared."""

    def __init__(self, declared: Declaration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, given in declared.inputs.items():
            self.fields[name] = FigureField(required=False, label=given.label)
            self.fields[name].widget.attrs["placeholder"] = _shown(given)

    def changes(self) -> dict[str, Decimal]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


def _shown(given: Input) -> str:
    return _g("unknown") if given.central is None else f"{float(given.central):.12g}"
