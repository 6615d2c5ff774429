"""Logs: route names and statuses, never an address, a path or a body."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from partage.web.logs import JsonFormatter
from tests.factories import answer, at, make_coproduction, make_statement


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site writes, at the most talkative level, as an operator would read it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db
def test_the_line_of_a_request_names_the_route_and_nothing_personal(log: io.StringIO) -> None:
    statement = make_statement(make_coproduction("very-secret-slug"))
    browser = Client(REMOTE_ADDR="203.0.113.77", headers={"User-Agent": "Telling/1.0"})
    answer(browser, statement, headers={"Referer": "https://elsewhere.example/me"})
    browser.get(f"{at('results', 'very-secret-slug')}?seed=telling")
    browser.get(at("sign-in-link", "a-secret-token"))
    browser.get("/en/telling-path/")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    requests = [line for line in lines if line["message"] == "request"]
    assert [line["route"] for line in requests] == ["vote", "results", "sign-in-link", "-"]
    assert [line["status"] for line in requests] == [302, 200, 200, 404]
    for telling in ("203.0.113", "secret", "elling", "elsewhere", statement.text):
        assert telling not in log.getvalue()
    token = browser.cookies["participant"].value.partition(".")[0]
    assert token not in log.getvalue()


def test_a_line_is_one_line_of_json_whatever_it_holds(log: io.StringIO) -> None:
    logging.getLogger("partage.web").warning("two\nlines and a %s", "“quote”")
    line = json.loads(log.getvalue())
    assert line["message"] == "two\nlines and a “quote”"
    assert log.getvalue().count("\n") == 1
    assert line["level"] == "WARNING" and line["at"].endswith("+00:00")


def test_a_traceback_stays_inside_its_line(log: io.StringIO) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("partage.web").exception("a fault")
    assert "ValueError: broken" in json.loads(log.getvalue())["traceback"]


@pytest.mark.django_db
def test_an_error_leaves_where_it_came_from_and_not_what_was_typed(log: io.StringIO) -> None:
    coproduction = make_coproduction("shops")
    coproduction.releases.create(
        number=1, published_at=coproduction.frames.get().published_at, people=1, content={}
    )
    browser = Client(raise_request_exception=False)
    assert (
        browser.get(at("results", "shops"), {"order": "newest", "seed": "typed"}).status_code == 500
    )
    line = next(each for each in log.getvalue().splitlines() if '"ERROR"' in each)
    assert "KeyError at results.py:" in line and "typed" not in line
