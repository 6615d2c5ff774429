"""Moving the dates of a stage: with a reason, in public, and never those that are past."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction, Stage, StageChange
from partage.register.models import Entry
from tests.factories import (
    at,
    close_voting,
    make_coproduction,
    make_facilitator,
    signed_in,
    stored,
)
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
REASON = "The holidays came in between."


def day(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction(opens=-20, closes=30)


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def sent(stage: Stage, **changes: object) -> dict[str, object]:
    held = {"stage": stage.pk, "opens": day(-20), "closes": day(40), "reason": REASON}
    return held | changes


def test_dates_are_moved_with_a_reason_that_all_may_read(desk: Client, shops: Coproduction) -> None:
    stage = shops.stages.get()
    response = desk.post(at("stages", "shops"), sent(stage))
    assert response.status_code == 302
    stage.refresh_from_db()
    assert stage.closes_at and timezone.localdate(stage.closes_at).isoformat() == day(40)
    page = words_of(Client().get(response["Location"]))
    assert "Dates that were moved" in page and REASON in page and "(before: from" in page
    entry = Entry.objects.get(kind="stage-moved")
    assert datetime.fromisoformat(entry.public["closes_at"]) == stage.closes_at
    assert entry.public["kind"] == "votes" and REASON not in str(entry.public)


def test_a_stage_may_stay_open_without_a_closing_date(desk: Client, shops: Coproduction) -> None:
    stage = shops.stages.get()
    assert desk.post(at("stages", "shops"), sent(stage, closes="")).status_code == 302
    stage.refresh_from_db()
    assert stage.closes_at is None


def test_a_stage_to_come_may_open_later(desk: Client) -> None:
    later = make_coproduction("later", opens=5, closes=30)
    browser = signed_in(make_facilitator(later, email="paul@example.org"))
    stage = later.stages.get()
    assert browser.post(at("stages", "later"), sent(stage, opens=day(9))).status_code == 302
    stage.refresh_from_db()
    assert timezone.localdate(stage.opens_at).isoformat() == day(9)
    before = stored()
    read = stage.changes.get().pk
    response = browser.post(at("stages", "later"), sent(stage, opens=day(-1), after=read))
    assert response.status_code == 409 and "in the past" in words_of(response)
    assert stored() == before


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"reason": ""}, 400, "dates are never moved without one."),
        ({"reason": " \u200b"}, 400, "dates are never moved without one."),
        ({"reason": "x" * 501}, 400, "at most 500 characters"),
        ({"opens": ""}, 400, "Say when it opens."),
        ({"closes": "soon"}, 400, "Give a date such as 2026-12-31."),
        ({"closes": day(30)}, 409, "These are the dates it has already."),
        ({"opens": day(-10)}, 409, "This stage is open already"),
        ({"closes": day(-1)}, 409, "and not in the past."),
    ],
)
def test_a_change_that_may_not_be_is_refused_and_kept_in_the_form(
    desk: Client, shops: Coproduction, changes: dict[str, str], status: int, sentence: str
) -> None:
    stage = shops.stages.get()
    dates, before = (stage.opens_at, stage.closes_at), stored()
    response = desk.post(at("stages", "shops"), sent(stage, **changes))
    assert response.status_code == status and sentence in words_of(response)
    assert "Nothing was changed." in words_of(response)
    assert "reason" in changes or REASON in html_of(response)
    stage.refresh_from_db()
    assert (stage.opens_at, stage.closes_at) == dates and stored() == before


def test_the_second_of_two_who_move_a_stage_reads_what_the_first_did_and_keeps_what_they_typed(
    desk: Client, shops: Coproduction
) -> None:
    colleague = signed_in(make_facilitator(shops, email="paul@example.org"))
    stage = shops.stages.get()
    opened = _after(desk)
    theirs = sent(stage, closes=day(50), reason="The hall was free.", after=_after(colleague))
    assert colleague.post(at("stages", "shops"), theirs).status_code == 302
    before = stored()
    response = desk.post(at("stages", "shops"), sent(stage, after=opened))
    assert response.status_code == 409 and stored() == before
    page = words_of(response)
    assert "The dates were moved since you opened this page." in page
    assert "The hall was free." in page and "(before: from" in page
    assert REASON in html_of(response) and day(40) in html_of(response)
    stage.refresh_from_db()
    assert stage.closes_at and timezone.localdate(stage.closes_at).isoformat() == day(50)
    shown = next(box for box in tags_of(response, "input") if box.get("name") == "after")
    again = sent(stage, after=shown["value"])
    assert desk.post(at("stages", "shops"), again).status_code == 302
    assert StageChange.objects.count() == 2


def _after(browser: Client) -> str:
    """The last change that the page shows to have been read."""
    page = browser.get(at("stages", "shops"))
    return next(box["value"] for box in tags_of(page, "input") if box.get("name") == "after")


@pytest.mark.parametrize("after", ["", "x", "0", "-1", "9" * 30])
def test_whoever_does_not_say_what_they_read_moves_no_stage_that_was_moved(
    desk: Client, shops: Coproduction, after: str
) -> None:
    stage = shops.stages.get()
    assert desk.post(at("stages", "shops"), sent(stage)).status_code == 302
    response = desk.post(at("stages", "shops"), sent(stage, closes=day(60), after=after))
    assert response.status_code == 409 and "since you opened this page" in words_of(response)
    assert StageChange.objects.count() == 1


def test_the_same_dates_sent_twice_are_moved_once(desk: Client, shops: Coproduction) -> None:
    stage = shops.stages.get()
    for status in (302, 409):
        assert desk.post(at("stages", "shops"), sent(stage)).status_code == status
    assert StageChange.objects.count() == 1


def test_a_stage_that_is_over_keeps_its_dates(desk: Client, shops: Coproduction) -> None:
    close_voting(shops)
    before = stored()
    assert "This stage is over: its dates stand." in words_of(desk.get(at("stages", "shops")))
    response = desk.post(at("stages", "shops"), sent(shops.stages.get()))
    assert response.status_code == 409 and "its dates stand." in words_of(response)
    assert stored() == before


def test_whoever_does_not_facilitate_it_moves_nothing(shops: Coproduction) -> None:
    elsewhere = make_coproduction("elsewhere")
    other = signed_in(make_facilitator(elsewhere, email="paul@example.org"))
    before = stored()
    assert other.post(at("stages", "shops"), sent(shops.stages.get())).status_code == 403
    foreign = sent(shops.stages.get())
    assert other.post(at("stages", "elsewhere"), foreign).status_code == 404
    assert Client().post(at("stages", "shops"), foreign).status_code == 302
    assert stored() == before


def test_the_database_refuses_a_change_without_a_reason(shops: Coproduction) -> None:
    stage, now = shops.stages.get(), timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        StageChange.objects.create(
            stage=stage,
            changed_at=now,
            language="en",
            opened_before=now,
            opens_at=now,
        )
