"""Training hours that were taken become line G of the account, with how they are known."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partage.accounting.models import PublishedAccount
from partage.calc.declaration import parse_declaration
from partage.training.models import Attendance, Programme, TakenHours
from tests.factories import at, make_coproduction, make_facilitator, make_people, signed_in
from tests.test_matrix import ACCOUNT
from tests.training.learning import make_programme, make_skill

pytestmark = pytest.mark.django_db
BASE = ACCOUNT.read_text("utf-8")


@pytest.fixture
def programme() -> Programme:
    return make_programme(make_skill(make_coproduction()))


def desk_of(programme: Programme) -> Client:
    return signed_in(make_facilitator(programme.coproduction))


def declare(programme: Programme, people: int) -> None:
    TakenHours.objects.bulk_create(
        TakenHours(programme=programme, participant=one, hours=7, said_at=timezone.now())
        for one in make_people(programme.coproduction, people)
    )


def count(programme: Programme, people: int, hours: int) -> None:
    now = timezone.now()
    Attendance.objects.create(
        programme=programme, held_on=now.date(), people=people, hours=hours, counted_at=now
    )


def take(desk: Client, measured: str, name: str = "training_taken") -> Any:
    sent = {"base": BASE, "do": "take", "measured-input": name, "measured": measured}
    return desk.post(at("declare", "shops"), sent)


def published(desk: Client, answer: Any) -> PublishedAccount:
    page = answer.content.decode()
    found = re.search(r'<textarea name="toml" hidden>(.*?)</textarea>', page, re.DOTALL)
    assert found, page[:3000]
    text = unescape(found[1]).lstrip("\n")
    desk.post(at("declare", "shops"), {"toml": text, "do": "publish"})
    return PublishedAccount.objects.get()


@pytest.mark.parametrize(
    ("measured", "hours", "basis", "grade"),
    [("training:declared", 70, "declared", "S"), ("training:measured", 140, "measured", "M")],
)
def test_hours_taken_are_line_g_of_a_new_account(
    programme: Programme, measured: str, hours: int, basis: str, grade: str
) -> None:
    declare(programme, 12)
    count(programme, 20, 140)
    desk = desk_of(programme)
    account = published(desk, take(desk, measured))
    line = next(one for one in account.facts["lines"] if one["code"] == "G")
    assert line["values"]["within_frame"]["central"] == hours
    assert "central" not in line["values"]["before"]
    given = parse_declaration(account.declaration, "kept").inputs["training_taken"]
    assert (given.basis, given.grade) == (basis, grade)
    assert given.source_url.endswith(at("learning", "shops"))


@pytest.mark.parametrize("measured", ["training:declared", "training:measured", "training:x"])
def test_under_ten_people_nothing_is_taken(programme: Programme, measured: str) -> None:
    declare(programme, 9)
    count(programme, 9, 60)
    answer = take(desk_of(programme), measured)
    assert answer.status_code == 400 and "nothing was taken" in answer.content.decode()
    assert not PublishedAccount.objects.exists()


def test_training_hours_are_no_time_of_a_task(programme: Programme) -> None:
    count(programme, 20, 140)
    answer = take(desk_of(programme), "training:measured", "self_scan")
    assert answer.status_code == 400 and "nothing was taken" in answer.content.decode()
