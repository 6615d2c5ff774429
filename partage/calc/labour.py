"""What an hour of work costs and brings, from the dated pay table.

An hour *worked* and an hour *paid* differ by leave and holidays; each function says which it
uses. Amounts are before income tax. The method is in docs/method/labour.md.
"""

from datetime import date
from fractions import Fraction

from partage.calc.formula import Number
from partage.calc.parameters import ParameterError, Pay, pay_at, value_at

MONTHS = 12
MINIMUM_WAGE = Fraction(1)


def monthly_pay(multiple: Number, on: date) -> tuple[Number, Number]:
    """Employer's cost and net pay of a full-time month.

    Between two rows of the table both are straight lines; the rows frame every jump.

    Parameters
    ----------
    multiple : gross pay as a multiple of the minimum wage, 1 and above.
    on : day whose table is used.

    Returns
    -------
    (cost, net), in euros a month; exact when the multiple is a Fraction.

    Raises
    ------
    ParameterError
        If the day comes before the first table, or the multiple is outside it.

    References
    ----------
    docs/method/labour.md, formula (1).

    Examples
    --------
    >>> cost, net = monthly_pay(Fraction(1), date(2026, 6, 1))
    >>> float(cost), float(net)
    (1958.23, 1477.93)
    """
    low, high = _rows_around(multiple, on)
    if low is high:
        return low.cost, low.net
    way = (multiple - low.multiple) / (high.multiple - low.multiple)
    return low.cost + way * (high.cost - low.cost), low.net + way * (high.net - low.net)


def cost_per_hour_worked(multiple: Number, on: date) -> Number:
    """Employer's full cost of one hour really worked.

    Parameters
    ----------
    multiple : gross pay as a multiple of the minimum wage, 1 and above.
    on : day whose table is used.

    Returns
    -------
    euros an hour worked: 12 months of cost over the legal hours worked in a year.

    Raises
    ------
    ParameterError
        As monthly_pay.

    References
    ----------
    docs/method/labour.md, formula (2).

    Examples
    --------
    >>> round(float(cost_per_hour_worked(Fraction(1), date(2026, 6, 1))), 6)
    14.62275
    """
    cost, _net = monthly_pay(multiple, on)
    return MONTHS * cost / value_at("hours_worked_year", on).value


def net_minimum_per_hour_paid(on: date) -> Number:
    """Net minimum wage of one hour paid.

    Parameters
    ----------
    on : day whose table is used.

    Returns
    -------
    euros an hour paid: 12 months of net pay over the hours paid in a year.

    Raises
    ------
    ParameterError
        If the day comes before the first table.

    References
    ----------
    docs/method/labour.md, formula (3).

    Examples
    --------
    >>> round(float(net_minimum_per_hour_paid(date(2026, 6, 1))), 6)
    9.744593
    """
    _cost, net = monthly_pay(MINIMUM_WAGE, on)
    return MONTHS * net / value_at("hours_paid_year", on).value


def mean_net_per_hour_paid(on: date) -> Number:
    """Mean net wage of one hour paid, private sector, full-time equivalent.

    Parameters
    ----------
    on : day of the value.

    Returns
    -------
    euros an hour paid.

    Raises
    ------
    ParameterError
        If the day comes before the first value.

    References
    ----------
    docs/method/labour.md, formula (3).

    Examples
    --------
    >>> round(float(mean_net_per_hour_paid(date(2026, 6, 1))), 2)
    18.02
    """
    monthly = value_at("mean_net_wage_monthly", on).value
    return MONTHS * monthly / value_at("hours_paid_year", on).value


def _rows_around(multiple: Number, on: date) -> tuple[Pay, Pay]:
    rows = pay_at(on).rows
    below = [row for row in rows if row.multiple <= multiple]
    above = [row for row in rows if row.multiple >= multiple]
    if not below or not above:
        raise ParameterError(
            f"the pay table of {on} goes from {float(rows[0].multiple):g} to "
            f"{float(rows[-1].multiple):g} minimum wages, got {float(multiple):g}; give staff_cost "
            "and staff_levies as inputs instead"
        )
    return below[-1], above[0]
