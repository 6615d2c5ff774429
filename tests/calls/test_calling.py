"""Calling for a coproduction without an account, and supporting the calls of others."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from partage.calls.models import LONGEST_TEXT, LONGEST_TITLE, Call, Support
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.register.models import Entry, Payload
from tests.factories import (
    at,
    everything_stored,
    make_call,
    make_coproduction,
    make_facilitator,
    make_supports,
    stored,
)
from tests.web.page import hidden_fields, html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
TITLE, TEXT = "A garden on the roof", "So that the schools\n\nof the street grow something."


@pytest.fixture
def shops() -> Coproduction:
    """One whose organization has somebody to read calls."""
    coproduction = make_coproduction()
    make_facilitator(coproduction)
    return coproduction


def call_for(browser: Client, shops: Coproduction, **changes: object) -> Call:
    sent = {"title": TITLE, "text": TEXT, "organization": shops.organization_id, **changes}
    response = browser.post(at("call-new"), sent)
    assert response.status_code == 302, words_of(response)
    return Call.objects.latest("pk")


def test_anyone_calls_in_one_page_and_follows_what_becomes_of_it(shops: Coproduction) -> None:
    browser = Client()
    found = call_for(browser, shops)
    assert (found.state, found.title, found.text) == ("waiting", TITLE, TEXT)
    page = words_of(browser.get(found.get_absolute_url()))
    assert "Waiting: somebody of Quatre-Vents will read it." in page
    assert "waiting to be read" in words_of(browser.get(at("calls")))
    entry = Entry.objects.get(kind="call-proposed")
    assert entry.public == {} and TITLE in Payload.objects.get(entry=entry).content


def test_until_it_is_published_nobody_else_sees_it(shops: Coproduction) -> None:
    found = call_for(Client(), shops)
    stranger = Client()
    assert stranger.get(found.get_absolute_url()).status_code == 404
    assert stranger.post(at("call-support", found.pk)).status_code == 404
    assert TITLE not in words_of(stranger.get(at("calls")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Say what should be made together."),
        ({"title": "Garden"}, "Your text has 6 characters; write at least 10."),
        ({"title": "x" * (LONGEST_TITLE + 1)}, f"shorten it to {LONGEST_TITLE}."),
        ({"text": " \n "}, "Your text has 0 characters; write at least 10."),
        ({"text": "x" * (LONGEST_TEXT + 1)}, f"shorten it to {LONGEST_TEXT}."),
        ({"organization": ""}, "Choose the organization you call."),
        ({"organization": "999"}, "Choose the organization you call."),
        ({"organization": "x"}, "Choose the organization you call."),
    ],
)
def test_a_call_that_lacks_something_is_refused_and_kept_in_the_form(
    shops: Coproduction, changes: dict[str, str], sentence: str
) -> None:
    before = stored()
    sent = {"title": TITLE, "text": TEXT, "organization": shops.organization_id, **changes}
    response = Client().post(at("call-new"), sent)
    page = words_of(response)
    assert response.status_code == 400 and "Your call was not sent." in page and sentence in page
    assert str(sent["title"]) in html_of(response) and str(sent["text"])[:20] in html_of(response)
    assert stored() == before


def test_an_organization_that_nobody_reads_for_cannot_be_called(shops: Coproduction) -> None:
    silent = make_coproduction("silent", organization="Nobody reads").organization
    page = words_of(Client().get(at("call-new")))
    assert "Quatre-Vents (answers from 50 supports)" in page and "Nobody reads" not in page
    sent = {"title": TITLE, "text": TEXT, "organization": silent.pk}
    assert Client().post(at("call-new"), sent).status_code == 400


def test_many_new_devices_of_one_network_are_told_to_wait(
    settings: Settings, shops: Coproduction
) -> None:
    settings.NEW_PARTICIPANTS_PER_HOUR = 1
    found = make_call(shops)
    assert Client().post(at("call-support", found.pk)).status_code == 302
    before = stored()
    sent = {"title": TITLE, "text": TEXT, "organization": shops.organization_id}
    response = Client().post(at("call-new"), sent)
    assert response.status_code == 429 and hidden_fields(response)["text"] == TEXT
    assert Client().post(at("call-support", found.pk)).status_code == 429
    assert stored() == before


def test_a_device_supports_once_and_may_take_it_back(shops: Coproduction) -> None:
    found, browser = make_call(shops, answer_from=3), Client()
    address = at("call-support", found.pk)
    assert "3 more supports and Quatre-Vents must answer." in words_of(
        browser.get(found.get_absolute_url())
    )
    browser.post(address)
    browser.post(address)
    page = words_of(browser.get(found.get_absolute_url()))
    assert "1 support." in page and "2 more supports and Quatre-Vents must answer." in page
    assert "You support this call." in page
    entry = Entry.objects.get(kind="call-supported")
    assert entry.public == {}
    browser.post(address, {"withdraw": "1"})
    browser.post(address, {"withdraw": "1"})
    assert "0 supports." in words_of(browser.get(found.get_absolute_url()))
    assert Entry.objects.filter(kind="call-support-withdrawn").count() == 1


def test_a_support_pressed_twice_before_the_cookie_came_counts_once(shops: Coproduction) -> None:
    found = make_call(shops)
    page = Client().get(found.get_absolute_url())
    for _press in range(2):
        assert Client().post(at("call-support", found.pk), hidden_fields(page)).status_code == 302
    assert found.supports.count() == 1


def test_taking_back_what_was_never_given_writes_nothing(shops: Coproduction) -> None:
    found = make_call(shops)
    before = stored()
    assert Client().post(at("call-support", found.pk), {"withdraw": "1"}).status_code == 302
    assert stored() == before


def test_a_call_that_waits_takes_no_support_even_from_its_author(shops: Coproduction) -> None:
    browser = Client()
    found = call_for(browser, shops)
    before = stored()
    response = browser.post(at("call-support", found.pk))
    assert response.status_code == 409 and "This call takes no support" in words_of(response)
    assert stored() == before


def test_too_many_acts_of_one_device_in_a_minute_are_refused(
    settings: Settings, shops: Coproduction
) -> None:
    settings.ACTS_PER_MINUTE = 2
    found, browser = make_call(shops), Client()
    address = at("call-support", found.pk)
    browser.post(address)
    browser.post(address, {"withdraw": "1"})
    before = stored()
    assert browser.post(address).status_code == 429
    assert stored() == before


def test_nothing_kept_links_what_a_device_does_in_two_calls(shops: Coproduction) -> None:
    browser, first, second = Client(), make_call(shops), make_call(shops, "A second garden")
    for found in (first, second):
        browser.post(at("call-support", found.pk))
    keys = [bytes(one.participant.key) for one in Support.objects.select_related("participant")]
    assert len(set(keys)) == 2 and Participant.objects.values("vault_key").distinct().count() == 2
    token = next(iter(browser.cookies.values())).value.partition(".")[0]
    assert token not in everything_stored()


def test_the_answer_is_owed_from_the_number_promised_and_stays_owed(shops: Coproduction) -> None:
    found, browser = make_call(shops, answer_from=3), Client()
    make_supports(found, 2)
    browser.post(at("call-support", found.pk))
    entry = Entry.objects.get(kind="call-answer-owed")
    assert entry.public == {"call": found.pk, "supports": 3}
    browser.post(at("call-support", found.pk), {"withdraw": "1"})
    assert "Quatre-Vents must answer: it owes an answer since" in words_of(
        browser.get(found.get_absolute_url())
    )
    browser.post(at("call-support", found.pk))
    assert Entry.objects.filter(kind="call-answer-owed").count() == 1


def test_the_list_is_in_the_order_the_reader_chose(shops: Coproduction) -> None:
    popular = make_call(shops, "The popular call")
    make_supports(popular, 2)
    make_call(shops, "The lonely call")
    make_supports(make_call(shops, "The middling call"), 1)

    def order(query: str) -> list[str]:
        page = words_of(Client().get(at("calls") + query))
        names = ["The popular call", "The lonely call", "The middling call"]
        return [name.split()[1] for name in sorted(names, key=page.index)]

    assert order("") == order("?order=wrong") == ["middling", "lonely", "popular"]
    assert order("?order=least") == ["lonely", "middling", "popular"]


def test_the_list_shows_twenty_a_page_and_keeps_the_order(shops: Coproduction) -> None:
    for number in range(21):
        make_call(shops, f"Call number {number} of them")
    page = Client().get(at("calls") + "?order=least")
    assert words_of(page).count("more supports and") == 20
    assert "?order=least&page=2" in [link.get("href") for link in tags_of(page, "a")]
    assert words_of(Client().get(at("calls") + "?order=least&page=2")).count("more supports") == 1


def test_the_longest_call_makes_a_light_page(shops: Coproduction) -> None:
    text = "\n".join("x" for _line in range(LONGEST_TEXT // 2))
    found = call_for(Client(), shops, text=text)
    Call.objects.filter(pk=found.pk).update(state="published", answer_from=50)
    page = html_of(Client().get(found.get_absolute_url()))
    assert len(page) < 60_000 and page.count("<") < 400


def test_what_is_written_is_shown_as_text(shops: Coproduction) -> None:
    make_call(shops, "<script>alert(1)</script>")
    assert "<script>alert" not in html_of(Client().get(at("calls")))


def test_the_pages_speak_french(shops: Coproduction) -> None:
    found = make_call(shops)
    assert at("call", found.pk, language="fr") == f"/fr/appels/{found.pk}/"
    page = words_of(Client().get(at("call", found.pk, language="fr")))
    assert "Encore 50 soutiens et Quatre-Vents doit répondre." in page


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"state": "refused", "answer_from": None, "rule": "personal"},
        {"state": "refused", "answer_from": None, "reason": "No names."},
        {"rule": "personal"},
        {"answer_from": None},
        {"answer": "We will."},
        {"answered_at": timezone.now()},
        {"state": "waiting"},
    ],
)
def test_the_database_refuses_a_state_that_makes_no_sense(
    shops: Coproduction, changes: dict[str, object]
) -> None:
    found = make_call(shops)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=found.pk).update(**changes)


def test_the_database_refuses_a_second_support_and_a_promise_of_nothing(
    shops: Coproduction,
) -> None:
    found = make_call(shops)
    one = make_supports(found, 1)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(call=found, participant=one.participant, given_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        type(shops.organization).objects.update(answers_from=0)
