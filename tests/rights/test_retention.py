"""Each column is declared; what is past its date goes; the record of processing says so."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_bytes
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from partage.assurance.models import ListedMember, Proof
from partage.commands.retention import record_of_processing, retention
from partage.commands.serve import serve, worker
from partage.commands.tidy import Nightly
from partage.contributions import personal as contributions_declared
from partage.contributions.models import Vote
from partage.coproductions.models import Coproduction
from partage.news.models import Asked
from partage.people import personal as people_declared
from partage.people.models import Newcomer, Participant, SignInCode, Unsent
from partage.register.models import Payload
from partage.rights.declared import all_declared, faults
from partage.rights.retention import past_their_date
from tests.factories import (
    answer,
    at,
    make_coproduction,
    make_device,
    make_statements,
    participant_of,
)
from tests.web.page import words_of

LONG_AGO = timezone.now() - timedelta(days=800)


def test_every_column_of_every_model_is_declared() -> None:
    assert list(faults()) == []
    assert not [one for one in run_checks() if one.id == "partage.E001"]
    labels = {one.model._meta.label for one in all_declared()}
    assert {"people.Passkey", "people.DeviceLink", "shares.Beneficiary", "fund.Ballot"} <= labels


@pytest.fixture
def without_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    said = contributions_declared.PERSONAL
    shorter = [
        replace(one, columns="participant statement") if one.model == "Vote" else one
        for one in said
    ]
    monkeypatch.setattr(contributions_declared, "PERSONAL", tuple(shorter))


def test_a_column_that_nobody_declared_is_named_and_stops_the_site(
    without_the_answer: None,
) -> None:
    sentences = [str(one.msg) for one in run_checks() if one.id == "partage.E001"]
    assert len(sentences) == 2 and "contributions.Vote.answer is not declared" in sentences[0]
    for command in (serve, worker):
        said = CliRunner().invoke(command)
        assert said.exit_code == 1 and "contributions.Vote.answer is not declared" in said.output


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"columns": "person token_hash expires_at used_at shoe_size"}, "has no column shoe_size"),
        ({"columns": "person token_hash expires_at used_at used_at"}, "used_at is declared twice"),
        ({"whose": "person__shoes"}, "leads nowhere"),
        ({"since": "shoes"}, "leads nowhere"),
    ],
)
def test_a_wrong_declaration_is_named(
    wrong: dict[str, Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        replace(one, **wrong) if one.model == "SignInLink" else one
        for one in people_declared.PERSONAL
    ]
    monkeypatch.setattr(people_declared, "PERSONAL", tuple(said))
    assert [found for found in faults() if sentence in found]


def test_a_model_that_leads_to_somebody_is_not_declared_in_one_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = contributions_declared.NOT_PERSONAL | {"Outcome": "*"}
    monkeypatch.setattr(contributions_declared, "NOT_PERSONAL", others)
    assert [found for found in faults() if "contributions.Outcome can be tied to a person" in found]


def old_rows() -> None:
    """One row too old for each short limit, and a new one beside it."""
    for moment in (LONG_AGO, timezone.now()):
        Newcomer.objects.create(network=b"n" * 16, began_at=moment)
        Asked.objects.create(address=b"a" * 32, network=b"n" * 16, asked_at=moment)
        Unsent.objects.create(address=token_bytes(32), at=moment)
        SignInCode.objects.create(
            address=b"a" * 32, network=b"n" * 16, code_hash=b"c", asked_at=moment, expires_at=moment
        )


@pytest.mark.django_db
def test_what_is_past_its_date_goes_and_the_rest_stays() -> None:
    old_rows()
    assert sum(rows for _one, rows in past_their_date()) == 4
    said = CliRunner().invoke(retention)
    assert said.exit_code == 0 and "people.Newcomer: 1 day at most, 0 rows" in said.stdout
    for model in (Newcomer, Asked, Unsent, SignInCode):
        assert model.objects.count() == 1


@pytest.mark.django_db
def test_the_worker_removes_it_once_a_day() -> None:
    nightly = Nightly()
    old_rows()
    nightly.one_pass()
    assert Newcomer.objects.count() == 1
    old_rows()
    nightly.one_pass()
    assert Newcomer.objects.count() == 3  # not every minute


@pytest.fixture
def answered_long_ago() -> Client:
    coproduction = make_coproduction(closes=None)
    device = make_device(coproduction)
    for statement in make_statements(coproduction, 2):
        answer(device, statement)
    coproduction.stages.update(opens_at=LONG_AGO, closes_at=LONG_AGO + timedelta(days=30))
    Payload.objects.update(recorded_at=LONG_AGO)
    return device


@pytest.mark.django_db
def test_a_year_after_the_end_nothing_ties_answers_to_an_address(answered_long_ago: Client) -> None:
    person, coproduction = Participant.objects.get(), Coproduction.objects.get()
    day, mark = timezone.localdate(), b"1" * 32
    row = {"participant": person, "coproduction": coproduction, "shown_on": day}
    Proof.objects.create(**row, level="mail", mark=mark)
    Proof.objects.create(**row, level="list")
    kept = make_coproduction("lasts")
    for one, listed_at in ((coproduction, None), (coproduction, timezone.now()), (kept, None)):
        ListedMember.objects.create(
            coproduction=one, mark=token_bytes(32), is_used=True, listed_at=listed_at
        )
    assert CliRunner().invoke(retention).exit_code == 0
    assert ListedMember.objects.get().coproduction == kept
    assert list(Proof.objects.values_list("level", flat=True)) == ["list"]


@pytest.mark.django_db
def test_a_year_after_the_end_nothing_ties_answers_to_a_device(answered_long_ago: Client) -> None:
    assert "Given from this device" in words_of(answered_long_ago.get(at("my-answers", "shops")))
    assert CliRunner().invoke(retention).exit_code == 0
    assert "No answer was given" in words_of(answered_long_ago.get(at("my-answers", "shops")))
    assert Vote.objects.count() == 2 and Participant.objects.count() == 1


@pytest.mark.django_db
def test_a_device_that_acted_since_the_end_is_still_known(answered_long_ago: Client) -> None:
    Payload.objects.filter(pk=Payload.objects.latest("pk").pk).update(recorded_at=timezone.now())
    assert CliRunner().invoke(retention).exit_code == 0
    assert "Given from this device" in words_of(answered_long_ago.get(at("my-answers", "shops")))


@pytest.mark.django_db
def test_devices_of_what_is_open_or_ended_lately_are_still_known() -> None:
    for slug, closes in (("open", None), ("lately", 30)):
        coproduction = make_coproduction(slug, closes=closes)
        device = make_device(coproduction)
        answer(device, *make_statements(coproduction, 1))
        key = bytes(participant_of(device, coproduction).key)
        assert CliRunner().invoke(retention).exit_code == 0
        assert bytes(Participant.objects.get(space=slug).key) == key


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Record of processing"), ("fr", "Registre des traitements")]
)
def test_the_record_of_processing_names_every_personal_column(language: str, word: str) -> None:
    said = CliRunner().invoke(record_of_processing, ["--language", language])
    assert said.exit_code == 0 and said.stdout.startswith(f"# {word}")
    for one in all_declared():
        row = f"`{one.model._meta.label}`: {', '.join(one.says.columns.split())}"
        assert row in said.stdout


def test_the_draft_assessment_lists_what_to_look_at_first() -> None:
    said = CliRunner().invoke(record_of_processing, ["--assessment"])
    assert said.exit_code == 0 and "Your answers to sentences (contributions.Vote)" in said.stdout
    assert CliRunner().invoke(record_of_processing, ["--language", "de"]).exit_code == 2
