"""What operators ask of the site: is it alive, can it work, what does it count."""

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.factories import at
from tests.web.page import bytes_of, words_of


def test_healthz_answers_without_the_database() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_names_the_database_it_reaches() -> None:
    assert Client().get("/readyz").json() == {"status": "ok", "database": connection.vendor}


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [None, "", "Bearer ", "Bearer wrong", "tests-only-token", "é"])
def test_metrics_are_closed_without_the_token(sent: str | None) -> None:
    headers = {"Authorization": sent} if sent is not None else {}
    assert Client().get("/metrics", headers=headers).status_code == 404


@pytest.mark.django_db
def test_metrics_are_closed_where_no_token_is_set(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for sent in ("Bearer ", "Bearer"):
        assert Client().get("/metrics", headers={"Authorization": sent}).status_code == 404


@pytest.mark.django_db
def test_metrics_open_with_the_token_and_count_server_errors() -> None:
    headers = {"Authorization": f"Bearer {site.METRICS_TOKEN}"}
    response = Client().get("/metrics", headers=headers)
    assert response.status_code == 200
    assert b"partage_server_errors_total" in bytes_of(response)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_rules_of_the_site_have_a_page(language: str) -> None:
    response = Client().get(at("how", language=language))
    assert response.status_code == 200 and words_of(response)
