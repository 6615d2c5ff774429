"""Taking one's data away, and bringing it in on another site: the same contributions, once."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from partage.accounting.models import Voice
from partage.commands.imports import imports
from partage.contributions.models import Idea, IdeaVote, Progress, Statement, TestReport, Vote
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction
from partage.fund.models import Ballot, Project
from partage.opinions.amending import digest_of
from partage.opinions.models import Amendment, AmendmentSupport
from partage.people import device_links
from partage.people.models import Participant
from partage.register.models import Entry
from partage.rights import bringing_back, bringing_in
from partage.rights.takeaway import DATA, SEAL, proof_of
from partage.web.zip_files import zip_stream
from tests.factories import (
    AGREE,
    DISAGREE,
    answer,
    at,
    coproduction_table,
    everything_stored,
    make_amendment,
    make_assembly,
    make_debate,
    make_device,
    make_facilitator,
    make_idea,
    make_sensitive,
    make_statements,
    make_task,
    members_of,
    participant_of,
    signed_in,
    stored,
)
from tests.fund.rounds import make_project, make_round, move, vote
from tests.web.page import bytes_of, words_of

pytestmark = pytest.mark.django_db
WORDS = "We want seventeen violet benches."
ELSEWHERE = {"BASE_URL": "https://elsewhere.example", "SECRET_KEY": "another site's own secret" * 3}
STAGES = [
    {"kind": "votes", "opens": -20, "closes": 30},
    {"kind": "ideas", "opens": -20, "closes": 30},
]


def make_place() -> Coproduction:
    return create_coproduction(coproduction_table(stages=STAGES))


def code_on(browser: Client) -> str:
    found = re.search(r"<code>([A-Z2-7-]+)</code>", browser.get(at("my-data")).content.decode())
    assert found
    return found[1]


def taken_by(browser: Client, folder: Path) -> Path:
    file = folder / "my-data.zip"
    file.write_bytes(bytes_of(browser.get(at("take-away"))))
    return file


def held_in(file: Path) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(file) as archive:
        sections = json.loads(archive.read(DATA))["held"]
    return {section["kind"]: section["rows"] for section in sections if section["rows"]}


def brought(file: Path, code: str) -> Result:
    return CliRunner().invoke(imports, ["takeaway", str(file), "--code", code])


def somebody(coproduction: Coproduction) -> Client:
    device = make_device(coproduction)
    for statement, said in zip(make_statements(coproduction, 2), (AGREE, DISAGREE), strict=True):
        answer(device, statement, said)
    device.post(at("propose", coproduction.slug), {"text": WORDS})
    idea = make_idea(coproduction)
    device.post(at("idea-vote", coproduction.slug, idea.pk), {"answer": 1})
    mine = {"title": "Benches of violet wood", "body": "Under the trees."}
    assert device.post(at("propose-idea", coproduction.slug), mine).status_code == 302
    return device


def test_the_file_holds_what_one_gave_in_json_csv_and_words(tmp_path: Path) -> None:
    coproduction = make_place()
    device, other = somebody(coproduction), make_device(coproduction)
    other.post(at("propose", "shops"), {"text": "Somebody else's own sentence."})
    file = taken_by(device, tmp_path)
    held = held_in(file)
    said = {row["statement"]["text"]: row["answer"] for row in held["contributions.Vote"]}
    assert said == {"Sentence number 1 of shops.": 1, "Sentence number 2 of shops.": -1}
    assert [row["text"] for row in held["contributions.Statement"]] == [WORDS]
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        tables = [archive.read(name).decode() for name in archive.namelist() if "csv" in name]
        assert "partage import takeaway FILE" in archive.read("readme.txt").decode()
        everything = b"".join(map(archive.read, archive.namelist())).decode()
    assert any(list(csv.reader(io.StringIO(table)))[1:2] for table in tables)
    assert "Somebody else" not in everything
    token = str(device.cookies[settings.PARTICIPANT_COOKIE_NAME].value)
    secret = bytes(participant_of(device, coproduction).vault_key.key).hex()
    assert token not in everything and secret not in everything
    assert code_on(device) not in everything


def test_the_same_contributions_are_restored_on_another_site(tmp_path: Path) -> None:
    coproduction = make_place()
    device = somebody(coproduction)
    before = list(Vote.objects.order_by("statement").values_list("statement", "answer"))
    file, code = taken_by(device, tmp_path), code_on(device)
    device.post(at("erase", "shops"))
    Statement.objects.filter(text=WORDS).delete()
    assert not Vote.objects.exists()
    with override_settings(**ELSEWHERE):
        said = brought(file, code.lower())
        assert said.exit_code == 0, said.output
        assert "shops: 1 contributions.Statement, 2 contributions.Vote" in said.output
        link, there = said.output.split()[-1].removeprefix("https://elsewhere.example"), Client()
        there.post(link, {"asked": "yes"})
        assert "Given from this device" in words_of(there.get(at("my-answers", "shops")))
        assert [
            row["text"] for row in held_in(taken_by(there, tmp_path))["contributions.Statement"]
        ] == [WORDS]
    assert list(Vote.objects.order_by("statement").values_list("statement", "answer")) == before
    assert Statement.objects.get(text=WORDS).state == Progress.WAITING
    assert Idea.objects.get(title="Benches of violet wood").body == "Under the trees."
    assert IdeaVote.objects.get().answer == 1


def test_a_consent_comes_with_the_answers_where_the_words_are_the_same(tmp_path: Path) -> None:
    coproduction = make_sensitive()
    device = make_device(coproduction)
    device.post(at("consent", "convictions"))
    answer(device, *make_statements(coproduction, 1))
    file, code = taken_by(device, tmp_path), code_on(device)
    device.post(at("erase", "convictions"))
    with override_settings(**ELSEWHERE):
        assert brought(file, code).exit_code == 0
        assert Vote.objects.count() == 1
        words = {"en": "May we sell your answers?"}
        coproduction.frame.consent_text = words  # type: ignore[union-attr]
        coproduction.frame.save()  # type: ignore[union-attr]
        Participant.objects.all().update(key=b"another")
        said = brought(file, code)
        assert said.exit_code == 1 and "whether you agree" in said.output


@pytest.fixture
def file_and_code(tmp_path: Path) -> tuple[Path, str]:
    device = somebody(make_place())
    return taken_by(device, tmp_path), code_on(device)


@pytest.fixture
def elsewhere() -> Iterator[None]:
    with override_settings(**ELSEWHERE):
        yield


def refused(file: Path, code: str, sentence: str) -> None:
    """One sentence, and nothing written."""
    before, rows = stored(), everything_stored()
    said = brought(file, code)
    assert said.exit_code == 1 and sentence in said.output, said.output
    assert len(said.output.strip().splitlines()) == 1
    assert (stored(), everything_stored()) == (before, rows)


def test_somebody_elses_file_is_refused(file_and_code: tuple[Path, str], elsewhere: None) -> None:
    for code in ("AAAA-BBBB-CCCC-DDDD", "", "é" * 16):
        refused(file_and_code[0], code, "somebody else's")


def test_a_file_is_brought_in_once_a_later_one_of_the_same_person_too(
    file_and_code: tuple[Path, str], elsewhere: None
) -> None:
    assert brought(*file_and_code).exit_code == 0
    refused(*file_and_code, "were brought in already")


@pytest.mark.django_db(transaction=True)
def test_what_was_brought_in_and_erased_does_not_come_back(
    file_and_code: tuple[Path, str], elsewhere: None
) -> None:
    said, there = brought(*file_and_code), Client()
    there.post(said.output.split()[-1].removeprefix(ELSEWHERE["BASE_URL"]), {"asked": "yes"})
    assert there.post(at("erase-all")).status_code == 200
    refused(*file_and_code, "brought in and erased since")
    settings.ERASURE_LIST.unlink()
    assert brought(*file_and_code).exit_code == 0  # the list alone remembers


def test_the_site_it_comes_from_has_it_all(file_and_code: tuple[Path, str]) -> None:
    refused(*file_and_code, "from this very site")


@pytest.mark.parametrize("cut", [0, 10, 0.5, 0.99])
def test_a_damaged_file_is_refused(
    cut: float, file_and_code: tuple[Path, str], elsewhere: None
) -> None:
    file, code = file_and_code
    whole = file.read_bytes()
    file.write_bytes(whole[: int(cut * len(whole)) if isinstance(cut, float) else cut])
    refused(file, code, "damaged")


def rewritten(file: Path, data: bytes, code: str = "") -> Path:
    """The file with other data; with a code, sealed again as its owner could."""
    with zipfile.ZipFile(file) as archive:
        seal = json.loads(archive.read(SEAL))
    if code:
        digest = sha256(data).hexdigest()
        seal |= {"sha256": digest, "proof": proof_of(code, digest)}
    parts = [(DATA, [data]), (SEAL, [json.dumps(seal).encode()])]
    file.write_bytes(b"".join(zip_stream(parts)))
    return file


def data_of(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return archive.read(DATA)


def test_a_file_that_was_changed_is_refused(
    file_and_code: tuple[Path, str], elsewhere: None
) -> None:
    file, code = file_and_code
    changed = data_of(file).replace(b'"answer": -1', b'"answer":  1')
    refused(rewritten(file, changed), code, "was changed since")


@pytest.mark.parametrize(
    ("this", "that"),
    [
        (b'"answer": -1', b'"answer": 99'),
        (b'"answer": -1', b'"answer": [1]'),
        (b'"language": "en", "state"', b'"language": "<b>", "state"'),
        (WORDS.encode(), b"x" * 300),
        (b'"text": "We want', b'"tixt": "We want'),
        (b'"held": [', b'"hold": ['),
        (b'"rows": [', b'"rows": [7, '),
        (b'{"format"', b'[{"format"'),
    ],
)
def test_an_owner_who_forges_rows_gets_a_sentence_and_nothing_half_written(
    this: bytes, that: bytes, file_and_code: tuple[Path, str], elsewhere: None
) -> None:
    file, code = file_and_code
    refused(rewritten(file, data_of(file).replace(this, that), code), code, "cannot be read")


def test_answers_are_refused_where_voting_is_closed_or_the_coproduction_is_not_there(
    file_and_code: tuple[Path, str], elsewhere: None
) -> None:
    Coproduction.objects.get().stages.filter(kind="votes").update(
        closes_at="2020-01-02T00:00Z", opens_at="2020-01-01T00:00Z"
    )
    refused(*file_and_code, "Voting is closed here")
    Coproduction.objects.update(slug="another")
    refused(*file_and_code, "None of the coproductions")


def test_many_files_in_an_hour_wait_and_nothing_is_written(
    file_and_code: tuple[Path, str], elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_links, "PER_NETWORK", 0)
    refused(*file_and_code, "Many links were made")


def test_a_huge_file_is_refused(
    file_and_code: tuple[Path, str], elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing_in, "MOST_BYTES", 100)
    refused(*file_and_code, "more than")


def test_each_browser_gets_its_own_and_nobody_gets_an_empty_file(tmp_path: Path) -> None:
    coproduction = make_place()
    device, other = somebody(coproduction), make_device(coproduction)
    assert code_on(device) != code_on(other)
    assert "contributions.Vote" not in held_in(taken_by(other, tmp_path))
    assert Client().get(at("take-away")).status_code == 404
    desk = signed_in(make_facilitator(coproduction))
    held = held_in(taken_by(desk, tmp_path))
    assert held["people.Person"][0]["email"] == "claire@example.org"
    assert "password" not in held["people.Person"][0] and "session_key" not in str(held)


def test_the_file_comes_in_pieces_whatever_its_size() -> None:
    many = (b"x" * 1000 for _ in range(5000))
    pieces = list(zip_stream([("data.json", many)]))
    assert max(map(len, pieces)) < 40_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert len(archive.read("data.json")) == 5_000_000


def take_part(coproduction: Coproduction, device: Client) -> dict[str, Any]:
    """A test report, a voice, a support and a ballot, each through its page."""
    task = make_task(coproduction)
    said = {"task": task.pk, "outcome": "gave-up", "text": "It froze at once.", "minutes": "7"}
    answered = device.post(at("file-test-report", "shops"), said)
    assert answered.status_code == 302, words_of(answered)
    frame_task = coproduction.frame.tasks.get()  # type: ignore[union-attr]
    voice = {"task": frame_task.pk, "speaks_as": "employee", "degree": "endured"}
    device.post(at("voices", "shops"), voice | {"change": "harder"})
    assembly = make_assembly()
    debate = make_debate(coproduction, assembly)
    first, second, *_others = members_of(assembly)
    amendment = make_amendment(debate, first, second)
    words = {"words": digest_of(amendment.words), "deed": "support"}
    device.post(at("support-amendment", "debated", amendment.number), words)
    one = make_round(coproduction, "voting")
    make_project(one)
    bench = make_project(one, title="A violet bench")
    vote(device, one, bench.number)
    return {"round": one, "bench": bench, "amendment": amendment}


KINDS = ("contributions.TestReport", "accounting.Voice", "opinions.AmendmentSupport", "fund.Ballot")


@pytest.fixture
def lively(tmp_path: Path) -> tuple[Path, str, dict[str, Any]]:
    tasks = [{"name": {"en": "Scan"}, "degree": "chosen"}]
    stages = [{"kind": "tests", "opens": -20, "closes": 30}, *STAGES]
    table = coproduction_table(stages=stages, frame={"tasks": tasks})
    coproduction = create_coproduction(table)
    device = make_device(coproduction)
    about = take_part(coproduction, device)
    file, code = taken_by(device, tmp_path), code_on(device)
    assert set(KINDS) <= held_in(file).keys()
    device.post(at("erase", "shops"))
    gone = (TestReport, Voice, AmendmentSupport, Ballot)
    assert not any(model._default_manager.exists() for model in gone)
    return file, code, about


def test_reports_voices_supports_and_ballots_are_restored_where_they_are_still_open(
    lively: tuple[Path, str, dict[str, Any]], elsewhere: None
) -> None:
    file, code, about = lively
    # On another site the same projects stand in another order.
    Project.objects.filter(pk=about["bench"].pk).update(number=9)
    said = brought(file, code)
    assert said.exit_code == 0, said.output
    assert all(f"1 {kind}" in said.output.splitlines()[0] for kind in KINDS)
    assert "Left out: 1 contributions.TestReport" not in said.output
    report = TestReport.objects.get()
    assert (report.text, report.minutes, report.outcome) == ("It froze at once.", 7, "gave-up")
    assert report.state == Progress.WAITING
    assert Voice.objects.get().degree == "endured"
    assert AmendmentSupport.objects.get().amendment == about["amendment"]
    assert Ballot.objects.get().projects == [9]
    kinds = Entry.objects.values_list("kind", flat=True)
    assert list(kinds).count("fund-ballot") == 2  # cast there, and here


def test_what_is_closed_decided_or_in_other_words_is_left_out_and_said(
    lively: tuple[Path, str, dict[str, Any]], elsewhere: None
) -> None:
    file, code, about = lively
    coproduction = Coproduction.objects.get()
    coproduction.stages.filter(kind="tests").update(closes_at=timezone.now())
    coproduction.frame.tasks.update(name={"en": "Another"})  # type: ignore[union-attr]
    Amendment.objects.update(state=Amendment.State.WITHDRAWN)
    move(about["round"], "to-count")
    said = brought(file, code)
    assert said.exit_code == 0, said.output
    for kind in KINDS:
        assert f"Left out: 1 {kind} ({bringing_back.REASONS[kind]})." in said.output
    assert not TestReport.objects.exists() and not Ballot.objects.exists()


def test_a_ballot_is_restored_whole_or_not_at_all(
    lively: tuple[Path, str, dict[str, Any]], elsewhere: None
) -> None:
    file, code, about = lively
    Project.objects.filter(pk=about["bench"].pk).update(title="A bench of another colour")
    said = brought(file, code)
    assert "Left out: 1 fund.Ballot" in said.output and not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("this", "that"),
    [
        (b'"outcome": "gave-up"', b'"outcome": "best"'),
        (b'"minutes": 7', b'"minutes": -7'),
        (b'"degree": "endured"', b'"degree": "loved"'),
        (b'"titles": ["A violet bench"]', b'"titles": [[1]]'),
        (b'"opinion": "debated"', b'"opinoin": "debated"'),
    ],
)
def test_forged_reports_voices_supports_and_ballots_are_refused(
    this: bytes, that: bytes, lively: tuple[Path, str, dict[str, Any]], elsewhere: None
) -> None:
    file, code, _about = lively
    assert this in data_of(file)
    refused(rewritten(file, data_of(file).replace(this, that), code), code, "cannot be read")


@pytest.mark.parametrize("words", ["=CMD('calc')|A1 is what I say.", "@SUM(1;1) is what I say."])
def test_no_cell_of_the_tables_is_a_formula(words: str, tmp_path: Path) -> None:
    device = make_device(make_place())
    device.post(at("propose", "shops"), {"text": words})
    with zipfile.ZipFile(taken_by(device, tmp_path)) as archive:
        tables = [archive.read(one).decode() for one in archive.namelist() if "csv" in one]
        assert words in archive.read(DATA).decode()
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table)) for cell in row]
    assert f"'{words}" in cells and words not in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]
