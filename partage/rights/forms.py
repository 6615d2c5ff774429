"""What somebody may ask about their data, and what the desk answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.rights.models import LONGEST_REASON, LONGEST_REQUEST, Request
from partage.web.localized import in_reader_language
from partage.web.tidying import tidy, tidy_lines


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return in_reader_language(obj.title)[0]


class RequestForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What do you ask?"),
        choices=Request.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask.")},
    )
    coproduction = PlaceField(
        label=_("About which coproduction?"),
        queryset=Coproduction.objects.none(),
        required=False,
        empty_label=_("The whole site"),
        error_messages={"invalid_choice": _("Choose one of the coproductions.")},
    )
    text = forms.CharField(
        label=_("Say what it is about"),
        max_length=LONGEST_REQUEST,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_REQUEST}),
        error_messages={"required": _("Say what it is about.")},
    )
    mail = forms.EmailField(
        label=_("Your e-mail address, if you like an answer by mail"),
        required=False,
        error_messages={"invalid": _("Write an address such as name@example.org.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        places = Coproduction.objects.visible().order_by("pk")
        self.fields["coproduction"].queryset = places  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        return tidy_lines(self.cleaned_data["text"])


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_REQUEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_REQUEST}),
        error_messages={"required": _("Write the answer first.")},
    )

    def clean_answer(self) -> str:
        return tidy_lines(self.cleaned_data["answer"])


class LongerForm(forms.Form):
    reason = forms.CharField(
        label=_("Why does it take up to three months?"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say why it takes longer.")},
    )

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])
