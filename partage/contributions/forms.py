"""What participants and facilitators may send."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partage.contributions.models import (
    CHARTER,
    LONGEST_ARGUMENT,
    LONGEST_BODY,
    LONGEST_REPORT,
    LONGEST_STATEMENT,
    LONGEST_TASK,
    LONGEST_TITLE,
    LONGEST_TRIAL_MINUTES,
    Argument,
    IdeaVote,
    Outcome,
    Statement,
    TestReport,
    TrialTask,
    Vote,
)
from partage.contributions.sheets import (
    ASSISTED,
    LONGEST_MARK,
    NotUnderstood,
    read_answer,
    read_mark,
)
from partage.people.models import Channel
from partage.web.tidying import (
    tidy,
    tidy_lines,
)

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


class AppealForm(forms.Form):
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
    """What the desk decides on what waits: a refusal needs its rule."""

    decision = forms.ChoiceField(
        choices=[
            ("publish", _("Publish")),
            ("refuse", _("Refuse")),
            ("group", _("Group")),
            ("ask", _("Ask for a change")),
        ],
        error_messages={"required": _("Choose what to do with it.")},
    )
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=[(rule.value, rule.label) for rule in CHARTER],
        # The other buttons of the page are in forms of their own.
        widget=forms.RadioSelect(attrs={"required": True}),
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
        if decision == "ask" and not words.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write what its author should change."))
        return words


class NoticeForm(forms.Form):
    """A report: which rule, why, and whom to answer."""

    rule = forms.ChoiceField(
        label=_("Which rule does it break?"),
        choices=[(rule.value, rule.label) for rule in CHARTER],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule of the charter that it breaks.")},
    )
    text = forms.CharField(
        label=_("Say why, and what in it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1000}),
        error_messages={"required": _("Write why it breaks this rule.")},
    )
    name = forms.CharField(label=_("Your name, if you like"), max_length=120, required=False)
    mail = forms.EmailField(label=_("Your e-mail address, if you like"), required=False)
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say is exact and complete."),
        error_messages={"required": _("Tick that you say it in good faith.")},
    )

    def clean_text(self) -> str:
        return measured(tidy(self.cleaned_data["text"]), 1000)

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])


class NoticeDecisionForm(forms.Form):
    """What the desk does about a report, and what it answers."""

    decision = forms.ChoiceField(choices=[("keep", _("Keep it")), ("refuse", _("Take it down"))])
    rule = forms.ChoiceField(
        label=_("Which rule?"),
        choices=[(rule.value, rule.label) for rule in CHARTER],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule of the charter that it breaks.")},
    )
    answer = forms.CharField(
        label=_("Why? Its author and whoever reported it read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        error_messages={"required": _("Write why, for its author and for whoever reported it.")},
    )


class UnclearForm(forms.Form):
    """What the desk does about a sentence that many did not understand."""

    decision = forms.ChoiceField(choices=[("leave", _("Leave it")), ("replace", _("Replace it"))])
    text = forms.CharField(label=_("A clearer sentence"), required=False, strip=False)
    reason = forms.CharField(label=_("Why leave it as it is?"), max_length=500, required=False)

    def clean(self) -> dict[str, object]:
        words = super().clean() or {}
        if words.get("decision") == "replace":
            try:
                words["text"] = measured(tidy(str(words.get("text", ""))), LONGEST_STATEMENT)
            except forms.ValidationError as error:
                self.add_error("text", error)
        elif not words.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write why it stays as it is."))
        return words


class ModerationForm(forms.Form):
    two_to_refuse = forms.TypedChoiceField(
        label=_("Who refuses?"),
        choices=[
            ("no", _("One person refuses, with a rule of the charter.")),
            ("yes", _("Two people must agree before anything is refused.")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who refuses.")},
    )
    reason = forms.CharField(
        label=_("Why this change? Everybody reads it."),
        max_length=500,
        error_messages={"required": _("Write why: everybody reads it.")},
    )


def _or_unsaid(choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """These, and the right to say nothing, which a radio button alone does not give back."""
    return [*choices, ("", _("I prefer not to say"))]


class ReportForm(forms.Form):
    """How trying a task went: three answers needed, three as one likes."""

    task = forms.ModelChoiceField(
        label=_("Which task did you try?"),
        queryset=TrialTask.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the task that you tried."),
            "invalid_choice": _("Choose one of the tasks on this page."),
        },
    )
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=TestReport.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    text = forms.CharField(
        label=_("What happened?"),
        strip=False,
        error_messages={"required": _("Write what happened: one sentence is enough.")},
        widget=forms.Textarea(
            attrs={"rows": 5, "maxlength": LONGEST_REPORT, "aria-describedby": "text-hint"}
        ),
    )
    severity = forms.ChoiceField(
        label=_("Did you meet a problem?"),
        choices=_or_unsaid(TestReport.Severity.choices),
        widget=forms.RadioSelect,
        required=False,
    )
    minutes = forms.IntegerField(
        label=_("How many minutes did it take?"),
        required=False,
        min_value=1,
        max_value=LONGEST_TRIAL_MINUTES,
        error_messages={
            "invalid": _("Give whole minutes, such as 7, or leave it empty."),
            "min_value": _("Give at least 1 minute, or leave it empty."),
            "max_value": _("Give at most 1440 minutes, which is a day, or leave it empty."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "aria-describedby": "apart-hint"}),
    )
    difficulty = forms.TypedChoiceField(
        label=_("How hard was it for you?"),
        choices=_or_unsaid(TestReport.Difficulty.choices),
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, tasks: "QuerySet[TrialTask]", *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["task"].queryset = tasks  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        return measured(tidy_lines(self.cleaned_data["text"]), LONGEST_REPORT)


class TaskForm(forms.Form):
    words = forms.CharField(
        label=_("What should people try?"),
        strip=False,
        error_messages={"required": _("Write the task first.")},
        widget=forms.Textarea(
            attrs={"rows": 2, "maxlength": LONGEST_TASK, "aria-describedby": "words-hint"}
        ),
    )

    def clean_words(self) -> str:
        return measured(tidy(self.cleaned_data["words"]), LONGEST_TASK)


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
