"""What callers and facilitators may send about calls."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partage.calls.models import (
    LONGEST_ANSWER,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Call,
)
from partage.contributions.forms import measured
from partage.coproductions.models import FEWEST_SUPPORTS, MOST_SUPPORTS, Organization
from partage.coproductions.roles import organizations_that_read
from partage.web.tidying import (
    tidy,
    tidy_lines,
)


class OrganizationField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Organization) -> str:
        words = ngettext(
            "%(organization)s (answers from %(n)s support)",
            "%(organization)s (answers from %(n)s supports)",
            obj.answers_from,
        )
        return words % {"organization": obj.name, "n": obj.answers_from}


class CallForm(forms.Form):
    title = forms.CharField(
        label=_("What should be made together?"),
        strip=False,
        error_messages={"required": _("Say what should be made together.")},
        widget=forms.TextInput(
            attrs={"maxlength": LONGEST_TITLE, "aria-describedby": "title-hint"}
        ),
    )
    text = forms.CharField(
        label=_("How, and why?"),
        strip=False,
        error_messages={"required": _("Say how and why.")},
        widget=forms.Textarea(
            attrs={"rows": 6, "maxlength": LONGEST_TEXT, "aria-describedby": "text-hint"}
        ),
    )
    organization = OrganizationField(
        label=_("To which organization?"),
        queryset=Organization.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the organization you call."),
            "invalid_choice": _("Choose the organization you call."),
        },
        widget=forms.Select(attrs={"aria-describedby": "organization-hint"}),
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["organization"]
        field.queryset = organizations_that_read()  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return measured(tidy(self.cleaned_data["title"]), LONGEST_TITLE)

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_TEXT)


class SupportForm(forms.Form):
    # The page's own random number: a first support sent again finds who it began.
    once = forms.RegexField(r"^[\w-]{22,64}$", required=False)


class CallRefusalForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=Call.Rule.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule of the charter that the call breaks.")},
    )
    reason = forms.CharField(
        label=_("The reason, which the author will read"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Give the reason: a call is never refused without one.")},
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("The organization's answer"),
        strip=False,
        error_messages={"required": _("Write the answer first.")},
        widget=forms.Textarea(
            attrs={
                "rows": 8,
                "maxlength": LONGEST_ANSWER,
                "aria-describedby": "answer-hint",
            }
        ),
    )

    def clean_answer(self) -> str:
        return measured(tidy_lines(self.cleaned_data["answer"]), LONGEST_ANSWER)


class PromiseForm(forms.Form):
    organization = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    supports = forms.IntegerField(
        min_value=FEWEST_SUPPORTS,
        max_value=MOST_SUPPORTS,
        error_messages={"invalid": _("Give a whole number of supports, such as 50.")},
    )
