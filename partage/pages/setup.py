"""Setting up a coproduction on one page: what the public page will say, then publish it."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from partage.coproductions.creation import drafted_stage, set_up
from partage.coproductions.models import Coproduction, Frame, Organization, Stage
from partage.coproductions.patterns import PATTERNS
from partage.coproductions.roles import facilitated_organizations, organizations_of
from partage.library.models import Work
from partage.library.starting import start_from
from partage.people.models import Person
from partage.people.sign_in import signed_in
from partage.web.localized import reader_language
from partage.web.tidying import number_in, tidy

FIRST = "idea-box"
LONGEST_TITLE, LONGEST_WORDS = 120, 500
WORDS = ("title", "question", "decides")
NOT_A_DATE = {"invalid": _("Give a date such as 2026-12-31.")}


class SetUpForm(forms.Form):
    pattern = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(name, pattern.label) for name, pattern in PATTERNS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how to begin.")},
    )
    organization = forms.ModelChoiceField(
        label=_("Which organization asks?"),
        queryset=Organization.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose an organization that you facilitate for."),
            "invalid_choice": _("Choose an organization that you facilitate for."),
        },
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Give a title.")},
    )
    question = forms.CharField(
        label=_("The question"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Ask a question.")},
    )
    decides = forms.CharField(
        label=_("Who decides, and what is done with the answers?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say who decides.")},
    )

    # What it is started from, if from a work of the library and a question of it.
    work = forms.ModelChoiceField(
        queryset=Work.objects.listed(),
        to_field_name="slug",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This work is not in the library any more.")},
    )
    asked = forms.IntegerField(required=False, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, person: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["organization"]
        chosen.queryset = organizations_of(person).order_by("name")  # type: ignore[attr-defined]
        for kind in Stage.Kind:
            for edge in ("opens", "closes"):
                box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
                name = f"{kind.value}-{edge}"
                self.fields[name] = forms.DateField(
                    required=False,
                    label=kind.label,
                    widget=box,
                    input_formats=["%Y-%m-%d"],
                    error_messages=NOT_A_DATE,
                )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for name in WORDS:
            data[name] = tidy(data.get(name, ""))
            if not data[name] and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        for kind in Stage.Kind:
            self._check_stage(kind)
        if not self.stages():
            self.add_error(None, gettext("Give at least one stage the date on which it opens."))
        return data

    def _check_stage(self, kind: Stage.Kind) -> None:
        opens, closes = self._dates(kind)
        if opens and opens < timezone.localdate():
            self.add_error(f"{kind.value}-opens", gettext("A stage cannot be opened in the past."))
        if closes and not opens and f"{kind.value}-opens" not in self.errors:
            self.add_error(f"{kind.value}-opens", gettext("It closes: say when it opens."))
        if opens and closes and closes <= opens:
            self.add_error(f"{kind.value}-closes", gettext("It must close after it opens."))

    def _dates(self, kind: Stage.Kind) -> tuple[date | None, date | None]:
        data = self.cleaned_data
        return data.get(f"{kind.value}-opens"), data.get(f"{kind.value}-closes")

    def stages(self) -> list[dict[str, Any]]:
        """Those with an opening date, as a declaration holds them, in their order."""
        found = []
        for kind in Stage.Kind:
            opens, closes = self._dates(kind)
            if opens:
                ends = {"closes": closes} if closes else {}
                found.append({"kind": kind.value, "opens": opens, **ends})
        return sorted(found, key=lambda stage: stage["opens"])

    def table(self) -> dict[str, Any]:
        """The declaration of the coproduction; its frame says what is not known yet."""
        data, language = self.cleaned_data, reader_language()
        return {
            "address": data["title"],
            "organization": data["organization"].name,
            "families": [family.value for family in PATTERNS[data["pattern"]].families],
            **{name: {language: data[name]} for name in WORDS},
            "stages": self.stages(),
            "frame": {},
        }

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Each stage's name and its two fields."""
        return [
            (kind.label, self[f"{kind.value}-opens"], self[f"{kind.value}-closes"])
            for kind in Stage.Kind
        ]


def filled(pattern: str) -> dict[str, str]:
    """The dates of a beginning that starts today; what it does not hold is emptied."""
    dates = PATTERNS[pattern].dates(timezone.localdate())
    found = {}
    for kind in Stage.Kind:
        opens, closes = dates.get(kind, (None, None))
        found[f"{kind.value}-opens"] = opens.isoformat() if opens else ""
        found[f"{kind.value}-closes"] = closes.isoformat() if closes else ""
    return found


def draft(form: SetUpForm) -> dict[str, Any]:
    """What the public page will say, of what can be read so far. Nothing is written."""
    form.full_clean()
    data, language = form.cleaned_data, reader_language()
    said = {name: {language: data[name]} if data.get(name) else {} for name in WORDS}
    pattern = PATTERNS.get(data.get("pattern", ""))
    frame = Frame(decides=said.pop("decides"), families=list(pattern.families) if pattern else [])
    organization = data.get("organization") or Organization()
    return {
        "coproduction": Coproduction(organization=organization, frame=frame, **said),
        "frame": frame,
        "stages": [drafted_stage(table) for table in form.stages()],
        "to_mend": [
            (form[name].label, form.errors[name]) for name in form.errors if form.data.get(name)
        ],
    }


def new(request: HttpRequest) -> HttpResponse:
    """Three buttons: take a beginning's stages, preview, publish."""
    organizations = facilitated_organizations(request)
    person, does = signed_in(request), request.POST.get("do")
    if request.method != "POST":
        first = {"pattern": FIRST, "organization": organizations[0].pk, **filled(FIRST)}
        first |= from_work(request.GET.get("work", ""), number_in(request.GET.get("asked", "")))
        return _show(request, SetUpForm(person, initial=first))
    if does == "fill" and request.POST.get("pattern") in PATTERNS:
        kept = request.POST.dict() | filled(request.POST["pattern"])
        return _show(request, SetUpForm(person, initial=kept))
    form = SetUpForm(person, request.POST)
    if not form.is_valid():
        return _show(request, form, 400)
    if does == "publish":
        return redirect(publish(form, person))
    return _show(request, form)


def from_work(slug: str, number: int) -> dict[str, Any]:
    """The question that a work of the library leaves open, as the beginning of a form."""
    work = Work.objects.listed().filter(slug=slug).first()
    if work is None:
        return {}
    asked = work.questions.filter(number=number).first()
    if asked is None:
        return {"work": work.slug}
    return {"work": work.slug, "asked": asked.number, "question": asked.text[:LONGEST_WORDS]}


def publish(form: SetUpForm, person: Person) -> Coproduction:
    """The coproduction, and what it was started from."""
    with transaction.atomic():
        coproduction = set_up(form.table(), person)
        work = form.cleaned_data["work"]
        if work:
            asked = work.questions.filter(number=form.cleaned_data["asked"]).first()
            start_from(coproduction, work, asked)
    return coproduction


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The same words as somebody types them, for browsers that ask."""
    facilitated_organizations(request)
    form = SetUpForm(signed_in(request), request.POST)
    return render(request, "pages/_setup_preview.html", draft(form))


def _show(request: HttpRequest, form: SetUpForm, status: int = 200) -> HttpResponse:
    seen = form if form.is_bound else SetUpForm(signed_in(request), form.initial)
    started_from = seen["work"].value()
    work = Work.objects.listed().filter(slug=started_from).first() if started_from else None
    context = {"form": form, "draft": draft(seen), "work": work}
    return render(request, "pages/setup.html", context, status=status)
