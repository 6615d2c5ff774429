"""Requests drawn from the API's own document: no fault of ours, no status that it does not name."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from tests.api.world import make_world
from tests.events.test_events import TOKEN
from tests.factories import at

# As many as fit in a minute; `PARTAGE_API_CASES=20000` for the long run, of about a quarter of an hour.
CASES = int(os.environ.get("PARTAGE_API_CASES", "1000"))
LINES = "application/x-ndjson"
KNOWN = {"slug": "shops", "number": 1}
OPINION = "/opinions/{slug}"


@schemathesis.serializer(LINES)
def as_lines(_context: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.deserializer(LINES)
def from_lines(_context: Any, response: Any) -> Any:
    return response.content.decode()


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_wsgi(at("api-openapi"), get_wsgi_application())
    found = list(schema.get_all_operations())
    read = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(read) == len(found) > 30
    return read


def fill_in(case: Any) -> None:
    """Names that there are, so that what is behind them answers too."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = KNOWN[name]
        if name == "slug" and OPINION in case.operation.path:
            case.path_parameters[name] = "small"
    if case.method == "POST":
        case.headers["Authorization"] = f"Bearer shops{TOKEN}"


def beyond(case: Any, status: int) -> list[Any]:
    """What the document cannot say: which cursors a list made, and what a line of a batch holds."""
    found: list[Any] = []
    if "cursor" in (case.query or {}) or case.method == "POST":
        found.append(positive_data_acceptance)
    if status == 414 or case.method == "POST":
        found.append(negative_data_rejection)  # a long query is not read; any bytes are a batch
    if str((case.headers or {}).get("Authorization", "")).endswith(TOKEN):
        found.append(ignored_auth)  # the right key, which it takes for one of those it drew
    return found


def run(operation: Any, each: int, statuses: Counter[int]) -> None:
    """So many requests to one address: half of them as the document asks, half against it."""
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    drawn = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

    @settings(
        max_examples=each, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=drawn, is_known=st.booleans())
    def ask(case: Any, is_known: bool) -> None:
        if is_known:
            fill_in(case)
        case.headers["Accept-Encoding"] = "identity"
        response = case.call()
        statuses[response.status_code] += 1
        case.validate_response(response, excluded_checks=beyond(case, response.status_code))

    ask()


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """A request that ends would close the connection of the test, and with it the made-up site."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("one_connection")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_request_drawn_from_the_document_breaks_it() -> None:
    make_world(2)
    statuses: Counter[int] = Counter()
    found = operations()
    for operation in found:
        run(operation, CASES // len(found) + 1, statuses)
    assert statuses.total() >= CASES * 0.9, statuses
    assert {200, 400, 404} <= set(statuses) and max(statuses) < 500, statuses
