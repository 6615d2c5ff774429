"""Erasing what a device wrote in a call: its words, its support, its secret."""

import pytest
from django.test import Client

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.register.models import Entry
from tests.calls.test_calling import TITLE, call_for
from tests.factories import (
    at,
    everything_stored,
    make_call,
    make_coproduction,
    make_facilitator,
    make_supports,
    stored,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shops() -> Coproduction:
    coproduction = make_coproduction()
    make_facilitator(coproduction)
    return coproduction


def publish(found: Call) -> None:
    Call.objects.filter(pk=found.pk).update(state="published", answer_from=50)


def test_opening_the_page_says_what_goes_and_writes_nothing(shops: Coproduction) -> None:
    author = Client()
    found = call_for(author, shops)
    before = everything_stored()
    page = words_of(author.get(at("call-erase", found.pk)))
    assert "The words of your call" in page and "Your support" not in page
    assert everything_stored() == before


def test_a_call_that_waits_goes_whole(shops: Coproduction) -> None:
    author = Client()
    found = call_for(author, shops)
    page = words_of(author.post(at("call-erase", found.pk)))
    assert "Everything is erased" in page
    assert not Call.objects.exists() and not Participant.objects.exists()
    assert TITLE not in everything_stored() and "schools" not in everything_stored()
    assert Entry.objects.filter(kind="person-erased", space=found.space).count() == 1


def test_a_published_call_keeps_its_place_and_its_supports_without_its_words(
    shops: Coproduction,
) -> None:
    author, supporter = Client(), Client()
    found = call_for(author, shops)
    publish(found)
    make_supports(found, 2)
    supporter.post(at("call-support", found.pk))
    author.post(at("call-erase", found.pk))
    page = words_of(Client().get(found.get_absolute_url()))
    assert "A call erased by its author" in page and "3 supports." in page
    assert TITLE not in everything_stored()
    assert TITLE not in words_of(Client().get(at("calls")))
    before = stored()
    assert supporter.post(at("call-support", found.pk)).status_code == 409
    assert stored() == before


def test_a_supporter_takes_the_support_and_leaves_the_call(shops: Coproduction) -> None:
    found, browser = make_call(shops), Client()
    browser.post(at("call-support", found.pk))
    assert "Your support" in words_of(browser.get(at("call-erase", found.pk)))
    browser.post(at("call-erase", found.pk))
    assert found.supports.count() == 0 and not Participant.objects.exists()
    assert found.title in words_of(Client().get(at("calls")))


def test_somebody_else_erases_nothing(shops: Coproduction) -> None:
    found = call_for(Client(), shops)
    assert Client().post(at("call-erase", found.pk)).status_code == 404
    publish(found)
    before = stored()
    page = words_of(Client().post(at("call-erase", found.pk)))
    assert "Nothing is held about this device here." in page
    assert stored() == before
