"""What must hold of the votes of assemblies at any moment."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partage.assemblies.models import Assembly, Choices, RollCallBallot, SecretElectorate, Vote
from partage.checks.declared import AT_ONCE, Check, named
from partage.register.checks import counted_by, entries_by_space, unlike, unrecorded

TOTALS = {"votes_for": Choices.FOR, "against": Choices.AGAINST, "abstentions": Choices.ABSTAIN}
BALLOTS = {Vote.Regime.ROLL_CALL: "roll__ballot", Vote.Regime.SECRET: "secret_ballots"}


def _closed() -> "QuerySet[Vote]":
    return Vote.objects.exclude(closed_at=None)


def _miscounted() -> Iterator[str]:
    for regime, path in BALLOTS.items():
        counts: dict[str, Any] = {
            f"n_{name}": Count(path, filter=Q(**{f"{path}__choice": choice}))
            for name, choice in TOTALS.items()
        }
        same = {name: F(f"n_{name}") for name in TOTALS}
        yield from named(_closed().filter(regime=regime).annotate(**counts).exclude(**same))


def _box_out_of_order() -> Iterator[str]:
    """As many secret ballots as members marked as having voted."""
    secret = Vote.objects.shown().filter(regime=Vote.Regime.SECRET)
    ballots = Count("secret_ballots", distinct=True)
    marks = Count("roll__secret_mark", distinct=True)
    return named(secret.annotate(ballots=ballots, marks=marks).exclude(ballots=F("marks")))


def _unlike_the_register() -> Iterator[str]:
    votes = _closed().order_by("pk")
    columns = ("pk", "assembly", "number", "outcome", *TOTALS)
    rows = (
        (f"{Vote._meta.label} {pk}", (Assembly(pk=assembly).space, *said))
        for pk, assembly, *said in votes.values_list(*columns).iterator(AT_ONCE)
    )
    return unlike(rows, "vote-closed", "vote", "outcome", "for", "against", "abstain")


def _ballots_unrecorded() -> Iterator[str]:
    told: tuple[tuple[QuerySet[Any], str], ...] = (
        (RollCallBallot.objects.all(), "roll-call-ballot"),
        (SecretElectorate.objects.all(), "secret-ballot"),
    )
    for ballots, kind in told:
        counted = counted_by("entry__vote__assembly", ballots)
        rows = ((Assembly(pk=int(pk)).space, n) for pk, n in counted)
        yield from unrecorded(rows, entries_by_space([kind]))


CHECKS: tuple[Check, ...] = (
    Check(
        "ballots-counted",
        _("The totals of a closed vote are those of its ballots."),
        _miscounted,
    ),
    Check(
        "secret-box",
        _("There are as many secret ballots as members who voted."),
        _box_out_of_order,
    ),
    Check(
        "votes-as-recorded",
        _("The outcome of every closed vote is the one the register holds."),
        _unlike_the_register,
    ),
    Check("ballots-recorded", _("Every ballot stands in the register."), _ballots_unrecorded),
)
