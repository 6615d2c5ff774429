"""The answers of the people who came, weighted to the public margins of their population.

Only beside the plain shares, and refused where it would lie: docs/method/raking.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from partage.calc.landscape_result import MIN_SHOWN
from partage.calc.raking import UNANSWERED, Floats, Ints, Margin, Raked, effective_number, rake
from partage.calc.support import wilson
from partage.calc.votes import Votes

MIN_CATEGORY = 10  # people in a category of a margin
MIN_ANSWERED = 0.8  # of the people weighted must have answered each question
MIN_EFFECTIVE = 100.0
MAX_DESIGN_EFFECT = 3.0
MET = 1e-6  # how near shares must come to the margins where nobody is trimmed
MAX_GAP = 0.01  # and where somebody is
# One per cent: finer figures would tell who said what, since weights tell people apart.
DIGITS = 2
ROUNDING = 1e-6  # so far below a whole number, a sum of weights is that number
ANSWERS = {"agree": 1, "disagree": -1, "pass": 0}


class Share(NamedTuple):
    """One answer's share, plain and weighted, each with its 95 % interval; all in [0, 1]."""

    plain: float
    plain_low: float
    plain_high: float
    weighted: float
    low: float
    high: float


@dataclass(frozen=True)
class WeightedStatement:
    """One statement: who saw it, who of them has a weight, and the share of each answer.

    `n_eff` is the effective number of the people weighted who saw it.
    """

    id: str
    seen: int
    weighted_voters: int
    n_eff: float
    shares: Mapping[str, Share]

    @property
    def is_shown(self) -> bool:
        return min(self.seen, self.weighted_voters, self.n_eff) >= MIN_SHOWN


@dataclass(frozen=True)
class Category:
    """A category of a margin: its share `here`, the one `wanted`, the one `reached`; in [0, 1]."""

    question: str
    category: str
    here: float
    wanted: float
    reached: float


@dataclass(frozen=True)
class WeightedView:
    """The weighted view, or why it is refused.

    Attributes
    ----------
    refused : "" if it is shown; else "nobody", "few", "unanswered", "unmet", "few_effective",
        "uneven"
    about : (question, category) that the refusal is about; ("", "") in no place
    people : who voted and answered a question of the margins; the others have no weight
    left_out : who voted and answered none
    did_not_vote : who gave categories without a vote; they are ignored
    n_eff, design_effect : of the weights; None where there are none
    trimmed : share of the people held at the largest weight, in [0, 1]
    margins, statements : empty where refused
    """

    refused: str
    people: int
    left_out: int
    did_not_vote: int
    about: tuple[tuple[str, str], ...] = ()
    n_eff: float | None = None
    design_effect: float | None = None
    trimmed: float | None = None
    margins: tuple[Category, ...] = ()
    statements: tuple[WeightedStatement, ...] = field(default=(), repr=False)


def weighted_view(
    votes: Votes, people: Mapping[str, tuple[int, ...]], margins: Sequence[Margin]
) -> WeightedView:
    """Weight the people who voted to the margins, and count their answers with these weights.

    Parameters
    ----------
    votes : any votes
    people : for each participant, the number of their category in each margin (`read_people`)
    margins : at least one

    Examples
    --------
    >>> from partage.calc.votes import votes_from_arrays
    >>> votes = votes_from_arrays(["ann"], ["s1"], [1])
    >>> view = weighted_view(votes, {"ann": (0,)}, [Margin("age", {"old": 0.5, "young": 0.5})])
    >>> view.refused, view.about
    ('nobody', (('age', 'young'),))
    """
    silent = (UNANSWERED,) * len(margins)
    answers = np.array([people.get(name, silent) for name in votes.people_ids], np.int64)
    answers = answers.reshape(-1, len(margins))
    is_in = (answers != UNANSWERED).any(axis=1)
    counted = int(is_in.sum())
    voters = frozenset(votes.people_ids)
    around = (counted, len(is_in) - counted, sum(name not in voters for name in people))
    refused, about = _too_few(answers[is_in], margins)
    if refused:
        return WeightedView(refused, *around, about)
    raked = rake(answers[is_in], [np.array(list(margin.shares.values())) for margin in margins])
    n_eff = effective_number(raked.weights)
    refused, about = _too_uneven(raked, margins, n_eff)
    figures = (n_eff, counted / n_eff, float(raked.trimmed.mean()))
    if refused:
        return WeightedView(refused, *around, about, *figures)
    weights = np.zeros(len(is_in))
    weights[is_in] = raked.weights
    categories = _categories(answers[is_in], raked, margins)
    return WeightedView("", *around, (), *figures, categories, _statements(votes, weights))


def _too_few(answers: Ints, margins: Sequence[Margin]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Why these people cannot be weighted to these margins, before trying."""
    sizes = {
        (margin.question, category): int((answers[:, place] == number).sum())
        for place, margin in enumerate(margins)
        for number, category in enumerate(margin.shares)
    }
    if nobody := tuple(name for name, size in sizes.items() if size == 0):
        return "nobody", nobody
    if few := tuple(name for name, size in sizes.items() if size < MIN_CATEGORY):
        return "few", few
    answered = (answers != UNANSWERED).mean(axis=0)
    silent = [
        m.question for m, share in zip(margins, answered, strict=True) if share < MIN_ANSWERED
    ]
    return ("unanswered", tuple((question, "") for question in silent)) if silent else ("", ())


def _too_uneven(
    raked: Raked, margins: Sequence[Margin], n_eff: float
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Why these weights would lie."""
    allowed = MAX_GAP if raked.trimmed.any() else MET
    missed = tuple(
        (margin.question, category)
        for margin, reached in zip(margins, raked.reached, strict=True)
        for (category, wanted), share in zip(margin.shares.items(), reached, strict=True)
        if abs(share - wanted) > allowed
    )
    if missed:
        return "unmet", missed
    if n_eff < MIN_EFFECTIVE:
        return "few_effective", ()
    return ("uneven", ()) if raked.weights.size / n_eff > MAX_DESIGN_EFFECT else ("", ())


def _categories(answers: Ints, raked: Raked, margins: Sequence[Margin]) -> tuple[Category, ...]:
    return tuple(
        Category(
            margin.question,
            category,
            float((answers[:, place] == number).sum() / (answers[:, place] != UNANSWERED).sum()),
            wanted,
            float(raked.reached[place][number]),
        )
        for place, margin in enumerate(margins)
        for number, (category, wanted) in enumerate(margin.shares.items())
    )


def _statements(votes: Votes, weights: Floats) -> tuple[WeightedStatement, ...]:
    """The shares of each answer to each statement; `weights` is zero for who has none."""
    size = len(votes.statement_ids)
    of_votes = weights[votes.people]
    seen = np.bincount(votes.statements, minlength=size)
    weighted_voters = np.bincount(votes.statements[of_votes > 0], minlength=size)
    n_eff = _effective(votes, of_votes)
    shares = {
        name: np.column_stack(
            (
                *_share_of(votes, votes.answers == answer, np.ones_like(of_votes), seen),
                *_share_of(votes, votes.answers == answer, of_votes, n_eff),
            )
        )
        for name, answer in ANSWERS.items()
    }
    return tuple(
        WeightedStatement(
            name,
            int(seen[j]),
            int(weighted_voters[j]),
            float(n_eff[j]),
            {answer: Share(*rows[j].tolist()) for answer, rows in shares.items()},
        )
        for j, name in enumerate(votes.statement_ids)
    )


def _effective(votes: Votes, weights: Floats) -> Floats:
    """Effective number of the people weighted who saw each statement; 0 where there is nobody."""
    size = len(votes.statement_ids)
    sums, squares = (np.bincount(votes.statements, w, size) for w in (weights, weights**2))
    return np.divide(sums**2, squares, out=np.zeros(size), where=squares > 0)


def _share_of(
    votes: Votes, gave_it: np.ndarray, weights: Floats, n_eff: np.ndarray
) -> tuple[Floats, Floats, Floats]:
    """Share of the weight on each statement with one answer, and its interval."""
    size = len(votes.statement_ids)
    held = np.bincount(votes.statements[gave_it], weights[gave_it], size)
    total = np.bincount(votes.statements, weights, size)
    share = np.divide(held, total, out=np.zeros(size), where=total > 0)
    return share, *wilson(share, np.maximum(n_eff, 1.0))


def published_view(view: WeightedView) -> dict[str, Any]:
    """The part that may be published, ready for JSON, shares at whole per cents.

    The statements whose weighted shares are furthest from the plain ones come first. Shares are
    null under ten people, weighted ones or effective ones.
    """
    statements = [_statement(statement) for statement in view.statements]
    return {
        "refused": view.refused or None,
        "about": [{"question": question, "category": name} for question, name in view.about],
        "people": view.people,
        "left_out": view.left_out,
        "did_not_vote": view.did_not_vote,
        "n_eff": None if view.n_eff is None else int(view.n_eff + ROUNDING),
        "design_effect": _rounded(view.design_effect),
        "trimmed": _rounded(view.trimmed),
        "margins": [
            {key: _rounded(value) for key, value in vars(one).items()} for one in view.margins
        ],
        "statements": sorted(statements, key=lambda one: (-_moved(one), one["id"])),
    }


def _statement(statement: WeightedStatement) -> dict[str, Any]:
    shown = statement.is_shown
    shares = {
        answer: {key: _rounded(value) for key, value in share._asdict().items()} if shown else None
        for answer, share in statement.shares.items()
    }
    return {"id": statement.id, "n_eff": round(statement.n_eff) if shown else None, **shares}


def _moved(row: Mapping[str, Any]) -> float:
    """How far weighting moves the answers; hidden statements come last."""
    shown = [row[answer] for answer in ANSWERS if row[answer]]
    return max((abs(share["weighted"] - share["plain"]) for share in shown), default=-1.0)


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) + 0.0 if isinstance(value, float) else value
