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
from partage.assemblies.votes import close_vote
from tests.factories import (
    at,
    make_assembly,
    make_assembly_vote,
    make_call,
    make_coproduction,
    make_device,
    make_facilitator,
    make_idea,
    make_people,
    make_statements,
    make_votes,
    publish_results,
    signed_in,
)
from tests.web.page import bytes_of

ACCOUNT = Path(settings.PACKAGE) / "samples" / "accounts" / "self-checkout.toml"
ROLES = ("anonymous", "participant", "facilitator", "another facilitator")
ALWAYS_REFUSED = ("PUT", "PATCH", "DELETE", "TRACE")

# route: its words in the address, then "GET POST" for anonymous | participant | facilitator of it |
# facilitator of another coproduction. HEAD answers as GET; PUT, PATCH, DELETE and TRACE are 405.
TABLE = """
root                |          | 302 405 | 302 405 | 302 405 | 302 405
healthz             |          | 200 405 | 200 405 | 200 405 | 200 405
readyz              |          | 200 405 | 200 405 | 200 405 | 200 405
metrics             |          | 404 405 | 404 405 | 404 405 | 404 405
log-checkpoint      | 1        | 200 405 | 200 405 | 200 405 | 200 405
log-cosigned        | 1        | 404 405 | 404 405 | 404 405 | 404 405
log-vkey            | 1        | 200 405 | 200 405 | 200 405 | 200 405
log-tile            | 1 0/000.p/1 | 200 405 | 200 405 | 200 405 | 200 405
register            |          | 200 200 | 200 200 | 200 200 | 200 200
home                |          | 200 405 | 200 405 | 200 405 | 200 405
calls               |          | 200 405 | 200 405 | 200 405 | 200 405
call-new            |          | 200 400 | 200 400 | 200 400 | 200 400
call                | 1        | 200 405 | 200 405 | 200 405 | 200 405
call-support        | 1        | 405 302 | 405 302 | 405 302 | 405 302
call-erase          | 1        | 200 200 | 200 200 | 200 200 | 200 200
calls-desk          |          | 302 302 | 302 302 | 200 404 | 200 404
calls-promise       |          | 302 302 | 302 302 | 405 400 | 405 400
call-answer         | 1        | 302 302 | 302 302 | 200 400 | 200 400
assemblies          |          | 200 405 | 200 405 | 200 405 | 200 405
assembly            | council  | 200 405 | 200 405 | 200 405 | 200 405
assembly-vote       | council 1 | 200 405 | 200 405 | 200 405 | 200 405
assembly-vote-names | council 1 | 200 405 | 200 405 | 200 405 | 200 405
assembly-vote-csv   | council 1 | 200 405 | 200 405 | 200 405 | 200 405
assembly-vote-json  | council 1 | 200 405 | 200 405 | 200 405 | 200 405
member-link         | x        | 403 403 | 403 403 | 403 403 | 403 403
member              | council  | 403 403 | 403 403 | 403 403 | 403 403
member-leave        | council  | 405 302 | 405 302 | 405 302 | 405 302
ballot              | council 1 | 403 403 | 403 403 | 403 403 | 403 403
assemblies-desk     |          | 302 302 | 302 302 | 200 400 | 200 400
assembly-desk       | council  | 302 302 | 302 302 | 200 405 | 200 405
assembly-members    | council  | 302 302 | 302 302 | 200 400 | 200 400
vote-new            | council  | 302 302 | 302 302 | 200 400 | 200 400
vote-desk           | council 1 | 302 302 | 302 302 | 200 400 | 200 400
how                 |          | 200 405 | 200 405 | 200 405 | 200 405
ecodesign           |          | 200 405 | 200 405 | 200 405 | 200 405
coproduction        | shops    | 200 405 | 200 405 | 200 405 | 200 405
frame               | shops    | 200 405 | 200 405 | 200 405 | 200 405
frame-version       | shops 1  | 200 405 | 200 405 | 200 405 | 200 405
vote                | shops    | 200 400 | 200 400 | 200 400 | 200 400
undo                | shops    | 405 302 | 405 302 | 405 302 | 405 302
consent             | shops    | 405 302 | 405 302 | 405 302 | 405 302
withdraw            | shops    | 405 302 | 405 302 | 405 302 | 405 302
receipt             | shops 1  | 404 405 | 404 405 | 404 405 | 404 405
receipt-file        | shops 1  | 404 405 | 404 405 | 404 405 | 404 405
erase               | shops    | 200 200 | 200 200 | 200 200 | 200 200
my-answers          | shops    | 200 405 | 200 405 | 200 405 | 200 405
propose             | shops    | 200 400 | 200 400 | 200 400 | 200 400
ideas               | shops    | 302 405 | 302 405 | 302 405 | 302 405
ideas-csv           | shops    | 200 405 | 200 405 | 200 405 | 200 405
ideas-feed          | shops    | 200 405 | 200 405 | 200 405 | 200 405
propose-idea        | shops    | 200 400 | 200 400 | 200 400 | 200 400
similar-ideas       | shops    | 200 405 | 200 405 | 200 405 | 200 405
idea                | shops 1  | 200 400 | 200 400 | 200 400 | 200 400
idea-vote           | shops 1  | 405 400 | 405 400 | 405 400 | 405 400
withdraw-idea       | shops 1  | 405 404 | 405 404 | 405 404 | 405 404
helped              | shops 1 1 | 405 404 | 405 404 | 405 404 | 405 404
change-idea         | shops 1  | 404 404 | 404 404 | 404 404 | 404 404
idea-versions       | shops 1  | 200 405 | 200 405 | 200 405 | 200 405
dispute             | shops 1  | 405 404 | 405 404 | 405 404 | 405 404
outcomes            | shops    | 200 405 | 200 405 | 200 405 | 200 405
results             | shops    | 302 405 | 302 405 | 302 405 | 302 405
where-am-i          | shops    | 200 405 | 200 405 | 200 405 | 200 405
results-csv         | shops    | 200 405 | 200 405 | 200 405 | 200 405
results-json        | shops    | 200 405 | 200 405 | 200 405 | 200 405
account             | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-json        | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-csv         | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-declaration | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-compare     | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-what-if     | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-variants    | shops    | 200 405 | 200 405 | 200 405 | 200 405
account-variant     | shops 1  | 404 405 | 404 405 | 404 405 | 404 405
account-counter     | shops x  | 404 404 | 404 404 | 404 404 | 404 404
account-line        | shops C4 | 200 405 | 200 405 | 200 405 | 200 405
voices              | shops    | 200 400 | 200 400 | 200 400 | 200 400
parameters          |          | 200 405 | 200 405 | 200 405 | 200 405
parameter           | x        | 404 405 | 404 405 | 404 405 | 404 405
sign-in             |          | 200 400 | 200 400 | 200 400 | 200 400
sign-in-code        |          | 302 302 | 302 302 | 302 302 | 302 302
sign-in-link        | x        | 200 403 | 200 403 | 200 403 | 200 403
desk                |          | 302 302 | 302 302 | 200 405 | 200 405
set-up              |          | 302 302 | 302 302 | 200 400 | 200 400
queue               | shops    | 302 302 | 302 302 | 200 404 | 403 403
idea-queue          | shops    | 302 302 | 302 302 | 200 404 | 403 403
disputes            | shops    | 302 302 | 302 302 | 200 404 | 403 403
mend-spelling       | shops 1  | 302 302 | 302 302 | 404 404 | 403 403
answer-idea         | shops 1  | 302 302 | 302 302 | 200 400 | 403 403
stages              | shops    | 302 302 | 302 302 | 200 404 | 403 403
counter-queue       | shops    | 302 302 | 302 302 | 200 404 | 403 403
declare             | shops    | 302 302 | 302 302 | 200 200 | 403 403
declare-frame       | shops    | 302 302 | 302 302 | 200 400 | 403 403
people              | shops    | 302 302 | 302 302 | 200 400 | 403 403
sessions            |          | 302 302 | 302 302 | 200 404 | 200 404
sign-out            |          | 302 302 | 302 302 | 405 302 | 405 302
"""


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.name)


def lines() -> dict[str, tuple[str, ...]]:
    """Route to its words and its four cells."""
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    return {name: tuple(cells) for name, *cells in rows}


@pytest.fixture
def browsers(db: None) -> dict[str, Client]:
    coproduction, other = make_coproduction("shops"), make_coproduction("elsewhere")
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    make_idea(coproduction, pk=1)
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    make_call(coproduction, pk=1)
    close_vote(make_assembly_vote(make_assembly()))
    clients = (
        Client(),
        make_device(coproduction),
        signed_in(make_facilitator(coproduction)),
        signed_in(make_facilitator(other, email="paul@example.org")),
    )
    return dict(zip(ROLES, clients, strict=True))


def test_the_table_holds_every_route_and_no_other() -> None:
    assert sorted(lines()) == sorted(routes(get_resolver().url_patterns))


@pytest.mark.parametrize("role", ROLES)
def test_the_role_gets_the_answers_of_the_table(role: str, browsers: dict[str, Client]) -> None:
    browser, column = browsers[role], ROLES.index(role) + 1
    expected = {name: cells[column] for name, cells in lines().items()}
    found = {}
    for name, (words, *_) in lines().items():
        address = at(name, *words.split())
        read, sent = browser.get(address), browser.post(address)
        found[name] = f"{read.status_code} {sent.status_code}"
        if name == "sign-out" and "facilitator" in role:
            assert browser.get(at("desk")).status_code == 302
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_head_answers_as_get_without_a_body_and_the_rest_is_refused(
    role: str, browsers: dict[str, Client]
) -> None:
    browser = browsers[role]
    for name, (words, *_) in lines().items():
        address = at(name, *words.split())
        head = browser.head(address)
        assert head.status_code == browser.get(address).status_code, name
        assert not bytes_of(head), name
        for method in ALWAYS_REFUSED:
            assert browser.generic(method, address).status_code == 405, (name, method)
