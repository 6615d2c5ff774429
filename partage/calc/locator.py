"""Where one person stands on a published map, worked out for that person alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from partage.calc.groups import nearest
from partage.calc.landscape_result import MIN_SHOWN, Landscape, StatementResult
from partage.calc.orientation import Drawn
from partage.calc.ppca import Model, locate_people, observe_one


class Agreement(NamedTuple):
    """ "You agree with group g on `same` of `of` statements." Groups count from 0."""

    group: int
    same: int
    of: int


class Position(NamedTuple):
    """Where one person stands.

    `x`, `y` and their error `sd`, in standard deviations of the map; `group` is the nearest group,
    None if none is announced.
    """

    x: float
    y: float
    sd: float
    group: int | None
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True)
class Locator:
    """What of a landscape is needed to locate a person: aggregates only, ready for JSON.

    Attributes
    ----------
    ids : statement ids, in the order of the lists below
    means, directions, variance : the model, see `partage.calc.ppca.Model`
    centres : positions of the groups announced, [] if none
    error_scale : factor on errors, above 1 where few people voted
    leanings : per statement, the sign of each group's majority (0 when tied or under ten voters)
    """

    ids: list[str]
    means: list[float]
    directions: list[list[float]]
    variance: float
    centres: list[list[float]]
    error_scale: float
    leanings: list[list[int]]

    @classmethod
    def of(cls, result: Landscape) -> "Locator":
        """The locator of a landscape."""
        statements = {statement.id: statement for statement in result.statements}
        return cls(
            ids=list(result.model_ids),
            means=result.model.means.tolist(),
            directions=result.model.directions.tolist(),
            variance=float(result.model.variance),
            centres=result.centres.tolist(),
            error_scale=result.error_scale,
            leanings=[_leanings(statements[name]) for name in result.model_ids],
        )

    @property
    def drawn(self) -> Drawn:
        """What the next map is turned to look like."""
        return Drawn(self.ids, np.array(self.directions).reshape(-1, 2))

    def as_json(self) -> dict[str, Any]:
        """A JSON object from which `Locator(**…)` makes the same locator again."""
        return asdict(self)

    def locate(self, answers: Mapping[str, int]) -> Position:
        """Where the asker stands; kept nowhere.

        Parameters
        ----------
        answers : statement id to 1, -1 or 0; statements the map does not know are ignored
        """
        places = {name: j for j, name in enumerate(self.ids)}
        known = {places[name]: answer for name, answer in answers.items() if name in places}
        model = Model(np.array(self.means), np.array(self.directions).reshape(-1, 2), self.variance)
        points, errors = locate_people(model, observe_one(known, len(places)))
        sd = self.error_scale * float(np.sqrt((errors[0, 0] + errors[0, 2]) / 2))
        centres = np.array(self.centres).reshape(-1, 2)
        group = int(nearest(points, centres)[0]) if len(centres) else None
        return Position(
            float(points[0, 0]), float(points[0, 1]), sd, group, self._agreements(known)
        )

    def _agreements(self, known: Mapping[int, int]) -> tuple[Agreement, ...]:
        """With each group: on how many statements its majority and the asker answered alike."""
        return tuple(
            Agreement(
                group,
                sum(answer * self.leanings[j][group] > 0 for j, answer in known.items()),
                sum(answer * self.leanings[j][group] != 0 for j, answer in known.items()),
            )
            for group in range(len(self.centres))
        )


def _leanings(statement: StatementResult) -> list[int]:
    return [
        int(np.sign(counts.agrees - counts.disagrees)) if counts.seen >= MIN_SHOWN else 0
        for counts in statement.groups
    ]
