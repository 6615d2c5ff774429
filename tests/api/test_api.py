"""The API: every list in pages and in lines, what is refused and how, what it costs."""

import argparse
import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.api.document import document
from partage.api.doors import LONGEST_QUERY
from partage.api.service import DOORS
from partage.contributions.models import Progress, Statement
from partage.coproductions.models import Coproduction
from partage.events.models import Event
from partage.opinions.models import Opinion
from partage.shares.models import Period
from tests.api.world import SPACE, items_of, lines_of, list_addresses, make_world
from tests.events.test_events import TOKEN, make_measured, send, told
from tests.factories import (
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_statements,
    signed_in,
)
from tests.web.page import bytes_of, html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8
DEEPEST = 12


def detail(answer: Any) -> str:
    """The sentence of a refusal."""
    assert answer["Content-Type"] == "application/problem+json"
    facts = answer.json()
    assert facts["status"] == answer.status_code and facts["detail"].endswith(".")
    return str(facts["detail"])


def test_every_list_gives_the_same_in_pages_in_lines_and_backwards() -> None:
    make_world(3)
    for name, address in list_addresses().items():
        whole = items_of(address)
        assert len(whole) >= 3, name
        assert items_of(address, limit=1) == items_of(address, limit=2) == whole, name
        assert lines_of(address) == whole and lines_of(address, limit=2) == whole[:2], name
        backwards = items_of(address, limit=1, order="newest")
        assert backwards == lines_of(address, order="newest") == whole[::-1], name


def test_a_page_that_follows_misses_nothing_of_what_is_published_meanwhile() -> None:
    shops = make_coproduction()
    first = make_statements(shops, 2)
    page = Client().get(at("api-statements", "shops"), {"limit": 1}).json()
    later = make_statements(shops, 2)
    type(first[0]).objects.filter(pk=first[0].pk).update(state=Progress.WITHDRAWN)
    rest = items_of(page["next"].removeprefix(settings.BASE_URL))
    assert [one["id"] for one in rest] == [first[1].pk, *(one.pk for one in later)]


def queries_of() -> dict[str, int]:
    found = {}
    for name, address in list_addresses().items():
        with CaptureQueriesContext(connection) as queries:
            answer = Client().get(address, {"limit": 100})
        assert answer.status_code == 200, name
        found[name] = len(queries)
    return found


def measured(count: int) -> dict[str, int]:
    with transaction.atomic():
        make_world(count)
        found = queries_of()
        transaction.set_rollback(True)
    shutil.rmtree(settings.REGISTER_DIR, ignore_errors=True)  # of the database that is undone
    return found


def test_a_list_of_many_takes_as_many_queries_as_one_of_few() -> None:
    few = measured(2)
    assert measured(30) == few
    assert max(few.values()) <= MOST_QUERIES, few


def test_whoever_has_the_answer_gets_it_no_second_time_until_it_changes() -> None:
    shops = make_coproduction()
    make_statements(shops, 1)
    address = at("api-statements", "shops")
    first = Client().get(address)
    assert first["Cache-Control"] == "public, no-cache"
    again = Client().get(address, headers={"If-None-Match": f'W/{first["ETag"]}, "other"'})
    assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
    make_statements(shops, 1)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_everybody_gets_the_same_answer_and_any_page_may_read_it() -> None:
    shops = make_world(2)
    browsers = [Client(), make_device(shops), signed_in(make_facilitator(shops))]
    for address in list_addresses().values():
        answers = [browser.get(address) for browser in browsers]
        assert len({answer["ETag"] for answer in answers}) == 1
        for answer in answers:
            assert answer["Access-Control-Allow-Origin"] == "*" and not answer.cookies
            assert "Cookie" not in answer["Vary"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("limit=0", 400, "limit is “0”: give a whole number from 1 to 100."),
        ("limit=101", 400, "limit is “101”"),
        ("limit=ten", 400, "limit is “ten”"),
        ("limit=", 400, "limit is “”"),
        ("limit=1e1", 400, "limit is “1e1”"),
        ("order=random", 400, "order is “random”: use oldest or newest."),
        ("cursor=abc", 400, "cursor is “abc”, which this list did not make"),
        ("cursor=" + "x" * 200, 400, "cursor is “xxx"),
        ("cursor=%00", 400, "cursor is “�”"),
        ("cursor=é", 400, "cursor is “é”"),
        ("cursor=aWRlYXMub2xkZXN0LjE", 400, "did not make"),  # of ideas
        ("cursor=c3RhdGVtZW50cy5uZXdlc3QuMQ", 400, "did not make"),  # of the other order
        ("cursor=c3RhdGVtZW50cy5vbGRlc3QuLTE", 400, "did not make"),  # of a number below 0
        ("limt=5", 400, "“limt” is no parameter here: there are cursor, limit, order."),
        ("cursor=" + "x" * LONGEST_QUERY, 414, "The query has 1007 characters: 1000 at most"),
    ],
)
def test_a_bad_query_gets_one_sentence(query: str, status: int, words: str) -> None:
    make_statements(make_coproduction(), 2)
    answer = Client().get(f"{at('api-statements', 'shops')}?{query}")
    assert answer.status_code == status and words in detail(answer)
    lines = Client().get(
        f"{at('api-statements', 'shops')}?{query}", headers={"Accept": "application/x-ndjson"}
    )
    assert lines.status_code == status and detail(lines) == detail(answer)


def test_a_cursor_far_beyond_the_end_gives_an_empty_page() -> None:
    make_statements(make_coproduction(), 2)
    cursor = "c3RhdGVtZW50cy5vbGRlc3QuOTk5OTk5OTk5OTk5OTk5OTk5"  # after 999999999999999999
    answer = Client().get(at("api-statements", "shops"), {"cursor": cursor})
    assert answer.json() == {"items": [], "next": None}


@pytest.mark.parametrize("name", sorted(SPACE))
def test_an_unknown_coproduction_and_one_that_does_not_show_are_not_there(name: str) -> None:
    make_coproduction("hidden")
    Coproduction.objects.update(frame=None)
    for slug in ("hidden", "nowhere"):
        assert "There is nothing here" in detail(Client().get(at(name, slug)))


@pytest.mark.parametrize(
    "path",
    ["coproductions/shops/ideas/9", f"coproductions/shops/ideas/{10**30}", "opinions/none",
     "coproductions/shops/frames/0", "calls/9", "coproductions/shops/results"],
)  # fmt: skip
def test_what_is_not_there_is_a_404_in_json(path: str) -> None:
    make_coproduction()
    answer = Client().get(f"/api/v1/{path}")
    assert answer.status_code == 404 and "There is nothing here" in detail(answer)


@pytest.mark.parametrize("path", ["nothing", "coproductions/", "coproductions/No Slug/ideas", "x" * 3000])  # fmt: skip
def test_an_address_that_is_none_is_a_404_in_json(path: str) -> None:
    answer = Client().get(f"/api/v1/{path}", headers={"Accept-Language": "fr"})
    assert answer.status_code == 404 and "/api/v1/ says what there is." in detail(answer)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_in_json_and_says_which_there_are(method: str) -> None:
    answer = Client().generic(method, at("api-calls"))
    assert answer.status_code == 405 and method in detail(answer) and "GET, HEAD" in answer["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense"])
def test_a_format_that_there_is_none_of_is_refused(accept: str) -> None:
    answer = Client().get(at("api-calls"), headers={"Accept": accept})
    assert answer.status_code == 406
    known = "this gives application/json or application/x-ndjson."
    assert detail(answer) == f"Accept is “{accept}”: {known}"


@pytest.mark.parametrize("accept", ["", "*/*", "application/*", "text/html, application/json;q=0.5"])  # fmt: skip
def test_whoever_takes_json_gets_it(accept: str) -> None:
    answer = Client().get(at("api-calls"), headers={"Accept": accept})
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/json")


def test_without_a_database_the_answer_is_a_503_in_json() -> None:
    def no_answer(*_sql: Any) -> Any:
        raise OperationalError("no answer")

    with connection.execute_wrapper(no_answer):
        answer = Client().get(at("api-calls"))
    assert answer.status_code == 503 and answer["Retry-After"] == "60"
    assert "The site is resting" in detail(answer)


def test_figures_that_would_tell_of_few_people_are_left_out() -> None:
    make_world(2)
    few, many = items_of(at("api-shares", "shops"))
    assert few["share_out"]["people"] is None and few["share_out"]["divisions"] == []
    assert few["share_out"]["net_cents"] is None
    assert many["share_out"]["people"] == 12 and many["share_out"]["net_cents"] == 1000
    Period.objects.update(withdrawn_at=Period.objects.latest().adopted_at, withdrawn_reason="No.")
    assert Client().get(at("api-share", "shops", 2)).json()["share_out"] is None
    months = items_of(at("api-months", "shops"))
    assert months[0]["data"] == {"basket": None, "place": 0}


def depth(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inside), default=0)


def test_nothing_is_nested_deep_and_no_address_leads_nowhere() -> None:
    make_world(2)
    for address in list_addresses().values():
        for item in items_of(address):
            assert depth(item) <= DEEPEST
            for page in (item.get("page") or {}).values():
                assert Client().get(page.removeprefix(settings.BASE_URL), follow=True).status_code == 200  # fmt: skip
    index = Client().get(at("api-index")).json()
    for name in ("openapi", "coproductions", "calls", "opinions"):
        assert Client().get(index[name].removeprefix(settings.BASE_URL)).status_code == 200
    links = index["register_links"]
    assert links is None or Client().get(links["checkpoint"].removeprefix(settings.BASE_URL))


def test_an_opinion_and_a_result_are_the_same_as_the_files_of_their_pages() -> None:
    make_world(2)
    opinion = Client().get(at("api-opinion", "small")).json()
    assert opinion["content"] == Client().get(at("opinion-json", "small")).json()["content"]
    results = Client().get(at("api-results", "shops")).json()
    file = Client().get(at("results-json", "shops")).json()
    assert results["content"].items() <= file.items() and results["number"] == file["release"]
    account = Client().get(at("api-account", "shops", 1)).json()["account"]
    assert account == Client().get(f"{at('account-json', 'shops')}?version=1").json()
    Opinion.objects.update(state="draft")
    assert items_of(at("api-opinions")) == []


def test_the_document_names_every_resource_once_with_what_it_refuses() -> None:
    found = Client().get(at("api-openapi")).json()
    assert found["openapi"].startswith("3.1") and found == json.loads(json.dumps(document()))
    operations = [one for methods in found["paths"].values() for one in methods.values()]
    names = sorted(f"api-{one['operationId']}" for one in operations)
    assert names == sorted(DOORS)
    for one in operations:
        assert {"200", "400", "404", "405", "406", "414", "503"} <= set(one["responses"])
        assert one["summary"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_tells_people_of_every_resource(language: str) -> None:
    page = Client().get(at("api-docs", language=language))
    words = words_of(page)
    for path, methods in document()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in words
    assert at("api-openapi") in [link["href"] for link in tags_of(page, "a")]
    assert len(html_of(page)) < 60_000 and html_of(page).count("<") // 2 <= 400
    assert not tags_of(page, "script")
    shown = [link["href"] for link in tags_of(Client().get(at("site-map", language=language)), "a")]
    assert at("api-docs", language=language) in shown


def examples() -> list[list[str]]:
    """The words of each `curl` line of the document."""
    text = (Path(settings.PACKAGE).parent / "docs" / "api.md").read_text("utf-8")
    return [shlex.split(line) for line in text.splitlines() if line.startswith("    curl ")]


def ask(words: list[str], key: str) -> Any:
    """What curl would get: -H adds a header, --data-binary sends a body."""
    read = argparse.ArgumentParser()
    read.add_argument("-H", action="append", default=[])
    read.add_argument("--data-binary")
    read.add_argument("address")
    asked = read.parse_args(words[1:])
    headers = dict(line.replace("KEY", key).split(": ", 1) for line in asked.H)
    path = asked.address.removeprefix("http://localhost:8000")
    if asked.data_binary is None:
        return Client().get(path, headers=headers)
    return Client().post(path, asked.data_binary, "application/x-ndjson", headers=headers)


def test_every_example_of_the_document_runs() -> None:
    make_world(2)
    assert len(examples()) >= 9
    for words in examples():
        answer = ask(words, key=f"shops{TOKEN}")
        assert answer.status_code == 200, words
        assert bytes_of(answer).startswith(b"{")
    assert Event.objects.get().seconds == 30


def test_the_document_names_every_list() -> None:
    text = (Path(settings.PACKAGE).parent / "docs" / "api.md").read_text("utf-8")
    for address in list_addresses().values():
        assert address.rpartition("/")[2] in text, address


def test_letters_are_written_as_they_are_in_every_file_and_answer_in_json() -> None:
    make_world(1)
    Statement.objects.update(text="Élire – “un” délégué")
    files = [at(name, "shops") for name in ("results-json", "account-json")]
    files += [at("fields-json", language="fr"), at("api-statements", "shops")]
    make_measured("tills")
    refused = send(told(task="é"), slug="tills", token=f"tills{TOKEN}")
    answers = [Client().get(address) for address in files]
    assert {answer.status_code for answer in answers} == {200}
    bodies = [bytes_of(refused), *map(bytes_of, answers)]
    assert [body for body in bodies if b"\\u" in body] == []
    assert "“é”".encode() in bodies[0] and "É".encode() in bodies[-1]
