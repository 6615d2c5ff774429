"""What those who keep a shelf may send: a work field by field, a file of works, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partage.calc.streamed_table import BadRow
from partage.contributions.forms import measured
from partage.library.keeping import check_links, links_of
from partage.library.models import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Theme,
    Work,
    WorkLink,
)
from partage.library.reading import Said, read_work
from partage.web.tidying import tidy

LANGUAGES = [("fr", "Français"), ("en", "English")]


def line(label: Any, longest: int = LONGEST_NAME) -> forms.CharField:
    widget = forms.TextInput(attrs={"maxlength": longest})
    return forms.CharField(label=label, required=False, widget=widget)


def lines(label: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea({"rows": rows}))


class WorkForm(forms.Form):
    """The fields are named as the columns of a file, and are read by the same rules."""

    title = line(_("Title, as published"), LONGEST_TITLE)
    institution = line(_("Given by (several parted by semicolons)"))
    region = line(_("Region or country"))
    kind = line(_("Kind, such as avis, rapport or étude"))
    date = line(_("Date: 2016, 2016-11 or 2016-11-29"), 10)
    rapporteurs = line(_("Rapporteurs (parted by semicolons)"), 2000)
    votes_for = line(_("Votes for"), 9)
    votes_against = line(_("Votes against"), 9)
    votes_abstain = line(_("Abstentions"), 9)
    body_size = line(_("How many members could vote"), 9)
    url = line(_("Address of the work"), 2000)
    source_url = line(_("Where it was seen"), 2000)
    language = forms.ChoiceField(label=_("Language of the title"), choices=LANGUAGES)
    themes = forms.MultipleChoiceField(
        label=_("Themes"),
        choices=Theme.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    summary = forms.CharField(
        label=_("Summary, in one or two sentences"),
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST_SUMMARY}),
    )
    questions = lines(_("Questions it leaves open, one a line"))
    recommendations = lines(_("What it asks for, one a line"))
    followed_up = lines(_("What was done about it: on each line some words, then an address"), 2)
    follows = line(_("Works it follows (their ids, parted by semicolons)"), 2000)
    answers = line(_("Works it answers"), 2000)
    cites = line(_("Works it cites"), 2000)

    # What was read; there once the form is valid.
    said: Said

    def __init__(self, slug: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.slug = slug

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        # The main theme of a work stays the main one.
        first = [one for one in self.initial.get("themes", []) if one in given.get("themes", [])]
        themes = ";".join(dict.fromkeys([*first, *given.get("themes", [])]))
        cells = {name: str(given.get(name, "")).strip() for name in self.fields}
        try:
            self.said = read_work({**cells, "themes": themes, "id": self.slug})
            others = {slug for slugs in self.said.links.values() for slug in slugs}
            known = Work.objects.listed().filter(slug__in=others)
            check_links(self.said, known.values_list("slug", flat=True))
        except BadRow as bad:
            column = str(bad).split(" ")[0]
            self.add_error(column if column in self.fields else None, f"{bad}.")
        return given


def filled(work: Work) -> dict[str, Any]:
    """The work as the form holds it."""
    texts = ("title", "region", "kind", "url", "source_url", "language", "summary")
    numbers = ("votes_for", "votes_against", "votes_abstain", "body_size")
    return {
        **{name: getattr(work, name) for name in (*texts, *numbers)},
        "date": work.dated,
        "institution": "; ".join(work.institutions),
        "rapporteurs": "; ".join(work.rapporteurs),
        "themes": work.theme_slugs,
        "questions": "\n".join(one.text for one in work.questions.all()),
        "recommendations": "\n".join(one.text for one in work.recommendations.all()),
        "followed_up": "\n".join(f"{one.what} {one.url}" for one in work.effects.all()),
        **{kind.value: "; ".join(links_of(work, kind)) for kind in WorkLink.Kind},
    }


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why, which everybody will read"),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say why: the reason is published.")},
    )

    def clean_reason(self) -> str:
        return measured(tidy(self.cleaned_data["reason"]), LONGEST_REASON)
