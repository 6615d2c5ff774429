"""What participants and facilitators may send."""

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partage.contributions.models import LONGEST_STATEMENT, Statement, Vote
from partage.contributions.statements import tidy

SHORTEST_STATEMENT = 10


class VoteForm(forms.Form):
    # The page's own random number: sent again, the same answer is the same act.
    once = forms.RegexField(r"^[\w-]{22,64}$", required=False)
    statement = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    answer = forms.TypedChoiceField(
        choices=Vote.Answer.choices, coerce=lambda value: Vote.Answer(int(value))
    )


class StatementForm(forms.Form):
    text = forms.CharField(
        label=_("Your sentence"),
        strip=False,
        error_messages={"required": _("Write a sentence first.")},
        widget=forms.Textarea(
            attrs={"rows": 3, "maxlength": LONGEST_STATEMENT, "aria-describedby": "text-hint"}
        ),
    )

    def clean_text(self) -> str:
        text = tidy(self.cleaned_data["text"])
        if len(text) < SHORTEST_STATEMENT:
            raise forms.ValidationError(
                ngettext(
                    "Your sentence has %(seen)s character; write at least %(least)s.",
                    "Your sentence has %(seen)s characters; write at least %(least)s.",
                    len(text),
                )
                % {"seen": len(text), "least": SHORTEST_STATEMENT}
            )
        if len(text) > LONGEST_STATEMENT:
            raise forms.ValidationError(
                gettext("Your sentence has %(seen)s characters; shorten it to %(most)s.")
                % {"seen": len(text), "most": LONGEST_STATEMENT}
            )
        return text


class RefusalForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=[(rule.value, rule.label) for rule in Statement.Rule if rule != "source"],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule of the charter that the sentence breaks.")},
    )
    reason = forms.CharField(label=_("A word to the author"), max_length=500, required=False)
