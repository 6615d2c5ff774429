"""Every list is an Atom feed: what it holds, what it leaves out, and that any reader can take it."""

from datetime import timedelta
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.accounting.models import CounterInput
from partage.accounting.publication import publish_account
from partage.calls.models import Call
from partage.contributions.models import (
    Argument,
    Idea,
    Outcome,
    Progress,
)
from partage.coproductions.models import Coproduction
from tests.contributions.test_ideas import with_ideas
from tests.factories import (
    at,
    make_call,
    make_idea,
    make_people,
    make_statement,
    make_statements,
    make_votes,
    publish_results,
)
from tests.library.works import make_work
from tests.test_matrix import ACCOUNT
from tests.web.page import tags_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "A <b>bold</b> & “evil”\x0b]]> <script>alert(1)</script>"
# Feed, its words in the address, and the page whose list it is.
FEEDS = [
    ("coproductions-feed", (), "home"),
    ("calls-feed", (), "calls"),
    ("works-feed", (), "library"),
    ("frame-feed", ("shops",), "frame"),
    ("ideas-feed", ("shops",), "ideas"),
    ("idea-feed", ("shops", 1), "idea"),
    ("outcomes-feed", ("shops",), "outcomes"),
    ("sentences-feed", ("shops",), "vote"),
    ("results-feed", ("shops",), "results"),
    ("variants-feed", ("shops",), "account-variants"),
]


def feed(name: str, *words: object, language: str = "en") -> Element:
    answer = Client().get(at(name, *words, language=language))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return fromstring(answer.content.decode())  # noqa: S314 - made here


def titles(name: str, *words: object) -> list[str]:
    return [str(one.findtext(f"{ATOM}title")) for one in feed(name, *words).iter(f"{ATOM}entry")]


def everything(count: int = 1) -> Coproduction:
    """A coproduction with something in every list."""
    coproduction = with_ideas()
    ideas = [make_idea(coproduction, pk=n, body="Because.") for n in range(1, count + 1)]
    for idea in ideas:
        now = timezone.now()
        Outcome.objects.create(idea=idea, kind="done", text="It is there.", said_at=now)
        Argument.objects.create(
            idea=ideas[0], side="for", text="It helps.", written_at=now, state=Progress.PUBLISHED
        )
        make_call(coproduction)
        make_work(f"work-{idea.pk}")
    make_votes(make_people(coproduction, 12), make_statements(coproduction, count))
    publish_results(coproduction)
    account = publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    for number in range(count):
        CounterInput.objects.create(
            account=account, name="passages", low=1, central=number + 2, high=90, source="Seen",
            source_date=timezone.localdate(), content=account.content, state="published",
            filed_at=timezone.now(),
        )  # fmt: skip
    return coproduction


@pytest.mark.parametrize(("name", "words", "page"), FEEDS)
def test_a_reader_finds_the_feed_on_the_page_and_its_entries_lead_back(
    name: str, words: tuple[object, ...], page: str
) -> None:
    everything()
    for language in ("en", "fr"):
        shown = Client().get(at(page, *words, language=language), follow=True)
        address = at(name, *words, language=language)
        assert [one["href"] for one in tags_of(shown, "link") if one["rel"] == "alternate"] == [
            address
        ]
        assert address in [one["href"] for one in tags_of(shown, "a")]
        found = feed(name, *words, language=language)
        assert found.findtext(f"{ATOM}author/{ATOM}name")
        entries = list(found.iter(f"{ATOM}entry"))
        assert entries
        for one in (found, *entries):
            assert one.findtext(f"{ATOM}title") and one.findtext(f"{ATOM}updated")
            links = {link.get("rel"): str(link.get("href")) for link in one.iter(f"{ATOM}link")}
            assert links["alternate"].startswith("http://localhost:8000/")
            back = links["alternate"].removeprefix("http://localhost:8000").partition("#")[0]
            assert Client().get(back, follow=True).status_code == 200


@pytest.mark.parametrize(("name", "words", "page"), FEEDS)
def test_a_feed_of_many_things_takes_as_many_queries_as_one_of_few(
    name: str, words: tuple[object, ...], page: str
) -> None:
    everything(30)
    with CaptureQueriesContext(connection) as queries:
        found = feed(name, *words)
    assert len(queries) <= 4 and len(list(found.iter(f"{ATOM}entry"))) <= 20


def test_feeds_hold_what_is_published_and_nothing_else() -> None:
    coproduction = with_ideas()
    for state in Progress:
        kept = make_idea(coproduction) if state == Progress.GROUPED else None
        make_idea(coproduction, f"This idea is {state}", state=state, grouped_with=kept)
    for its_state in Progress:
        make_statement(coproduction, f"This sentence is {its_state}", state=its_state)
    for call_state in (Call.State.PUBLISHED, Call.State.WAITING):
        make_call(coproduction, f"This call is {call_state}", state=call_state)
    assert "This idea is published" in titles("ideas-feed", "shops")
    assert len(titles("ideas-feed", "shops")) == 2
    assert titles("sentences-feed", "shops") == ["This sentence is published"]
    assert titles("calls-feed") == ["This call is published"]
    waiting = Idea.objects.get(state=Progress.WAITING)
    assert Client().get(at("idea-feed", "shops", waiting.pk)).status_code == 404
    Coproduction.objects.update(frame=None)
    assert titles("coproductions-feed") == []
    for name, words, _page in FEEDS[3:]:
        assert Client().get(at(name, *words)).status_code == 404, name


@pytest.mark.parametrize("state", Progress)
def test_an_idea_has_a_feed_where_its_page_leads_to_one(state: Progress) -> None:
    coproduction = with_ideas()
    kept = make_idea(coproduction) if state == Progress.GROUPED else None
    idea = make_idea(coproduction, "Another", state=state, grouped_with=kept)
    page, found = (Client().get(at(name, "shops", idea.pk)) for name in ("idea", "idea-feed"))
    named = page.status_code == 200 and at("idea-feed", "shops", idea.pk) in page.content.decode()
    assert (found.status_code == 200) == named


def test_the_feed_of_an_idea_holds_its_arguments_and_what_was_done_the_last_first() -> None:
    idea = make_idea(with_ideas())
    now = timezone.now()
    for days, text, state in (
        (3, "One", "published"),
        (1, "Two", "published"),
        (0, "No", "waiting"),
    ):
        Argument.objects.create(
            idea=idea, side="against", text=text, state=state, written_at=now - timedelta(days)
        )
    said = now - timedelta(days=2)
    Outcome.objects.create(idea=idea, kind="planned", text="In March.", said_at=said)
    assert titles("idea-feed", "shops", idea.pk) == ["Against: Two", "planned", "Against: One"]


def test_markup_and_control_signs_stay_text() -> None:
    coproduction = with_ideas()
    make_idea(coproduction, HOSTILE, body=HOSTILE)
    make_statement(coproduction, HOSTILE)
    make_call(coproduction, HOSTILE[:60])
    assert titles("ideas-feed", "shops") == [HOSTILE.replace("\x0b", "")]
    summary = feed("ideas-feed", "shops").findtext(f"{ATOM}entry/{ATOM}summary")
    assert "&lt;script&gt;" in str(summary) and "<script" not in str(summary)
    assert len(titles("sentences-feed", "shops")) == len(titles("calls-feed")) == 1


def test_whoever_has_the_last_entries_gets_them_no_second_time(settings: LazySettings) -> None:
    make_idea(with_ideas())
    first = Client().get(at("ideas-feed", "shops"))
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    answer = Client().get(at("ideas-feed", "shops"), **again)  # type: ignore[arg-type]
    assert answer.status_code == 304 and not answer.content
    # The same under another name of the site: an entry keeps its name.
    settings.ALLOWED_HOSTS = ["*"]
    other = Client(SERVER_NAME="other.example.org").get(at("ideas-feed", "shops"), **again)  # type: ignore[arg-type]
    assert other.status_code == 304
    make_idea(Coproduction.objects.get(), "Another idea")
    assert Client().get(at("ideas-feed", "shops"), **again).status_code == 200  # type: ignore[arg-type]
