"""Questioning an account: other hypotheses, other figures, three voices, two accounts."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from partage.accounting.models import CounterInput, PublishedAccount, Voice
from partage.accounting.publication import publish_account
from partage.calc.declaration import parse_declaration
from partage.coproductions.models import Coproduction, Task
from partage.people.models import Participant
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, make_people, signed_in

pytestmark = pytest.mark.django_db

SAMPLES: Path = settings.PACKAGE / "samples/accounts"
TASKS = [{"name": {"en": "Scan"}, "degree": "chosen"}]
FIGURE = {
    "low": "40", "central": "50", "high": "55",
    "source": "Stopwatch sample of 200 passages, own shop", "source_date": "2026-05-02",
}  # fmt: skip


def shops(slug: str = "shops", file: str = "self-checkout.toml") -> Coproduction:
    coproduction = make_coproduction(slug, frame={"tasks": TASKS})
    publish_account(coproduction, (SAMPLES / file).read_text(), file)
    return coproduction


def text_of(client: Client, name: str, *args: object, **query: str) -> str:
    content = client.get(at(name, *args), query).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


def test_another_hypothesis_has_its_own_address_and_records_nothing(client: Client) -> None:
    shops()
    entries = Entry.objects.count()
    page = text_of(client, "account-what-if", "shops", passages="2000000")
    assert "43,703.70" in page  # A1 before, doubled
    assert Entry.objects.count() == entries


def test_the_same_figures_change_no_line(client: Client) -> None:
    shops()
    assert "No line changes" in text_of(client, "account-what-if", "shops", passages="1000000")


def test_the_address_holds_only_what_was_changed(client: Client) -> None:
    shops()
    answer = client.get(at("account-what-if", "shops"), {"passages": "2000000", "self_wait": ""})
    assert answer.status_code == 302 and answer.url.endswith("?passages=2000000")  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["-1", "many", "1e99", "nan"])
def test_an_impossible_hypothesis_is_refused_at_its_field(client: Client, value: str) -> None:
    shops()
    answer = client.get(at("account-what-if", "shops"), {"passages": value})
    assert answer.status_code == 400
    assert 'href="#id_passages"' in answer.content.decode()


def test_a_disputed_figure_waits_then_opens_a_variant(client: Client) -> None:
    coproduction = shops()
    client.post(at("account-counter", "shops", "self_wait"), FIGURE)
    filed = CounterInput.objects.get()
    assert client.get(at("account-variant", "shops", filed.pk)).status_code == 404
    assert "waiting" in text_of(client, "account-variants", "shops")
    desk = signed_in(make_facilitator(coproduction))
    desk.post(at("counter-queue", "shops"), {"filed": filed.pk, "decision": "publish"})
    page = text_of(client, "account-variant", "shops", filed.pk)
    assert "13,888.89" in page  # 50 s of waiting for a million passages
    kinds = Entry.objects.values_list("kind", flat=True)
    assert {"counter-input-filed", "counter-input-published"} <= set(kinds)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"low": "60"}, "The low is at most the central"),
        ({"central": "-3"}, "greater than or equal to 0"),
        ({"source": ""}, "This field is required"),
        ({"source_date": "yesterday"}, "Enter a valid date"),
    ],
)
def test_a_figure_that_lacks_something_is_not_filed(
    client: Client, change: dict[str, str], sentence: str
) -> None:
    shops()
    answer = client.post(at("account-counter", "shops", "self_wait"), FIGURE | change)
    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert not CounterInput.objects.exists() and not Participant.objects.exists()


def test_a_figure_that_makes_the_account_impossible_is_refused(client: Client) -> None:
    shops()
    nothing = FIGURE | {"low": "0", "central": "0", "high": "0"}
    answer = client.post(at("account-counter", "shops", "till_life"), nothing)
    assert answer.status_code == 409 and "divides by zero" in answer.content.decode()
    assert not CounterInput.objects.exists() and not Participant.objects.exists()


def test_the_same_figure_twice_is_filed_once(client: Client) -> None:
    shops()
    client.post(at("account-counter", "shops", "self_wait"), FIGURE)
    again = client.post(at("account-counter", "shops", "self_wait"), FIGURE)
    assert again.status_code == 409 and CounterInput.objects.count() == 1


# Two examples have inputs enough for a minute or more.
LONG = {"lodging.toml", "rides.toml"}
EXAMPLES = [
    pytest.param(each.name, marks=[pytest.mark.slow] if each.name in LONG else [])
    for each in sorted(SAMPLES.glob("*.toml"))
]


@pytest.mark.parametrize("file", EXAMPLES)
def test_every_input_of_every_example_can_be_disputed_and_asked_about(
    client: Client, file: str
) -> None:
    coproduction = shops(file=file)
    for each in coproduction.accounts.get().facts["inputs"]:
        name, central = each["name"], each.get("central")
        assert client.get(at("account-counter", "shops", name)).status_code == 200
        asked = {name: str(central)} if central is not None else {}
        assert client.get(at("account-what-if", "shops"), asked).status_code == 200


def test_a_question_on_every_input_adds_no_uncertainty(client: Client) -> None:
    coproduction = shops()
    facts = coproduction.accounts.get().facts
    asked = {
        each["name"]: str(each["central"])
        for each in facts["inputs"]
        if each["central"] is not None
    }
    declared = parse_declaration(coproduction.accounts.get().declaration, "a")
    changed = declared.changed({k: Fraction(v) for k, v in asked.items()}, "me", date(2026, 11, 1))
    known = [each for name, each in changed.inputs.items() if name in asked]
    assert known and not any(each.is_uncertain for each in known)


def test_an_earlier_account_stays_readable(client: Client) -> None:
    coproduction = shops()
    first = coproduction.accounts.get().content
    publish_account(coproduction, (SAMPLES / "idea-box.toml").read_text(), "idea-box.toml")
    kept = client.get(at("account-json", "shops"), {"version": "1"}).content.decode()
    assert kept == first
    assert "Other versions" in text_of(client, "account", "shops")
    assert client.get(at("account", "shops"), {"version": "9"}).status_code == 404


def test_an_input_that_does_not_exist_cannot_be_disputed(client: Client) -> None:
    shops()
    assert client.post(at("account-counter", "shops", "nothing"), FIGURE).status_code == 404


def test_a_figure_is_refused_under_a_rule_that_its_author_sees(client: Client) -> None:
    coproduction = shops()
    client.post(at("account-counter", "shops", "self_wait"), FIGURE)
    desk, filed = signed_in(make_facilitator(coproduction)), CounterInput.objects.get()
    refusal = {"filed": filed.pk, "decision": "refuse"}
    assert desk.post(at("counter-queue", "shops"), refusal).status_code == 400
    long = {**refusal, "rule": "no-source", "reason": "x" * 501}
    answer = desk.post(at("counter-queue", "shops"), long)
    assert answer.status_code == 400 and "at most 500 characters" in answer.content.decode()
    desk.post(at("counter-queue", "shops"), {**refusal, "rule": "no-source"})
    assert "Its source cannot be found." in text_of(client, "account-variants", "shops")
    again = desk.post(at("counter-queue", "shops"), {"filed": filed.pk, "decision": "publish"})
    assert again.status_code == 409


def test_only_a_facilitator_decides_on_figures(client: Client) -> None:
    shops()
    other = signed_in(make_facilitator(make_coproduction("elsewhere")))
    assert other.get(at("counter-queue", "shops")).status_code == 403


def voice(task: Task, degree: str = "endured") -> dict[str, object]:
    return {"task": task.pk, "speaks_as": "employee", "degree": degree, "change": "harder"}


def test_a_voice_is_kept_once_and_the_last_one_counts(client: Client) -> None:
    shops()
    task = Task.objects.get()
    client.post(at("voices", "shops"), voice(task))
    client.post(at("voices", "shops"), voice(task, "obliged"))
    assert Voice.objects.get().degree == "obliged"
    assert Entry.objects.filter(kind="voice").count() == 2


def test_voices_are_shown_from_ten_people_with_their_gap(client: Client) -> None:
    coproduction = shops()
    task = Task.objects.get()
    for people, shown in ((9, False), (1, True), (9, True)):
        now = coproduction.stages.get().opens_at
        Voice.objects.bulk_create(
            Voice(participant=p, task=task, speaks_as="employee", degree="endured", change="harder", said_at=now)
            for p in make_people(coproduction, people)
        )  # fmt: skip
        page = text_of(client, "voices", "shops")
        assert ("endured 100%" in page) is shown
        assert ("differs from what the organization says" in page) is shown


def test_the_eleventh_voice_changes_nothing_that_is_shown(client: Client) -> None:
    coproduction = shops()
    task, now = Task.objects.get(), coproduction.stages.get().opens_at
    Voice.objects.bulk_create(
        Voice(participant=p, task=task, speaks_as="employee", degree="endured", change="harder", said_at=now)
        for p in make_people(coproduction, 10)
    )  # fmt: skip
    before = text_of(client, "voices", "shops")
    client.post(at("voices", "shops"), voice(task, "chosen"))
    assert text_of(Client(), "voices", "shops") == before


@pytest.mark.parametrize("change", [{"task": 0}, {"degree": "loved"}, {"speaks_as": "boss"}])
def test_a_crafted_voice_is_refused(client: Client, change: dict[str, object]) -> None:
    shops()
    answer = client.post(at("voices", "shops"), voice(Task.objects.get()) | change)
    assert answer.status_code == 400 and not Participant.objects.exists()


def test_a_task_of_another_frame_is_refused_and_leaves_nothing(client: Client) -> None:
    shops()
    make_coproduction("elsewhere", frame={"tasks": TASKS})
    foreign = Task.objects.exclude(frame__coproduction__slug="shops").get()
    assert client.post(at("voices", "shops"), voice(foreign)).status_code == 409
    assert not Participant.objects.exists()


def test_two_accounts_stand_side_by_side(client: Client) -> None:
    shops()
    shops("box", "idea-box.toml")
    page = text_of(client, "account-compare", "shops", **{"with": "box"})
    assert "15,625" in page and "615.05" in page


def test_every_line_and_scenario_is_in_the_csv(client: Client) -> None:
    shops()
    rows = client.get(at("account-csv", "shops")).content.decode().splitlines()
    facts = PublishedAccount.objects.get().facts
    assert len(rows) == 1 + 3 * len(facts["lines"] + facts["memo"])
    assert '"G","Training hours taken","h","before","","","","' in "\n".join(rows)
