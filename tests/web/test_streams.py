"""Readers of long files leave a thread to everybody else."""

import gc
import threading
from typing import Any

import pytest
from django.test import Client

from partage.web import streams
from tests.factories import at, make_coproduction

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    make_coproduction("shops")
    monkeypatch.setattr(streams, "ROOM", threading.Semaphore(1))
    monkeypatch.setattr(streams, "PATIENCE", 0.01)


def test_a_file_waits_while_another_is_read_and_pages_do_not() -> None:
    path = at("ideas-csv", "shops")
    slow: Any = Client().get(path)
    refused = Client().get(path)
    assert refused.status_code == 503 and refused["Retry-After"] == "10"
    assert "Others are reading long files" in refused.content.decode()
    assert Client().get(at("coproduction", "shops")).status_code == 200
    assert b"".join(slow.streaming_content).startswith(b"number")
    assert Client().get(path).status_code == 200


def test_who_goes_away_without_reading_frees_the_place() -> None:
    gone = Client().get(at("ideas-csv", "shops"))
    del gone
    gc.collect()
    assert Client().get(at("ideas-csv", "shops")).status_code == 200


def test_programs_are_told_so_in_their_own_form() -> None:
    slow: Any = Client().get(at("ideas-csv", "shops"))
    answer = Client().get(at("api-ideas", "shops"), headers={"Accept": "application/x-ndjson"})
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert list(slow.streaming_content)
