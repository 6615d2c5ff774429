"""An account computed again from what was declared, and the gap to what was published."""

from dataclasses import dataclass
from typing import Any

from partage.accounting.models import PublishedAccount
from partage.accounting.views import SCENARIOS
from partage.calc.checked_toml import DeclarationError
from partage.calc.declaration import parse_declaration
from partage.calc.scenario import compute_account, published
from partage.coproductions.models import Coproduction
from partage.register.models import Entry

Facts = dict[str, Any]
BOUNDS = ("low", "central", "high")
# The lines do not depend on the draws, which only make the spread of the net value.
FEWEST_DRAWS = 1


@dataclass(frozen=True)
class Gap:
    """One figure as published and as computed again; `share` of what was published, None of 0."""

    scenario: object
    published: Facts
    again: Facts | None

    @property
    def difference(self) -> float | None:
        """The largest difference of low, central and high; None where one side is unknown."""
        if not self.again or "central" not in self.published or "central" not in self.again:
            return None
        gaps = [float(self.again[n] - self.published[n]) for n in BOUNDS]
        return max(gaps, key=abs)

    @property
    def share(self) -> float | None:
        base = self.published.get("central")
        return abs(self.difference / base) if base and self.difference is not None else None

    @property
    def is_none(self) -> bool:
        return self.published == self.again


@dataclass(frozen=True)
class Recomputed:
    """The lines computed again; or why they cannot be."""

    lines: dict[str, Facts]
    digest: str = ""
    why_not: str = ""


def recomputed(account: PublishedAccount) -> Recomputed:
    """From the sealed declaration alone, through `calc`: no published figure is read."""
    try:
        declared = parse_declaration(account.declaration, f"account {account.number}")
        facts: Any = published(compute_account(declared, FEWEST_DRAWS))
    except DeclarationError as error:
        return Recomputed({}, why_not=str(error))
    lines = {line["code"]: line for line in [*facts["lines"], *facts["memo"]]}
    return Recomputed(lines, facts["digest"])


def gaps_of(line: Facts, again: Recomputed) -> list[Gap]:
    """The line in each scenario."""
    other = again.lines.get(line["code"])
    return [
        Gap(words, line["values"][name], other["values"][name] if other else None)
        for name, words in SCENARIOS.items()
    ]


def lines_of(account: PublishedAccount) -> list[Facts]:
    facts = account.facts
    return [*facts["lines"], *facts["memo"]]


def leaf_of_account(coproduction: Coproduction, account: PublishedAccount) -> Entry | None:
    """The entry that sealed the digest of this account."""
    told = Entry.objects.filter(space=coproduction.slug, kind="account-published")
    return told.filter(public__number=account.number).order_by("pk").first()
