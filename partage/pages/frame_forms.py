"""The boxes of a frame, each named by its effect, and the table that they make together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partage.coproductions.creation import known_only
from partage.coproductions.frame_changes import ALTERNATIVES, COMMERCIAL, DEGREES, KNOWN
from partage.coproductions.models import Family, Frame, Task
from partage.web.localized import in_reader_language, reader_language
from partage.web.tidying import (
    tidy,
)

LONGEST_TEXT, LONGEST_NAME, MOST_ROWS, MOST_DAYS = 1000, 200, 30, 36_500
HOURS_OF_A_WEEK, MOST_MINUTES = 168, 9999
# What is written in words, by language: the rest is chosen or counted.
TEXTS = ("decides", "ranking", "sharing_rule", "retention", "alternative_words")
TASK_WORDS = ("name", "done_before_by")
DATA_WORDS = ("category", "purpose", "receivers")
Table = Mapping[str, Any]


def _text(label: Any) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=LONGEST_TEXT, widget=box)


def _name(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST_NAME)


def _number(label: Any, most: int) -> forms.DecimalField:
    sentence = _("Give a number such as 12 or 1.5, or leave it empty.")
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        decimal_places=1,
        localize=True,
        error_messages={"invalid": sentence, "max_decimal_places": sentence},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 7}),
    )


def _assurances() -> list[tuple[str, Any]]:
    """Those that people can show on this site.

    With several providers of identities, one person could answer once by each.
    """
    hidden = set() if settings.MAIL_IS_ON else {Frame.Assurance.MAIL.value}
    if len(settings.IDENTITY_PROVIDERS) != 1:
        hidden.add(Frame.Assurance.IDENTITY.value)
    return [one for one in Frame.Assurance.choices if one[0] not in hidden]


class FrameForm(forms.Form):
    decides = _text(_("Who decides, on what, when"))
    families = forms.MultipleChoiceField(
        label=_("Kind"),
        required=False,
        choices=Family.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    alternative = forms.ChoiceField(
        label=_("If people do not want to take part"),
        choices=list(ALTERNATIVES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what happens to those who do not want to take part.")},
    )
    alternative_words = _text(_("The other way, in words"))
    alternative_hours_a_week = _number(
        _("Somebody serves them so many hours a week"), HOURS_OF_A_WEEK
    )
    alternative_wait_minutes = _number(_("They usually wait so many minutes"), MOST_MINUTES)
    landscape = forms.ChoiceField(
        label=_("How opinions are mapped"),
        choices=Frame.Landscape.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how opinions are mapped.")},
    )
    assurance = forms.ChoiceField(
        label=_("What people must show before they answer"),
        choices=_assurances,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what people must show before they answer."),
            "invalid_choice": _("People cannot show that on this site: choose another way."),
        },
    )
    sharing_rule = _text(_("How value is shared"))
    ranking = _text(_("How the organization ranks what it shows"))
    retention = _text(_("What is erased, and when"))
    reason = forms.CharField(
        label=_("Why? All will read it."), required=False, max_length=LONGEST_TEXT
    )
    keeps = forms.BooleanField(
        label=_("The sense stays the same: keep the words that stand in other languages."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data |= {name: tidy(data.get(name, "")) for name in (*TEXTS, "reason")}
        if not data["decides"] and "decides" not in self.errors:
            self.add_error("decides", gettext("Say who decides."))
        return data


class TaskForm(forms.Form):
    name = _name(_("People are asked to"))
    done_before_by = _name(_("This was done before by"))
    degree = forms.ChoiceField(
        label=_("May they refuse?"), choices=list(DEGREES.items()), initial=Task.Degree.CHOSEN
    )

    def clean(self) -> dict[str, Any]:
        return _named(self, TASK_WORDS, gettext("Say what people are asked to do."))


class DataForm(forms.Form):
    category = _name(_("What is taken"))
    known = forms.TypedChoiceField(
        label=_("Do people know?"),
        choices=[(str(key), words) for key, words in KNOWN.items()],
        coerce=lambda value: value == "True",
        initial="True",
    )
    purpose = _name(_("What for"))
    receivers = _name(_("Who receives it"))
    commercial = forms.TypedChoiceField(
        label=_("Is it sold?"),
        required=False,
        choices=[
            ("", COMMERCIAL[None]),
            *((str(each), COMMERCIAL[each]) for each in (False, True)),
        ],
        coerce=lambda value: value == "True",
        empty_value=None,
    )
    kept_days = forms.IntegerField(
        label=_("It is erased after so many days"),
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={"invalid": _("Give a whole number of days such as 90, or leave it empty.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 7}),
    )

    def clean(self) -> dict[str, Any]:
        return _named(self, DATA_WORDS, gettext("Say what is taken."), "kept_days")


def _named(form: forms.Form, words: tuple[str, ...], sentence: str, *more: str) -> dict[str, Any]:
    """A row whose name is empty is taken out, unless something else stands in it."""
    data, name = form.cleaned_data, words[0]
    data |= {each: tidy(data.get(each, "")) for each in words}
    filled = any(data[each] for each in words) or any(data.get(e) is not None for e in more)
    if filled and not data[name] and name not in form.errors:
        form.add_error(name, sentence)
    return data


_ROW_FAULTS: dict[str, Any] = {
    "missing_management_form": _("The rows did not all arrive: open this page again."),
    "too_many_forms": _("There are more than %(num)d rows: use the file for so many."),
}
_LIMITS: dict[str, Any] = {
    "extra": 1,
    "max_num": MOST_ROWS,
    "absolute_max": MOST_ROWS,
    "validate_max": True,
}
TaskForms = forms.formset_factory(TaskForm, **_LIMITS)
DataForms = forms.formset_factory(DataForm, **_LIMITS)


@dataclass(frozen=True)
class Editor:
    """The three parts of the page."""

    form: FrameForm
    tasks: Any
    data: Any

    def is_valid(self) -> bool:
        # Of all three, so that all faults are said at once.
        return all([part.is_valid() for part in (self.form, self.tasks, self.data)])  # noqa: C419

    def faults(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each box that cannot be used, with its sentences."""
        every = [self.form, *self.tasks, *self.data]
        return [(form[name], form.errors[name]) for form in every for name in form.errors]

    def other_faults(self) -> list[str]:
        return [*self.tasks.non_form_errors(), *self.data.non_form_errors()]


def editor_of(base: Table) -> Editor:
    """The promises as they stand."""
    tasks = [_plain(row) for row in base.get("tasks", [])]
    data = [_plain(row) for row in base.get("data", [])]
    return Editor(
        FrameForm(initial=_plain(base)),
        TaskForms(initial=tasks, prefix="tasks"),
        DataForms(initial=data, prefix="data"),
    )


def editor_sent(sent: QueryDict) -> Editor:
    """What was typed."""
    return Editor(
        FrameForm(sent),
        TaskForms(sent, prefix="tasks", error_messages=_ROW_FAULTS),
        DataForms(sent, prefix="data", error_messages=_ROW_FAULTS),
    )


def with_another_row(sent: QueryDict, prefix: str) -> QueryDict:
    """What was typed, with one more empty row of tasks or of data."""
    more, key = sent.copy(), f"{prefix}-TOTAL_FORMS"
    held = str(more.get(key))
    if held in map(str, range(MOST_ROWS)):
        more[key] = str(int(held) + 1)
    return more


def _plain(table: Table) -> dict[str, Any]:
    """The texts of a table as its reader sees them."""
    return {k: in_reader_language(v)[0] if isinstance(v, dict) else v for k, v in table.items()}


@dataclass(frozen=True)
class Wording:
    """In which language one writes, and whether the others stay."""

    language: str
    keeps: bool

    def of(self, typed: str, former: dict[str, str]) -> dict[str, str]:
        """Words left alone keep all their languages; an old translation of new words would lie."""
        if typed == tidy(in_reader_language(former)[0]):
            return former
        others = former if self.keeps else {}
        return {**others, self.language: typed} if typed else {}

    def row(self, typed: Table, former: Table, words: Iterable[str]) -> dict[str, Any]:
        said = {name: self.of(typed[name], former.get(name, {})) for name in words}
        return known_only({**typed, **said})

    def rows(self, formset: Any, former: list[Table], words: tuple[str, ...]) -> list[Table]:
        known = dict(enumerate(former))
        typed = [(number, form.cleaned_data) for number, form in enumerate(formset)]
        return [self.row(t, known.get(n, {}), words) for n, t in typed if t.get(words[0])]


def next_version(editor: Editor, base: Table) -> dict[str, Any]:
    """The table of the next version: what the form asks, and the rest as it was."""
    typed = dict(editor.form.cleaned_data)
    wording = Wording(reader_language(), typed.pop("keeps"))
    reason = wording.of(typed.pop("reason"), {})
    families = _in_their_order(typed.pop("families"), base.get("families", []))
    rows = {
        "tasks": wording.rows(editor.tasks, base.get("tasks", []), TASK_WORDS),
        "data": wording.rows(editor.data, base.get("data", []), DATA_WORDS),
    }
    others = {key: value for key, value in base.items() if key not in typed}
    asked = wording.row(typed, base, TEXTS)
    return known_only(others | asked | rows | {"families": families, "reason": reason})


def _in_their_order(chosen: list[str], former: list[str]) -> list[str]:
    if set(chosen) == set(former):
        return former
    return [family for family in Family.values if family in chosen]
