"""Two at once: real threads and real transactions, on both databases."""

from functools import partial

import pytest
from django.test import Client

from partage.contributions.models import (
    Progress,
    Release,
    Vote,
)
from partage.contributions.worker import one_pass
from partage.people.models import Participant
from partage.register.models import Entry, VaultKey
from tests.contributions.races import at_once
from tests.factories import (
    answer,
    at,
    close_voting,
    make_coproduction,
    make_device,
    make_facilitator,
    make_people,
    make_statement,
    make_statements,
    make_votes,
    signed_in,
)

pytestmark = pytest.mark.django_db(transaction=True)
SEVERAL = 6


def test_tabs_of_one_participant_voting_at_once_leave_one_row_and_none_fails() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    tabs = [make_device(coproduction)]
    tabs += [Client() for _ in range(SEVERAL - 1)]
    for tab in tabs[1:]:
        tab.cookies = tabs[0].cookies
    votes = [partial(answer, tab, statement, (1, -1)[n % 2]) for n, tab in enumerate(tabs)]
    assert {response.status_code for response in at_once(*votes)} == {302}
    assert Vote.objects.count() == 1
    assert Entry.objects.filter(kind="vote").count() == SEVERAL


def test_first_votes_of_one_device_at_once_make_one_participant() -> None:
    elsewhere, here = make_coproduction("elsewhere"), make_coproduction("here")
    statement = make_statement(here)
    tabs = [make_device(elsewhere)]
    tabs += [Client() for _ in range(SEVERAL - 1)]
    for tab in tabs[1:]:
        tab.cookies = tabs[0].cookies
    answers = at_once(*[partial(answer, tab, statement) for tab in tabs])
    assert {response.status_code for response in answers} == {302}
    assert Participant.objects.filter(space="here").count() == Vote.objects.count() == 1
    assert VaultKey.objects.count() == Participant.objects.count()


def test_first_votes_of_different_devices_at_once_are_all_counted() -> None:
    statement = make_statement(make_coproduction())
    answers = at_once(*[partial(answer, Client(), statement) for _ in range(SEVERAL)])
    assert {response.status_code for response in answers} == {302}
    assert Participant.objects.count() == Vote.objects.count() == SEVERAL


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction, state=Progress.WAITING)
    sent = {"number": statement.pk, "decision": "publish"}
    browsers = [
        signed_in(make_facilitator(coproduction, email=f"{name}@example.org"))
        for name in ("claire", "paul")
    ]

    def decide(browser: Client) -> int:
        return browser.post(at("queue", coproduction.slug), sent).status_code

    answers = at_once(*[partial(decide, browser) for browser in browsers])
    assert sorted(answers) == [302, 409]
    assert Entry.objects.filter(kind="statement-published").count() == 1


def test_two_workers_at_once_publish_one_release() -> None:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 3))
    at_once(one_pass, one_pass)
    assert Release.objects.count() == 1
    assert Entry.objects.filter(kind="results-published").count() == 1
    close_voting(coproduction)
    at_once(one_pass, one_pass)
    assert list(Release.objects.values_list("number", "is_final")) == [(1, False), (2, True)]
