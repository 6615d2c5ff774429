"""What the desk and members may send."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partage.assemblies.assembling import Newcomer
from partage.assemblies.models import (
    LONGEST_NAME,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    MOST_GROUPS,
    MOST_PROXIES,
    Assembly,
    Choices,
    Member,
    Vote,
)
from partage.calc.rollcall import Counted, Majority, RollcallError, Rule
from partage.coproductions.models import Organization
from partage.coproductions.roles import organizations_of
from partage.people.models import Person
from partage.web.tidying import tidy, tidy_lines

FEWEST_COLUMNS, MOST_COLUMNS = 2, 4
OFF = {"autocomplete": "off"}


class AssemblyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Its name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give the assembly a name.")},
        widget=forms.TextInput(attrs=OFF),
    )
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Of which organization?"),
        queryset=Organization.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose an organization.")},
    )
    proxies = forms.IntegerField(
        label=gettext_lazy("Proxies that one member may hold, from 0 to 5"),
        initial=1,
        min_value=0,
        max_value=MOST_PROXIES,
        error_messages={
            "required": gettext_lazy("Give a number from 0 to 5."),
            "invalid": gettext_lazy("Give a number from 0 to 5."),
        },
    )

    def __init__(self, person: Person, *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["organization"]
        field.queryset = organizations_of(person).order_by("name")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])


class MembersForm(forms.Form):
    """Members, one on each line; the same form for one and for all."""

    lines = forms.CharField(
        label=gettext_lazy("Members, one on each line: name; group; address; chamber"),
        strip=False,
        error_messages={"required": gettext_lazy("Write one member on each line.")},
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "aria-describedby": "lines-hint"}
        ),
    )
    since = forms.DateField(
        label=gettext_lazy("First day of their term"),
        initial=timezone.localdate,
        error_messages={
            "invalid": gettext_lazy("Write a day such as 2026-01-31."),
            "required": gettext_lazy("Write a day such as 2026-01-31."),
        },
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day, if it is known"),
        required=False,
        error_messages={"invalid": gettext_lazy("Write a day such as 2026-01-31.")},
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_lines(self) -> str:
        text = tidy_lines(self.cleaned_data["lines"].replace("\t", ";"))
        self.newcomers = [
            _newcomer(number, line) for number, line in enumerate(text.splitlines(), 1) if line
        ]
        return text


def _newcomer(number: int, line: str) -> Newcomer:
    """The member that a line says, with the columns parted by ; or by tabulators."""
    parts = [part.strip(' "') for part in line.split(";")]
    while len(parts) > FEWEST_COLUMNS and not parts[-1]:
        parts.pop()
    if not FEWEST_COLUMNS <= len(parts) <= MOST_COLUMNS or not parts[0] or not parts[1]:
        sentence = _("Line %(n)s, “%(line)s”: write a name and a group, parted by a semicolon.")
        raise ValidationError(sentence % {"n": number, "line": line[:60]})
    if max(map(len, parts)) > LONGEST_NAME:
        sentence = _("Line %(n)s is too long: a name or a group has at most %(most)s characters.")
        raise ValidationError(sentence % {"n": number, "most": LONGEST_NAME})
    name, group, email, chamber = [*parts, "", ""][:MOST_COLUMNS]
    if email:
        try:
            validate_email(email)
        except ValidationError:
            sentence = _("Line %(n)s: “%(address)s” is no address such as name@example.org.")
            raise ValidationError(sentence % {"n": number, "address": email}) from None
    return Newcomer(name, group, chamber, email)


class RuleForm(forms.Form):
    """How members vote, and which majority decides."""

    regime = forms.ChoiceField(
        label=gettext_lazy("How members vote"),
        choices=Vote.Regime.choices,
        initial=Vote.Regime.ROLL_CALL,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how members vote.")},
    )
    majority = forms.ChoiceField(
        label=gettext_lazy("Majority"), choices=Vote.Majorities.choices, widget=forms.RadioSelect,
        initial="simple", error_messages={"required": gettext_lazy("Choose a majority.")},
    )  # fmt: skip
    counted = forms.ChoiceField(
        label=gettext_lazy("Of what"), choices=Vote.Counting.choices, widget=forms.RadioSelect,
        initial="expressed", error_messages={"required": gettext_lazy("Choose of what.")},
    )  # fmt: skip
    quorum_percent = forms.IntegerField(
        label=gettext_lazy("Quorum, in per cent of the members; 0 for none"), min_value=0, max_value=100, initial=0,
        error_messages={"required": gettext_lazy("Give a number from 0 to 100."), "invalid": gettext_lazy("Give a number from 0 to 100.")},
    )  # fmt: skip
    groups_needed = forms.IntegerField(
        label=gettext_lazy("Groups that must each have more votes for than against; 0 for none"),
        min_value=0, max_value=MOST_GROUPS, initial=0,
        error_messages={"required": gettext_lazy("Give a whole number, 0 for none."), "invalid": gettext_lazy("Give a whole number, 0 for none.")},
    )  # fmt: skip
    by_chamber = forms.BooleanField(
        label=gettext_lazy("Each chamber must reach the majority"), required=False
    )
    chair = forms.CharField(
        label=gettext_lazy("Name of the member whose vote decides a tie, if any"), required=False,
        max_length=LONGEST_NAME, widget=forms.TextInput(attrs=OFF),
    )  # fmt: skip
    closes_at = forms.DateTimeField(
        label=gettext_lazy("Closes by itself at, if an hour is set"), required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": gettext_lazy("Write a day and an hour such as 2026-01-31 18:00.")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(self, assembly: Assembly, *args: Any) -> None:
        super().__init__(*args)
        self.assembly = assembly

    def clean_chair(self) -> Member | None:
        name = tidy(self.cleaned_data["chair"])
        return member_named(self.assembly, name) if name else None

    def clean_closes_at(self) -> Any:
        closes_at = self.cleaned_data["closes_at"]
        if closes_at is not None and closes_at < timezone.now() + timedelta(minutes=1):
            raise ValidationError(_("This hour is past: give a later one, or leave it empty."))
        return closes_at

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors:
            return given
        if given["majority"] == Majority.SIMPLE:
            given["counted"] = Counted.EXPRESSED.value
        self._check(given)
        return given

    def _check(self, given: dict[str, Any]) -> None:
        regime, chair = given["regime"], given["chair"]
        if regime == Vote.Regime.SECRET and (given["by_chamber"] or given["groups_needed"]):
            sentence = _(
                "A secret ballot carries no group: it counts neither by chamber nor by group."
            )
            self.add_error("regime", sentence)
        if chair and regime != Vote.Regime.ROLL_CALL:
            self.add_error("chair", _("Only in a roll call is the chair's own vote known."))
        if given["closes_at"] and regime == Vote.Regime.HANDS:
            self.add_error(
                "closes_at", _("A show of hands closes when a second person confirms it.")
            )
        try:
            Rule(
                by_chamber=given["by_chamber"],
                chair_breaks_ties=bool(chair),
                majority=Majority(given["majority"]),
                counted=Counted(given["counted"]),
            )
        except RollcallError:
            sentence = _(
                "The chair decides a tie of a simple majority of all members together only."
            )
            self.add_error("chair", sentence)


class VoteForm(RuleForm):
    title = forms.CharField(
        label=gettext_lazy("What is voted on, in a few words"),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Say what is voted on.")},
        widget=forms.TextInput(attrs=OFF),
    )
    question = forms.CharField(
        label=gettext_lazy("The question, as members will read it"),
        max_length=LONGEST_QUESTION,
        error_messages={"required": gettext_lazy("Write the question.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    field_order = ("title", "question")

    def clean_title(self) -> str:
        return tidy(self.cleaned_data["title"])

    def clean_question(self) -> str:
        return tidy_lines(self.cleaned_data["question"])


def member_named(assembly: Assembly, name: str) -> Member:
    """The one sitting member of this name."""
    sitting = Member.objects.sitting(timezone.localdate()).filter(group__assembly=assembly)
    found = list(sitting.filter(name__iexact=name).select_related("group")[:2])
    if not found:
        raise ValidationError(_("Nobody named “%(name)s” sits here today.") % {"name": name})
    if len(found) > 1:
        raise ValidationError(_("Several members are named “%(name)s”.") % {"name": name})
    return found[0]


class BallotForm(forms.Form):
    member = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    choice = forms.ChoiceField(
        choices=Choices.choices,
        error_messages={
            "required": gettext_lazy("Choose for, against or abstention."),
            "invalid_choice": gettext_lazy("Choose for, against or abstention."),
        },
    )


class ProxyForm(forms.Form):
    holder = forms.CharField(
        label=gettext_lazy("Name of the member who votes for me"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write the name of a member.")},
        widget=forms.TextInput(attrs=OFF),
    )

    def __init__(self, assembly: Assembly, *args: Any) -> None:
        super().__init__(*args)
        self.assembly = assembly

    def clean_holder(self) -> Member:
        return member_named(self.assembly, tidy(self.cleaned_data["holder"]))


class MemberForm(forms.Form):
    """What the desk does about one member."""

    substitute = forms.CharField(max_length=LONGEST_NAME, required=False)
    last_day = forms.DateField(
        required=False, error_messages={"invalid": gettext_lazy("Write a day such as 2026-01-31.")}
    )

    def clean_substitute(self) -> str:
        return tidy(self.cleaned_data["substitute"])
