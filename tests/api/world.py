"""A site with something of every kind, shown and hidden, and the addresses of all its lists."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from partage.accounting.models import CounterInput
from partage.accounting.publication import publish_account
from partage.api.service import DOORS
from partage.calc.sharing_rules import Kind, Part, Rule
from partage.contributions.models import Argument, Decision, IdeaSource, Outcome, Progress
from partage.coproductions.creation import publish_frame
from partage.coproductions.models import Coproduction
from partage.events.models import EventMonth
from partage.library.models import Work
from partage.opinions.importing import import_opinion
from partage.opinions.models import Answer, Milestone, Opinion, Recommendation, Version
from partage.shares.models import FACTS, Period, ShareOut, WorkFacts
from tests.events.test_events import make_measured
from tests.factories import (
    at,
    make_call,
    make_coproduction,
    make_idea,
    make_people,
    make_report,
    make_statements,
    make_supports,
    make_task,
    make_votes,
    publish_results,
)
from tests.fund.rounds import make_project, make_round
from tests.library.works import make_work
from tests.opinions.opinion_file import as_bytes, small
from tests.web.page import bytes_of

RULE = Rule((), (Part(Kind.EQUAL),))
SAID = {code: {"answer": "yes", "words": "See the guide."} for code in FACTS}
ACCOUNT = Path(settings.PACKAGE) / "samples" / "accounts" / "self-checkout.toml"
SPACE = {
    "api-frames", "api-releases", "api-months", "api-decisions", "api-statements", "api-ideas",
    "api-outcomes", "api-trial-tasks", "api-test-reports", "api-accounts", "api-figures",
    "api-movements", "api-rounds", "api-projects", "api-shares",
}  # fmt: skip


def list_addresses() -> dict[str, str]:
    """Every list of the API, by its name."""
    words: dict[str, tuple[object, ...]] = dict.fromkeys(SPACE, ("shops",))
    words |= dict.fromkeys(("api-coproductions", "api-calls", "api-opinions", "api-works"), ())
    words |= dict.fromkeys(("api-versions", "api-recommendations"), ("small",))
    words["api-arguments"] = ("shops", 1)
    assert set(words) == {name for name, door in DOORS.items() if "cursor" in door.parameters}
    return {name: at(name, *arguments) for name, arguments in words.items()}


def items_of(address: str, client: Client | None = None, **asked: Any) -> list[dict[str, Any]]:
    """Everything of a list, page by page."""
    client, found = client or Client(), []
    answer = client.get(address, asked).json()
    while True:
        found += answer["items"]
        if answer["next"] is None:
            return found
        assert answer["items"]
        answer = client.get(answer["next"].removeprefix(settings.BASE_URL)).json()


def lines_of(address: str, **asked: Any) -> list[dict[str, Any]]:
    """Everything of a list, as lines."""
    answer = Client().get(address, asked, headers={"Accept": "application/x-ndjson"})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/x-ndjson"
    assert answer.streaming
    return [json.loads(line) for line in bytes_of(answer).decode().splitlines()]


def make_world(count: int = 3) -> Coproduction:
    """So many shown in every list of “shops”."""
    shops = make_measured()
    for number in range(count - 1):
        make_coproduction(f"other-{number}")
        publish_frame(shops, {"ranking": {"en": f"Rule {number}"}, "reason": {"en": "More."}})
    _written(shops, count)
    _counted(shops, count)
    _money(shops, count)
    _opinions(shops, count)
    return shops


def _written(shops: Coproduction, count: int) -> None:
    now = timezone.now()
    ideas = [make_idea(shops, pk=number, body="Because.") for number in range(1, count + 1)]
    for number, idea in enumerate(ideas):
        Outcome.objects.create(idea=idea, kind="done", text="There.", language="en", said_at=now)
        IdeaSource.objects.create(idea=idea, title="A study", link="https://example.org/study")
        Argument.objects.create(
            idea=ideas[0], side="for", text="It helps.", language="en", written_at=now,
            state=Progress.PUBLISHED,
        )  # fmt: skip
        Decision.objects.create(
            coproduction=shops, idea=idea, kind="published", role="facilitator", decided_at=now
        )
        make_supports(make_call(shops), 2)
        make_work(f"work-{Work.objects.count()}")
        make_task(shops, number=number + 1)
        make_report(shops, number=1)


def _counted(shops: Coproduction, count: int) -> None:
    make_votes(make_people(shops, 12), make_statements(shops, count))
    first = publish_results(shops)
    for number in range(1, count):
        shops.releases.create(
            number=first.number + number, published_at=timezone.now(), people=12,
            content=first.content,
        )  # fmt: skip
    task = shops.event_tasks.get(code="scan")
    EventMonth.objects.bulk_create(
        EventMonth(
            coproduction=shops, month=date(2020 + number // 12, number % 12 + 1, 1), task=task,
            basis="measured", events=12, is_published=True, data={"basket": 11},
        )
        for number in range(count)
    )  # fmt: skip


def _money(shops: Coproduction, count: int) -> None:
    text = ACCOUNT.read_text("utf-8")
    account = publish_account(shops, text, ACCOUNT.name)
    for number in range(1, count):
        shops.accounts.create(
            number=account.number + number, published_at=timezone.now(), declaration=text,
            digest=account.digest, content=account.content,
        )  # fmt: skip
    for number in range(count):
        CounterInput.objects.create(
            account=account, name="passages", low=1, central=number + 2, high=90, source="Seen",
            source_date=timezone.localdate(), content=account.content, state="published",
            filed_at=timezone.now(),
        )  # fmt: skip
        make_project(make_round(shops))
    facts = WorkFacts.objects.create(
        coproduction=shops, number=1, recorded_at=timezone.now(), answers=SAID, language="en"
    )
    for number in range(count):
        _share(shops, facts, number)


def _share(shops: Coproduction, facts: WorkFacts, number: int) -> None:
    opens = date(2020, 1, 1) + timedelta(days=30 * number)
    period = Period.objects.create(
        coproduction=shops, number=number + 1, name={"en": "Spring"}, opens_on=opens,
        closes_on=opens + timedelta(days=29), rule=RULE.canonical, digest="0" * 64, seed=bytes(32),
        adopted_at=timezone.now(), adopted_on=opens - timedelta(days=1), act_name="Vote",
        act_on=opens - timedelta(days=1), facts=facts, activity="personal-services",
    )  # fmt: skip
    ShareOut.objects.create(
        period=period, computed_at=timezone.now(), pot=1000, pot_source="The accounts.", to_funds=0,
        to_people=1000, contributions=0, tax=0, net=1000, people=12 if number % 2 else 9,
        contributions_why="not-due", tax_why="not-due", digest="0" * 64, opening=bytes(32),
        stages=[{"name": "pot", "pot": 1000, "sum": 1000, "parts": {"people": 1000}}],
    )  # fmt: skip


def _opinions(shops: Coproduction, count: int) -> None:
    for number in range(count):
        table = copy.deepcopy(small()) | {"id": "small" if number == 0 else f"small-{number}"}
        again = table["recommendations"][0]
        table["recommendations"] = [again | {"id": f"r{n}"} for n in range(1, count + 1)]
        import_opinion(as_bytes(table))
    Opinion.objects.update(coproduction=shops)
    first = Opinion.objects.get(slug="small")
    last = first.versions.latest()
    for number in range(2, count + 1):
        Version.objects.create(
            opinion=first, number=number, published_at=timezone.now(), content=last.content,
            digest=last.digest,
        )  # fmt: skip
    for one in Recommendation.objects.filter(opinion=first):
        Answer.objects.create(
            recommendation=one, kind="accepted", said_by="The town", language="en",
            said_at=timezone.now(),
        )  # fmt: skip
        Milestone.objects.create(
            recommendation=one, reached_on=timezone.localdate(), text="Begun.", language="en",
            address="https://example.org/begun", said_at=timezone.now(),
        )  # fmt: skip
