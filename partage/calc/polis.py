"""The rules of the Polis engine from a cold start, written from published facts.

Kept beside our own landscape for whoever wants to compare. What it hides and where it misleads:
docs/method/polis.md.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from partage.calc.arrival import ArrivalVotes
from partage.calc.groups import Labels
from partage.calc.landscape_result import MIN_SHOWN, rounded
from partage.calc.polis_groups import PolisGroups, clusterable, polis_groups
from partage.calc.polis_map import PolisMap, polis_map
from partage.calc.polis_statements import (
    Majority,
    Representative,
    group_consensus,
    group_tallies,
    majority,
    priorities,
    representatives,
)
from partage.calc.support import Tallies

Floats = NDArray[np.float64]

NO_GROUP = -1


@dataclass(frozen=True)
class PolisResult:
    """What the rules of Polis say of some votes.

    People and statements are numbered in order of arrival.

    Attributes
    ----------
    people_ids, statement_ids : names, in the order of the indices below
    moderated : (n_statements,), statements moderated out, meta statements included
    k : number of groups asked for, whose silhouette is highest; 0 without votes
    silhouettes : of each k tried
    labels : (n_people,), group of each person, `NO_GROUP` for those who voted too little
    counts : answers by group and statement, each (n_groups, n_statements), moderated ones too
    rest : answers of those without a group, each (1, n_statements)
    representative : for each group, at most five statements
    agreed, disagreed : at most five statements each, of everybody
    consensus : (n_statements,), group-informed consensus, in [0, 1]
    priorities : (n_statements,), weights with which the next statement is drawn
    map : positions of people and statements
    """

    people_ids: Sequence[str]
    statement_ids: tuple[str, ...]
    moderated: NDArray[np.bool_]
    k: int
    silhouettes: dict[int, float]
    labels: Labels = field(repr=False)
    counts: Tallies = field(repr=False)
    rest: Tallies = field(repr=False)
    representative: tuple[tuple[Representative, ...], ...]
    agreed: tuple[Majority, ...]
    disagreed: tuple[Majority, ...]
    consensus: Floats
    priorities: Floats
    map: PolisMap = field(repr=False)

    @property
    def sizes(self) -> tuple[int, ...]:
        """People in each group; there are fewer groups than k if people stand in fewer places."""
        return tuple(np.bincount(self.labels[self.labels >= 0]).tolist())

    @property
    def group_of(self) -> dict[str, int]:
        """Group of each person who has one, by name."""
        return {self.people_ids[person]: int(self.labels[person]) for person in self.placed}

    @property
    def placed(self) -> NDArray[np.int64]:
        """Who has a group, in order of arrival."""
        return np.flatnonzero(self.labels >= 0)


def polis(
    votes: ArrivalVotes, *, moderated: Collection[str] = (), meta: Collection[str] = ()
) -> PolisResult:
    """The groups and statements that the Polis engine gives on these votes from a cold start.

    Deterministic; depends on the order in which people and statements arrived, as the engine does.
    Any votes will do, none included.

    Parameters
    ----------
    votes : in order of arrival
    moderated : names of statements moderated out; their columns become zero for everybody
    meta : names of statements about the conversation itself, moderated out too

    Examples
    --------
    >>> from partage.calc.arrival import arrival_votes_from_arrays
    >>> votes = arrival_votes_from_arrays(["a", "a", "b", "b"], [1, 2, 1, 2], [1, 1, -1, 1])
    >>> result = polis(votes)
    >>> result.k, result.group_of, result.consensus.round(4).tolist()
    (2, {'a': 0, 'b': 1}, [0.2222, 0.4444])
    """
    is_meta = _named(votes.statement_ids, meta)
    excluded = _named(votes.statement_ids, moderated) | is_meta
    places = polis_map(votes, excluded)
    placed = clusterable(votes)
    groups = polis_groups(places.people[placed])
    labels = np.full(placed.size, NO_GROUP)
    labels[placed] = groups.labels
    return _assembled(votes, excluded, is_meta, places, labels, groups)


def _named(names: tuple[str, ...], chosen: Collection[str]) -> NDArray[np.bool_]:
    wanted = frozenset(chosen)
    return np.array([name in wanted for name in names], bool)


def _assembled(
    votes: ArrivalVotes,
    excluded: NDArray[np.bool_],
    is_meta: NDArray[np.bool_],
    places: PolisMap,
    labels: Labels,
    groups: PolisGroups,
) -> PolisResult:
    n_groups = int(groups.labels.max(initial=NO_GROUP)) + 1
    # Those without a group come first.
    everyone = group_tallies(votes, labels - NO_GROUP, 1 + n_groups)
    rest, counts = (Tallies(*(part[rows] for part in everyone)) for rows in (np.s_[:1], np.s_[1:]))
    total = Tallies(*(part.sum(axis=0) for part in everyone))
    return PolisResult(
        people_ids=votes.people_ids,
        statement_ids=votes.statement_ids,
        moderated=excluded,
        k=groups.k,
        silhouettes=groups.silhouettes,
        labels=labels,
        counts=counts,
        rest=rest,
        representative=representatives(counts, excluded),
        agreed=majority(total.agrees, total.seen, excluded),
        disagreed=majority(total.disagrees, total.seen, excluded),
        consensus=group_consensus(counts),
        priorities=priorities(counts, places.extremity, is_meta),
        map=places,
    )


def published(result: PolisResult) -> dict[str, Any]:
    """The part that may be published, ready for JSON: no value of a single person.

    Null are: counts of a statement under `MIN_SHOWN` voters; what follows from its counts by group,
    where a group has fewer, or those without a group (they would follow by subtraction); sizes of
    groups, where one is under `MIN_SHOWN`. A statement is listed for a group only if so many saw it
    there, and as many or nobody elsewhere. Statements moderated out are left out.
    """
    total = Tallies(
        *(a.sum(axis=0) + b[0] for a, b in zip(result.counts, result.rest, strict=True))
    )
    tells = _tells_groups(result) & (total.seen >= MIN_SHOWN)
    sizes = result.sizes
    may_tell_sizes = all(size >= MIN_SHOWN for size in sizes)
    kept = np.flatnonzero(~result.moderated).tolist()
    content = {
        "mode": "polis",
        "people": len(result.people_ids),
        "placed": len(result.placed),
        "votes": int(total.seen.sum()),
        "moderated_out": int(result.moderated.sum()),
        "k": result.k,
        "silhouettes": {str(k): score for k, score in result.silhouettes.items()},
        "groups": [
            {"size": size if may_tell_sizes else None, **_represented(result, group, tells)}
            for group, size in enumerate(sizes)
        ],
        "majority": {
            "agree": _majority(result, result.agreed, total.seen),
            "disagree": _majority(result, result.disagreed, total.seen),
        },
        "consensus": _consensus_order(result),
        "statements": [_statement(result, total, j, bool(tells[j])) for j in kept],
    }
    ready: dict[str, Any] = rounded(content)
    return ready


def _tells_groups(result: PolisResult) -> NDArray[np.bool_]:
    """Which statements may tell their counts by group."""
    parts = np.vstack([result.counts.seen, result.rest.seen])
    return np.asarray(_enough_or_none(parts).all(axis=0))


def _enough_or_none(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    enough: NDArray[np.bool_] = (counts == 0) | (counts >= MIN_SHOWN)
    return enough


def _represented(result: PolisResult, group: int, tells: NDArray[np.bool_]) -> dict[str, Any]:
    few = result.representative[group]
    inside = result.counts.seen[group]
    elsewhere = result.counts.seen.sum(axis=0) - inside
    is_listed = (inside >= MIN_SHOWN) & _enough_or_none(elsewhere)
    entries = [
        _entry(result, group, one, bool(tells[one.statement]))
        for one in few
        if is_listed[one.statement]
    ]
    return {"representative": entries, "representative_hidden": len(few) - len(entries)}


def _entry(result: PolisResult, group: int, one: Representative, is_told: bool) -> dict[str, Any]:
    agrees, disagrees, passes = (int(part[group, one.statement]) for part in result.counts)
    figures = {
        "agrees": agrees,
        "disagrees": disagrees,
        "seen": agrees + disagrees + passes,
        "probability": one.probability,
        "test": one.test,
        "ratio": one.ratio,
        "ratio_test": one.ratio_test,
    }
    return {
        "id": result.statement_ids[one.statement],
        "answer": "agree" if one.agrees else "disagree",
        "best_agree": one.is_best_agree,
        **(figures if is_told else dict.fromkeys(figures)),
    }


def _majority(
    result: PolisResult, few: tuple[Majority, ...], seen: NDArray[np.int64]
) -> list[dict[str, Any]]:
    return [
        {
            "id": result.statement_ids[one.statement],
            "probability": one.probability,
            "test": one.test,
        }
        for one in few
        if seen[one.statement] >= MIN_SHOWN
    ]


def _consensus_order(result: PolisResult) -> list[str]:
    """Statements that enough people saw in each group, the largest consensus first."""
    enough = (result.counts.seen >= MIN_SHOWN).all(axis=0) & ~result.moderated
    ranked = np.argsort(-result.consensus, kind="stable")
    return [result.statement_ids[j] for j in ranked[enough[ranked]].tolist()]


def _statement(result: PolisResult, total: Tallies, j: int, is_told: bool) -> dict[str, Any]:
    agrees, disagrees, passes = (int(part[j]) for part in total)
    shown = {
        "id": result.statement_ids[j],
        "agrees": agrees,
        "disagrees": disagrees,
        "passes": passes,
        "seen": agrees + disagrees + passes,
        "consensus": float(result.consensus[j]) if is_told else None,
        "groups": np.column_stack([part[:, j] for part in result.counts]).tolist()
        if is_told
        else None,
    }
    if agrees + disagrees + passes < MIN_SHOWN:
        return dict.fromkeys(shown) | {"id": shown["id"]}
    return shown
