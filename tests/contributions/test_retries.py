"""An answer sent again, because nothing came back the first time, is the same act."""

from functools import partial

import pytest
from django.conf import settings
from django.test import Client

from partage.contributions.models import Vote
from partage.people.models import Participant
from partage.register.models import Entry, Payload
from partage.register.recording import new_vault_key, record
from tests.contributions.races import at_once
from tests.factories import at, make_coproduction, make_device, make_statement, make_statements
from tests.web.page import hidden_fields

ONCE = "A-number_of-the-page-0123456789"


def press(client: Client, statement: int, answer: int = 1, once: str = ONCE) -> int:
    sent = {"statement": statement, "answer": answer, "once": once}
    return client.post(at("vote", "shops"), sent).status_code


def votes() -> int:
    return Entry.objects.filter(kind="vote").count()


@pytest.mark.django_db
def test_the_card_carries_a_number_that_no_other_page_carries() -> None:
    statement = make_statement(make_coproduction())
    numbers = {hidden_fields(Client().get(at("vote", "shops")))["once"] for _ in range(3)}
    assert len(numbers) == 3 and all(len(number) >= 22 for number in numbers)
    assert press(Client(), statement.pk, once=numbers.pop()) == 302


@pytest.mark.django_db
def test_the_same_answer_sent_again_writes_no_second_entry() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    device = make_device(coproduction)
    assert [press(device, statement.pk) for _ in range(3)] == [302, 302, 302]
    assert (votes(), Vote.objects.count(), Payload.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_another_answer_under_the_same_number_is_another_act() -> None:
    coproduction = make_coproduction()
    first, second = make_statements(coproduction, 2)
    device = make_device(coproduction)
    press(device, first.pk)
    press(device, first.pk, -1)
    press(device, second.pk)
    assert (votes(), Vote.objects.count()) == (3, 2)


@pytest.mark.django_db
def test_an_old_page_pressed_again_after_another_answer_is_a_new_act() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    device = make_device(coproduction)
    press(device, statement.pk, 1)
    press(device, statement.pk, -1, once=f"{ONCE}-other-page")
    press(device, statement.pk, 1)
    assert (votes(), Vote.objects.get().answer) == (3, 1)


@pytest.mark.django_db
def test_an_answer_taken_back_and_given_again_on_the_old_page_is_a_new_act() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    device = make_device(coproduction)
    press(device, statement.pk)
    device.post(at("undo", "shops"), {"statement": statement.pk})
    press(device, statement.pk)
    assert (votes(), Vote.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_without_a_number_each_press_is_an_act() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    device = make_device(coproduction)
    assert [press(device, statement.pk, once="") for _ in range(2)] == [302, 302]
    assert votes() == 2
    assert press(device, statement.pk, once="short") == press(device, statement.pk, once="x" * 65)
    assert press(device, statement.pk, once="short") == 400


@pytest.mark.django_db
def test_a_newcomer_whose_cookie_was_lost_on_the_way_is_the_same_participant() -> None:
    statement = make_statement(make_coproduction())
    tries = [Client(), Client()]
    assert [press(client, statement.pk) for client in tries] == [302, 302]
    assert (Participant.objects.count(), Vote.objects.count(), votes()) == (1, 1, 1)
    name = settings.PARTICIPANT_COOKIE_NAME
    assert tries[0].cookies[name].value == tries[1].cookies[name].value
    assert press(tries[1], statement.pk, -1, once=f"{ONCE}-next") == 302
    assert (Participant.objects.count(), Vote.objects.get().answer) == (1, -1)


@pytest.mark.django_db
def test_the_number_of_a_page_makes_nobody_somebody_else() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    first, other = Client(), make_device(coproduction)
    press(first, statement.pk)
    assert press(other, statement.pk) == 302
    assert (Participant.objects.count(), Vote.objects.count(), votes()) == (2, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_several_times_at_once_is_one_act() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    tabs = [make_device(coproduction)]
    tabs += [Client() for _ in range(4)]
    for tab in tabs[1:]:
        tab.cookies = tabs[0].cookies
    assert set(at_once(*[partial(press, tab, statement.pk) for tab in tabs])) == {302}
    assert (votes(), Vote.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_what_stands_in_public_is_short_and_without_fractions() -> None:
    with pytest.raises(ValueError, match="a number with a fraction is recorded as text"):
        record("frame-published", space="shops", public={"share": 0.5})
    with pytest.raises(ValueError, match="is too long, 1024 fit"):
        record("frame-published", space="shops", public={"words": "x" * 1000})
    assert not Entry.objects.exists()
    key = new_vault_key()
    record("vote", space="shops", payload={"share": 0.5}, vault_key=key)  # hidden: kept as it is
    assert Payload.objects.count() == 1
