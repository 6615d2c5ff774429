"""What participants and facilitators may send."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partage.contributions.models import (
    LONGEST_ARGUMENT,
    LONGEST_BODY,
    LONGEST_STATEMENT,
    LONGEST_TITLE,
    Argument,
    IdeaVote,
    Outcome,
    Statement,
    Vote,
)
from partage.contributions.sheets import (
    ASSISTED,
    LONGEST_MARK,
    NotUnderstood,
    read_answer,
    read_mark,
)
from partage.contributions.statements import tidy, tidy_lines
from partage.people.models import Channel

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
        return measured(tidy(self.cleaned_data["text"]), LONGEST_STATEMENT)


def measured(text: str, longest: int, shortest: int = SHORTEST_STATEMENT) -> str:
    """The text, when its length is right."""
    if len(text) < shortest:
        raise forms.ValidationError(
            ngettext(
                "Your text has %(seen)s character; write at least %(least)s.",
                "Your text has %(seen)s characters; write at least %(least)s.",
                len(text),
            )
            % {"seen": len(text), "least": shortest}
        )
    if len(text) > longest:
        raise forms.ValidationError(
            gettext("Your text has %(seen)s characters; shorten it to %(most)s.")
            % {"seen": len(text), "most": longest}
        )
    return text


def link_field() -> forms.URLField:
    return forms.URLField(
        label=_("A source, if you have one"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        error_messages={
            "invalid": _("This is not the address of a page; it begins with https://. Correct it or leave it out."),
        },
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip


class WordsForm(forms.Form):
    """The words of an idea."""

    title = forms.CharField(
        label=_("Your idea in one sentence"),
        strip=False,
        error_messages={"required": _("Write your idea in one sentence first.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_TITLE}),
    )
    body = forms.CharField(
        label=_("Explain it, if you like"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "aria-describedby": "body-hint"}),
    )

    def clean_title(self) -> str:
        return measured(tidy(self.cleaned_data["title"]), LONGEST_TITLE)

    def clean_body(self) -> str:
        return measured(tidy_lines(self.cleaned_data["body"]), LONGEST_BODY, shortest=0)


class IdeaForm(WordsForm):
    """An idea, and a source where it has one."""

    link = link_field()


class IdeaVoteForm(forms.Form):
    answer = forms.TypedChoiceField(
        choices=IdeaVote.Answer.choices, coerce=lambda value: IdeaVote.Answer(int(value))
    )


class ArgumentForm(forms.Form):
    side = forms.TypedChoiceField(
        label=_("Is it a point for or against?"),
        choices=Argument.Side.choices,
        coerce=Argument.Side,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether your point is for or against.")},
    )
    text = forms.CharField(
        label=_("Your point in one sentence"),
        strip=False,
        error_messages={"required": _("Write your point first.")},
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_ARGUMENT}),
    )
    link = link_field()

    def clean_text(self) -> str:
        return measured(tidy(self.cleaned_data["text"]), LONGEST_ARGUMENT)


class RefusalForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=[(rule.value, rule.label) for rule in Statement.Rule if rule != "source"],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule of the charter that the sentence breaks.")},
    )
    reason = forms.CharField(label=_("A word to the author"), max_length=500, required=False)


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("Why should it be published?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        error_messages={"required": _("Write why it should be published.")},
    )

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class OutcomeForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=Outcome.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the idea.")},
    )
    text = forms.CharField(
        label=_("Say what was done, or why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
        error_messages={"required": _("Write what was done with the idea, or why not.")},
    )

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class DecisionForm(forms.Form):
    """What the desk decides on an idea or an argument: a refusal needs its rule."""

    decision = forms.ChoiceField(
        choices=[("publish", _("Publish")), ("refuse", _("Refuse")), ("group", _("Group"))]
    )
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=[(rule.value, rule.label) for rule in Statement.Rule if rule != "source"],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(label=_("A word to the author"), max_length=500, required=False)
    same_as = forms.IntegerField(
        label=_("Same as idea number"), min_value=1, max_value=2**63 - 1, required=False
    )

    def clean(self) -> dict[str, object]:
        words = super().clean() or {}
        decision = words.get("decision")
        if decision == "refuse" and not words.get("rule"):
            self.add_error("rule", _("Choose the rule of the charter that it breaks."))
        if decision == "group" and not words.get("same_as"):
            self.add_error("same_as", _("Choose the idea that already says it."))
        return words


class AnswerField(forms.CharField):
    """One answer, as it is typed from a sheet."""

    def clean(self, value: Any) -> Vote.Answer | None:
        try:
            return read_answer(super().clean(value))
        except NotUnderstood as wrong:
            raise forms.ValidationError(str(wrong)) from None


class SheetForm(forms.Form):
    """One ballot sheet or phone call: its number, and an answer for each of its statements."""

    mark = forms.CharField(
        label=_("Number of the sheet"),
        error_messages={
            "required": _("The sheet has no number: write the same number on it and here.")
        },
        widget=forms.TextInput(attrs={"maxlength": LONGEST_MARK, "autocomplete": "off"}),
    )

    def __init__(
        self,
        *sent: Any,
        statements: Mapping[int, Statement],
        languages: Sequence[str],
        is_paper: bool,
    ) -> None:
        super().__init__(*sent)
        self.statements = statements
        for place, number in enumerate(statements):
            typed = forms.TextInput(attrs={"autocomplete": "off", "class": "sign", "size": 2})
            # The number is proposed already: typing begins at the first answer.
            typed.attrs["autofocus"] = place == 0 and not self.is_bound
            self.fields[f"answer-{number}"] = AnswerField(required=False, widget=typed)
        if languages:
            self.fields["has_consent"] = _consent_field(is_paper=is_paper)
            self.fields["language"] = language_field(languages)

    @property
    def rows(self) -> list[tuple[int, Statement, forms.BoundField]]:
        return [(n, each, self[f"answer-{n}"]) for n, each in self.statements.items()]

    def clean_mark(self) -> str:
        try:
            return read_mark(self.cleaned_data["mark"])
        except NotUnderstood as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def answers(self) -> dict[int, Vote.Answer]:
        """By the key of the statement, those that were given."""
        given = {each.pk: self.cleaned_data[f"answer-{n}"] for n, each in self.statements.items()}
        return {key: answer for key, answer in given.items() if answer is not None}


def _consent_field(*, is_paper: bool) -> forms.BooleanField:
    """Never ticked beforehand: whoever enters the sheet has seen the consent on it."""
    words = (
        _("The person ticked their consent on the sheet")
        if is_paper
        else _("The words of consent were read to the person, who said yes")
    )
    missing = _(
        "Without the person's consent these answers may not be counted: put the sheet aside."
    )
    return forms.BooleanField(label=words, error_messages={"required": missing})


def language_field(languages: Sequence[str]) -> forms.ChoiceField:
    names = {"en": _("English"), "fr": _("French")}
    return forms.ChoiceField(
        label=_("Language in which the consent was asked"),
        choices=[(tag, names.get(tag, tag)) for tag in languages],
    )


class SheetFileForm(forms.Form):
    """A CSV file of sheets of one channel."""

    channel = forms.TypedChoiceField(
        label=_("How were these answers given?"),
        choices=[(channel.value, channel.label) for channel in ASSISTED],
        coerce=Channel,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether these are sheets or phone calls.")},
    )
    file = forms.FileField(
        label=_("CSV file"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *sent: Any, languages: Sequence[str]) -> None:
        super().__init__(*sent)
        if languages:
            self.fields["language"] = language_field(languages)
