"""The dated rates an account reads, as named values of its sheet.

A rate that the declaration gives itself replaces the parameter: real pay data is better than a
table. The method is in docs/method/labour.md and docs/method/levies.md.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from partage.calc import labour, levies
from partage.calc.declaration import SCENARIOS, UNKNOWN, WEB_FOOTPRINT, Declaration
from partage.calc.footprint import GRIDS, grams_per_byte, parameter_names
from partage.calc.formula import Number, names_in, read_unit
from partage.calc.parameters import PAY_TABLE, ParameterError, pay_at, value_at
from partage.calc.sheet import Lookup, Node, Used, formula_node

WORKED, PAID = "hours_worked_year", "hours_paid_year"
PER_HOUR = read_unit("EUR/h").factor
HOURS = read_unit("h").factor

# The parameters that each rate may read.
READS: Mapping[str, tuple[str, ...]] = {
    "hours_per_job": (WORKED,),
    "minimum_cost": (PAY_TABLE, WORKED),
    "minimum_net": (PAY_TABLE, PAID),
    "mean_net": ("mean_net_wage_monthly", PAID),
    "staff_cost": (PAY_TABLE, WORKED),
    "staff_levies": (PAY_TABLE, WORKED),
    "contributor_rate": tuple(
        name
        for status in levies.STATUSES
        for name in (*levies.parameter_names(status), *levies.declared_names(status))
    ),
    "corporate_tax": ("corporate_tax",),
    WEB_FOOTPRINT: tuple(name for grid in GRIDS for name in parameter_names(grid)),
}


def rate_nodes(declaration: Declaration) -> dict[str, Node]:
    """Every rate the lines can read, in base units, at the declaration's date.

    Parameters
    ----------
    declaration : gives the date, the status of paid contributors, the grid, and its own rates.

    Returns
    -------
    dict of Node, each name after "rates.": hours_per_job, minimum_cost, minimum_net, mean_net, staff_wage, staff_cost,
    staff_levies, corporate_tax, tasks, and web_footprint when it is read. The contributor_rate may
    differ between scenarios: it is named after each of them, for example "let_it_run.contributor_rate".

    Raises
    ------
    DeclarationError
        If a rate has no value at the declaration's date. The mean wage is only read by a memo
        line: without a value, that line is unknown.
    """
    try:
        nodes, contributor_rates = _dated(declaration), _contributor_rates(declaration)
    except ParameterError as error:
        raise declaration.mistake("date", f"is {declaration.date}: {error}") from None
    for name, text in {**declaration.rates, "tasks": declaration.tasks}.items():
        nodes[name] = declared_node(text)
    return {f"rates.{name}": node for name, node in nodes.items()} | contributor_rates


def declared_node(text: str) -> Node:
    """A value computed by a formula of the declaration, over its inputs; "unknown" is one too."""
    if text == UNKNOWN:
        return Node(UNKNOWN, is_unknown=True)
    full = {name: name for name in names_in(text)}
    if WEB_FOOTPRINT in full:
        full[WEB_FOOTPRINT] = f"rates.{WEB_FOOTPRINT}"
    return formula_node(text, full)


def _dated(declaration: Declaration) -> dict[str, Node]:
    on, given = declaration.date, declaration.rates
    nodes = {
        "hours_per_job": _node("hours_per_job", value_at(WORKED, on).value * HOURS, on),
        "minimum_cost": _node(
            "minimum_cost", labour.cost_per_hour_worked(labour.MINIMUM_WAGE, on) * PER_HOUR, on
        ),
        "minimum_net": _node("minimum_net", labour.net_minimum_per_hour_paid(on) * PER_HOUR, on),
        "mean_net": _mean_net(on),
    }
    if "staff_wage" in given:
        nodes["staff_cost"] = _of_wage("staff_cost", labour.cost_per_hour_worked, on)
        nodes["staff_levies"] = _of_wage("staff_levies", levies.levies_per_hour_worked, on)
    if "corporate_tax" not in given:
        nodes["corporate_tax"] = _node("corporate_tax", value_at("corporate_tax", on).value, on)
    if _reads_web_footprint(declaration):
        names = parameter_names(declaration.grid)
        nodes[WEB_FOOTPRINT] = _constant(grams_per_byte(declaration.grid, on), on, names)
    return nodes


def _node(rate: str, value: Number, on: date) -> Node:
    return _constant(value, on, READS[rate])


def _constant(value: Number, on: date, names: tuple[str, ...]) -> Node:
    return Node(" ".join(names), constant=Fraction(value), parameters=_used(on, names))


def _used(on: date, names: tuple[str, ...]) -> tuple[Used, ...]:
    return tuple(pay_at(on) if name == PAY_TABLE else value_at(name, on) for name in names)


def _of_wage(name: str, rate: Callable[[Number, date], Number], on: date) -> Node:
    """A rate of the pay table that follows the staff's wage, uncertain or not."""

    def compute(look: Lookup) -> Number:
        return rate(look("rates.staff_wage"), on) * PER_HOUR

    used = _used(on, READS[name])
    return Node(rate.__name__, ("rates.staff_wage",), compute, parameters=used)


def _mean_net(on: date) -> Node:
    try:
        return _node("mean_net", labour.mean_net_per_hour_paid(on) * PER_HOUR, on)
    except ParameterError:
        return Node("mean_net", is_unknown=True)


def _contributor_rates(declaration: Declaration) -> dict[str, Node]:
    """The full rate, and, left to run, what comes in while no platform withholds contributions."""
    status, on = declaration.contributor_status, declaration.date
    names, declared = levies.parameter_names(status), levies.declared_names(status)
    full = _constant(levies.contributor_rate(status, on), on, names)
    left = _constant(levies.rate_left_to_run(status, on), on, (*names, *declared))
    before, let_it_run, within_frame = (f"{scenario}.contributor_rate" for scenario in SCENARIOS)
    return {before: full, let_it_run: left, within_frame: full}


def _reads_web_footprint(declaration: Declaration) -> bool:
    texts = (scenario.formulas["footprint"] for scenario in declaration.scenarios.values())
    return any(WEB_FOOTPRINT in names_in(text) for text in texts)
