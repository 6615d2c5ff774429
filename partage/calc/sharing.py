"""Sharing an amount in whole cents, so that the shares always sum to the pot.

Largest remainder, in integers. The method, its proof and its known limit (the Alabama paradox)
are in docs/method/sharing.md.
"""

from collections.abc import Hashable, Mapping
from fractions import Fraction
from math import lcm
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
CENTS = 100


class SharingError(ValueError):
    """Weights that cannot share anything; the message is one plain sentence."""


def rounded(value: Fraction, places: int = 2) -> Fraction:
    """Round to a number of decimals, half away from zero.

    Parameters
    ----------
    value : exact value.
    places : decimals kept.

    Returns
    -------
    Fraction

    References
    ----------
    docs/method/sharing.md, "Rounding".

    Examples
    --------
    >>> float(rounded(Fraction(-1, 200))), float(rounded(Fraction(1, 3)))
    (-0.01, 0.33)
    """
    scale = 10**places
    doubled, sign = abs(value) * scale * 2, -1 if value < 0 else 1
    return Fraction(sign * ((doubled.numerator // doubled.denominator + 1) // 2), scale)


def share_out(pot: int, weights: Mapping[Key, Fraction | int]) -> dict[Key, int]:
    """Share a pot of cents in proportion to weights, by largest remainder.

    Each gets its exact share cut to the cent below; the cents left go one by one to the largest
    remainders, a tie to the one named first. The caller publishes that order before the period.

    Parameters
    ----------
    pot : cents; zero or less shares nothing.
    weights : zero or more for each participant, in the published order.

    Returns
    -------
    dict of cents: their sum is the pot, each within one cent of its exact share.

    Raises
    ------
    SharingError
        If a weight is negative, or all weights are zero.

    References
    ----------
    docs/method/sharing.md, formula (1).

    Examples
    --------
    >>> share_out(10_000, {"a": 1, "b": 1, "c": 1})
    {'a': 3334, 'b': 3333, 'c': 3333}
    """
    whole = _whole(weights)
    total = sum(whole.values())
    if pot <= 0:
        return dict.fromkeys(weights, 0)
    shares = {key: pot * weight // total for key, weight in whole.items()}
    left = pot - sum(shares.values())
    for key in sorted(whole, key=lambda key: -(pot * whole[key] % total))[:left]:
        shares[key] += 1
    return shares


def _whole(weights: Mapping[Key, Fraction | int]) -> dict[Key, int]:
    """Weights brought to whole numbers in the same proportions, once they are checked."""
    for key, weight in weights.items():
        if weight < 0:
            raise SharingError(f"the weight of {key} is {weight}: a weight is zero or more")
    if not any(weights.values()):
        raise SharingError("all weights are zero: give at least one a weight, nothing is split")
    scale = lcm(*{weight.denominator for weight in weights.values()})
    return {key: int(weight * scale) for key, weight in weights.items()}
