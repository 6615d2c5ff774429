"""What closed months of events, and training hours, say as figures for the inputs of an account."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from partage.calc.declaration import Declaration, Input
from partage.coproductions.models import Coproduction
from partage.events.models import EventMonth
from partage.events.months import published_months
from partage.training.hours import Hours, counted_hours, declared_hours
from partage.web.localized import in_reader_language

HOUR = 3600
TRAINING = "training"
GRADES = {"measured": "M", "sampled": "M", "declared": "S", "published": "S", "assumed": "A"}
DIGITS = Context(prec=6, rounding=ROUND_HALF_UP)
CENTS = 100


class NotMeasured(Exception):
    """Nothing that was measured says this figure; the message is the sentence to show."""


@dataclass(frozen=True)
class Measure:
    """The published months of one task, known in one way."""

    months: list[EventMonth]

    @property
    def basis(self) -> str:
        return self.months[0].basis

    @property
    def until(self) -> str:
        return f"{self.months[-1].month:%Y-%m}"

    @property
    def source(self) -> str:
        return _("Events of this coproduction: %s") % self.words

    def page(self, coproduction: Coproduction) -> str:
        """By the code of the task an inspector finds the events again."""
        return f"{reverse('measured', args=[coproduction.slug])}?task={self.months[0].task.code}"

    def says(self, figure: str) -> bool:
        return figure in {"events", "seconds", "value_cents"}

    @property
    def key(self) -> str:
        return f"{self.months[0].task.code}:{self.months[0].basis}"

    @property
    def words(self) -> str:
        """Such as: Scanning, measured, 2026-01 to 2026-03, 1,234 times."""
        first, last = (f"{row.month:%Y-%m}" for row in (self.months[0], self.months[-1]))
        facts = {
            "task": in_reader_language(self.months[0].task.name)[0],
            "basis": self.months[0].get_basis_display(),
            "months": first if first == last else _("%s to %s") % (first, last),
            "times": number_format(sum(row.events for row in self.months), force_grouping=True),
        }
        return _("%(task)s, %(basis)s, %(months)s, %(times)s times") % facts

    def figures(self, figure: str, unit: Fraction) -> dict[str, str]:
        """The mean of all months, between the least and the largest mean of a month."""
        if figure == "events":
            times = str(sum(row.events for row in self.months))
            return dict.fromkeys(("low", "central", "high"), times)
        total, events = (
            sum(getattr(row, name) for row in self.months) for name in (figure, "events")
        )
        means = [Fraction(getattr(row, figure), row.events) for row in self.months]
        bounds = {"low": min(means), "central": Fraction(total, events), "high": max(means)}
        # As exact fractions until here, rounded once: in a large unit a small time is not 0.
        return {key: _written(mean / unit) for key, mean in bounds.items()}


@dataclass(frozen=True)
class TrainingMeasure:
    """Hours of training taken, known in one way; published from ten people on."""

    basis: str
    hours: Hours

    @property
    def key(self) -> str:
        return f"{TRAINING}:{self.basis}"

    @property
    def until(self) -> str:
        return self.hours.until

    @property
    def words(self) -> str:
        """Such as: Training hours taken, declared, 20 people, until 2026-05."""
        facts = {"n": self.hours.of, "until": self.until, "hours": f"{self.hours.hours:f}"}
        if self.basis == "measured":
            return (
                _(
                    "Training hours, counted by the organization: %(hours)s, %(n)s attendances, until %(until)s"
                )
                % facts
            )
        return (
            _("Training hours, declared by people: %(hours)s, %(n)s people, until %(until)s")
            % facts
        )

    @property
    def source(self) -> str:
        return _("Training page of this coproduction: %s") % self.words

    def page(self, coproduction: Coproduction) -> str:
        return reverse("learning", args=[coproduction.slug])

    def says(self, figure: str) -> bool:
        return figure == TRAINING

    def figures(self, _figure: str, unit: Fraction) -> dict[str, str]:
        total = _written(Fraction(self.hours.hours) * HOUR / unit)
        return dict.fromkeys(("low", "central", "high"), total)


AnyMeasure = Measure | TrainingMeasure


def _written(figure: Fraction) -> str:
    """With six digits that count, however small; without a power of ten."""
    rounded = DIGITS.divide(Decimal(figure.numerator), Decimal(figure.denominator))
    return f"{rounded.normalize(DIGITS):f}"


def measures(coproduction: Coproduction) -> dict[str, AnyMeasure]:
    """By key: each task and way of knowing of which a month is published, and training hours."""
    rows: dict[tuple[str, str], list[EventMonth]] = defaultdict(list)
    for row in published_months(coproduction).order_by("task__code", "basis", "month"):
        rows[row.task.code, row.basis].append(row)
    told = {"declared": declared_hours(coproduction), "measured": counted_hours(coproduction)}
    found: list[AnyMeasure] = [Measure(months) for months in rows.values()]
    found += [TrainingMeasure(basis, hours) for basis, hours in told.items() if hours]
    return {measure.key: measure for measure in found}


def measurable(declared: Declaration) -> list[Input]:
    """The inputs that can be said: time or euros for each task, how many tasks, training time."""
    return [given for given in declared.inputs.values() if figure_of(declared, given)]


def figure_of(declared: Declaration, given: Input) -> str:
    """Which figure of a month says the input, or training hours, or nothing."""
    if _is_training(declared, given.name):
        return TRAINING
    powers = dict(declared.unit(given.unit).dimension.powers or ())
    counted = {"task", *declared.counts} & powers.keys()
    if len(counted) != 1:
        return ""
    of_each = powers.pop(counted.pop())
    figures = {("s", 1): "seconds", (declared.currency, 1): "value_cents"}
    if of_each == 1:
        return "" if powers else "events"
    return figures.get(next(iter(powers.items()), ("", 0)), "") if len(powers) == 1 else ""


def _is_training(declared: Declaration, name: str) -> bool:
    """Whether line G is this input and nothing else, in some scenario."""
    formulas = (one.formulas["training_time"] for one in declared.scenarios.values())
    return name in formulas


def unit_of(declared: Declaration, given: Input, figure: str) -> Fraction:
    """By what a figure of a month is divided to stand in the input's own unit."""
    unit = Fraction(declared.unit(given.unit).factor)
    return unit * CENTS if figure == "value_cents" else unit


def taken(
    coproduction: Coproduction, declared: Declaration, sent: Mapping[str, str]
) -> dict[str, Any]:
    """The fields of the form that the measure chosen fills."""
    given = declared.inputs.get(sent.get("measured-input", ""))
    measure = measures(coproduction).get(sent.get("measured", ""))
    figure = figure_of(declared, given) if given else ""
    if not given or not measure or not measure.says(figure):
        raise NotMeasured(_("Choose a figure and what was measured for it: nothing was taken."))
    origin = {
        "source": measure.source,
        "source_url": f"{settings.BASE_URL}{measure.page(coproduction)}",
        "date": measure.until,
        "grade": GRADES[measure.basis],
        "basis": measure.basis,
    }
    figures = measure.figures(figure, unit_of(declared, given, figure))
    return {f"{given.name}-{key}": value for key, value in (figures | origin).items()}
