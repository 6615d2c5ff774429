"""What an hour of work and a payment bring to public finances.

Rates come from the dated parameters; what is measured is what stops or starts with the work, not
the whole of taxation. The method is in docs/method/levies.md.
"""

from datetime import date
from fractions import Fraction

from partage.calc.formula import Number
from partage.calc.labour import MONTHS, monthly_pay
from partage.calc.parameters import ParameterError, value_at

NOBODY_PAID = "none"
MICRO = ("micro_sales", "micro_services_bic", "micro_services_bnc", "micro_cipav")
# Paid through a platform: the rates of another status, all of them only once the platform withholds.
THROUGH_PLATFORM = {
    "platform_rides": "micro_services_bic",
    "platform_private_lets": "micro_services_bic",
}
STATUSES = (*MICRO, *THROUGH_PLATFORM)


def levies_per_hour_worked(multiple: Number, on: date) -> Number:
    """Contributions of employer and employee on one hour really worked, before income tax.

    Parameters
    ----------
    multiple : gross pay as a multiple of the minimum wage, 1 and above.
    on : day whose table is used.

    Returns
    -------
    euros an hour worked: employer's cost after the general reduction, minus net pay.

    Raises
    ------
    ParameterError
        As monthly_pay.

    References
    ----------
    docs/method/levies.md, formula (1).

    Examples
    --------
    >>> round(float(levies_per_hour_worked(Fraction(1), date(2026, 6, 1))), 6)
    3.586559
    """
    cost, net = monthly_pay(multiple, on)
    return MONTHS * (cost - net) / value_at("hours_worked_year", on).value


def contributor_rate(status: str, on: date) -> Fraction:
    """Share of a contributor's pay that goes to social contributions and training.

    Parameters
    ----------
    status : one of STATUSES, or ``"none"`` when nobody is paid.
    on : day of the payment.

    Returns
    -------
    share of turnover, between 0 and 1.

    Raises
    ------
    ParameterError
        If the status is unknown, or has no rate on that day.

    References
    ----------
    docs/method/levies.md, formula (2).

    Examples
    --------
    >>> float(contributor_rate("micro_services_bnc", date(2026, 6, 1)))
    0.258
    """
    if status not in (*STATUSES, NOBODY_PAID):
        raise ParameterError(
            f"contributor_status is {status!r}: use {', '.join(STATUSES)} or {NOBODY_PAID!r}"
        )
    return sum((value_at(name, on).value for name in parameter_names(status)), Fraction(0))


def rate_left_to_run(status: str, on: date) -> Fraction:
    """Share of a contributor's pay that goes to contributions while no platform withholds them.

    Parameters
    ----------
    status : as contributor_rate.
    on : day of the payment.

    Returns
    -------
    share of turnover, between 0 and 1: contributor_rate, less what is never declared or not owed.

    Raises
    ------
    ParameterError
        As contributor_rate.

    References
    ----------
    docs/method/platforms.md, "Contributions".

    Examples
    --------
    >>> float(rate_left_to_run("platform_private_lets", date(2026, 6, 1)))
    0.0
    """
    rate = contributor_rate(status, on)
    for name in declared_names(status):
        rate *= value_at(name, on).value
    return rate


def parameter_names(status: str) -> tuple[str, ...]:
    """Dated parameters that contributor_rate reads: none when nobody is paid."""
    base = THROUGH_PLATFORM.get(status, status)
    return () if status == NOBODY_PAID else (base, f"{base}_training")


def declared_names(status: str) -> tuple[str, ...]:
    """Dated parameters that rate_left_to_run reads besides: the share declared without a platform."""
    return (f"{status}_declared",) if status in THROUGH_PLATFORM else ()


def reduction_coefficient(
    gross_multiple: float, minimum_wage: float, staff: int, on: date
) -> float:
    """General reduction of employer contributions, as a share of gross pay.

    The text raises to a power that is not whole, so this one number is not an exact fraction:
    it is rounded to four decimals, as the law does. It checks the pay table; no line reads it.

    Parameters
    ----------
    gross_multiple : gross pay as a multiple of the minimum wage in force.
    minimum_wage : minimum wage in force, euros an hour.
    staff : number of employees; the law has two scales, below 50 and from 50.
    on : day of the pay.

    Returns
    -------
    share of gross pay, 0 from the ceiling of the reduction.

    Raises
    ------
    ParameterError
        If the day comes before the first value.

    References
    ----------
    docs/method/levies.md, formula (3).

    Examples
    --------
    >>> reduction_coefficient(1, 12.31, 100, date(2026, 6, 1))
    0.3788
    """
    floor, ceiling, power, frozen = (
        float(value_at(name, on).value)
        for name in (
            "reduction_floor",
            "reduction_ceiling",
            "reduction_power",
            "minimum_wage_in_reduction",
        )
    )
    is_small = staff < value_at("reduction_small_until", on).value
    scale = "reduction_slope_small" if is_small else "reduction_slope"
    slope = float(value_at(scale, on).value)
    room = ceiling * frozen / (gross_multiple * minimum_wage) - 1
    return round(floor + slope * min(1.0, room / 2) ** power, 4) if room > 0 else 0.0
