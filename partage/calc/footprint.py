"""Carbon footprint of bytes sent, by the Sustainable Web Design model, version 4.

Bytes are measured; grams are one labelled estimate, mostly the making of equipment. The method
is in docs/method/footprint.md.
"""

from datetime import date
from fractions import Fraction

from partage.calc.parameters import value_at

BYTES_PER_GIGABYTE = 10**9
GRIDS = (
    "france",
    "europe",
    "world",
    "model",
    "france_rte",
    "france_yearly",
    "europe_yearly",
    "world_yearly",
)


def parameter_names(grid: str) -> tuple[str, str, str, str]:
    """Dated parameters that grams_per_byte reads: energy and grid of use, then of making."""
    return "web_operation", f"grid_{grid}", "web_embodied", "grid_embodied"


def grams_per_byte(grid: str, on: date) -> Fraction:
    """Grams of CO2 equivalent for one byte sent to a visitor.

    Parameters
    ----------
    grid : electricity of use, one of GRIDS.
    on : day whose factors are used.

    Returns
    -------
    grams a byte.

    Raises
    ------
    ParameterError
        If the grid is unknown or has no factor on that day.

    References
    ----------
    docs/method/footprint.md, formula (1).

    Examples
    --------
    >>> float(grams_per_byte("france", date(2026, 6, 1)) * 10**6)
    0.06093492
    """
    use, local, making, world = (value_at(name, on).value for name in parameter_names(grid))
    return (use * local + making * world) / BYTES_PER_GIGABYTE
