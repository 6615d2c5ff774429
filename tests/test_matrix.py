"""Who may do what: every role at every address with every method, next to what is answered.

A route that is not in the table fails, and so does a line without a route.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from partage.accounting.publication import publish_account
from tests.factories import (
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_people,
    make_statements,
    make_votes,
    publish_results,
    signed_in,
)

ACCOUNT = Path(settings.PACKAGE) / "samples" / "accounts" / "self-checkout.toml"
ROLES = ("anonymous", "participant", "facilitator", "another facilitator")
ALWAYS_REFUSED = ("PUT", "PATCH", "DELETE", "TRACE")

# route: its words in the address, then "GET POST" for anonymous | participant | facilitator of it |
# facilitator of another coproduction. HEAD answers as GET; PUT, PATCH, DELETE and TRACE are 405.
TABLE = """
home                |               | 200 405 | 200 405 | 200 405 | 200 405
"""


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.name)


def lines() -> dict[str, tuple[list[str], dict[str, tuple[int, int]]]]:
    found = {}
    for line in TABLE.strip().splitlines():
        name, words, *cells = (cell.strip() for cell in line.split("|"))
        pairs = [tuple(int(status) for status in cell.split()) for cell in cells]
        found[name] = (words.split(), dict(zip(ROLES, pairs, strict=True)))
    return found  # type: ignore[return-value]


LINES = lines()


@pytest.fixture
def browsers(db: None) -> dict[str, Client]:
    coproduction, other = make_coproduction("shops"), make_coproduction("elsewhere")
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    clients = (
        Client(),
        make_device(coproduction),
        signed_in(make_facilitator(coproduction)),
        signed_in(make_facilitator(other, email="paul@example.org")),
    )
    return dict(zip(ROLES, clients, strict=True))


def test_the_table_holds_every_route_and_no_other() -> None:
    assert sorted(LINES) == sorted(routes(get_resolver().url_patterns))


@pytest.mark.parametrize("name", LINES)
def test_each_role_gets_the_answer_of_the_table(name: str, browsers: dict[str, Client]) -> None:
    words, expected = LINES[name]
    address = at(name, *words)
    for role, browser in browsers.items():
        assert browser.get(address).status_code == expected[role][0], role
        assert browser.head(address).status_code == expected[role][0], role
        for method in ALWAYS_REFUSED:
            assert browser.generic(method, address).status_code == 405, (role, method)
        assert browser.post(address).status_code == expected[role][1], role
