"""The page that says what the site weighs."""

import json

import pytest
from django.test import Client

from partage.pages.ecodesign import MEASURES, NAMES
from tests.factories import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_measured_is_shown_with_its_range(client: Client, language: str) -> None:
    page = client.get(at("ecodesign", language=language)).content.decode()
    assert page.count("<small") == len(NAMES)


def test_the_measures_shipped_are_complete_and_under_the_ceilings() -> None:
    pages = json.loads(MEASURES.read_text())["pages"]
    assert [each["page"] for each in pages] == list(NAMES)
    for each in pages:
        assert each["bytes"] <= 60_000 and each["requests"] <= 8 and each["elements"] <= 400
        assert each["server_ms"] > 0
