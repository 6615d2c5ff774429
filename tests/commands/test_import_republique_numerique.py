"""`partage import republique-numerique`: what is good comes in, what is bad is named with its line."""

import json
import shutil
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from partage.calc.streamed_table import StreamedTable
from partage.commands.imports import imports
from partage.contributions.models import Argument, Idea, IdeaSource, Progress
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant
from partage.register.models import Entry
from tests.factories import breaks_at, everything_stored, make_coproduction, stored

pytestmark = pytest.mark.django_db

AT = "2015-09-26T02:27:54+02:00"
PROPOSALS = f"""id,section,section_title,title,body,explanation,author,created_at,votes_for,votes_mixed,votes_against,versions,trashed
7,Section 1,Les ponts,Un pont pour les chats,"Il y aura un pont.

Il sera étroit.",Les chats aussi traversent.,p00001,{AT},8,1,2,1,0
3,Section 1,Les ponts,Un péage pour les mouettes,Elles paieront.,,p00002,{AT},0,0,9,1,1
9,Section 2,Les puits,Un puits par rue,"De l’eau « fraîche ».",,p00001,{AT},4,0,4,1,0
"""
ARGUMENTS = f"""id,proposal_id,side,body,author,created_at,votes,trashed
70,7,for,Les chats sont d'accord.,p00003,{AT},5,0
71,7,against,"Et les chiens, alors ?",p00001,{AT},0,0
72,7,against,Retiré.,p00001,{AT},0,1
90,9,for,Il fait soif.,p00002,{AT},1,0
"""
SOURCES = f"""id,proposal_id,category,title,link,author,created_at,votes
1,7,Site internet,Des ponts,https://ponts.example/chats?n=1,p00003,{AT},0
2,9,Autre,Des puits,http://puits.example/,p00003,{AT},2
"""
BAD_PROPOSAL = f"12,S,T,Titre,Corps,,p1,{AT},peu,0,0,1,0\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in (("proposals", PROPOSALS), ("arguments", ARGUMENTS), ("sources", SOURCES)):
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def add(export: Path, name: str, row: str) -> None:
    with (export / name).open("a", encoding="utf-8") as file:
        file.write(row)


def run(folder: Path, *options: str) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(imports, ["republique-numerique", str(folder), *options])


def refused(folder: Path, *options: str) -> str:
    """The sentence of a run that failed, after checking that nothing was written."""
    before = stored()
    result = run(folder, *options)
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert stored() == before
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ") and "Traceback" not in result.output
    return last


def idea(source_id: str) -> Idea:
    return Idea.objects.get(source_id=source_id)


def test_proposals_arguments_and_sources_come_in_and_are_counted(export: Path) -> None:
    result = run(export)
    assert result.exit_code == 0
    assert "3 proposals, 4 arguments, 2 sources, 28 votes. 1 proposal stands as refused" in (
        result.stdout
    )
    stage = Coproduction.objects.get(slug="republique-numerique").stages.get()
    assert stage.kind == Stage.Kind.IDEAS and stage.is_over()
    assert Argument.objects.get(source_id="70").brought_helped == 5
    assert IdeaSource.objects.get(source_id="1").link == "https://ponts.example/chats?n=1"


def test_an_idea_keeps_its_words_its_date_and_its_totals(export: Path) -> None:
    run(export)
    cats = idea("7")
    assert cats.section == "Section 1 – Les ponts"
    assert cats.body == "Il y aura un pont.\n\nIl sera étroit.\n\nLes chats aussi traversent."
    assert cats.written_at == datetime(2015, 9, 26, 0, 27, 54, tzinfo=UTC)
    assert (cats.brought_agrees, cats.brought_mixed, cats.brought_disagrees) == (8, 1, 2)
    assert (cats.answers, cats.agreement, cats.agrees) == (11, 8 / 11, 0)
    assert (cats.discussion, idea("9").discussion) == (2, 1)


def test_what_was_left_out_there_is_refused_and_takes_no_number(export: Path) -> None:
    run(export)
    assert (idea("3").state, idea("3").rule, idea("3").number) == ("refused", "source", None)
    assert Argument.objects.get(source_id="72").rule == "source"
    assert [idea("7").number, idea("9").number] == [1, 2]


def test_nobody_is_made_a_participant_and_no_name_is_kept(export: Path) -> None:
    run(export)
    assert not Participant.objects.exists()
    assert "p0000" not in everything_stored()


def test_the_register_has_one_entry_with_the_counts_alone(export: Path) -> None:
    run(export)
    public = Entry.objects.get(kind="import").public
    assert public.pop("sha256") and public == {
        "from": "republique-numerique", "ideas": 3, "arguments": 4, "sources": 2, "votes": 28,
    }  # fmt: skip


def test_a_second_run_writes_nothing_at_all(export: Path) -> None:
    run(export)
    before = everything_stored()
    with CaptureQueriesContext(connection) as captured:
        result = run(export)
    assert result.exit_code == 0 and "Nothing changed" in result.stdout
    assert everything_stored() == before
    verbs = {query["sql"].split()[0] for query in captured.captured_queries}
    assert not verbs & {"INSERT", "UPDATE", "DELETE"}


def test_rows_added_later_take_the_next_numbers(export: Path) -> None:
    run(export)
    add(export, "proposals.csv", f"1,S,T,Un banc,Assis.,,p1,{AT},0,0,0,1,0\n")
    add(export, "arguments.csv", f"91,9,against,Trop profond.,p1,{AT},0,0\n")
    assert "4 proposals, 5 arguments" in run(export).stdout
    assert idea("1").number == 3 and idea("9").discussion == 2
    assert Entry.objects.filter(kind="import").count() == 2


def test_a_run_that_broke_off_is_finished_by_the_next(export: Path) -> None:
    with connection.execute_wrapper(breaks_at("contributions_ideasource")):
        assert isinstance(run(export).exception, OperationalError)
    assert Argument.objects.count() == 4 and not Entry.objects.filter(kind="import").exists()
    assert "3 proposals, 4 arguments, 2 sources" in run(export).stdout
    assert [idea("7").number, idea("9").number] == [1, 2]
    assert Entry.objects.filter(kind="import").count() == 1


def test_with_strict_a_run_that_broke_off_leaves_nothing(export: Path) -> None:
    with connection.execute_wrapper(breaks_at("contributions_ideasource")):
        assert isinstance(run(export, "--strict").exception, OperationalError)
    assert not Coproduction.objects.exists() and not Idea.objects.exists()


def test_the_report_can_be_read_by_a_program(export: Path) -> None:
    assert json.loads(run(export, "--json").stdout) == {
        "coproduction": "republique-numerique", "proposals": 3, "arguments": 4, "sources": 2,
        "votes": 28, "refused": 1, "added": 9, "left_out": 0,
    }  # fmt: skip


PROPOSAL = f"12,S,T,Titre,Corps,,p1,{AT},1,0,0,1,0\n"
ARGUMENT = f"92,9,for,Parole.,p1,{AT},0,0\n"
SOURCE = f"5,9,Autre,Un lien,https://a.example/,p1,{AT},0\n"
BAD_ROWS = {
    "a number in letters": ("proposals.csv", PROPOSAL.replace(",1,0,0,1", ",un,0,0,1"), "'un'"),
    "a negative number": ("proposals.csv", PROPOSAL.replace(",1,0,0,1", ",-1,0,0,1"), "'-1'"),
    "an endless number": ("proposals.csv", PROPOSAL.replace(",1,0,0,1", f",{9**99},0,0,1"), "100,000,000"),
    "a date in words": ("proposals.csv", PROPOSAL.replace(AT, "hier"), "'hier'"),
    "a date without a zone": ("proposals.csv", PROPOSAL.replace(AT, "2015-09-26T02:27:54"), "zone"),
    "a date before time": ("proposals.csv", PROPOSAL.replace(AT, "0001-01-01T00:00+02:00"), "'0001"),
    "no title": ("proposals.csv", PROPOSAL.replace("Titre", ""), "title is empty"),
    "an endless title": ("proposals.csv", PROPOSAL.replace("Titre", "é" * 301), "301 signs"),
    "an endless id": ("proposals.csv", PROPOSAL.replace("12", "1" * 41, 1), "41 signs"),
    "an id taken": ("proposals.csv", PROPOSAL.replace("12", "7", 1), "another text"),
    "a cut row": ("proposals.csv", "12,S,T,Titre\n", "4 columns instead of 13"),
    "a zero byte": ("proposals.csv", PROPOSAL.replace("Corps", "Co\0rps"), "zero byte"),
    "neither out nor in": ("proposals.csv", PROPOSAL.replace(",1,0\n", ",1,oui\n"), "'oui'"),
    "an unknown proposal": ("arguments.csv", ARGUMENT.replace(",9,", ",99,"), "'99'"),
    "an unknown side": ("arguments.csv", ARGUMENT.replace("for", "pour"), "'pour'"),
    "a word that is empty": ("arguments.csv", ARGUMENT.replace("Parole.", " "), "body is empty"),
    "a script as link": ("sources.csv", SOURCE.replace("https://a.example/", "javascript:alert(1)"), "'javascript:alert(1)'"),
    "a file as link": ("sources.csv", SOURCE.replace("https:", "ftp:"), "'ftp://a.example/'"),
    "a source of nothing": ("sources.csv", SOURCE.replace(",9,", ",,"), "proposals.csv"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "row", "said"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named_with_its_line_and_the_rest_comes_in(
    export: Path, name: str, row: str, said: str
) -> None:
    line = (export / name).read_text("utf-8").count("\n") + 1
    add(export, name, row)
    result = run(export)
    assert result.exit_code == 0 and "1 row was left out, named above" in result.stdout
    (sentence,) = [one for one in result.stderr.splitlines() if "csv, line" in one]
    assert sentence.startswith(f"{name}, line {line}: ") and said in sentence
    assert "3 proposals, 4 arguments, 2 sources, 28 votes" in result.stdout


def test_a_row_of_several_lines_is_named_by_the_first(export: Path) -> None:
    add(export, "proposals.csv", BAD_PROPOSAL.replace("Corps", '"Un\ndeux\ntrois"'))
    assert "proposals.csv, line 7: votes_for is 'peu'" in run(export).stderr


def test_with_strict_a_bad_row_lets_nothing_in(export: Path) -> None:
    add(export, "sources.csv", SOURCE.replace("https", "gopher"))
    add(export, "proposals.csv", BAD_PROPOSAL)
    assert "2 rows cannot be" in refused(export, "--strict")
    assert not Coproduction.objects.exists()


def test_with_strict_good_files_come_in(export: Path) -> None:
    result = run(export, "--strict")
    assert result.exit_code == 0 and "3 proposals" in result.stdout


def test_a_row_mended_later_comes_in(export: Path) -> None:
    file = export / "proposals.csv"
    add(export, "proposals.csv", BAD_PROPOSAL)
    run(export)
    file.write_text(file.read_text("utf-8").replace(",peu,", ",2,"), "utf-8")
    assert "4 proposals" in run(export).stdout and idea("12").number == 3


Spoil = Callable[[bytes], bytes]
BROKEN: dict[str, tuple[str, Spoil, str]] = {
    "no title column": ("proposals.csv", lambda t: t.replace(b",title,", b",name,", 1), "line 1: the columns are id"),
    "no side column": ("arguments.csv", lambda t: t.replace(b"side", b"x", 1), "there must also be side"),
    "a column twice": ("sources.csv", lambda t: t.replace(b"author", b"link", 1), "two columns are called link"),
    "empty": ("sources.csv", lambda _: b"", "sources.csv has no header line"),
    "Latin-1": ("proposals.csv", lambda t: t.decode().replace("’", "'").encode("latin-1"), "proposals.csv, line 4: byte 0xe9"),
    "UTF-16": ("arguments.csv", lambda t: t.decode().encode("utf-16"), "save it as CSV (UTF-8)"),
    "a workbook": ("arguments.csv", lambda t: b"PK\x03\x04" + t, "save it as CSV (UTF-8)"),
    "quote left open": ("arguments.csv", lambda t: t + b'93,9,for,"never ends\n', "arguments.csv, line 6: a quoted"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "spoil", "said"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_written(
    export: Path, name: str, spoil: Spoil, said: str
) -> None:
    file = export / name
    file.write_bytes(spoil(file.read_bytes()))
    assert said in refused(export)


@pytest.mark.parametrize("name", ["proposals.csv", "arguments.csv", "sources.csv"])
def test_a_missing_file_is_named(export: Path, name: str) -> None:
    (export / name).unlink()
    assert name in refused(export)


def test_a_file_saved_again_by_a_spreadsheet_is_read(export: Path) -> None:
    file = export / "sources.csv"
    text = file.read_text("utf-8").replace(",", ";").replace("\n", "\r\n")
    file.write_bytes(text.encode("utf-8-sig"))
    assert "2 sources" in run(export).stdout


def test_a_coproduction_that_did_not_come_from_this_import_is_left_alone(export: Path) -> None:
    make_coproduction("republique-numerique")
    assert "republique-numerique" in refused(export)


def test_a_second_file_with_other_words_changes_no_idea(export: Path) -> None:
    run(export)
    other = export.parent / "other"
    shutil.copytree(export, other)
    text = PROPOSALS.replace("Un puits par rue", "Deux puits par rue")
    (other / "proposals.csv").write_text(text, "utf-8")
    result = run(other)
    assert "proposals.csv, line 6: its id stands for another text" in result.stderr
    assert idea("9").title == "Un puits par rue"


def test_all_published_ideas_are_numbered_without_gaps_over_several_batches(
    export: Path,
) -> None:
    rows = (f"n{n},S,T,Idée {n},,,p1,{AT},{n},0,0,1,{int(n % 7 == 0)}\n" for n in range(1, 1201))
    add(export, "proposals.csv", "".join(rows))
    assert "1203 proposals" in run(export).stdout
    published = Idea.objects.filter(state=Progress.PUBLISHED).order_by("pk")
    numbers = list(published.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("a,b\n" + "1,2\n" * 50_000)
    table = StreamedTable(file, ["a"])
    assert table.count == 50_000
    rows = table.rows()
    assert next(rows) == (2, {"a": "1", "b": "2"})
    file.write_text("a,b\n")  # what was not read yet is not remembered
    assert sum(1 for _ in rows) < 49_000


def peak_memory(folder: Path, rows: int) -> int:
    """Bytes that Python holds at most while this many long arguments come in."""
    lines = (f"{n},7,for,{'Parole. ' * 200},p1,{AT},0,0\n" for n in range(1000, 1000 + rows))
    (folder / "arguments.csv").write_text(ARGUMENTS + "".join(lines), "utf-8")
    tracemalloc.start()
    try:
        assert run(folder).exit_code == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_long_files_take_no_more_memory_than_short_ones(export: Path) -> None:
    few = peak_memory(export, 1_000)
    assert peak_memory(export, 8_000) < 1.2 * few
    assert Argument.objects.count() == 8_004
