"""What facilitators may send about opinions."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.assemblies.models import Assembly
from partage.contributions.forms import measured
from partage.opinions.models import LONGEST_REASON, LONGEST_TEXT, LONGEST_WHY, Answer
from partage.web.tidying import (
    tidy,
    tidy_lines,
)

LONGEST_TITLE = 200
LONGEST_RECOMMENDATION = 2000
LONGEST_NAME = 200
# Eighteen groups on one page stay light.
LONGEST_DECLARATION = 1500


NOT_A_DAY = _("This is not a day of the calendar; give it as 2026-12-31.")


class DayField(forms.DateField):
    """A day, as browsers send it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **options)


class TitleForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the opinion"),
        strip=False,
        error_messages={"required": _("Give the opinion a title first.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_TITLE}),
    )

    def clean_title(self) -> str:
        return measured(tidy(self.cleaned_data["title"]), LONGEST_TITLE)


class PartForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the part"),
        strip=False,
        error_messages={"required": _("Give the part a title first.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_TITLE}),
    )
    text = forms.CharField(
        label=_("Its text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "maxlength": LONGEST_TEXT}),
    )

    def clean_title(self) -> str:
        return measured(tidy(self.cleaned_data["title"]), LONGEST_TITLE, shortest=1)

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_TEXT, shortest=0)


class RecommendationForm(forms.Form):
    text = forms.CharField(
        label=_("What should be done"),
        strip=False,
        error_messages={"required": _("Write what should be done first.")},
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_RECOMMENDATION}),
    )
    acts = forms.CharField(label=_("Who must act"), required=False, max_length=LONGEST_NAME)
    due_on = DayField(label=_("By when"), required=False, error_messages={"invalid": NOT_A_DAY})
    known_by = forms.CharField(
        label=_("How we will know that it is done"), required=False, max_length=LONGEST_REASON
    )

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_RECOMMENDATION)

    def clean_acts(self) -> str:
        return tidy(self.cleaned_data["acts"])

    def clean_known_by(self) -> str:
        return tidy(self.cleaned_data["known_by"])


class AmendmentForm(forms.Form):
    """The text as the member would have it; every field empty takes it away."""

    # The digest of the text that stood when the form was opened.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why, in one sentence"),
        strip=False,
        error_messages={"required": _("Say why first, in one sentence.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_WHY}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.wording:
            self.fields[name].required = False

    @property
    def wording(self) -> list[str]:
        return [name for name in self.fields if name not in {"reason", "seen"}]

    @property
    def words(self) -> dict[str, str]:
        return {name: str(self.cleaned_data[name] or "") for name in self.wording}

    def clean_reason(self) -> str:
        return measured(tidy(self.cleaned_data["reason"]), LONGEST_WHY, shortest=1)

    def clean(self) -> dict[str, Any]:
        first, *others = self.wording
        given = self.cleaned_data
        if first in given and not given[first] and any(given.get(name) for name in others):
            self.add_error(first, _("Write this, or leave every field empty to take it all away."))
        return given


class AmendedRecommendationForm(AmendmentForm, RecommendationForm):
    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_RECOMMENDATION, shortest=0)


class AmendedPartForm(AmendmentForm, PartForm):
    def clean_title(self) -> str:
        return measured(tidy(self.cleaned_data["title"]), LONGEST_TITLE, shortest=0)


class DeclarationForm(forms.Form):
    text = forms.CharField(
        label=_("What your group says"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST_DECLARATION}),
    )

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_DECLARATION, shortest=0)


class OpenDebateForm(forms.Form):
    assembly = forms.ModelChoiceField(
        label=_("The assembly"),
        queryset=Assembly.objects.none(),
        error_messages={
            "required": _("Choose an assembly."),
            "invalid_choice": _("Choose an assembly of your organization."),
        },
    )
    until = DayField(
        label=_("Last day for amendments"),
        error_messages={"invalid": NOT_A_DAY, "required": _("Give the last day for amendments.")},
    )

    def __init__(self, assemblies: "QuerySet[Assembly]", *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["assembly"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = assemblies


class CitationForm(forms.Form):
    pasted = forms.CharField(
        label=_("What it rests on"),
        max_length=2000,
        error_messages={"required": _("Paste an address or a sentence first.")},
        widget=forms.TextInput(attrs={"aria-describedby": "pasted-hint"}),
    )


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What was answered?"),
        choices=Answer.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was answered.")},
    )
    said_by = forms.CharField(
        label=_("Who answered"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Say who answered.")},
    )
    text = forms.CharField(
        label=_("Their words, or the reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_REASON}),
    )

    def clean_said_by(self) -> str:
        return measured(tidy(self.cleaned_data["said_by"]), LONGEST_NAME, shortest=1)

    def clean_text(self) -> str:
        text = measured(tidy_lines(self.cleaned_data["text"]), LONGEST_REASON, shortest=0)
        if not text and self.cleaned_data.get("kind") == Answer.Kind.REFUSED:
            raise forms.ValidationError(_("Give the reason: a refusal is never shown without one."))
        return text


class AddresseeForm(forms.Form):
    address = forms.EmailField(
        label=_("E-mail address of whoever should act"),
        max_length=254,
        error_messages={
            "required": _("Write the e-mail address first."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "aria-describedby": "address-hint"}),
    )


class MilestoneForm(forms.Form):
    reached_on = DayField(
        label=_("On which day"),
        error_messages={"invalid": NOT_A_DAY, "required": _("Say on which day.")},
    )
    done = forms.CharField(
        label=_("What was done"),
        strip=False,
        error_messages={"required": _("Say what was done.")},
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
    )
    address = forms.URLField(
        label=_("Where it can be seen"),
        max_length=2000,
        assume_scheme="https",
        error_messages={
            "required": _("Give the address of a page that shows it."),
            "invalid": _("This is not the address of a page; it begins with https://."),
        },
    )

    def clean_done(self) -> str:
        return measured(tidy_lines(self.cleaned_data["done"]), LONGEST_REASON)

    def clean_reached_on(self) -> object:
        day = self.cleaned_data["reached_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("This day is still to come: say what was done, once done.")
            )
        return day
