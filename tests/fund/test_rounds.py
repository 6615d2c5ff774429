"""From money at the desk to a project that is finished: every step by the address a person uses."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.calc.equal_shares import equal_shares
from partage.contributions.card import new_once
from partage.coproductions.models import Coproduction, Role
from partage.fund.counting import CannotCount, count_due_rounds, count_round, counts_again
from partage.fund.ledger import balance, free, receive
from partage.fund.models import Ballot, Count, FollowUp, Movement, Project, Purchase, Round
from partage.people.models import Participant
from partage.register.models import Entry, Payload
from tests.factories import (
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_helper,
    make_people,
    make_sensitive,
    participant_of,
    signed_in,
    stored,
)
from tests.fund.rounds import WORDS, make_ballots, make_project, make_round, move, vote

pytestmark = pytest.mark.django_db


def receipt(euros: str = "1000", **changes: Any) -> dict[str, Any]:
    return {
        "do": "receive", "kind": "grant", "euros": euros, "source": "The town", "once": new_once(),
    } | changes  # fmt: skip


def plan(budget: str = "500", **changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    days = dict(
        zip(
            ("proposals_from", "proposals_until", "votes_from", "votes_until"),
            (0, 5, 7, 9),
            strict=True,
        )
    )
    dates = {name: (today + timedelta(days=day)).isoformat() for name, day in days.items()}
    return {"do": "open", "purpose": "The street in spring", "budget": budget, "step": "1"} | dates | changes  # fmt: skip


def desk_of(coproduction: Coproduction) -> Client:
    return signed_in(make_facilitator(coproduction))


def page(browser: Client, name: str, *words: object) -> str:
    return browser.get(at(name, *words)).content.decode()


def test_from_money_at_the_desk_to_a_finished_project() -> None:
    coproduction = make_coproduction()
    desk, here = desk_of(coproduction), at("fund-desk", "shops")
    assert desk.post(here, receipt("1 000,00")).status_code == 302
    assert desk.post(here, plan()).status_code == 302
    opened = Round.objects.get()
    entry = Entry.objects.get(kind="fund-round-opened")
    assert entry.public["budget"] == 50_000
    assert entry.public["votes_open_at"] == opened.votes_open_at.isoformat()
    author = make_device()
    assert author.post(at("propose-project", "shops", 1), WORDS).status_code == 302
    project = Project.objects.get()
    assert project.cost_cents == 20_000
    assert WORDS["title"] not in page(Client(), "fund-round", "shops", 1)
    assert WORDS["title"] in page(desk, "fund-projects", "shops")
    publish = {"project": project.pk, "decision": "publish"}
    assert desk.post(at("fund-projects", "shops"), publish).status_code == 302
    assert WORDS["title"] in page(Client(), "fund-round", "shops", 1)
    move(opened, "voting")
    voter = make_device()
    assert vote(voter, opened, 1).status_code == 302
    assert "Your ballot is recorded: 1 project" in page(voter, "fund-ballot", "shops", 1)
    move(opened, "to-count")
    count = desk.post(here, {"do": "count", "round": 1})
    assert count.status_code == 302
    assert "Fewer than 10 ballots" in page(Client(), "fund-round", "shops", 1)
    assert (balance(coproduction), free(coproduction)) == (100_000, 80_000)
    follow = at("follow-project", "shops", project.pk)
    for kind, euros in (("begun", ""), ("paid", "150"), ("finished", "")):
        said = {"kind": kind, "euros": euros, "text": f"It is {kind}.", "once": new_once()}
        assert desk.post(follow, said).status_code == 302, kind
    shown = page(Client(), "project", "shops", project.pk)
    assert "It is begun." in shown
    assert "150\u00a0€" in shown
    assert (balance(coproduction), free(coproduction)) == (85_000, 85_000)
    assert "It is paid." in page(Client(), "fund", "shops")
    assert "It is finished." in page(Client(), "fund-feed", "shops")


def test_the_same_receipt_sent_again_comes_in_once() -> None:
    coproduction = make_coproduction()
    desk, sent = desk_of(coproduction), receipt()
    for _time in range(2):
        assert desk.post(at("fund-desk", "shops"), sent).status_code == 302
    assert balance(coproduction) == 100_000


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"euros": "ten"}, "“ten” is no amount"),
        ({"euros": "1,250"}, "“1,250” is no amount"),
        ({"euros": "0"}, "“0” is no amount"),
        ({"euros": ""}, "Say how much, in euros."),
        ({"source": " "}, "write at least 2"),
        ({"kind": "share-out"}, "share-out"),
    ],
)
def test_a_receipt_that_cannot_be_read_is_refused_in_a_sentence(
    changes: dict[str, str], said: str
) -> None:
    desk = desk_of(make_coproduction())
    refused = desk.post(at("fund-desk", "shops"), receipt(**changes))
    assert refused.status_code == 400
    assert said in refused.content.decode()
    assert not Movement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"budget": "1000.01"}, 409),
        ({"proposals_from": "2020-01-01"}, 409),
        ({"votes_from": "{today}"}, 409),
        ({"votes_until": "2020-01-01"}, 409),
        ({"votes_until": "soon"}, 400),
        ({"purpose": ""}, 400),
        ({"budget": "-5"}, 400),
    ],
)
def test_a_round_that_cannot_be_is_refused_and_keeps_what_was_typed(
    changes: dict[str, str], status: int
) -> None:
    desk, here = desk_of(make_coproduction()), at("fund-desk", "shops")
    desk.post(here, receipt("1000"))
    today = timezone.localdate().isoformat()
    sent = plan(**{name: value.format(today=today) for name, value in changes.items()})
    refused = desk.post(here, sent)
    assert refused.status_code == status
    assert f'value="{sent["step"]}"' in refused.content.decode()
    assert not Round.objects.exists()


def test_two_rounds_cannot_be_promised_the_same_money() -> None:
    coproduction = make_coproduction()
    desk, here = desk_of(coproduction), at("fund-desk", "shops")
    desk.post(here, receipt("1000"))
    assert desk.post(here, plan("600")).status_code == 302
    second = desk.post(here, plan("600"))
    assert second.status_code == 409
    assert "only 400\u00a0€ are free" in second.content.decode()
    assert desk.post(here, plan("400")).status_code == 302
    assert free(coproduction) == 0


def test_a_project_above_the_budget_or_too_late_is_not_kept() -> None:
    opened = make_round(make_coproduction(), budget=50_000)
    here, device = at("propose-project", "shops", 1), make_device()
    dear = device.post(here, WORDS | {"cost": "500.01"})
    assert dear.status_code == 400
    assert "It costs 500.01\u00a0€; the budget of the round is 500\u00a0€." in dear.content.decode()
    assert WORDS["text"] in dear.content.decode()
    for phase in ("announced", "reading", "voting", "to-count"):
        move(opened, phase)
        assert device.post(here, WORDS).status_code == 409
    assert not Project.objects.exists()


def test_a_refused_project_shows_its_rule_to_all_and_its_reason_to_its_author() -> None:
    opened = make_round(make_coproduction())
    author = make_device(opened.coproduction)
    author.post(at("propose-project", "shops", 1), WORDS)
    project, desk = Project.objects.get(), desk_of(opened.coproduction)
    queue = at("fund-projects", "shops")
    without = desk.post(queue, {"project": project.pk, "decision": "refuse"})
    assert without.status_code == 400
    sent = {"project": project.pk, "decision": "refuse", "rule": "doable", "reason": "By whom?"}
    assert desk.post(queue, sent).status_code == 302
    assert desk.post(queue, sent).status_code == 409
    assert "cannot be right. 1 project." in " ".join(
        page(Client(), "fund-round", "shops", 1).split()
    )
    here = at("project", "shops", project.pk)
    assert "By whom?" in author.get(here).content.decode()
    assert Client().get(here).status_code == 404
    key = author.get(here).context["key"]
    assert Client().get(f"{here}?key={key}").status_code == 200
    assert Entry.objects.get(kind="fund-project-refused").public["rule"] == "doable"


def test_the_list_does_not_change_once_voting_has_begun() -> None:
    opened = make_round(make_coproduction())
    author = make_device(opened.coproduction)
    mine = participant_of(author, opened.coproduction)
    shown = make_project(opened, author=mine)
    late = make_project(opened, author=mine, state=Project.State.WAITING, number=None)
    move(opened, "voting")
    assert author.post(at("withdraw-project", "shops", shown.pk)).status_code == 409
    publish = {"project": late.pk, "decision": "publish"}
    desk = desk_of(opened.coproduction)
    assert desk.post(at("fund-projects", "shops"), publish).status_code == 409
    assert [p.state for p in Project.objects.order_by("pk")] == ["published", "waiting"]


def test_an_author_withdraws_a_project_and_nobody_else_can() -> None:
    opened = make_round(make_coproduction())
    author = make_device(opened.coproduction)
    project = make_project(opened, author=participant_of(author, opened.coproduction))
    here = at("withdraw-project", "shops", project.pk)
    assert make_device(opened.coproduction).post(here).status_code == 404
    assert author.post(here).status_code == 302
    assert Project.objects.get().state == "withdrawn"
    assert project.title not in page(Client(), "fund-round", "shops", 1)


def test_a_ballot_is_changed_and_stands_once() -> None:
    opened = make_round(make_coproduction(), "voting")
    for _n in range(3):
        make_project(opened)
    voter = make_device(opened.coproduction)
    once = new_once()
    for _time in range(2):
        assert vote(voter, opened, 1, 2, once=once).status_code == 302
    assert Entry.objects.filter(kind="fund-ballot").count() == 1
    assert vote(voter, opened, 3).status_code == 302
    assert Ballot.objects.get().projects == [3]
    assert vote(voter, opened).status_code == 302
    assert Ballot.objects.get().projects == []
    assert "1" not in repr(
        Entry.objects.filter(kind="fund-ballot").values_list("public", flat=True)
    )


def test_gone_back_to_on_one_page_the_last_ballot_is_the_last_of_the_register() -> None:
    opened = make_round(make_coproduction(), "voting")
    make_project(opened)
    make_project(opened)
    voter, once = make_device(opened.coproduction), new_once()
    for number in (1, 2, 1):
        vote(voter, opened, number, once=once)
    last = Payload.objects.filter(entry__kind="fund-ballot").latest("entry_id")
    assert json.loads(last.content)["projects"] == Ballot.objects.get().projects == [1]


def test_a_device_stays_known_until_the_round_closes_though_votes_are_over() -> None:
    coproduction = make_coproduction(closes=-1)
    opened = make_round(coproduction, "voting")
    make_project(opened)
    voter = Client()
    assert voter.post(at("propose-project", "shops", 1), WORDS).status_code == 409
    for _time in range(2):
        cookie = vote(voter, opened, 1).cookies[settings.PARTICIPANT_COOKIE_NAME]
        assert timedelta(seconds=cookie["max-age"]) > opened.votes_close_at - timezone.now()
    assert Ballot.objects.get().projects == [1]


def test_the_same_project_sent_twice_is_one_and_so_is_its_author() -> None:
    make_round(make_coproduction())
    here, once = at("propose-project", "shops", 1), new_once()
    first = Client().post(here, WORDS | {"once": once})
    again = Client().post(here, WORDS | {"once": once})
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    assert Project.objects.count() == Participant.objects.count() == 1
    assert Entry.objects.filter(kind="fund-project-proposed").count() == 1


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_out_of_reach_is_refused_in_one_sentence(day: str) -> None:
    coproduction = make_coproduction()
    receive(coproduction, 100_000, "The town", "grant")
    answer = desk_of(coproduction).post(at("fund-desk", "shops"), plan(votes_until=day))
    assert answer.status_code == 400
    assert "Give a date such as 2026-12-31." in answer.content.decode()
    assert not Round.objects.exists()


@pytest.mark.parametrize("kind", ["begun", "finished", "given-up"])
def test_an_amount_is_not_dropped_where_no_payment_is_said(kind: str) -> None:
    coproduction = make_coproduction()
    opened = make_round(coproduction, "voting")
    project = make_project(opened)
    make_ballots(opened, make_people(coproduction, 1), [{1}])
    count_round(move(opened, "to-count"))
    said = {"kind": kind, "euros": "50", "text": "The bill came.", "once": new_once()}
    answer = desk_of(coproduction).post(at("follow-project", "shops", project.pk), said)
    assert answer.status_code == 400
    assert "An amount goes with a payment" in answer.content.decode()
    assert not FollowUp.objects.exists()


def test_the_register_says_in_public_neither_the_round_nor_the_choice() -> None:
    opened = make_round(make_coproduction(), "voting")
    make_project(opened)
    voter = make_device(opened.coproduction)
    vote(voter, opened, 1)
    assert Entry.objects.get(kind="fund-ballot").public == {}
    kept = Payload.objects.get(entry__kind="fund-ballot")
    assert kept.vault_key == participant_of(voter, opened.coproduction).vault_key


@pytest.mark.parametrize("phase", ["announced", "proposing", "reading", "to-count"])
def test_a_ballot_is_refused_while_voting_is_not_open(phase: str) -> None:
    opened = make_round(make_coproduction(), phase)
    make_project(opened)
    before = stored()
    assert vote(make_device(), opened, 1).status_code == 409
    assert stored() == before


def test_a_foreign_project_spoils_the_ballot_and_nothing_is_kept() -> None:
    coproduction = make_coproduction()
    other, opened = make_round(coproduction), make_round(coproduction, "voting")
    make_project(opened)
    make_project(opened, state=Project.State.WITHDRAWN)
    for _n in range(3):
        make_project(other)
    voter = make_device(coproduction)
    for number in (2, 3, "x", -1):
        assert vote(voter, opened, 1, number).status_code == 400
    assert not Ballot.objects.exists()


def test_where_answers_are_sensitive_a_ballot_needs_the_consent_and_goes_with_it() -> None:
    coproduction = make_sensitive("shops")
    opened = make_round(coproduction, "voting")
    make_project(opened)
    voter = make_device(coproduction)
    assert vote(voter, opened, 1).status_code == 403
    voter.post(at("consent", "shops"))
    assert vote(voter, opened, 1).status_code == 302
    voter.post(at("withdraw", "shops"))
    assert not Ballot.objects.exists()
    assert not Payload.objects.filter(entry__kind="fund-ballot").exclude(content="").exists()


def test_each_page_of_a_long_ballot_keeps_the_ticks_of_the_others() -> None:
    opened = make_round(make_coproduction(), "voting")
    for _n in range(90):
        make_project(opened, 1_000)
    voter, here = make_device(opened.coproduction), at("fund-ballot", "shops", 1)
    seen: list[int] = []
    for number in (1, 2, 3):
        address = f"{here}?seed=spring&page={number}"
        numbers = [one.number for one in voter.get(address).context["page"]]
        assert voter.post(address, {"project": numbers[:2]}).status_code == 302
        seen += numbers
        assert len(Ballot.objects.get().projects) == 2 * number
    assert sorted(seen) == list(range(1, 91))


def test_no_project_always_stands_first() -> None:
    opened = make_round(make_coproduction(), "voting")
    for _n in range(8):
        make_project(opened)
    here = at("fund-ballot", "shops", 1)
    first = {Client().get(here).context["page"][0].number for _visit in range(60)}
    assert len(first) > 4


def test_a_page_of_many_projects_is_light_and_asks_as_much_as_one_of_few() -> None:
    opened = make_round(make_coproduction(), "voting")
    found: dict[int, dict[str, int]] = {}
    addresses = [at("fund", "shops"), at("fund-round", "shops", 1), at("fund-ballot", "shops", 1)]
    for wanted in (5, 120):
        for _n in range(wanted - opened.projects.count()):
            make_project(opened, title="A long title " * 11, text="words " * 100)
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                body = Client().get(address).content.decode()
            found.setdefault(wanted, {})[address] = len(queries)
            assert len(body.encode()) < 60_000
            assert body.count("<") - body.count("</") < 400
    assert found[5] == found[120]
    assert max(found[5].values()) <= 12


def test_a_round_that_is_not_over_is_not_counted_and_one_that_is_only_once() -> None:
    opened = make_round(make_coproduction(), "voting")
    make_project(opened)
    make_ballots(opened, make_people(opened.coproduction, 3), [{1}] * 3)
    desk, here = desk_of(opened.coproduction), at("fund-desk", "shops")
    count = {"do": "count", "round": 1}
    assert desk.post(here, count).status_code == 409
    move(opened, "to-count")
    assert count_due_rounds(timezone.now()) == 1
    assert count_due_rounds(timezone.now()) == 0
    assert desk.post(here, count).status_code == 409
    with pytest.raises(CannotCount):
        count_round(opened)
    assert Count.objects.count() == Purchase.objects.count() == 1


def test_nobody_voted_and_all_goes_back() -> None:
    opened = make_round(make_coproduction(), "to-count")
    make_project(opened)
    count_due_rounds(timezone.now())
    assert Count.objects.get().left_cents == opened.budget_cents
    assert free(opened.coproduction) == balance(opened.coproduction)
    assert "not selected" in page(Client(), "fund-round", "shops", 1)


def test_the_published_result_is_what_equal_shares_says_of_the_same_ballots() -> None:
    opened = make_round(make_coproduction(), "voting", budget=300_000)
    costs = {n: 9_000 + 7_300 * (n % 11) for n in range(1, 31)}
    for cost in costs.values():
        make_project(opened, cost)
    ballots = [{n for n in costs if (voter * n + n * n) % 7 < 2} for voter in range(400)]
    make_ballots(opened, make_people(opened.coproduction, 400), ballots)
    count = count_round(move(opened, "to-count"))
    expected = equal_shares(
        300_000, {str(n): cost for n, cost in costs.items()}, [{str(n) for n in b} for b in ballots]
    )
    bought = list(count.purchases.select_related("project"))
    assert tuple(str(one.project.number) for one in bought) == expected.winners
    assert [one.price_cents for one in bought] == [one.price for one in expected.purchases]
    assert (count.raised_cents, count.left_cents) == (expected.raised, expected.left)
    assert 3 < len(bought) < 30
    assert counts_again(count) is True
    shown = page(Client(), "fund-round", "shops", 1)
    assert "400 ballots were counted" in " ".join(shown.split())
    first = page(Client(), "fund-round", "shops", 1).index("supporters paid")
    assert shown.index(bought[0].project.title) < first
    assert free(opened.coproduction) == expected.left
    opened.ballots.filter(pk=opened.ballots.first().pk).update(projects=[])  # type: ignore[union-attr]
    assert counts_again(count) is False


def test_under_ten_ballots_no_count_is_told_anywhere() -> None:
    opened = make_round(make_coproduction(), "voting")
    make_project(opened)
    make_ballots(opened, make_people(opened.coproduction, 9), [{1}] * 9)
    count_round(move(opened, "to-count"))
    shown = " ".join(page(Client(), "fund-round", "shops", 1).split())
    assert "Fewer than 10 ballots were cast" in shown
    assert "supporter" not in shown.split('id="rule"')[0]
    assert "ballots" not in Entry.objects.get(kind="fund-round-counted").public


def test_a_payment_above_the_cost_is_refused_with_what_is_left() -> None:
    opened = make_round(make_coproduction(), "voting")
    project = make_project(opened, 20_000)
    make_ballots(opened, make_people(opened.coproduction, 2), [{1}] * 2)
    count_round(move(opened, "to-count"))
    desk = desk_of(opened.coproduction)
    here = at("follow-project", "shops", project.pk)
    said = {"kind": "paid", "euros": "200.01", "text": "The bill.", "once": new_once()}
    dear = desk.post(here, said)
    assert dear.status_code == 409
    assert "at most 200\u00a0€ are left to pay" in dear.content.decode()
    assert desk.post(here, said | {"euros": ""}).status_code == 400
    for _time in range(2):
        assert desk.post(here, said | {"euros": "200"}).status_code == 302
    assert FollowUp.objects.count() == 1
    assert balance(opened.coproduction) == 80_000


@pytest.mark.parametrize("kind", [Role.Kind.MODERATOR, Role.Kind.READER])
def test_moderators_and_readers_neither_spend_nor_decide(kind: Role.Kind) -> None:
    opened = make_round(make_coproduction())
    make_project(opened, state=Project.State.WAITING, number=None)
    helper = signed_in(make_helper(opened.coproduction, kind))
    before = stored()
    for name, sent in (("fund-desk", receipt()), ("fund-projects", {"decision": "publish"})):
        assert helper.get(at(name, "shops")).status_code == 403
        assert helper.post(at(name, "shops"), sent).status_code == 403
    assert stored() == before


def test_the_desk_of_one_coproduction_reaches_nothing_of_another() -> None:
    make_coproduction("shops")
    other = make_round(make_coproduction("elsewhere"))
    foreign = make_project(other, state=Project.State.WAITING, number=None)
    desk = desk_of(Coproduction.objects.get(slug="shops"))
    publish = {"project": foreign.pk, "decision": "publish"}
    assert desk.post(at("fund-projects", "shops"), publish).status_code == 404
    wrong = desk.post(at("fund-desk", "shops"), {"do": "reverse", "movement": 1, "reason": "No."})
    assert wrong.status_code == 400
    assert "No movement has the number 1." in wrong.content.decode()
    assert desk.post(at("fund-desk", "shops"), {"do": "count", "round": 1}).status_code == 404
    assert Client().get(at("project", "shops", foreign.pk)).status_code == 404
