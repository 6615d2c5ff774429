"""What pages, feeds, files and the API show is the same, for every reader and in every state.

Each thing of a made-up site carries a mark of its own in its words; each door is then read for the
marks that it shows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from django.conf import settings as site
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from partage.accounting.models import CounterInput, PublishedAccount
from partage.accounting.publication import publish_account
from partage.calls.models import Call
from partage.contributions.models import Argument, Idea, Outcome, Progress, Rule, TestReport
from partage.coproductions.models import Coproduction, Role
from partage.fund.models import Project, Round
from partage.opinions.importing import import_opinion
from partage.opinions.models import Opinion
from partage.people.models import Participant
from partage.people.participants import join
from partage.search.keeping import make_index
from tests.api.world import ACCOUNT
from tests.factories import (
    at,
    close_voting,
    make_administrator,
    make_assembly,
    make_call,
    make_coproduction,
    make_device,
    make_facilitator,
    make_helper,
    make_idea,
    make_report,
    make_statement,
    members_of,
    participant_of,
    signed_in,
)
from tests.fund.rounds import make_project, make_round
from tests.opinions.opinion_file import as_bytes, small
from tests.web.page import bytes_of

SLUG = "shops"
PAGES = 2  # no list here has more
Plan = list[tuple[str, str, bool]]


@dataclass
class World:
    """A site, whose every thing has a mark, and the author of some of them."""

    shops: Coproduction
    author: Client
    participant: Participant
    idea: Idea
    round: Round
    account: PublishedAccount
    # Mark to the row, the kind and whether the author of the world wrote it.
    things: dict[str, tuple[Any, str, bool]] = field(default_factory=dict)

    def mark(self, kind: str) -> str:
        return f"m{kind}{len(self.things)}m"

    def own_hidden(self) -> set[str]:
        """What its author alone sees: theirs, and not shown to all."""
        return {
            mark for mark, (row, kind, own) in self.things.items() if own and not shows(row, kind)
        }


def shows(row: Any, kind: str) -> bool:
    """Whether its page is anybody's."""
    also = {"statement": {"erased"}, "call": {"erased"}, "idea": {"erased", "grouped"}}
    return str(row.state) in {"published"} | also.get(kind, set())


def empty_world() -> World:
    shops = make_coproduction(SLUG)
    author = make_device(shops)
    account = publish_account(shops, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    base, one = make_idea(shops, "A first idea"), make_round(shops)
    return World(shops, author, participant_of(author, shops), base, one, account)


Maker = Callable[[World, str, str, bool], Any]


def _statement(world: World, mark: str, state: str, own: bool) -> Any:
    author = world.participant if own else None
    return make_statement(world.shops, f"Say {mark}.", state=Progress(state), author=author)


def _idea(world: World, mark: str, state: str, own: bool) -> Any:
    author = world.participant if own else None
    kept = world.idea if state == "grouped" else None
    one = make_idea(
        world.shops, f"Do {mark}", state=Progress(state), author=author, grouped_with=kept
    )
    # What hangs on it shows where it does, and has a mark of its own.
    for kind in ("outcome", "argument"):
        its = world.mark(kind)
        row = (_outcome if kind == "outcome" else _argument)(world, its, "published", False, one)
        world.things[its] = (row, kind, False)
    return one


def _outcome(world: World, mark: str, state: str, own: bool, idea: Idea | None = None) -> Any:
    return Outcome.objects.create(
        idea=idea or world.idea, kind="done", text=f"Done: {mark}.", language="en",
        said_at=timezone.now(),
    )  # fmt: skip


def _argument(world: World, mark: str, state: str, own: bool, idea: Idea | None = None) -> Any:
    return Argument.objects.create(
        idea=idea or world.idea, side="for", text=f"Because {mark}.", language="en", state=state,
        written_at=timezone.now(), author=world.participant if own else None, **_ruled(state),
    )  # fmt: skip


def _ruled(state: str) -> dict[str, str]:
    said = {"rule": Rule.OFF_TOPIC.value} if state in ("refused", "second") else {}
    return said | ({"reason": "Which one?"} if state == "asked" else {})


def _report(world: World, mark: str, state: str, own: bool) -> Any:
    # One person files one report on a task: each has a task of its own.
    number = TestReport.objects.count() + 2 if own else 1
    author = world.participant if own else None
    return make_report(
        world.shops, f"I saw {mark}.", number=number, state=Progress(state), author=author
    )


def _call(world: World, mark: str, state: str, own: bool) -> Any:
    one = make_call(world.shops, f"Call {mark}", state=Call.State.WAITING)
    token = world.author.cookies[site.PARTICIPANT_COOKIE_NAME].value
    values: dict[str, Any] = {"state": state, "author": join(one.space, token) if own else None}
    if state in ("published", "erased"):
        values |= {"answer_from": 50, "decided_at": timezone.now()}
    if state == "refused":
        values |= {"rule": "duplicate", "reason": "There is one."}
    Call.objects.filter(pk=one.pk).update(**values)
    return Call.objects.get(pk=one.pk)


def _project(world: World, mark: str, state: str, own: bool) -> Any:
    author = world.participant if own else None
    one = make_project(world.round, title=f"Buy {mark}", author=author)
    if state != "published":
        said = {"rule": "purpose", "reason": "Not this."} if state == "refused" else {}
        Project.objects.filter(pk=one.pk).update(state=state, number=None, **said)
    return Project.objects.get(pk=one.pk)


def _figure(world: World, mark: str, state: str, own: bool) -> Any:
    return CounterInput.objects.create(
        account=world.account, name="passages", low=1, central=2, high=3, source=f"Seen {mark}",
        source_date=timezone.localdate(), content=world.account.content, state=state,
        rule="duplicate" if state == "refused" else "", filed_at=timezone.now(),
        author=world.participant if own else None,
    )  # fmt: skip


def _opinion(world: World, mark: str, state: str, own: bool) -> Any:
    slug = f"opinion-{len(world.things)}"
    title = {"en": f"Opinion {mark}"}
    if state == "draft":
        return Opinion.objects.create(slug=slug, title=title, coproduction=world.shops)
    import_opinion(as_bytes(small() | {"id": slug, "title": title}))
    # With the coproduction, on its own, or of one that does not show.
    hidden = Coproduction.objects.filter(frame=None).first()
    places = {"published": world.shops, "alone": None, "elsewhere": hidden}
    Opinion.objects.filter(slug=slug).update(coproduction=places[state])
    return Opinion.objects.get(slug=slug)


def _coproduction(world: World, mark: str, state: str, own: bool) -> Any:
    slug = f"place-{len(world.things)}"
    one = make_coproduction(slug, title={"en": f"Place {mark}"})
    if state == "closed":
        close_voting(one)
    if state == "hidden":
        Coproduction.objects.filter(pk=one.pk).update(frame=None)
    return one


PROGRESS = tuple(state.value for state in Progress)
SIMPLE = tuple(state for state in PROGRESS if state != "grouped")
KINDS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "coproduction": (_coproduction, ("hidden", "open", "closed")),
    "statement": (_statement, SIMPLE),
    "idea": (_idea, PROGRESS),
    "argument": (_argument, SIMPLE),
    "report": (_report, SIMPLE),
    "call": (_call, tuple(Call.State.values)),
    "project": (_project, tuple(Project.State.values)),
    "figure": (_figure, tuple(CounterInput.State.values)),
    "opinion": (_opinion, ("draft", "published", "alone", "elsewhere")),
}
WITH_AUTHOR = {"statement", "idea", "argument", "report", "call", "project", "figure"}
EVERYTHING = [
    (kind, state, own)
    for kind, (_make, states) in KINDS.items()
    for state, own in product(states, (False, True))
    if kind in WITH_AUTHOR or not own
]


def build(plan: Plan) -> World:
    world = empty_world()
    for kind, state, own in plan:
        mark = world.mark(kind)
        world.things[mark] = (world.shops, kind, own)  # takes the number
        world.things[mark] = (KINDS[kind][0](world, mark, state, own), kind, own)
    # Of what showed then: what is hidden afterwards must not be found.
    make_index()
    return world


def _member() -> Client:
    """Somebody who sits in an assembly."""
    person = make_facilitator(email="member@example.org")
    member = members_of(make_assembly())[0]
    type(member).objects.filter(pk=member.pk).update(person=person)
    return signed_in(person)


# Who reads, each beside the others who see no more than a visitor does.
READERS: dict[str, Callable[[World], Client]] = {
    "anonymous": lambda world: Client(),
    "author": lambda world: world.author,
    "another participant": lambda world: make_device(world.shops),
    "facilitator": lambda world: signed_in(make_facilitator(world.shops)),
    "moderator": lambda world: signed_in(make_helper(world.shops, Role.Kind.MODERATOR)),
    "reader of drafts": lambda world: signed_in(make_helper(world.shops, Role.Kind.READER)),
    "member": lambda world: _member(),
    "administrator": lambda world: signed_in(make_administrator()),
}


def text_of(answer: HttpResponseBase) -> str:
    return bytes_of(answer).decode() if answer.status_code == 200 else ""


def pages(client: Client, address: str, query: str = "") -> str:
    """All pages of a list, one after the other."""
    asked = (f"{address}?{query}&page={number}" for number in range(1, PAGES + 1))
    return "".join(text_of(client.get(each, follow=True)) for each in asked)


def resources(client: Client, name: str, *words: object) -> str:
    """All pages of a list of the API, two items each."""
    address, found = f"{at(name, *words)}?limit=2", ""
    while address:
        answer = client.get(address)
        if answer.status_code != 200:
            assert answer.status_code == 404
            return ""
        found += answer.content.decode()
        address = (answer.json()["next"] or "").removeprefix(site.BASE_URL)
    return found


def searched(client: Client, words: str, kind: str) -> str:
    """Everything of one kind that the search of the site finds by these words, page after page."""
    asked = {"q": words, "kind": kind, "exact": "1"}
    each = (client.get(at("search"), {**asked, "page": str(page)}) for page in range(1, 6))
    return "".join(text_of(answer) for answer in each)


def marks(kind: str, text: str) -> set[str]:
    return set(re.findall(rf"m{kind}\d+m", text))


Door = Callable[[Client, World], str]


def of_each_idea(read: Callable[[Client, Idea], str]) -> Door:
    return lambda client, _world: "".join(read(client, one) for one in Idea.objects.all())


# For each kind: how a person reads its list on pages, then every other door to the same list.
DOORS: dict[str, tuple[Door, list[Door]]] = {
    "coproduction": (
        lambda c, w: pages(c, at("home")),
        [lambda c, w: text_of(c.get(at("coproductions-feed"))),
         lambda c, w: searched(c, "place", "coproductions"),
         lambda c, w: resources(c, "api-coproductions")],
    ),
    "statement": (
        lambda c, w: pages(c, at("ballot-sheet", SLUG)),
        [lambda c, w: text_of(c.get(at("sentences-feed", SLUG))),
         lambda c, w: searched(c, "say", "statements"),
         lambda c, w: resources(c, "api-statements", SLUG)],
    ),
    "idea": (
        lambda c, w: pages(c, at("ideas", SLUG), "order=newest"),
        [lambda c, w: text_of(c.get(at("ideas-feed", SLUG))),
         lambda c, w: text_of(c.get(at("ideas-csv", SLUG))),
         lambda c, w: searched(c, "do", "ideas"),
         lambda c, w: resources(c, "api-ideas", SLUG)],
    ),
    "argument": (
        of_each_idea(lambda c, one: pages(c, at("idea", SLUG, one.pk), "seed=x")),
        [of_each_idea(lambda c, one: text_of(c.get(at("idea-feed", SLUG, one.pk)))),
         of_each_idea(lambda c, one: resources(c, "api-arguments", SLUG, one.pk))],
    ),
    "outcome": (
        lambda c, w: pages(c, at("outcomes", SLUG)),
        [lambda c, w: text_of(c.get(at("outcomes-feed", SLUG))),
         lambda c, w: resources(c, "api-outcomes", SLUG)],
    ),
    "report": (
        lambda c, w: "".join(
            pages(c, at("trial-task", SLUG, task.number)) for task in w.shops.trial_tasks.all()
        ),
        [lambda c, w: text_of(c.get(at("test-reports-feed", SLUG))),
         lambda c, w: text_of(c.get(at("test-reports-csv", SLUG))),
         lambda c, w: resources(c, "api-test-reports", SLUG)],
    ),
    "call": (
        lambda c, w: pages(c, at("calls")),
        [lambda c, w: text_of(c.get(at("calls-feed"))), lambda c, w: resources(c, "api-calls")],
    ),
    "project": (
        lambda c, w: pages(c, at("fund-round", SLUG, 1), "seed=x"),
        [lambda c, w: resources(c, "api-projects", SLUG)],
    ),
    "figure": (
        lambda c, w: pages(c, at("account-variants", SLUG)),
        [lambda c, w: text_of(c.get(at("variants-feed", SLUG))),
         lambda c, w: resources(c, "api-figures", SLUG)],
    ),
    "opinion": (
        lambda c, w: pages(c, at("opinions")),
        [lambda c, w: searched(c, "opinion", "recommendations"),
         lambda c, w: resources(c, "api-opinions")],
    ),
}  # fmt: skip
# The page of one thing, and its resource.
SINGLE = {
    "statement": ("statement", "api-statement"),
    "idea": ("idea", "api-idea"),
    "report": ("test-report", "api-test-report"),
    "call": ("call", "api-call"),
    "project": ("project", "api-project"),
    "opinion": ("opinion", "api-opinion"),
    "coproduction": ("coproduction", "api-coproduction"),
}


def check_lists(world: World, client: Client, own: set[str]) -> None:
    for kind, (on_pages, others) in DOORS.items():
        seen = marks(kind, on_pages(client, world)) - own
        for number, door in enumerate(others):
            assert marks(kind, door(client, world)) == seen, (kind, number)


def check_each(world: World, client: Client, own: set[str]) -> None:
    """Its page answers this reader where its resource does; its author sees the rest too."""
    for mark, (row, kind, _own) in world.things.items():
        if kind in SINGLE:
            alone = kind in ("call", "opinion", "coproduction")
            words = ([] if alone else [SLUG]) + [getattr(row, "slug", row.pk)]
            page, resource = (client.get(at(name, *words)) for name in SINGLE[kind])
            assert resource.status_code in (200, 404)
            assert (page.status_code == 200) == (resource.status_code == 200 or mark in own), mark


def check(plan: Plan, reader: str, *, is_hidden: bool = False) -> World:
    world = build(plan)
    if is_hidden:
        Coproduction.objects.filter(pk=world.shops.pk).update(frame=None)
    # Calls are to an organization: their author sees them whatever becomes of a coproduction.
    own = _own_calls(world) if is_hidden else world.own_hidden()
    client, mine = READERS[reader](world), own if reader == "author" else set()
    check_lists(world, client, mine)
    check_each(world, client, mine)
    return world


def _own_calls(world: World) -> set[str]:
    return {mark for mark in world.own_hidden() if mark.startswith("mcall")}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["anonymous", "author", "facilitator"])
def test_a_reader_sees_the_same_things_through_every_door(reader: str) -> None:
    world = check(EVERYTHING, reader)
    # The doors are read, and something is behind each: an empty set equals an empty set.
    for kind, (on_pages, _others) in DOORS.items():
        shown = marks(kind, on_pages(Client(), world))
        there = {mark for mark, (_row, its, _own) in world.things.items() if its == kind}
        assert shown and shown < there, kind
    assert _own_calls(world) <= marks("call", pages(world.author, at("calls")))


@pytest.mark.django_db
def test_of_a_coproduction_that_does_not_show_no_door_shows_anything() -> None:
    world = check(EVERYTHING, "author", is_hidden=True)
    for kind in ("statement", "idea", "argument", "report", "project", "figure"):
        assert marks(kind, DOORS[kind][0](Client(), world)) == set()


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    plan=st.lists(st.sampled_from(EVERYTHING), max_size=16),
    reader=st.sampled_from(sorted(READERS)),
    is_hidden=st.booleans(),
)
def test_in_any_site_every_door_shows_the_same(plan: Plan, reader: str, is_hidden: bool) -> None:
    with transaction.atomic():
        check(plan, reader, is_hidden=is_hidden)
        transaction.set_rollback(True)
