"""The one cookie that lets a device change its mind."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from partage.contributions.models import Vote
from partage.coproductions.models import Stage
from partage.people.models import Participant
from tests.factories import answer, at, make_coproduction, make_sensitive, make_statement, stored

pytestmark = pytest.mark.django_db
COOKIE = settings.PARTICIPANT_COOKIE_NAME


def test_the_first_answer_sets_a_cookie_closed_to_scripts_that_ends_with_the_stage() -> None:
    coproduction = make_coproduction(closes=12)
    cookie = answer(Client(), make_statement(coproduction)).cookies[COOKIE]
    closes_at = Stage.objects.get().closes_at
    assert closes_at is not None
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert abs(cookie["max-age"] - (closes_at - timezone.now()).total_seconds()) < 60


def test_reading_sets_no_cookie_but_the_one_against_forgery() -> None:
    make_statement(make_coproduction())
    browser = Client()
    for name in ("vote", "coproduction", "results", "my-answers", "propose", "frame"):
        browser.get(at(name, "shops"))
    browser.get(at("home"))
    assert set(browser.cookies) == {settings.CSRF_COOKIE_NAME}


def test_the_second_answer_sets_no_cookie_again() -> None:
    coproduction = make_coproduction()
    browser = Client()
    answer(browser, make_statement(coproduction))
    assert COOKIE not in answer(browser, make_statement(coproduction, "Another sentence.")).cookies


def test_taking_part_in_a_coproduction_that_closes_later_prolongs_the_cookie() -> None:
    soon, late = make_coproduction("soon", closes=2), make_coproduction("late", closes=40)
    browser = Client()
    answer(browser, make_statement(soon))
    cookie = answer(browser, make_statement(late)).cookies[COOKIE]
    assert cookie["max-age"] > timedelta(days=38).total_seconds()


def test_taking_part_in_a_coproduction_that_closes_sooner_does_not_shorten_it() -> None:
    soon, late = make_coproduction("soon", closes=2), make_coproduction("late", closes=40)
    browser = Client()
    answer(browser, make_statement(late))
    cookie = answer(browser, make_statement(soon)).cookies[COOKIE]
    assert cookie["max-age"] > timedelta(days=38).total_seconds()


def test_a_first_act_after_the_closing_date_keeps_its_cookie() -> None:
    """Ideas and the common fund outlast the votes: a past date would take the key at once."""
    coproduction, browser = make_coproduction(closes=-1), Client()
    Stage.objects.create(coproduction=coproduction, kind="ideas", opens_at=timezone.now())
    browser.post(at("propose-idea", coproduction.slug), {"title": "Keep one staffed checkout"})
    assert Participant.objects.count() == 1
    assert browser.cookies[COOKIE]["max-age"] > timedelta(days=300).total_seconds()


def test_one_device_has_keys_in_two_coproductions_that_cannot_be_put_together() -> None:
    browser = Client()
    for slug in ("one", "two"):
        answer(browser, make_statement(make_coproduction(slug)))
    keys = {bytes(key) for key in Participant.objects.values_list("key", flat=True)}
    assert len(keys) == 2
    token = browser.cookies[COOKIE].value.partition(".")[0]
    assert all(token.encode() not in key for key in keys)


@pytest.mark.parametrize("forged", ["", "x", "x" * 42, "x" * 5000, "é" * 43, "\x00", "a.b.c"])
def test_a_forged_or_missing_cookie_makes_a_newcomer_not_a_failure(forged: str) -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    answer(Client(), statement)
    stranger = Client()
    stranger.cookies[COOKIE] = forged
    assert stranger.get(at("my-answers", coproduction.slug)).status_code == 200
    assert answer(stranger, statement).status_code == 302
    assert Vote.objects.count() == 2


@pytest.mark.parametrize("day", ["99999999", "x", "-1", "00000000", "99991231"])
def test_a_date_forged_in_the_cookie_harms_nobody(day: str) -> None:
    one, two = make_coproduction("one"), make_coproduction("two")
    browser = Client()
    answer(browser, make_statement(one))
    token = browser.cookies[COOKIE].value.partition(".")[0]
    browser.cookies[COOKIE] = f"{token}.{day}"
    assert answer(browser, make_statement(two)).status_code == 302


def test_asking_for_consent_where_none_is_needed_writes_nothing() -> None:
    coproduction = make_coproduction()
    before = stored()
    assert Client().post(at("consent", coproduction.slug)).status_code == 302
    assert stored() == before


def test_giving_consent_sets_the_cookie_too() -> None:
    coproduction = make_sensitive(closes=5)
    cookie = Client().post(at("consent", coproduction.slug)).cookies[COOKIE]
    assert cookie["httponly"] and cookie["max-age"] <= timedelta(days=5).total_seconds()
