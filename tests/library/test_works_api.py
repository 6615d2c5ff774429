"""Programs read works as JSON, what is not known as null, and none that was withdrawn."""

from typing import Any

import pytest
from django.test import Client

from partage.library.keeping import withdraw_work
from tests.factories import at
from tests.library.works import make_work

pytestmark = pytest.mark.django_db


def test_works_are_listed_by_pages_and_one_is_told_whole() -> None:
    for number in range(3):
        make_work(f"work-{number}")
    make_work("last", votes_against="", date="2016", questions="Qui paie ?", cites="work-0")
    first: Any = Client().get(at("api-works"), {"limit": 3}).json()
    assert [one["slug"] for one in first["items"]] == ["work-0", "work-1", "work-2"]
    rest = Client().get(first["next"].removeprefix("http://localhost:8000")).json()
    assert rest["items"] == [Client().get(at("api-work", "last")).json()]
    (one,) = rest["items"]
    assert (one["votes_for"], one["votes_against"], one["date"]) == (156, None, "2016")
    assert (one["questions"], one["cites"], one["shelf"]) == (["Qui paie ?"], ["work-0"], None)
    assert one["page"]["fr"] == "http://localhost:8000/fr/bibliotheque/last/"


def test_a_withdrawn_work_is_not_there() -> None:
    withdraw_work(make_work(), "It was never published.")
    assert Client().get(at("api-works")).json() == {"items": [], "next": None}
    assert Client().get(at("api-work", "cese-2016-12")).status_code == 404
