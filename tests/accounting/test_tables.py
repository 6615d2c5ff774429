"""The big tables of events: written from the site, counted, the same as the months that it shows.

Slow because Ibis, DuckDB and PyArrow (requirements/spark.txt) are installed by `make slow` alone.
"""

import csv
import importlib
import json
import os
import random
import resource
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from partage.commands.main import main
from partage.coproductions.models import Coproduction
from partage.events.models import Event, EventMonth
from partage.events.months import close_month
from partage.events.reading import who_of
from tests.events.test_events import make_measured, number, send, told
from tests.factories import at, make_facilitator, signed_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    # Ibis 12 asks DuckDB 1.5 by a name that it has changed since.
    pytest.mark.filterwarnings("ignore:fetch_record_batch:DeprecationWarning"),
]
MONTHS = (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))
BASES = ("measured", "declared", "assumed")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["tables", *map(str, arguments)])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refusal(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1, result.output
    return result.output


def an_event(n: int, rng: random.Random) -> dict[str, Any]:
    month, day = rng.choice(MONTHS).month, rng.randrange(1, 29)
    return told(
        n,
        task=rng.choice(["scan", "pay"]),
        started_at=f"2026-{month:02}-{day:02}T23:59:59.9Z",
        seconds=rng.randrange(500),
        value_cents=rng.randrange(-99, 999),
        data=rng.sample(["basket", "place"], rng.randrange(3)),
        basis=rng.choice(BASES),
        person=f"card-{rng.randrange(40)}",
    )


def lively(slug: str, events: int = 300) -> Coproduction:
    """Events of three months, one in ten corrected; the first two months are closed."""
    coproduction = make_measured(slug)
    rng = random.Random(slug)  # noqa: S311
    first = [an_event(n, rng) for n in range(events)]
    fixes = [
        event | {"id": number(events + n), "corrects": event["id"], "seconds": 7}
        for n, event in enumerate(first[::10])
    ]
    answer = send(*first, *fixes, slug=slug, token=f"{slug}{'t' * 43}").json()
    assert answer["accepted"] == events + len(fixes)
    for month in MONTHS[:2]:
        close_month(coproduction, month)
    return coproduction


def shown(*coproductions: Coproduction) -> list[dict[str, Any]]:
    """The closed months, as the site has added them up."""
    rows = EventMonth.objects.filter(coproduction__in=coproductions, month__in=MONTHS[:2])
    return [
        {"coproduction": row.coproduction.slug, "month": f"{row.month:%Y-%m}"}
        | {"task": row.task.code, "basis": row.basis, "events": row.events}
        | {"seconds": row.seconds, "value_cents": row.value_cents}
        | {f"data_{bit}": row.data.get(code, 0) for bit, code in enumerate(("basket", "place"))}
        for row in rows.exclude(events=0).select_related("task", "coproduction")
        .order_by("coproduction__slug", "month", "task__code", "basis")
    ]  # fmt: skip


def read(path: Path) -> Any:
    table = importlib.import_module("pyarrow.parquet").read_table(path)
    return table.to_pylist()


def files(folder: Path) -> dict[str, bytes]:
    place = (folder / "current").resolve()
    found = (path for path in place.rglob("*") if path.is_file())
    return {str(path.relative_to(place)): path.read_bytes() for path in found}


def test_the_months_counted_from_the_tables_are_those_of_the_site(tmp_path: Path) -> None:
    both = lively("shops"), lively("bank", 200)
    events = Event.objects.count()
    said = done("write", tmp_path / "t")
    assert " events of 2 months." in said and f" {events} events" not in said
    months = tmp_path / "months.parquet"
    found = json.loads(done("count", tmp_path / "t", "--months", months, "--json"))
    expected = shown(*both)
    assert read(months) == expected and len(expected) > 10
    total = sum(row["events"] for row in expected)
    for sums in found["checksums"].values():
        assert sums["events"] == total
    assert {row["code"] for row in found["coproductions"]} == {"shops", "bank"}
    assert [row["code"] for row in found["tasks"]] in (["scan", "pay"], ["pay", "scan"])


def test_csv_says_the_same_and_words_name_what_is_counted(tmp_path: Path) -> None:
    shops = lively("shops")
    done("write", tmp_path)
    months = tmp_path / "months.csv"
    said = done("count", tmp_path, "--months", months)
    with months.open() as file:
        rows = list(csv.DictReader(file))
    assert rows == [{name: str(cell) for name, cell in row.items()} for row in shown(shops)]
    assert "shops" in said and "monthly account: groups 12, events " in said


def test_one_coproduction_is_counted_alone_with_its_people(tmp_path: Path) -> None:
    shops, _bank = lively("shops"), lively("bank")
    done("write", tmp_path)
    months = tmp_path / "months.parquet"
    asked = ("count", tmp_path, "--coproduction", "shops", "--months", months, "--json")
    found = json.loads(done(*asked))
    names = {"data_0": "data_basket", "data_1": "data_place"}
    expected = [{names.get(name, name): cell for name, cell in row.items()} for row in shown(shops)]
    assert read(months) == expected
    (rows,) = [list(Event.objects.filter(coproduction=shops, started_at__lt="2026-05-01T00:00Z"))]
    replaced = {row.corrects for row in rows}
    assert found["people"] == len({row.who for row in rows if row.event_id not in replaced})
    assert "no coproduction 'fly'" in refusal("count", tmp_path, "--coproduction", "fly")


def test_files_are_ours_alone_sorted_and_the_same_when_written_again(tmp_path: Path) -> None:
    lively("shops"), lively("bank")
    folder = tmp_path / "t"
    done("write", folder)
    before = files(folder)
    assert sorted(before) == [
        ".made-by-partage-tables", "codes.parquet", "events/month=2026-03/events.parquet", "events/month=2026-04/events.parquet",
    ]  # fmt: skip
    for path in folder.rglob("*"):
        assert path.is_symlink() or stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    rows = read(folder / "current/events/month=2026-03/events.parquet")
    places = [(row["coproduction"], row["task"], row["basis"]) for row in rows]
    assert places == sorted(places) and {row["started_at"].microsecond for row in rows} == {0}
    done("write", folder)
    assert files(folder) == before
    assert len([path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]) == 1


def test_who_was_forgotten_leaves_the_files_at_the_next_writing(tmp_path: Path) -> None:
    shops = lively("shops")
    done("write", tmp_path)
    mark = who_of(shops, "card-3")

    def marks() -> set[int | None]:
        paths = (tmp_path / "current").resolve().rglob("events.parquet")
        return {row["who"] for path in paths for row in read(path)}

    assert mark in marks()
    browser = signed_in(make_facilitator(shops))
    browser.post(at("events-desk", "shops"), {"do": "forget", "person": "card-3"})
    done("write", tmp_path)
    assert mark not in marks() and None in marks()
    assert json.loads(done("count", tmp_path, "--json"))["checksums"]["monthly account"]["events"]


def test_a_writing_that_fails_leaves_the_tables_as_they_were(tmp_path: Path) -> None:
    shops = lively("shops")
    done("write", tmp_path)
    before = files(tmp_path)
    for n in range(300):
        shops.event_tasks.create(code=f"task-{n}", name={"en": "More"})
    assert "shops has 302 tasks: the tables number 256 at most" in refusal("write", tmp_path)
    assert files(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == 2  # the writing, and what leads to it


def test_a_second_writing_at_once_is_refused(tmp_path: Path) -> None:
    table_files = importlib.import_module("partage.accounting.table_files")
    with table_files.replacing(tmp_path):
        assert "is being written: wait" in refusal("write", tmp_path)
    assert "0 events of 0 months" in done("write", tmp_path)


def test_what_others_put_in_the_folder_stays_there(tmp_path: Path) -> None:
    theirs = tmp_path / "partage-tables-2025" / "notes.txt"
    theirs.parent.mkdir()
    theirs.write_text("ours")
    done("write", tmp_path)
    done("write", tmp_path)
    assert theirs.read_text() == "ours"
    assert len(list(tmp_path.glob("partage-tables-*"))) == 2
    (tmp_path / "current").resolve().rename(tmp_path / "partage-tables-moved")
    done("write", tmp_path)  # the name led nowhere


@pytest.mark.parametrize("kind", ["file", "folder", "link to theirs", "link elsewhere"])
def test_a_name_that_is_not_ours_is_not_replaced(tmp_path: Path, kind: str) -> None:
    current, folder = tmp_path / "t" / "current", tmp_path / "t" / "partage-tables-old"
    folder.mkdir(parents=True)
    if kind == "file":
        current.write_text("mine")
    elif kind == "folder":
        current.mkdir()
    else:
        current.symlink_to(folder.name if kind == "link to theirs" else "../away")
    before = sorted(tmp_path.rglob("*"))
    assert "current was not made by this command: name another folder" in refusal(
        "write", tmp_path / "t"
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in refusal("write", tmp_path / "file" / "t")
    lively("shops")
    done("write", tmp_path / "t")
    before = files(tmp_path / "t")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        said = refusal("write", tmp_path / "t")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "t cannot be written: " in said
    assert files(tmp_path / "t") == before


def test_what_cannot_be_counted_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert "holds no tables of events" in refusal("count", tmp_path)
    (tmp_path / "file").touch()
    assert "is a file: name a folder" in refusal("write", tmp_path / "file")
    done("write", tmp_path / "none")
    assert "holds no event" in refusal("count", tmp_path / "none")
    lively("shops")
    done("write", tmp_path / "t")
    assert "must end in .parquet or .csv" in refusal("count", tmp_path / "t", "--months", "m.xls")
    assert "memory is 'much'" in refusal("count", tmp_path / "t", "--memory", "much")
    away = tmp_path / "away" / "m.csv"
    assert "No such file or directory" in refusal("count", tmp_path / "t", "--months", away)
    damaged = tmp_path / "t/current/events/month=2026-03/events.parquet"
    os.truncate(damaged, 100)
    assert "DuckDB did not finish (" in refusal("count", tmp_path / "t")
