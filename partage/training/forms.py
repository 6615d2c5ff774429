"""What people and facilitators may send about skills, programmes and hours."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.training.models import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    MOST_HOURS,
    MOST_PEOPLE,
    MOST_PLACES,
    ChangedWork,
    Skill,
)
from partage.web.localized import in_reader_language
from partage.web.tidying import tidy, tidy_lines

ESCO = "data.europa.eu"
ROME = re.compile(r"[A-N][0-9]{4}")
HOURS = re.compile(r"[0-9]{1,7}([.,][0-9]{1,2})?")
FIRST_YEAR, LAST_YEAR = 2000, 2200
ONCE = r"^[\w-]{22,64}$"
# A point of the account: which topic, and its words in each language.
Point = tuple[str, dict[str, str]]


class WordsField(forms.CharField):
    """A text tidied on one line, or on several; what is too long is said with what was seen."""

    def __init__(self, longest: int, rows: int = 0, **options: Any) -> None:
        self.longest, self.rows = longest, rows
        attrs: dict[str, Any] = {"maxlength": longest} | ({"rows": rows} if rows else {})
        widget = forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs)
        super().__init__(strip=False, widget=widget, **options)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        tidied = tidy_lines(text) if self.rows else tidy(text)
        if self.required and not tidied:
            raise forms.ValidationError(self.error_messages["required"])
        if len(tidied) > self.longest:
            facts = {"seen": len(tidied), "most": self.longest}
            sentence = gettext("Your text has %(seen)s characters; shorten it to %(most)s.")
            raise forms.ValidationError(sentence % facts)
        return tidied


class HoursField(forms.CharField):
    """Hours as people type them, with a point or a comma."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "size": 8, "autocomplete": "off"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).replace(" ", "").replace("\u202f", "")
        hours = Decimal(typed.replace(",", ".")) if HOURS.fullmatch(typed) else Decimal(0)
        if not 0 < hours <= MOST_HOURS:
            sentence = gettext(
                "“%(seen)s” is no number of hours: write more than 0 and at most %(most)s, such as 14 or 3.5."
            )
            raise forms.ValidationError(sentence % {"seen": typed[:40], "most": MOST_HOURS})
        return hours


class WholeField(forms.IntegerField):
    def __init__(self, most: int, **options: Any) -> None:
        sentence = _("Write a whole number from 1 to %(most)s.")
        wrong = {"invalid": sentence % {"most": f"{most:,}"}}
        wrong |= {"min_value": wrong["invalid"], "max_value": wrong["invalid"]}
        attrs = {"inputmode": "numeric", "size": 8, "autocomplete": "off"}
        options["error_messages"] = wrong | options.get("error_messages", {})
        super().__init__(
            min_value=1, max_value=most, widget=forms.TextInput(attrs=attrs), **options
        )


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        wrong = {"invalid": _("Write the day as year, month and day: 2027-03-31.")}
        options["error_messages"] = wrong | options.get("error_messages", {})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not FIRST_YEAR <= value.year < LAST_YEAR:
            raise forms.ValidationError(self.error_messages["invalid"])


def address_field(**options: Any) -> forms.URLField:
    wrong = {"invalid": _("Write the whole address, such as https://example.org/training.")}
    return forms.URLField(
        max_length=LONGEST_ADDRESS,
        assume_scheme="https",
        error_messages=wrong,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        **options,
    )


class SkillForm(forms.Form):
    """One skill of the framework, in one language at least."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short, such as help-at-the-till. It does not change afterwards."),
        error_messages={
            "required": _("Write a code such as help-at-the-till."),
            "invalid": _("Write a code of letters, digits and hyphens, such as help-at-the-till."),
        },
    )
    name_en = WordsField(LONGEST_NAME, label=_("Skill (English)"), required=False)
    name_fr = WordsField(LONGEST_NAME, label=_("Skill (French)"), required=False)
    shown_by_en = WordsField(LONGEST_TEXT, 3, label=_("What shows it (English)"), required=False)
    shown_by_fr = WordsField(LONGEST_TEXT, 3, label=_("What shows it (French)"), required=False)
    esco = address_field(
        label=_("Its address in ESCO, if there is one"),
        required=False,
        help_text=_("Such as http://data.europa.eu/esco/skill/…"),
    )
    rome = forms.CharField(
        label=_("Its ROME code, if there is one"),
        max_length=10,
        required=False,
        help_text=_("A letter and four digits, such as D1507."),
    )

    def clean_esco(self) -> str:
        address: str = self.cleaned_data["esco"]
        if address and urlsplit(address).hostname != ESCO:
            sentence = gettext(
                "“%(seen)s” is not an address of ESCO: it begins with http://data.europa.eu/esco/."
            )
            raise forms.ValidationError(sentence % {"seen": address[:80]})
        return address

    def clean_rome(self) -> str:
        code: str = self.cleaned_data["rome"].strip().upper()
        if code and not ROME.fullmatch(code):
            sentence = gettext(
                "“%(seen)s” is not a ROME code: a letter from A to N and four digits."
            )
            raise forms.ValidationError(sentence % {"seen": code[:10]})
        return code

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        name, shown_by = (
            {tag: said.get(f"{key}_{tag}", "") for tag in ("en", "fr")}
            for key in ("name", "shown_by")
        )
        if not any(name.values()) or any(bool(name[tag]) != bool(shown_by[tag]) for tag in name):
            raise forms.ValidationError(
                gettext("Give the skill and what shows it, in English, in French or in both.")
            )
        return {
            "code": said.get("code"),
            "name": {tag: text for tag, text in name.items() if text},
            "shown_by": {tag: text for tag, text in shown_by.items() if text},
            "esco": said.get("esco", ""),
            "rome": said.get("rome", ""),
        }


class ProgrammeForm(forms.Form):
    """One programme, and what it prepares for: points of the account, skills of the framework."""

    title = WordsField(
        LONGEST_NAME,
        label=_("Title"),
        error_messages={"required": _("Write the title of the programme.")},
    )
    provider = WordsField(
        LONGEST_NAME,
        label=_("Who gives it"),
        error_messages={"required": _("Say who gives the programme.")},
    )
    region = WordsField(LONGEST_NAME, label=_("Where, or which region"), required=False)
    audience = WordsField(LONGEST_NAME, label=_("For whom"), required=False)
    funding = WordsField(LONGEST_NAME, label=_("Who pays"), required=False)
    hours = HoursField(
        label=_("Hours, for one person"),
        error_messages={"required": _("Say how many hours it takes one person.")},
    )
    places = WholeField(MOST_PLACES, label=_("Places (leave empty if not known)"), required=False)
    starts_on = DayField(label=_("First day (may be empty)"), required=False)
    ends_on = DayField(label=_("Last day (may be empty)"), required=False)
    address = address_field(label=_("Address of its page (may be empty)"), required=False)
    changes = forms.MultipleChoiceField(
        label=_("What the account says of the work, and this prepares for"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.MultipleChoiceField(
        label=_("Skills of the framework"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, coproduction: Coproduction, points: Sequence[Point], data: Any = None
    ) -> None:
        self.coproduction, self.points = coproduction, points
        self.known = {one.code: one for one in coproduction.skills.filter(retired_at=None)}
        super().__init__(data)
        self._set_choices()

    def _set_choices(self) -> None:
        labels = dict(ChangedWork.Topic.choices)
        self.fields["changes"].choices = [  # type: ignore[attr-defined]
            (str(place), f"{in_reader_language(words)[0]} ({labels[topic]})")
            for place, (topic, words) in enumerate(self.points)
        ]
        self.fields["skills"].choices = [  # type: ignore[attr-defined]
            (code, in_reader_language(one.name)[0]) for code, one in self.known.items()
        ]

    def clean_ends_on(self) -> date | None:
        ends: date | None = self.cleaned_data["ends_on"]
        if ends and ends < timezone.localdate():
            sentence = gettext(
                "This programme ended on %(seen)s: enter one that people can still take."
            )
            raise forms.ValidationError(sentence % {"seen": f"{ends:%Y-%m-%d}"})
        return ends

    def clean_changes(self) -> list[Point]:
        return [self.points[int(place)] for place in self.cleaned_data["changes"]]

    def clean_skills(self) -> list[Skill]:
        return [self.known[code] for code in self.cleaned_data["skills"]]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("starts_on"), said.get("ends_on")
        if begins and ends and begins > ends:
            facts = {"begins": f"{begins:%Y-%m-%d}", "ends": f"{ends:%Y-%m-%d}"}
            sentence = gettext(
                "It would end on %(ends)s, before it begins on %(begins)s: change one of the days."
            )
            self.add_error("ends_on", sentence % facts)
        if {"changes", "skills"} <= said.keys() and not (said["changes"] or said["skills"]):
            raise forms.ValidationError(
                gettext(
                    "Say what it prepares for: a point of the account, or a skill of the framework."
                )
            )
        return said


class ProgrammeRow(ProgrammeForm):
    """A row of a file: points by their words, skills by their codes, each parted by a bar."""

    changes = forms.CharField(required=False)  # type: ignore[assignment]
    skills = forms.CharField(required=False)  # type: ignore[assignment]

    def _set_choices(self) -> None:
        """The cells are read below."""

    def clean_changes(self) -> list[Point]:
        by_words = {text: point for point in self.points for text in point[1].values()}
        return [self._found(by_words, text) for text in _parts(self.cleaned_data["changes"])]

    def _found(self, by_words: dict[str, Point], text: str) -> Point:
        if text not in by_words:
            sentence = gettext("the account in force does not say “%(seen)s”: copy its words.")
            raise forms.ValidationError(sentence % {"seen": text[:80]})
        return by_words[text]

    def clean_skills(self) -> list[Skill]:
        codes = _parts(self.cleaned_data["skills"])
        for code in codes:
            if code not in self.known:
                sentence = gettext("the framework has no skill “%(seen)s”.")
                raise forms.ValidationError(sentence % {"seen": code[:40]})
        return [self.known[code] for code in codes]


def _parts(cell: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (tidy(part) for part in cell.split("|")))))


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv", "aria-describedby": "file-hint"}),
    )


class ClaimForm(forms.Form):
    """What shows the skill, in words and by what one made here; the person chooses each."""

    skill = forms.SlugField(max_length=40)
    text = WordsField(LONGEST_TEXT, 4, label=_("What shows it, in your words"), required=False)
    shown = forms.MultipleChoiceField(
        label=_("What shows it here"), required=False, widget=forms.CheckboxSelectMultiple
    )
    asks_desk = forms.BooleanField(label=_("Ask a facilitator to confirm it"), required=False)
    # The page's own random number: sent again, its first act finds the device it began.
    once = forms.RegexField(ONCE, required=False, widget=forms.HiddenInput)

    def __init__(self, choices: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["shown"].choices = choices  # type: ignore[attr-defined]
        unknown = _("Show only what is yours here, and published.")
        self.fields["shown"].error_messages["invalid_choice"] = unknown

    def clean_shown(self) -> list[tuple[str, int]]:
        parts = [value.partition("-") for value in self.cleaned_data["shown"]]
        return [(kind, int(number)) for kind, _dash, number in parts]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "text" in said and "shown" in said and not (said["text"] or said["shown"]):
            raise forms.ValidationError(
                gettext("Say what shows this skill: in your words, or by something you made here.")
            )
        return said


class HoursForm(forms.Form):
    hours = HoursField(
        label=_("Hours that you took"),
        error_messages={"required": _("Say how many hours you took.")},
    )
    once = forms.RegexField(ONCE, required=False, widget=forms.HiddenInput)


class AttendanceForm(forms.Form):
    programme = forms.IntegerField(widget=forms.HiddenInput)
    held_on = DayField(
        label=_("Day of the session"),
        error_messages={"required": _("Say on which day the session was.")},
    )
    people = WholeField(
        MOST_PEOPLE,
        label=_("How many people"),
        error_messages={"required": _("Say how many people came.")},
    )
    hours = forms.DecimalField(
        label=_("Hours of all of them together"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
        error_messages={
            "required": _("Say how many hours all of them took together."),
            "invalid": _("Write hours above 0, such as 140 or 52.5."),
            "min_value": _("Write hours above 0, such as 140 or 52.5."),
        },
    )

    def clean_held_on(self) -> date:
        held: date = self.cleaned_data["held_on"]
        if held > timezone.localdate():
            sentence = gettext("The session of %(seen)s is still to come: count it afterwards.")
            raise forms.ValidationError(sentence % {"seen": f"{held:%Y-%m-%d}"})
        return held


class RevocationForm(forms.Form):
    reason = WordsField(
        LONGEST_REASON,
        2,
        label=_("The reason, which the person will read"),
        error_messages={"required": _("Give the reason: nothing is revoked without one.")},
    )


class BadgeForm(forms.Form):
    """What the person wants the badge to know them by; neither is kept here."""

    name = WordsField(LONGEST_NAME, label=_("Your name (may be empty)"), required=False)
    email = forms.EmailField(
        label=_("Your e-mail address (may be empty)"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Write an address such as name@example.org.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "aria-describedby": "email-hint"}),
    )


class VerifyForm(forms.Form):
    badge = forms.CharField(
        label=_("The text of the badge"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label=_("Or its file"), required=False)

    def text(self) -> str:
        sent = self.cleaned_data.get("file")
        return (
            sent.read(200_000).decode(errors="replace") if sent else str(self.cleaned_data["badge"])
        )
