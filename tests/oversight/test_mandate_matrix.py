"""Every route under every state of a mandate: what it opens, and that it changes nothing else."""

from collections.abc import Iterator

import pytest
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.people.models import Person
from partage.register.finding import code_of
from partage.register.models import Entry
from tests.factories import at, make_coproduction, signed_in, stored
from tests.oversight.inspections import expire, inspector_browser, make_mandate
from tests.test_matrix import browsers, lines

__all__ = ["browsers"]
STATES = ("in scope", "out of scope", "expired", "none")
# Route under a mandate, its words, then GET and POST for each state. “Out of scope” holds a mandate
# over another coproduction: pages of the inspection itself open, those of shops do not.
TABLE = """
inspection            | 1             | 200 400 | 200 400 | 403 403 | 404 404
inspection-entries    | 1             | 200 405 | 200 405 | 403 405 | 404 405
inspection-entry      | 1 CODE        | 200 405 | 403 405 | 403 405 | 404 405
inspection-samples    | 1             | 200 400 | 200 400 | 403 403 | 404 404
inspection-log        | 1             | 200 405 | 200 405 | 403 405 | 404 405
inspection-flags      | 1             | 200 405 | 200 405 | 403 405 | 404 405
inspection-compare    | 1             | 200 405 | 200 405 | 403 405 | 404 405
inspection-questions  | 1             | 200 400 | 200 400 | 403 403 | 404 404
inspection-notes      | 1             | 200 400 | 200 400 | 403 403 | 404 404
inspection-case       | 1             | 200 405 | 200 405 | 403 405 | 404 405
inspection-case-file  | 1             | 200 405 | 200 405 | 403 405 | 404 405
inspection-account    | 1 shops       | 200 405 | 403 405 | 403 405 | 404 405
inspection-figure     | 1 shops C4    | 200 405 | 403 405 | 403 405 | 404 405
inspection-months     | 1 shops       | 200 405 | 403 405 | 403 405 | 404 405
inspection-events     | 1 shops 1     | 404 405 | 403 405 | 403 405 | 404 405
"""
OWN = {row.split("|")[0].strip() for row in TABLE.strip().splitlines()}
# Whoever inspects signs out, and answers on a phone, as anybody does; a session of their own each time.
LAST = "sign-out"


def rows() -> Iterator[tuple[str, list[str], dict[str, str]]]:
    for line in TABLE.strip().splitlines():
        name, words, *cells = (cell.strip() for cell in line.split("|"))
        yield name, words.split(), dict(zip(STATES, cells, strict=True))


def hold(state: str) -> Client:
    """The inspector's browser, holding a mandate in this state over shops."""
    if state == "none":
        return inspector_browser()
    covered = (
        make_coproduction("further")
        if state == "out of scope"
        else Coproduction.objects.get(slug="shops")
    )
    mandate = make_mandate(covered)
    if state == "expired":
        expire(mandate)
    return inspector_browser()


def _code() -> str:
    found = Entry.objects.filter(space="shops").order_by("pk").first()
    assert found
    return code_of(bytes(found.event_id))


def test_the_table_holds_every_route_under_a_mandate() -> None:
    assert {name for name in lines() if name.startswith("inspection")} == OWN


@pytest.mark.parametrize("state", STATES)
def test_a_mandate_opens_what_the_table_says(state: str, browsers: dict[str, Client]) -> None:
    browser, code = hold(state), _code()
    found, expected = {}, {}
    for name, words, cells in rows():
        address = at(name, *[code if word == "CODE" else word for word in words])
        found[name] = f"{browser.get(address).status_code} {browser.post(address).status_code}"
        expected[name] = cells[state]
    assert found == expected


@pytest.mark.parametrize(
    "state",
    ["in scope", *(pytest.param(one, marks=pytest.mark.slow) for one in STATES[1:3])],
)
def test_elsewhere_a_mandate_gives_nothing_that_anybody_signed_in_has_not(
    state: str, browsers: dict[str, Client]
) -> None:
    """Same answers as somebody without a role, to a GET and to a POST, on every other route."""
    browser = hold(state)
    stranger = signed_in(Person.objects.create_person("stranger@example.org", "Nobody"))
    for name, (words, *_cells) in lines().items():
        if name in OWN | {LAST, "caseload"}:
            continue
        address = at(name, *words.split())
        mine, theirs = (
            (one.get(address).status_code, one.post(address).status_code)
            for one in (browser, stranger)
        )
        assert mine == theirs, name


def test_an_inspector_writes_nothing_where_facilitators_do(browsers: dict[str, Client]) -> None:
    """Where a desk takes a POST, an inspector is refused, and no row changes."""
    browser = hold("in scope")
    desks = [name for name, (_w, *cells) in lines().items() if cells[0] == "302 302"]
    kept = OWN | {LAST, "oversight", "desk", "desk-mail", "sessions", "passkeys", "identities"}
    before = stored()
    for name in desks:
        if name not in kept:
            answer = browser.post(at(name, *lines()[name][0].split()), {"do": "x", "text": "x"})
            assert answer.status_code in {302, 400, 403, 404, 405}, name
    assert stored() == before
