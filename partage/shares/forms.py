"""What facilitators and beneficiaries may send about shares."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partage.calc.sharing import SharingError
from partage.calc.sharing_rules import NOBODY, PEOPLE, Kind, Part, Rule, read_rule
from partage.contributions.forms import measured
from partage.coproductions.models import Coproduction
from partage.opinions.forms import DayField
from partage.opinions.models import Version
from partage.shares.accounts import LONGEST_HOLDER, bank_text, is_iban, tidy_iban
from partage.shares.computing import MOST_POT
from partage.shares.example import example_of
from partage.shares.models import FACTS, LONGEST_REASON, Activity, Period, WorkFacts
from partage.web.localized import in_reader_language, reader_language
from partage.web.tidying import tidy

LONGEST_NAME = 200
LONGEST_FUND = 60
MOST_FUNDS, MOST_TASKS = 8, 60
PER_CENT = 100
POINTED = re.compile(r"(?P<name>.+?)\s*[:=]\s*(?P<number>[0-9]{1,6})")
RATED = re.compile(r"(?P<name>.+?)\s*[:=]\s*(?P<rate>[0-9.,]+)\s*%?")
# Names that would be taken for the field beside them.
COMMON_FUND = ("common fund", "fonds commun")
EXAMPLE_POT = "10000"
SHARES = {
    Kind.EQUAL: "equal_rate",
    Kind.TIME: "time_rate",
    Kind.TASKS: "tasks_rate",
    Kind.PEERS: "peers_rate",
    Kind.RECEIVED: "received_rate",
}


PLAIN = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,6})?")
# In one country this separates thousands, in another cents.
DOUBTFUL = re.compile(r".*[.,]\s*[0-9]{3,}\s*")


def decimal(text: str) -> Decimal:
    """A number as people type it, with a comma or a point and spaces. Raises ValueError."""
    clean = re.sub(r"[\s\u202f\u00a0]", "", text).replace(",", ".").removesuffix("%")
    # Long numbers would not be read back from a sealed rule; "1e-999999999" would never end.
    if not PLAIN.fullmatch(clean) or abs(Decimal(clean)) > MOST_POT:
        raise ValueError(text)
    return Decimal(clean)


class PercentField(forms.CharField):
    """A part in per cent, as an exact fraction; None where it is left empty."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "decimal", "size": 6, "autocomplete": "off"}
        widget = forms.TextInput(attrs=attributes)
        super().__init__(required=False, max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = Fraction(decimal(text)) / PER_CENT
        except ValueError:
            found = Fraction(-1)
        if not 0 <= found <= 1:
            sentence = _("“%(seen)s” is no part of a hundred: give a number from 0 to 100.")
            raise forms.ValidationError(sentence % {"seen": text})
        return found


class EurosField(forms.CharField):
    """An amount typed in euros, kept as cents."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            cents = decimal(text) * 100
        except ValueError:
            cents = Decimal("0.5")
        if DOUBTFUL.fullmatch(text) or cents != int(cents) or abs(cents) > MOST_POT:
            sentence = _("“%(seen)s” is no amount in euros: write it as 1250.40.")
            raise forms.ValidationError(sentence % {"seen": text})
        return int(cents)


class OpinionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Version) -> str:
        title = in_reader_language(obj.content["title"])[0]
        return _("%(title)s, version %(number)s") % {"title": title, "number": obj.number}


def text_field(label: Any, longest: int, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"maxlength": longest})
    return forms.CharField(label=label, widget=widget, **options)


class FactsForm(forms.Form):
    """An answer and its words for each fact; the fields are named for the facts."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, fact in FACTS.items():
            self.fields[code] = forms.ChoiceField(
                label=fact,
                choices=WorkFacts.Answer.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Answer each point: yes, no or not known."),
                    "invalid_choice": _("Answer each point: yes, no or not known."),
                },
            )
            self.fields[f"{code}_words"] = text_field(
                _("How one can see it"),
                LONGEST_REASON,
                error_messages={"required": _("Say in words how one can see each point.")},
            )

    def answers(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {code: (data[code], tidy(data[f"{code}_words"])) for code in FACTS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in FACTS:
            if words := data.get(f"{code}_words"):
                measured(tidy(words), LONGEST_REASON, 1)
        return data


class RuleForm(forms.Form):
    """A rule made with six buttons, the period it is for, and by what it was adopted."""

    name = text_field(
        gettext_lazy("Name of the period"),
        LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give the period a name, such as Spring 2027.")},
    )
    opens_on = DayField(
        label=gettext_lazy("First day"),
        error_messages={"required": gettext_lazy("Give the first day of the period.")},
    )
    closes_on = DayField(
        label=gettext_lazy("Last day"),
        error_messages={"required": gettext_lazy("Give the last day of the period.")},
    )
    common_rate = PercentField(label=gettext_lazy("To the common fund of this coproduction (%)"))
    funds = forms.CharField(
        label=gettext_lazy("Other funds served first, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "aria-describedby": "funds-hint"}),
    )
    equal_rate = PercentField(label=gettext_lazy("Equal (%)"))
    time_rate = PercentField(label=gettext_lazy("By recorded time (%)"))
    cap = forms.CharField(
        label=gettext_lazy("No one counts more than so many times the median"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 6}),
    )
    tasks_rate = PercentField(label=gettext_lazy("By tasks (%)"))
    points = forms.CharField(
        label=gettext_lazy("Points of each task, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "aria-describedby": "points-hint"}),
    )
    peers_rate = PercentField(label=gettext_lazy("By peers (%)"))
    received_rate = PercentField(label=gettext_lazy("By points received (%)"))
    activity = forms.ChoiceField(
        label=gettext_lazy("What do the shares pay for?"),
        choices=Activity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what the shares pay for.")},
    )
    activity_reason = text_field(
        gettext_lazy("If none of these: why?"), LONGEST_REASON, required=False
    )
    opinion = OpinionField(
        label=gettext_lazy("A published opinion of this coproduction"),
        queryset=Version.objects.none(),
        required=False,
        empty_label=gettext_lazy("No opinion: an act named below"),
        error_messages={"invalid_choice": gettext_lazy("Choose an opinion of the list.")},
    )
    recommendation = forms.IntegerField(
        label=gettext_lazy("Its recommendation (number)"), required=False, min_value=1
    )
    act_name = text_field(gettext_lazy("Or the act that adopted it"), LONGEST_NAME, required=False)
    act_on = DayField(label=gettext_lazy("Day of the act"), required=False)
    act_address = forms.URLField(
        label=gettext_lazy("Where it can be read (address)"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy("Give an address such as https://example.org/act.")
        },
    )
    example_pot = EurosField(label=gettext_lazy("Pot of the example (euros)"), initial=EXAMPLE_POT)

    def __init__(self, coproduction: Coproduction, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.coproduction = coproduction
        field = self.fields["opinion"]
        there = Version.objects.filter(
            opinion__coproduction=coproduction, opinion__state="published"
        )
        field.queryset = there.order_by("-pk")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return measured(tidy(self.cleaned_data["name"]), LONGEST_NAME, 1)

    def clean_cap(self) -> Fraction | None:
        text = self.cleaned_data["cap"].strip()
        if not text:
            return None
        try:
            found = Fraction(decimal(text))
        except ValueError:
            found = Fraction(0)
        if found < 1:
            sentence = _("The cap is “%(seen)s”: give a number from 1 up.")
            raise forms.ValidationError(sentence % {"seen": text})
        return found

    def clean_funds(self) -> tuple[tuple[str, Fraction], ...]:
        found = [
            self._fund(line) for line in self.cleaned_data["funds"].splitlines() if line.strip()
        ]
        if len(found) > MOST_FUNDS:
            sentence = _("%(seen)s funds are named and %(most)s fit.")
            raise forms.ValidationError(sentence % {"seen": len(found), "most": MOST_FUNDS})
        names = [name for name, _rate in found]
        if len(set(names)) < len(names) or {PEOPLE, NOBODY} & {*names}:
            raise forms.ValidationError(
                _("A fund comes twice, or is named “people” or “nobody”: name each once.")
            )
        if any(name.casefold() in COMMON_FUND for name in names):
            raise forms.ValidationError(
                _("The common fund has a field of its own: write its part there.")
            )
        return tuple(found)

    def _fund(self, line: str) -> tuple[str, Fraction]:
        read = RATED.fullmatch(tidy(line))
        try:
            rate = Fraction(decimal(read["rate"])) / PER_CENT if read else Fraction(-1)
        except ValueError:
            rate = Fraction(-1)
        if not read or not 0 <= rate <= 1 or len(read["name"]) > LONGEST_FUND:
            sentence = _(
                "“%(seen)s” is no fund: write its name, a colon and its part, such as Training: 20."
            )
            raise forms.ValidationError(sentence % {"seen": line[:LONGEST_NAME]})
        return read["name"], rate

    def clean_points(self) -> tuple[tuple[str, int], ...]:
        lines = [tidy(line) for line in self.cleaned_data["points"].splitlines() if line.strip()]
        found = []
        for line in lines:
            read = POINTED.fullmatch(line)
            if not read or len(read["name"]) > LONGEST_FUND:
                sentence = _(
                    "“%(seen)s” is no task: write its code, a colon and its points, such as scan: 3."
                )
                raise forms.ValidationError(sentence % {"seen": line[:LONGEST_NAME]})
            found.append((read["name"], int(read["number"])))
        if len({task for task, _points in found}) < len(found) or len(found) > MOST_TASKS:
            sentence = _("A task comes twice, or more than %(most)s are named.")
            raise forms.ValidationError(sentence % {"most": MOST_TASKS})
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("activity") == Activity.NONE and not data.get("activity_reason"):
            self.add_error("activity_reason", _("Say why the shares pay for no activity."))
        if not self.errors:
            self._add_common(data)
        if not self.errors:
            self._make_rule(data)
        return data

    def _add_common(self, data: dict[str, Any]) -> None:
        """The common fund comes before the others; what tells it is the field, not its name."""
        rate = data["common_rate"]
        data["common"] = _("Common fund") if rate else ""
        if rate:
            data["funds"] = ((data["common"], rate), *data["funds"])
        if sum(one for _name, one in data["funds"]) > 1:
            self.add_error("funds", _("The funds take more than 100 %: lower one of them."))

    def _make_rule(self, data: Mapping[str, Any]) -> None:
        for fault, field, sentence in _faults(data):
            if fault:
                self.add_error(field, sentence)
        if not self.errors:
            try:
                self.rule = read_rule(_rule(data).canonical)
                example_of(self.rule, 1)
            except SharingError:
                sentence = _("A rate has too many decimals to be sealed: round it.")
                self.add_error("equal_rate", sentence)

    def period(self) -> Period:
        """The period as it was typed, not kept yet."""
        data = self.cleaned_data
        kept = ("opens_on", "closes_on", "activity", "opinion", "recommendation", "act_on")
        texts = ("activity_reason", "act_name", "act_address")
        return Period(
            coproduction=self.coproduction,
            name={reader_language(): data["name"]},
            **{name: data[name] for name in kept},
            **{name: tidy(data[name]) for name in texts},
        )


def _rates(data: Mapping[str, Any]) -> dict[Kind, Fraction]:
    return {kind: data[name] for kind, name in SHARES.items() if data[name]}


def _faults(data: Mapping[str, Any]) -> list[tuple[bool, str, str]]:
    """What is wrong between fields: whether it is, where, and the sentence."""
    rates = _rates(data)
    total, left = sum(rates.values()), 1 - sum(rate for _name, rate in data["funds"])
    wrong_sum = total != (1 if left else 0)
    told = {"seen": f"{float(total * PER_CENT):g}", "wanted": PER_CENT if left else 0}
    sentence = _("The sub-pots add up to %(seen)s %%: make them add up to %(wanted)s %%.")
    return [
        (wrong_sum, "equal_rate", sentence % told),
        (Kind.TIME in rates and not data["cap"], "cap", _("By time needs a cap: give one.")),
        (
            Kind.TASKS in rates and not any(points for _task, points in data["points"]),
            "points",
            _("By tasks needs the points of each task: name them."),
        ),
    ]


def _rule(data: Mapping[str, Any]) -> Rule:
    parts = [
        Part(
            kind,
            rate,
            data["cap"] if kind is Kind.TIME else None,
            data["points"] if kind is Kind.TASKS else (),
        )
        for kind, rate in _rates(data).items()
    ]
    return Rule(data["funds"], tuple(parts), data["common"])


class ReasonForm(forms.Form):
    reason = text_field(
        gettext_lazy("Reason, which is published"),
        LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why: the reason is published.")},
    )

    def clean_reason(self) -> str:
        return measured(tidy(self.cleaned_data["reason"]), LONGEST_REASON, 1)


class ContributionsForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of what people did (CSV)"),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


class PotForm(forms.Form):
    pot = EurosField(
        label=gettext_lazy("The pot (euros)"),
        error_messages={"required": gettext_lazy("Give the pot, in euros; it may be 0 or less.")},
    )
    source = text_field(
        gettext_lazy("Where this amount comes from"),
        LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say where this amount comes from.")},
    )
    contributions = PercentField(label=gettext_lazy("Contributions withheld (%), if known"))
    tax = PercentField(label=gettext_lazy("Tax withheld (%), if known"))
    rates_source = text_field(
        gettext_lazy("Who told these rates, and when"), LONGEST_REASON, required=False
    )

    def clean_source(self) -> str:
        return measured(tidy(self.cleaned_data["source"]), LONGEST_REASON, 1)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rates = [data.get("contributions"), data.get("tax")]
        if sum(rate for rate in rates if rate) > 1:
            self.add_error("tax", _("The two rates take more than the share: lower one of them."))
        if any(rate is not None for rate in rates) and not data.get("rates_source"):
            self.add_error("rates_source", _("Say who told the rates, and when."))
        return data


class AccountForm(forms.Form):
    """Who holds an account, and its number."""

    name = text_field(
        gettext_lazy("Name of the account's holder"),
        LONGEST_HOLDER,
        error_messages={"required": gettext_lazy("Give the name of the account's holder.")},
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Give the account's IBAN.")},
    )

    def clean_name(self) -> str:
        name = measured(tidy(self.cleaned_data["name"]), LONGEST_HOLDER, 1)
        if not bank_text(name):
            raise forms.ValidationError(_("Banks cannot write this name: use letters."))
        return name

    def clean_iban(self) -> str:
        iban = tidy_iban(self.cleaned_data["iban"])
        if not is_iban(iban):
            # Not shown again in a sentence: somebody may be looking over a shoulder.
            raise forms.ValidationError(
                _(
                    "This is no IBAN of a country where payments in euros are made: look at each sign."
                )
            )
        return iban


class PayoutForm(AccountForm):
    paid_on = DayField(
        label=gettext_lazy("Day on which the bank should pay"),
        error_messages={"required": gettext_lazy("Give the day on which the bank should pay.")},
    )
