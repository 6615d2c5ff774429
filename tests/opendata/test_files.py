"""Open data: what the files hold, what they leave out, and what breaks on the way."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from django.test import Client
from pyarrow import parquet

from partage.commands.export import open_data
from partage.contributions.authors import withdraw
from partage.contributions.models import Progress, Statement
from partage.coproductions.models import Coproduction
from partage.opendata import files, keeping
from partage.opendata.columns import TYPES
from partage.opendata.tables import BY_NAME, TABLES
from tests.factories import (
    AGREE,
    DISAGREE,
    at,
    make_coproduction,
    make_idea,
    make_people,
    make_report,
    make_statements,
    make_two_camps,
    make_votes,
    publish_results,
)
from tests.web.page import bytes_of, words_of


@pytest.fixture
def shops(db: None) -> Coproduction:
    """A hundred people in two halves, one sentence that few answered, and one idea."""
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=50)
    few = make_statements(coproduction, 1)
    make_votes(make_people(coproduction, 4), few, AGREE)
    publish_results(coproduction)
    make_idea(coproduction, pk=1, title="=CMD()")
    make_report(coproduction, pk=1)
    return coproduction


def csv_rows(name: str, slug: str = "shops") -> list[dict[str, str]]:
    text = bytes_of(Client().get(at("open-data-file", slug, name, "csv"))).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_every_table_has_the_columns_that_its_dictionary_describes(shops: Coproduction) -> None:
    for table in TABLES:
        for row in table.of([shops]):
            assert len(row) == len(table.fields), table.name
        text = bytes_of(Client().get(at("open-data-file", "shops", table.name, "csv"))).decode()
        assert next(csv.reader(io.StringIO(text))) == list(table.columns)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_described_in_both_languages_at_an_address(table: object) -> None:
    assert isinstance(table, type(TABLES[0]))
    assert len(set(table.columns)) == len(table.columns)
    for field in table.fields:
        assert field.type in TYPES and all(field.about[tag].endswith(".") for tag in ("en", "fr"))
        page = Client().get(at("field", table.name, field.name, language="fr"))
        assert field.about["fr"] in words_of(page)
    told = json.loads(bytes_of(Client().get(at("fields-json"))))["tables"]
    mine = next(one for one in told if one["name"] == table.name)
    assert [one["name"] for one in mine["fields"]] == list(table.columns)


def test_three_formats_hold_the_same_rows(shops: Coproduction, tmp_path: Path) -> None:
    for name in ("statements", "ideas", "test-reports", "register-entries"):
        by_csv = csv_rows(name)
        lines = bytes_of(Client().get(at("open-data-file", "shops", name, "jsonl"))).decode()
        by_json = [json.loads(line) for line in lines.splitlines()]
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(bytes_of(Client().get(at("open-data-file", "shops", name, "parquet"))))
        table = parquet.read_table(path)
        assert table.column_names == list(BY_NAME[name].columns) == list(by_json[0])
        assert len(by_csv) == len(by_json) == table.num_rows > 0


def test_what_few_people_answered_is_left_empty(shops: Coproduction) -> None:
    rows = {row["statement"]: row for row in csv_rows("statements")}
    few = rows[str(Statement.objects.latest("pk").pk)]
    assert few["answers"] == few["agrees"] == few["disagrees"] == ""
    first = rows[str(Statement.objects.earliest("pk").pk)]
    assert (first["answers"], first["agrees"]) == ("100", "100")
    named = {row["statement"] for row in csv_rows("group-results")}
    assert first["statement"] in named and few["statement"] not in named


def test_counts_of_few_people_who_answered_alike_are_left_out(db: None) -> None:
    coproduction = make_coproduction()
    one, two = make_statements(coproduction, 2)
    people = make_people(coproduction, 12)
    make_votes(people, [one])
    make_votes(people[:7], [two])
    make_votes(people[7:], [two], DISAGREE)
    publish_results(coproduction)
    alike, divided = csv_rows("statements")
    assert (alike["answers"], alike["agrees"]) == ("12", "")
    assert (divided["agrees"], divided["disagrees"]) == ("7", "5")
    told = json.loads(bytes_of(Client().get(at("results-json", "shops"))))
    assert told["statements"][0]["agrees"] is None
    assert "> 95" in words_of(Client().get(at("results", "shops") + "?order=agreed")).replace("\u202f", " ")  # fmt: skip


def test_a_formula_comes_out_as_text(shops: Coproduction) -> None:
    assert csv_rows("ideas")[0]["title"] == "'=CMD()"
    lines = bytes_of(Client().get(at("open-data-file", "shops", "ideas", "jsonl")))
    assert json.loads(lines)["title"] == "=CMD()"


@pytest.mark.parametrize("state", [Progress.WAITING, Progress.REFUSED, Progress.WITHDRAWN])
def test_what_no_page_shows_is_in_no_file(shops: Coproduction, state: Progress) -> None:
    make_idea(shops, pk=2, title="Marker of the hidden", state=state)
    for ending in ("csv", "jsonl", "parquet"):
        assert b"Marker" not in bytes_of(
            Client().get(at("open-data-file", "shops", "ideas", ending))
        )
        assert b"Marker" not in bytes_of(Client().get(at("site-file", "ideas", ending)))


def test_the_site_holds_all_coproductions_under_their_names(shops: Coproduction) -> None:
    make_idea(make_coproduction("trains"), pk=7)
    text = bytes_of(Client().get(at("site-file", "ideas", "csv"))).decode()
    found = [row["coproduction"] for row in csv.DictReader(io.StringIO(text))]
    assert found == ["shops", "trains"]


@pytest.mark.parametrize("address", ["nothing.csv", "ideas.xls", "dcat.ttl", "fields/nothing/"])
def test_what_there_is_not_is_not_found(shops: Coproduction, address: str) -> None:
    for page in (at("open-data", "shops"), at("site-open-data")):
        assert Client().get(page + address).status_code == 404


def test_without_the_program_for_parquet_the_page_says_so(
    shops: Coproduction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "find_spec", lambda _name: None)
    assert "There is no Parquet here" in words_of(Client().get(at("open-data", "shops")))
    refused = Client().get(at("open-data-file", "shops", "ideas", "parquet"))
    assert refused.status_code == 404 and "take CSV or JSON Lines" in words_of(refused)
    said = CliRunner().invoke(open_data, ["out", "--format", "parquet"])
    assert said.exit_code == 1 and "install partage[parquet]" in said.output


def test_the_polis_files_hold_counts_and_no_table_of_people(shops: Coproduction) -> None:
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(Client().get(at("open-data-polis", "shops")))))
    assert archive.namelist() == ["README.txt", "summary.csv", "comments.csv", "stats-history.csv"]
    assert "There is no participants-votes.csv" in archive.read("README.txt").decode()
    rows = list(csv.DictReader(io.StringIO(archive.read("comments.csv").decode())))
    assert rows[0]["agrees"] == "100" and rows[-1]["agrees"] == ""
    assert {row["author-id"] for row in rows} == {""}


def test_there_are_no_polis_files_before_a_release(db: None) -> None:
    make_coproduction()
    assert Client().get(at("open-data-polis", "shops")).status_code == 404


def test_metadata_name_every_file_and_its_licence_in_both_forms(shops: Coproduction) -> None:
    told = json.loads(bytes_of(Client().get(at("site-dcat", "jsonld"))))
    (dataset,) = told["dcat:dataset"]
    addresses = {one["dcat:downloadURL"]["@id"] for one in dataset["dcat:distribution"]}
    assert len(addresses) == len(TABLES) * 3
    for address in addresses:
        assert Client().get(address.removeprefix("http://localhost:8000")).status_code == 200
    assert all(one["dct:license"] for one in dataset["dcat:distribution"])
    tree = ElementTree.fromstring(bytes_of(Client().get(at("site-dcat", "rdf"))))  # noqa: S314 - our own
    space = "{http://www.w3.org/ns/dcat#}"
    there = [one.attrib.values() for one in tree.iter(f"{space}downloadURL")]
    assert {address for values in there for address in values} == addresses
    assert len(list(tree.iter(f"{space}Dataset"))) == 1


def test_files_made_ahead_are_served_until_something_happens(shops: Coproduction) -> None:
    publish_results(shops)
    keeping.keep(shops)
    kept = keeping.kept_file(shops, "ideas.csv")
    assert kept is not None and kept.read_bytes() == bytes_of(
        Client().get(at("open-data-file", "shops", "ideas", "csv"))
    )
    author = make_people(shops, 1)[0]
    idea = make_idea(shops, pk=3, title="Marker to be taken back", author=author)
    keeping.keep(shops)
    assert b"Marker" in (keeping.kept_file(shops, "ideas.csv") or Path()).read_bytes()
    withdraw(author, idea)
    assert keeping.kept_file(shops, "ideas.csv") is None
    assert b"Marker" not in bytes_of(Client().get(at("open-data-file", "shops", "ideas", "csv")))
    keeping.drop_moved()
    assert not kept.exists()


def fails_half_way() -> Iterator[bytes]:
    yield b"half"
    raise OSError(28, "No space left on device")


def test_an_interrupted_file_leaves_nothing_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "ideas.csv"
    with pytest.raises(OSError, match="No space"):
        keeping.write_whole(path, fails_half_way())
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_files_and_says_how_many(shops: Coproduction, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = [str(out), "--coproduction", "shops", "--format", "csv"]
    said = CliRunner().invoke(open_data, asked)
    assert said.exit_code == 0 and f"{len(TABLES)} files" in said.output
    assert sorted(path.stem for path in out.iterdir()) == sorted(BY_NAME)
    refused = CliRunner().invoke(open_data, [str(out), "--coproduction", "nowhere"])
    assert refused.exit_code == 1 and "'nowhere'" in refused.output


def test_the_command_stopped_half_way_says_so_and_leaves_no_half_file(
    shops: Coproduction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "pieces", lambda *_words: fails_half_way())
    said = CliRunner().invoke(open_data, [str(tmp_path / "out")])
    assert said.exit_code == 1 and "Run it again" in said.output
    assert list((tmp_path / "out").iterdir()) == []
