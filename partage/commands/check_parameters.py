"""`partage check-parameters`: our dated figures beside those of OpenFisca-France.

OpenFisca-France is installed in an environment apart, never in ours: it is large, under another
licence, and only a reference.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TypedDict

import click

from partage.calc.labour import monthly_pay
from partage.calc.parameters import PAY_TABLE, Series, all_series, pay_tables, value_at
from partage.commands.wording import counted
from partage.config.environment import read

Figures = Mapping[str, float]
PayAnswer = Mapping[str, Sequence[Figures]]
Wages = Mapping[date, Sequence[Fraction]]

VERSION = "176.1.8"
SCRIPT = Path(__file__).with_name("openfisca_values.py")
REFERENCE = f"openfisca-france=={VERSION}"
LARGEST_GAP = 0.001
PERCENT = 100
MONTHS = 12
STAFF = 100
# The law changes contributions at the start of a quarter, between two tables too.
QUARTERS = (1, 4, 7, 10)
SEEN_EACH_QUARTER = ("1", "1.2", "1.4", "1.6", "2", "2.3", "2.7", "3", "3.5", "4")
INSTALL_SECONDS = 900
ANSWER_SECONDS = 300
CANNOT_COMPARE = 2

REDUCTION = (
    "prelevements_sociaux.reductions_cotisations_sociales.allegement_general"
    ".ensemble_des_entreprises."
)
MICRO = "prelevements_sociaux.professions_liberales.auto_entrepreneur."
MICRO_TAX = "impot_revenu.calcul_revenus_imposables.rpns.micro.microentreprise."
CEILING = "prelevements_sociaux.pss.plafond_securite_sociale_"
WAGE = "marche_travail.salaire_minimum.smic."

PATHS = {
    "minimum_wage_hourly": WAGE + "smic_b_horaire",
    "hours_month": WAGE + "nb_heures_travail_mensuel",
    "social_security_ceiling_monthly": CEILING + "mensuel",
    "social_security_ceiling_yearly": CEILING + "annuel",
    "minimum_wage_in_reduction": REDUCTION + "smic_reference",
    "reduction_floor": REDUCTION + "t_min",
    "reduction_slope": REDUCTION + "t_delta_grandes_entreprises",
    "reduction_slope_small": REDUCTION + "t_delta_petites_entreprises",
    "reduction_small_until": REDUCTION + "seuil_taille_entreprise",
    "reduction_power": REDUCTION + "puissance",
    "reduction_ceiling": REDUCTION + "plafond",
    "corporate_tax": "taxation_societes.impot_societe.taux_normal",
    "micro_sales": MICRO + "cotisations_prestations.vente",
    "micro_services_bic": MICRO + "cotisations_prestations.service_bic",
    "micro_services_bnc": MICRO + "cotisations_prestations.service",
    "micro_cipav": MICRO + "cotisations_prestations.cipav",
    "micro_holiday_lets": MICRO + "cotisations_prestations.meuble_tour_class",
    "micro_sales_training": MICRO + "formation_professionnelle.ventecom_chiffre_affaires",
    "micro_services_bic_training": MICRO
    + "formation_professionnelle.artisans_hors_alsace_chiffre_affaires",
    "micro_services_bnc_training": MICRO
    + "formation_professionnelle.professions_liberales_chiffre_affaires",
    "micro_cipav_training": MICRO
    + "formation_professionnelle.professions_liberales_chiffre_affaires",
    "micro_ceiling_sales": MICRO_TAX + "regime_micro_bic.marchandises.plafond",
    "micro_ceiling_services": MICRO_TAX + "regime_micro_bic.services.plafond",
}
# OpenFisca dates these by the year of the incomes taxed, we by the year they are earned: only our
# own dates are compared.
OWN_DATES = ("micro_ceiling_sales", "micro_ceiling_services")


class Answer(TypedDict):
    """What the script beside this one prints: histories by name, pay by date and wage."""

    parameters: Mapping[str, Mapping[str, float | None]]
    pay: PayAnswer
    quarters: PayAnswer


class CannotCompare(click.ClickException):
    """There is nothing to compare with."""

    exit_code = CANNOT_COMPARE


@dataclass(frozen=True)
class Difference:
    """One figure that is not the reference's; ``theirs`` is None when the reference has none."""

    at: str
    ours: float
    theirs: float | None


@dataclass(frozen=True)
class Comparison:
    """One series beside the reference: how many figures, and those too far apart."""

    name: str
    compared: int
    largest_gap_percent: float
    differences: tuple[Difference, ...]


@click.command("check-parameters")
@click.option(
    "--environment",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the environment apart; by default in PARTAGE_DATA_DIR.",
)
@click.option("--json", "wants_json", is_flag=True, help="Print the comparison as JSON.")
def check_parameters(environment: Path | None, wants_json: bool) -> None:
    """Compare the parameters with OpenFisca-France, and fail beyond 0.1 %.

    The first run installs OpenFisca-France in an environment apart (160 MB); the next ones use
    it again. Ends with 1 when a figure differs, with 2 when OpenFisca cannot be had.

    Example: partage check-parameters --environment /tmp/openfisca
    """
    folder = environment or Path(read("PARTAGE_DATA_DIR")) / f"openfisca-{VERSION}"
    answer = ask(make_environment(folder))
    found = [compare(name, ours, theirs) for name, ours, theirs in figures(answer)]
    alone = [each.name for each in all_series() if each.name not in {*PATHS, PAY_TABLE}]
    if wants_json:
        click.echo(json.dumps(_as_json(found, alone), indent=2))
    else:
        click.echo("\n".join(_report(found, alone)))
    if any(each.differences for each in found):
        raise SystemExit(1)


def compare(name: str, ours: Mapping[str, float], theirs: Mapping[str, float | None]) -> Comparison:
    """Our figures beside the reference's, at each key of ours."""
    gaps = {at: _gap(figure, theirs.get(at)) for at, figure in ours.items()}
    apart = [at for at, gap in gaps.items() if gap is None or gap > LARGEST_GAP]
    known = [gap for gap in gaps.values() if gap is not None]
    return Comparison(
        name=name,
        compared=len(gaps),
        largest_gap_percent=PERCENT * max(known, default=0.0),
        differences=tuple(Difference(at, ours[at], theirs.get(at)) for at in apart),
    )


def _gap(ours: float, theirs: float | None) -> float | None:
    """How far apart, as a share of the reference; None when it says nothing."""
    if theirs is None:
        return None
    return abs(ours - theirs) / abs(theirs) if theirs else abs(ours)


# The two sides


def figures(answer: Answer) -> Iterator[tuple[str, Figures, Mapping[str, float | None]]]:
    """Each series compared, with our figures and the reference's at the same places."""
    for series in all_series():
        if series.name in PATHS:
            history = answer["parameters"][series.name]
            days = _days(series, history)
            ours = {str(day): float(value_at(series.name, day).value) for day in days}
            yield series.name, ours, {str(day): _in_force(history, day) for day in days}
    yield from _pay_figures(f"{PAY_TABLE} {{key}}", _table_rows(), answer["pay"])
    yield from _pay_figures(f"{PAY_TABLE} {{key}} each quarter", _quarters(), answer["quarters"])


def _days(series: Series, history: Mapping[str, float | None]) -> list[date]:
    """The dates where either side changes, from our first date on."""
    own = {each.date for each in series.values}
    theirs = {date.fromisoformat(day) for day in history}
    both = own if series.name in OWN_DATES else own | theirs
    return sorted(day for day in both if day >= min(own))


def _in_force(history: Mapping[str, float | None], on: date) -> float | None:
    past = [day for day in history if date.fromisoformat(day) <= on]
    return history[max(past)] if past else None


def _table_rows() -> Wages:
    return {table.date: [pay.multiple for pay in table.rows] for table in pay_tables()}


def _quarters() -> Wages:
    """The first day of each quarter that the tables cover, and a few wages."""
    first, last = pay_tables()[0].date, pay_tables()[-1].date
    days = (date(y, m, 1) for y in range(first.year, last.year + 1) for m in QUARTERS)
    wages = [Fraction(multiple) for multiple in SEEN_EACH_QUARTER]
    return {day: wages for day in days if first <= day <= last}


def _pay_figures(
    name: str, wages: Wages, answer: PayAnswer
) -> Iterator[tuple[str, Figures, Figures]]:
    ours: dict[str, dict[str, float]] = {"cost": {}, "net": {}}
    theirs: dict[str, dict[str, float]] = {"cost": {}, "net": {}}
    for day, multiples in wages.items():
        for multiple, told in zip(multiples, answer[str(day)], strict=True):
            at = f"{day} at {float(multiple):g} minimum wages"
            for key, figure in zip(("cost", "net"), monthly_pay(multiple, day), strict=True):
                ours[key][at], theirs[key][at] = float(figure), told[key]
    for key in ours:
        yield name.format(key=key), ours[key], theirs[key]


def _question() -> Mapping[str, object]:
    return {
        "paths": PATHS,
        "pay": _gross(_table_rows()),
        "quarters": _gross(_quarters()),
        "staff": STAFF,
    }


def _gross(wages: Wages) -> Mapping[str, Sequence[float]]:
    """Gross pay of a full-time month, in euros, from multiples of the minimum wage."""
    return {
        str(day): [float(multiple * _gross_minimum(day)) for multiple in multiples]
        for day, multiples in wages.items()
    }


def _gross_minimum(on: date) -> Fraction:
    paid = value_at("hours_paid_year", on).value / MONTHS
    return value_at("minimum_wage_hourly", on).value * paid


# The environment apart


def make_environment(folder: Path) -> Path:
    """The Python of the environment apart, made and filled the first time.

    Raises CannotCompare when OpenFisca-France cannot be installed.
    """
    python = folder / "bin" / "python"
    if _installed(python) == VERSION:
        return python
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], INSTALL_SECONDS)
        _run([str(python), "-m", "pip", "install", "--quiet", REFERENCE], INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotCompare(
            f"{REFERENCE} could not be installed in {folder}: {_reason(error)}. Nothing was compared."
        ) from None
    return python


def ask(python: Path) -> Answer:
    """What OpenFisca-France answers to our question."""
    try:
        said = _run([str(python), str(SCRIPT)], ANSWER_SECONDS, json.dumps(_question()))
        answer: Answer = json.loads(said)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise CannotCompare(
            f"{REFERENCE} did not answer: {_reason(error)}. Nothing was compared."
        ) from None
    return answer


def _installed(python: Path) -> str:
    code = "import importlib.metadata as m; print(m.version('openfisca-france'))"
    try:
        return _run([str(python), "-c", code], ANSWER_SECONDS).strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _run(command: Sequence[str], seconds: int, asked: str = "") -> str:
    done = subprocess.run(
        command, input=asked, capture_output=True, text=True, timeout=seconds, check=True
    )
    return done.stdout


def _reason(error: Exception) -> str:
    """The last thing that a program said before it failed, or the failure itself."""
    said = str(getattr(error, "stderr", None) or error).strip().splitlines()
    return said[-1].rstrip(".") if said else type(error).__name__


# What is printed


def _report(found: Sequence[Comparison], alone: Sequence[str]) -> Iterator[str]:
    for each in found:
        sign = "DIFFERS" if each.differences else "ok"
        gap = f"{each.largest_gap_percent:.3f}"
        yield f"{sign:8}{each.name}: {each.compared} figures, largest gap {gap} %"
        for one in each.differences:
            theirs = "nothing" if one.theirs is None else f"{one.theirs:g}"
            yield f"{'':8}{one.at}: ours {one.ours:g}, OpenFisca {theirs}"
    apart = sum(len(each.differences) for each in found)
    total = sum(each.compared for each in found)
    yield f"{counted(total, 'figure')} of {len(found)} series compared with {REFERENCE}: {counted(apart, 'differs', 'differ')}."
    yield f"Without counterpart there: {', '.join(alone)}."


def _as_json(found: Sequence[Comparison], alone: Sequence[str]) -> Mapping[str, object]:
    return {
        "reference": REFERENCE,
        "largest_gap_allowed_percent": LARGEST_GAP * PERCENT,
        "series": [asdict(each) for each in found],
        "without_counterpart": list(alone),
    }
