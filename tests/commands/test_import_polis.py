"""`partage import polis`: all of an export or nothing, and a second run changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from partage.commands.imports import imports
from partage.consents.models import Consent
from partage.contributions.models import (
    Progress,
    Statement,
    Vote,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from tests.factories import make_coproduction, stored

pytestmark = pytest.mark.django_db

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1500000000000,x,0,0,2,0,1,"Keep one ""staffed"" checkout, always."
1500000001000,x,1,0,0,1,0,Gardons les caisses.
1500000002000,x,2,1,0,0,-1,Left out by the moderators.
"""
VOTES = """timestamp,datetime,comment-id,voter-id,vote
1500000010000,x,0,7,1
1500000011000,x,1,7,-1
1500000012000,x,0,8,0
1500000013000,x,0,7,-1
"""
MATRIX = """participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2
7,1,0,2,0,2,-1,-1,
8,,0,1,0,0,0,,
"""
SUMMARY = (
    'topic,What about shops?\nurl,https://example.org/x\nconversation-description,"two\nlines"\n'
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "my.export"
    folder.mkdir()
    (folder / "summary.csv").write_text(SUMMARY)
    (folder / "comments.csv").write_text(COMMENTS)
    (folder / "votes.csv").write_text(VOTES)
    return folder


def run(folder: Path, *options: str) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(imports, ["polis", str(folder), *options])


def refused(folder: Path) -> str:
    """The one sentence of a run that failed, after checking that nothing was written."""
    before = stored()
    result = run(folder)
    lines = result.stderr.strip().splitlines()
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert lines[-1].startswith("Error: ") and "Traceback" not in result.output
    assert stored() == before
    return lines[-1]


def answers() -> set[tuple[str | None, int]]:
    return set(Vote.objects.values_list("statement__source_id", "answer"))


def test_an_export_becomes_a_coproduction_with_its_sentences_and_last_votes(export: Path) -> None:
    result = run(export)
    assert result.exit_code == 0
    assert "my-export: 3 statements, 2 people, 3 votes." in result.stdout
    coproduction = Coproduction.objects.get()
    assert coproduction.title == {"en": "What about shops?"}
    assert answers() == {("0", -1), ("1", -1), ("0", 0)}
    assert Statement.objects.get(source_id="2").state == Progress.REFUSED
    assert Statement.objects.get(source_id="0").text == 'Keep one "staffed" checkout, always.'


def test_the_imported_frame_is_sensitive_and_nobody_is_said_to_have_consented(export: Path) -> None:
    run(export)
    frame = Coproduction.objects.get().frame
    assert frame and frame.is_sensitive and frame.consent_text
    assert not Consent.objects.exists()


def test_a_second_run_writes_nothing_at_all(export: Path) -> None:
    run(export)
    before = stored()
    votes = list(Vote.objects.values())
    result = run(export)
    assert result.exit_code == 0 and "Nothing changed" in result.stdout
    assert stored() == before and list(Vote.objects.values()) == votes


def test_a_later_export_of_the_same_conversation_brings_what_is_new(export: Path) -> None:
    run(export)
    (export / "votes.csv").write_text(VOTES + "1500000020000,x,1,9,1\n1500000021000,x,0,8,1\n")
    result = run(export)
    assert "3 statements, 3 people, 4 votes." in result.stdout
    assert answers() == {("0", -1), ("1", -1), ("0", 1), ("1", 1)}
    assert Participant.objects.count() == 3


def test_the_report_can_be_read_by_a_program(export: Path) -> None:
    found = json.loads(run(export, "--json").stdout)
    assert found == {
        "coproduction": "my-export", "was_there": False, "statements": 3, "people": 2, "votes": 3,
    }  # fmt: skip


def test_votes_out_of_order_are_counted_by_their_time(export: Path) -> None:
    header, *lines = VOTES.splitlines()
    (export / "votes.csv").write_text("\n".join([header, *reversed(lines)]))
    run(export)
    assert answers() == {("0", -1), ("1", -1), ("0", 0)}


def test_the_table_of_participants_serves_when_there_is_no_list_of_votes(export: Path) -> None:
    (export / "votes.csv").unlink()
    (export / "participants-votes.csv").write_text(MATRIX)
    result = run(export)
    assert "3 statements, 2 people, 3 votes." in result.stdout
    assert answers() == {("0", -1), ("1", -1), ("0", 0)}


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_saved_again_by_a_spreadsheet_are_read(
    export: Path, separator: str, encoding: str
) -> None:
    text = VOTES.replace(",", separator).replace("\n", "\r\n")
    (export / "votes.csv").write_bytes(text.encode(encoding))
    assert run(export).exit_code == 0
    assert Vote.objects.count() == 3


def test_a_file_whose_last_line_has_no_end_is_whole(export: Path) -> None:
    (export / "votes.csv").write_text(VOTES.rstrip("\n"))
    assert run(export).exit_code == 0
    assert Vote.objects.count() == 3


Spoil = Callable[[str], str]
BROKEN: dict[str, tuple[str, Spoil, str]] = {
    "no votes column": ("votes.csv", lambda t: t.replace("voter-id", "who"), "votes.csv, line 1"),
    "no text column": ("comments.csv", lambda t: t.replace("comment-body", "x"), "comment-body"),
    "no id column": ("comments.csv", lambda t: t.replace("comment-id", "x"), "comment-id"),
    "unknown sentence": ("votes.csv", lambda t: t + "1500000020000,x,99,9,1\n", "'99'"),
    "cut last line": ("votes.csv", lambda t: t[:-4], "columns instead of 5"),
    "unknown answer": ("votes.csv", lambda t: t + "1500000020000,x,1,9,2\n", "the vote is '2'"),
    "nobody": ("votes.csv", lambda t: t + "1500000020000,x,1,,1\n", "line 6"),
    "empty": ("votes.csv", lambda _: "", "votes.csv is empty"),
    "quote left open": ("comments.csv", lambda t: t + '9,x,3,0,0,0,0,"never ends\n', "quoted"),
    "a sentence of 2,000": ("comments.csv", lambda t: t + f"9,x,3,0,0,0,0,{'x' * 2000}\n", "2000"),
    "an endless id": ("comments.csv", lambda t: t + f"9,x,{'3' * 90},0,0,0,0,Text.\n", "40"),
    "a time beyond time": ("votes.csv", lambda t: t + f"{'9' * 30},x,1,9,1\n", "line 6"),
    "no time": ("votes.csv", lambda t: t + "nan,x,1,9,1\n", "nan"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "spoil", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(
    export: Path, name: str, spoil: Spoil, said: str
) -> None:
    file = export / name
    file.write_text(spoil(file.read_text()))
    assert said in refused(export)


@pytest.mark.parametrize("name", ["summary.csv", "comments.csv", "votes.csv"])
def test_a_file_in_latin_1_is_refused_with_what_to_do(export: Path, name: str) -> None:
    file = export / name
    file.write_bytes(file.read_text().replace("x", "é").encode("latin-1"))
    assert name in refused(export)


@pytest.mark.parametrize("moment", ["", "soon", "9" * 30, "9" * 400, "-1"])
def test_a_sentence_without_a_usable_date_is_kept_all_the_same(export: Path, moment: str) -> None:
    with (export / "comments.csv").open("a") as file:
        file.write(f"{moment},x,3,0,0,0,0,Undated.\n")
    assert run(export).exit_code == 0
    assert Statement.objects.filter(text="Undated.").exists()


@pytest.mark.parametrize("missing", ["comments.csv", "votes.csv"])
def test_a_folder_that_lacks_a_file_is_refused(export: Path, missing: str) -> None:
    (export / missing).unlink()
    assert missing in refused(export)


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere")
    assert result.exit_code == 2 and "does not exist" in result.stderr


def test_a_folder_without_a_usable_name_is_refused(export: Path) -> None:
    assert "slug" in refused(export.rename(export.parent / "…"))


def test_a_language_that_does_not_exist_is_refused(export: Path) -> None:
    before = stored()
    result = run(export, "--language", "no such")
    assert result.exit_code == 1 and result.stderr.splitlines()[-1].startswith("Error: title")
    assert stored() == before


def test_votes_are_never_added_to_a_coproduction_that_did_not_come_from_polis(
    export: Path,
) -> None:
    make_coproduction("my-export")
    assert "my-export" in refused(export)


def test_a_failure_at_the_last_vote_leaves_nothing(export: Path) -> None:
    people = "".join(f"1500000020000,x,1,p{n},1\n" for n in range(2500))
    (export / "votes.csv").write_text(VOTES + people + "1500000020000,x,99,last,1\n")
    assert "'99'" in refused(export)
    assert not Coproduction.objects.exists() and not Participant.objects.exists()
