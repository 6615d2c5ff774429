"""Five ways to begin: which kinds a coproduction is of, and which stages follow one another."""

from datetime import date, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Family, Stage

IDEAS, TESTS, VOTES = Stage.Kind.IDEAS, Stage.Kind.TESTS, Stage.Kind.VOTES
RECOMMENDATIONS, OPINION = Stage.Kind.RECOMMENDATIONS, Stage.Kind.OPINION
FOLLOW_UP = Stage.Kind.FOLLOW_UP


class Pattern(NamedTuple):
    """A beginning: each stage opens and closes so many days after the first day."""

    label: Promise
    families: tuple[Family, ...]
    stages: dict[Stage.Kind, tuple[int, int | None]]

    def dates(self, first: date) -> dict[Stage.Kind, tuple[date, date | None]]:
        def day(number: int | None) -> date | None:
            return None if number is None else first + timedelta(days=number)

        return {
            kind: (first + timedelta(days=opens), day(closes))
            for kind, (opens, closes) in self.stages.items()
        }


PATTERNS = {
    "idea-box": Pattern(
        _("Idea box"),
        (Family.MARKETING,),
        {IDEAS: (0, 30), VOTES: (0, 45), FOLLOW_UP: (45, None)},
    ),
    "user-test": Pattern(
        _("User test"),
        (Family.MARKETING,),
        {TESTS: (0, 21), VOTES: (0, 21), FOLLOW_UP: (21, None)},
    ),
    "text": Pattern(
        _("Consultation on a text"),
        (),
        {
            VOTES: (0, 30),
            RECOMMENDATIONS: (30, 60),
            OPINION: (60, 75),
            FOLLOW_UP: (75, None),
        },
    ),
    "self-service": Pattern(
        _("Self-service"),
        (Family.SELF_SERVICE,),
        {VOTES: (0, 60), RECOMMENDATIONS: (60, 90), FOLLOW_UP: (90, None)},
    ),
    "data": Pattern(
        _("Use of data"),
        (Family.DATA,),
        {VOTES: (0, 45), RECOMMENDATIONS: (45, 75), FOLLOW_UP: (75, None)},
    ),
}
