"""Which lines of the account may read a parameter, from the formulas of the lines.

The answer holds for any account. One account may read less: it gives a rate itself, or pays
nobody.
"""

from collections.abc import Iterator
from functools import cache

from partage.calc.declaration import WEB_FOOTPRINT
from partage.calc.formula import BEFORE, names_in
from partage.calc.rates import READS
from partage.calc.scenario import POT, LineRule, line_rules

SHARE = "share_"
# The quantity of each scenario that a declaration may compute from the footprint of a byte.
FOOTPRINT = "footprint"


def lines_reading(parameter: str) -> tuple[LineRule, ...]:
    """Lines whose result may change with a parameter, in the order they are published.

    Parameters
    ----------
    parameter : name of a parameter, for example ``"corporate_tax"``.

    Returns
    -------
    tuple of LineRule; empty when no line reads the parameter.

    References
    ----------
    docs/method/parameters.md, "Uses".

    Examples
    --------
    >>> [rule.code for rule in lines_reading("mean_net_wage_monthly")]
    ['V5']
    """
    return tuple(rule for rule in line_rules() if parameter in _parameters_below(rule.code))


@cache
def _parameters_below(code: str) -> frozenset[str]:
    rule = next(rule for rule in line_rules() if rule.code == code)
    return frozenset(name for needed in names_in(rule.formula) for name in _read_through(needed))


def _read_through(name: str) -> Iterator[str]:
    """Parameters behind one name of a line's formula: a rate, a share of the pot, or a line."""
    bare = name.removeprefix(BEFORE)
    if bare in READS:
        yield from READS[bare]
    elif bare == FOOTPRINT:
        yield from READS[WEB_FOOTPRINT]
    elif bare.startswith(SHARE):
        yield from _parameters_below(POT)
    elif bare in {rule.code for rule in line_rules()}:
        yield from _parameters_below(bare)
