"""`partage import works`: all the works of a file, or a sentence for each row that cannot be right."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import IntegrityError, transaction

from partage.commands.imports import imports
from partage.library.models import Work, WorkLink, WorkTheme
from partage.library.reading import COLUMNS
from partage.register.models import Entry
from tests.factories import stored
from tests.library.works import as_csv, make_work, row, written

pytestmark = pytest.mark.django_db
CATALOGUE = Path(settings.PACKAGE) / "samples" / "works" / "works.csv"


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(imports, ["works", str(path), *options])


def test_the_catalogue_of_the_product_comes_in_whole_and_a_second_time_changes_nothing() -> None:
    first = run(CATALOGUE, "--json")
    assert json.loads(first.stdout) == {"added": 124, "changed": 0, "same": 0}
    before = stored(), Entry.objects.count()
    second = run(CATALOGUE)
    assert second.exit_code == 0
    assert "0 works added, 0 changed, 124 as before. Nothing changed" in second.stdout
    assert (stored(), Entry.objects.count()) == before


def test_what_is_not_known_stays_unknown() -> None:
    run(CATALOGUE)
    work = Work.objects.get(slug="cese-2020-services-publics-numerique-territoires")
    assert (work.votes_for, work.votes_against, work.votes_abstain) == (168, None, 3)
    dated = Work.objects.get(slug="cese-2015-bilan-mandature-2010-2015")
    assert (dated.dated, dated.month, dated.rapporteurs) == ("2015", None, [])
    several = Work.objects.filter(bodies__name="CNNum", bodies__place=1, title__gt="")
    assert several.filter(bodies__name="FING").count() == 0
    assert Work.objects.get(slug="cese-2016-12-coproduction-numerique").votes_against == 0


def test_one_entry_tells_of_the_file_with_its_digest(tmp_path: Path) -> None:
    run(written(tmp_path, row(), row("other")))
    entry = Entry.objects.get(space=Work.SPACE)
    assert (entry.kind, entry.public["added"], entry.public["changed"]) == ("works-imported", 2, 0)
    assert len(entry.public["sha256"]) == 64


def test_a_changed_row_changes_its_work_and_leaves_what_the_file_does_not_speak_of(
    tmp_path: Path,
) -> None:
    make_work(questions="Qui paie ?", recommendations="Ouvrir les comptes.")
    changed = run(written(tmp_path, row(title="Un autre titre")), "--json")
    assert json.loads(changed.stdout) == {"added": 0, "changed": 1, "same": 0}
    work = Work.objects.get()
    assert work.title == "Un autre titre"
    assert [one.text for one in work.questions.all()] == ["Qui paie ?"]


def test_a_file_may_hold_what_works_ask_for_and_what_links_them(tmp_path: Path) -> None:
    columns = (*COLUMNS, "questions", "followed_up", "follows", "answers", "cites", "body_size")
    first = row(questions="Qui paie ?\nQui décide ?", followed_up="Une loi https://law.example/1")
    first |= {"follows": "", "answers": "", "cites": "", "body_size": "233"}
    second = row("second", follows="cese-2016-12", cites="cese-2016-12")
    path = written(tmp_path, first, second, columns=columns)
    assert run(path).exit_code == 0
    found = {(link.work.slug, link.kind, link.other.slug) for link in WorkLink.objects.all()}
    assert found == {("second", "follows", "cese-2016-12"), ("second", "cites", "cese-2016-12")}
    work = Work.objects.get(slug="cese-2016-12")
    assert [one.text for one in work.questions.all()] == ["Qui paie ?", "Qui décide ?"]
    assert [(one.what, one.url) for one in work.effects.all()] == [
        ("Une loi", "https://law.example/1")
    ]
    assert "Nothing changed" in run(path).stdout


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"date": "2016-02-30"}, "date is “2016-02-30”, which no calendar has"),
        ({"date": "2016-13"}, "date is “2016-13”, which no calendar has"),
        ({"date": "2016-00"}, "date is “2016-00”, which no calendar has"),
        ({"date": "0000"}, "date is “0000”, which no calendar has"),
        ({"date": "1066"}, "date is “1066”; the library holds works from 1900 to 2100"),
        ({"date": "29/11/2016"}, "date is “29/11/2016”; write 2016, 2016-11 or 2016-11-29"),
        ({"votes_for": "-3"}, "votes_for is “-3”; write a whole number"),
        ({"votes_for": "many"}, "votes_for is “many”; write a whole number"),
        ({"votes_for": "232"}, "234 votes are more than the 233 members of the body"),
        ({"themes": "plateformes;chats"}, "the theme “chats” is not one of the library"),
        ({"themes": ""}, "themes is empty"),
        ({"title": ""}, "title is empty"),
        ({"institution": " ; "}, "institution is empty"),
        ({"language": "de"}, "language is “de”; write fr or en"),
        ({"url": "javascript:alert(1)"}, "url is “javascript:alert(1)”; give the address of a page"),
        ({"id": "Été 2016"}, "id is “Été 2016”; write small letters without accents"),
        ({"title": "La coproduction Ã  l'heure du numÃ©rique"}, "title holds “ure du numÃ©rique”, letters that were read in the wrong encoding"),
        ({"title": "x" * 501}, "title has 501 signs; at most 500 fit"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_right_is_named_and_nothing_comes_in(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    found = run(written(tmp_path, row("good"), row("bad") | changes))
    assert found.exit_code == 1
    assert f"works.csv, line 3: {sentence}" in found.stderr
    assert "nothing was brought in: 1 row cannot be, named above." in found.stderr
    assert not Work.objects.exists() and not Entry.objects.exists()


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    rows = (row("one", date="2016-02-30"), row("two"), row("two"), row("three", votes_for="-1"))
    said = run(written(tmp_path, *rows)).stderr
    assert [line.split(":")[0] for line in said.splitlines()[:3]] == [
        "works.csv, line 2",
        "works.csv, line 5",
        "works.csv, line 4",
    ]
    assert "the id two stands on line 3 already" in said


def test_links_lead_to_works_that_are_there(tmp_path: Path) -> None:
    columns = (*COLUMNS, "follows")
    rows = (row("one", follows="nowhere"), row("two", follows="two"))
    said = run(written(tmp_path, *rows, columns=columns)).stderr
    assert "line 2: follows names nowhere, which the library does not hold" in said
    assert "line 3: follows names the work itself, two" in said


def test_a_file_in_another_encoding_or_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "works.csv"
    path.write_bytes(as_csv(row()).encode("latin-1"))
    assert "byte 0xe0 is not UTF-8" in run(path).stderr
    path.write_text(as_csv(row()).replace("summary", "resume", 1), "utf-8")
    assert "there must also be summary" in run(path).stderr
    written(tmp_path, row() | {"price": "3"}, columns=(*COLUMNS, "price"))
    assert "the column price is not known" in run(path).stderr
    assert not Work.objects.exists()


def test_votes_are_held_to_the_size_that_is_known_already(tmp_path: Path) -> None:
    make_work(institution="CESER", votes_for="90", body_size="100")
    found = run(written(tmp_path, row(institution="CESER", votes_for="99")))
    assert "101 votes are more than the 100 members of the body" in found.stderr
    assert Work.objects.get().votes_for == 90


def test_the_database_refuses_what_cannot_be() -> None:
    work = make_work(body_size="233")
    for wrong in (
        {"votes_for": 240},
        {"month": None},
        {"month": 13},
        {"year": 12},
        {"withdrawn_why": "Nobody knows."},
        {"title": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Work.objects.filter(pk=work.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkTheme.objects.create(work=work, place=9, theme="chats")
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkLink.objects.create(work=work, kind="cites", other=work)
