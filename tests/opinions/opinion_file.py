"""The opinion of 2016 as it is shipped, and small files made from nothing, for tests."""

import copy
import json
from pathlib import Path
from typing import Any

from django.conf import settings

from partage.opinions.importing import import_opinion
from partage.opinions.models import Opinion

SAMPLE = Path(settings.PACKAGE) / "samples" / "opinions" / "cese-2016-12.json"


def sample_table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(SAMPLE.read_text("utf-8"))
    return table


def import_sample() -> Opinion:
    return import_opinion(SAMPLE.read_bytes()).opinion


SMALL: dict[str, Any] = {
    "id": "small",
    "title": {"en": "A small opinion", "fr": "Un petit avis"},
    "body": {"name_en": "Council of the town", "name_fr": "Conseil de la ville"},
    "referral": {"date": "2020-01-01"},
    "dates": {"referral": "2020-01-01", "plenary_vote": "2020-02-01"},
    "vote": {"votes_for": 5, "votes_against": 3, "votes_abstain": 1, "cast": 9},
    "sections": [{"id": "s1", "parent": None, "level": 1, "title_en": "First"}],
    "recommendations": [
        {"id": "r1", "section": "s1", "status": "advocated", "text_en": "Keep one checkout."}
    ],
    "groups": [
        {
            "name": "Consumers",
            "points_en": "We agree.",
            "votes_for": 2,
            "votes_against": 0,
            "votes_abstain": None,
        }
    ],
}


def small(**changes: Any) -> dict[str, Any]:
    """The small file; `vote__cast=8` changes a field inside an object or the first row of a list."""
    table = copy.deepcopy(SMALL)
    for path, value in changes.items():
        *way, last = path.split("__")
        place: Any = table
        for step in way:
            place = place[step]
            place = place[0] if isinstance(place, list) else place
        place[last] = value
    return table


def as_bytes(table: object) -> bytes:
    return json.dumps(table).encode()
