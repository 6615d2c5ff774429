"""Declaring an account at the desk."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from partage.accounting.declaring import examples, filled
from partage.accounting.models import PublishedAccount
from partage.calc.declaration import parse_declaration
from partage.coproductions.creation import frame_table
from partage.coproductions.models import Coproduction, Frame
from tests.factories import at, make_coproduction, make_facilitator, signed_in
from tests.web.page import words_of

pytestmark = pytest.mark.django_db

SAMPLES: Path = settings.PACKAGE / "samples/accounts"
BASE = (SAMPLES / "self-checkout.toml").read_text()
WAIT = {
    "self_wait-low": "40", "self_wait-central": "50,5", "self_wait-high": "60",
    "self_wait-source": "Our stopwatch", "self_wait-date": "2026-05", "self_wait-grade": "M",
    "self_wait-basis": "sampled",
}  # fmt: skip


@pytest.fixture
def desk() -> Client:
    return signed_in(make_facilitator(make_coproduction("shops")))


def send(desk: Client, **fields: str) -> tuple[int, str]:
    answer = desk.post(at("declare", "shops"), fields)
    return answer.status_code, re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("name", examples())
def test_every_example_can_be_started_from(desk: Client, name: str) -> None:
    page = desk.get(at("declare", "shops"), {"from": name}).content.decode()
    assert parse_declaration((SAMPLES / f"{name}.toml").read_text(), name).title.en in page
    assert re.search(rf"<option\s+selected\s*>\s*{name}\s*<", page)


def test_figures_are_seen_before_they_are_published(desk: Client) -> None:
    status, page = send(desk, base=BASE, **WAIT)
    assert status == 200 and "14,027.78" in page  # 50.5 s for a million passages
    assert not PublishedAccount.objects.exists()


def test_what_was_seen_is_what_is_published(desk: Client) -> None:
    assert send(desk, toml=filled(BASE, WAIT), do="publish")[0] == 302
    facts = PublishedAccount.objects.get().facts
    line = next(each for each in facts["lines"] if each["code"] == "A3")
    assert line["values"]["let_it_run"]["central"] == 14027.78


def test_filling_nothing_changes_nothing() -> None:
    same = parse_declaration(filled(BASE, {}), "a")
    assert same.digest == parse_declaration(BASE, "b").digest


def test_an_input_may_become_unknown(desk: Client) -> None:
    unknown = {"self_wait-basis": "unknown", "self_wait-low": "", "self_wait-high": ""}
    status, page = send(desk, base=BASE, **WAIT | unknown)
    assert status == 200 and "unknown" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"self_wait-low": "-4"}, "below zero: write zero or more"),
        ({"self_wait-low": "70"}, "inputs.self_wait.low is 70, above its central 50.5"),
        ({"self_wait-central": "some"}, "write a number"),
        ({"self_wait-source": ""}, "inputs.self_wait.source"),
        ({"self_wait-date": "yesterday"}, "inputs.self_wait.date"),
        ({"self_wait-grade": "Z"}, "inputs.self_wait.grade"),
    ],
)
def test_a_bad_figure_is_named_and_what_was_typed_is_kept(
    desk: Client, change: dict[str, str], sentence: str
) -> None:
    status, page = send(desk, base=BASE, **WAIT | change)
    assert status == 400 and sentence in page
    assert f'value="{change.get("self_wait-central", "50,5")}"' in page
    assert not PublishedAccount.objects.exists()


def test_a_pasted_declaration_that_is_not_toml_is_refused(desk: Client) -> None:
    status, page = send(desk, toml="format = [", do="publish")
    assert status == 400 and "is not TOML" in page
    assert not PublishedAccount.objects.exists()


def test_only_facilitators_declare() -> None:
    make_coproduction("shops")
    other = signed_in(make_facilitator(make_coproduction("elsewhere")))
    assert other.get(at("declare", "shops")).status_code == 403
    assert Client().get(at("declare", "shops")).status_code == 302


def test_a_decimal_comma_is_a_decimal_point() -> None:
    declared = parse_declaration(filled(BASE, WAIT), "a")
    assert declared.inputs["self_wait"].central == Decimal("50.5")


def test_a_frame_starts_from_the_one_in_force_and_becomes_its_next_version(desk: Client) -> None:
    page = desk.get(at("declare-frame", "shops")).context["text"]
    task = '[[tasks]]\nname = { en = "Scan" }\ndegree = "obliged"\n'
    reason = 'reason = { en = "A task was missing" }\n'
    sent = {"toml": reason + page + task, "version": "1"}
    for stale in ({"version": ""}, {"version": "0"}, {"version": "9" * 5000}):
        refused = desk.post(at("declare-frame", "shops"), sent | stale)
        assert refused.status_code in {400, 409} and refused.context["text"] == sent["toml"]
    assert Frame.objects.count() == 1
    assert desk.post(at("declare-frame", "shops"), sent).status_code == 302
    frame = Coproduction.objects.get(slug="shops").frame
    assert frame is not None and frame.version == 2
    assert [each.name for each in frame.tasks.all()] == [{"en": "Scan"}]
    overtaken = desk.post(at("declare-frame", "shops"), sent)
    assert overtaken.status_code == 409 and Frame.objects.count() == 2
    assert "Version 2 is in force now" in words_of(overtaken)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "reason is missing"),
        (
            'sensitive = false\nreason = { en = "x" }\n[[tasks]]\ndegree = "chosen"',
            "name must be a text",
        ),
        (
            'sensitive = false\nreason = { en = "x" }\n[[data]]\ncategory = { en = "y" }\nknown = 3',
            "known must be",
        ),
        ("[[", "Unclosed|Invalid|Expected"),
        ('reason = { en = "x" }', "sensitive is missing"),
        ('sensitive = false\nreason = { en = "x" }\ntasks = 1', "tasks must be a list of tables"),
        ('sensitive = false\nreason = { en = "x" }\nfamilies = "data"', "families must be a list"),
        ('sensitive = false\nreason = { en = "x" }\nfamilies = ["x"]', "unknown, use self-service"),
        ("a=" + "[" * 5000, "."),
        ("a=" + "1" * 5000, "."),
    ],
)
def test_a_frame_that_lacks_something_is_refused_and_kept_in_the_field(
    desk: Client, text: str, sentence: str
) -> None:
    answer = desk.post(at("declare-frame", "shops"), {"toml": text, "version": "1"})
    assert answer.status_code == 400 and answer.context["text"] == text
    assert re.search(sentence, answer.content.decode())
    assert Frame.objects.count() == 1


def test_the_table_of_a_frame_makes_the_same_frame_again() -> None:
    decides = {"en": "The board decides.", "fr": "Le conseil décide."}
    task = {"name": {"en": "Scan", "fr": "Scanner"}, "degree": "chosen"}
    data = {"category": {"en": "Purchases"}, "known": True, "commercial": False, "kept_days": 3}
    table: dict[str, Any] = {"decides": decides, "families": ["data"], "alternative": "none"}
    table |= {
        "sensitive": False,
        "landscape": "polis",
        "assurance": "code",
        "tasks": [task],
        "data": [data],
    }
    first = make_coproduction("first", frame=table).frame
    assert first is not None and frame_table(first) == table


@pytest.mark.parametrize("base", ["[[", "a=1", 'title = "a', BASE.replace("[inputs.", "[put.")])
def test_tampered_fields_are_refused_not_broken(desk: Client, base: str) -> None:
    status, page = send(desk, base=base, **WAIT)
    assert status == 400 and "was not computed" in page


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('staff_time = "passages', 'staff_time = "' + "-" * 400 + "passages", "staff_time"),
        ("value = 1_000_000", "value = 1." + "1" * 5000, "more than 40 digits"),
        ('grade = "A"', 'grade = "A"\nsource_url = "javascript:alert(1)"', "begins with https"),
    ],
)
def test_a_hostile_declaration_is_refused_in_one_sentence(
    desk: Client, old: str, new: str, sentence: str
) -> None:
    last = BASE.rindex(old) if old.startswith("grade") else BASE.index(old)
    status, page = send(desk, toml=BASE[:last] + new + BASE[last + len(old) :], do="publish")
    assert status == 400 and sentence in page
    assert not PublishedAccount.objects.exists()
