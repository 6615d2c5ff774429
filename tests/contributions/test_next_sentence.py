"""Which sentence comes next: the seldom-answered ones, drawn with the device's own seed."""

import pytest
from django.test import Client

from partage.contributions.card import next_statement
from partage.contributions.models import Statement
from tests.factories import (
    answer,
    at,
    make_coproduction,
    make_device,
    make_people,
    make_statements,
    make_votes,
    participant_of,
)
from tests.web.page import tags_of

pytestmark = pytest.mark.django_db


def asked(browser: Client) -> int:
    fields = tags_of(browser.get(f"{at('vote', 'shops')}?more=1"), "input")
    return next(int(field["value"]) for field in fields if field["name"] == "statement")


def test_the_same_device_is_asked_the_same_sentence_on_reload() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 30)
    browser = make_device(coproduction)
    assert len({asked(browser) for _ in range(4)}) == 1


def test_different_devices_are_asked_different_sentences() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 30)
    people = make_people(coproduction, 60)
    found = {getattr(next_statement(coproduction, person), "pk", None) for person in people}
    assert len(found) > 15


def test_no_sentence_is_asked_twice_and_all_come_in_the_end() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 12)
    browser = make_device(coproduction)
    seen = []
    for _ in statements:
        seen.append(asked(browser))
        answer(browser, Statement.objects.get(pk=seen[-1]))
    assert sorted(seen) == [statement.pk for statement in statements]


def test_the_least_answered_sentences_come_first() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 40)
    often, seldom = statements[:10], {statement.pk for statement in statements[10:]}
    Statement.objects.filter(pk__in=[s.pk for s in often]).update(answers_counted=5)
    people = make_people(coproduction, 20)
    found = {getattr(next_statement(coproduction, person), "pk", None) for person in people}
    assert found <= seldom
    make_votes(people[:1], statements[10:])
    last = next_statement(coproduction, people[0])
    assert last and last.pk not in seldom


def test_a_waiting_or_refused_sentence_is_never_asked() -> None:
    coproduction = make_coproduction()
    one, two, three = make_statements(coproduction, 3)
    Statement.objects.filter(pk=one.pk).update(state="waiting")
    Statement.objects.filter(pk=two.pk).update(state="refused", rule="personal")
    browser = make_device(coproduction)
    assert asked(browser) == three.pk
    assert participant_of(browser, coproduction).votes.count() == 0
