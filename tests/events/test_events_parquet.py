"""Events in Parquet: taken as those of CSV are, and refused in one sentence with file, row and value.

Slow because PyArrow (requirements/spark.txt) is installed by `make slow` alone; without it they fail.
"""

import importlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from partage.events.models import Event
from tests.events.test_events import bring, make_measured, months, number
from tests.factories import stored

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MOMENT = datetime(2026, 5, 4, 10, tzinfo=UTC)
MORE_MB = 40  # for 400,000 rows more


def arrow() -> tuple[Any, Any]:
    return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")


def written(path: Path, rows: Any = 3, **columns: Any) -> Path:
    pa, parquet = arrow()
    default = {
        "id": [number(n) for n in range(rows)],
        "task": ["scan"] * rows,
        "started_at": pa.array([MOMENT] * rows, pa.timestamp("us", "UTC")),
        "seconds": pa.array([30] * rows, pa.int32()),
    }
    path.parent.mkdir(exist_ok=True)
    parquet.write_table(pa.table(default | columns), path)
    return path


def refusal(path: Path) -> str:
    found = bring(path)
    assert found.exit_code == 1 and len(found.output.splitlines()) == 1
    return str(found.output)


def test_rows_come_in_once_with_everything_that_csv_may_tell(tmp_path: Path) -> None:
    make_measured()
    pa, _ = arrow()
    ids = pa.array([UUID(number(n)).bytes for n in range(3)], pa.binary(16))
    words: dict[str, Any] = {"person": [7, None, 7], "value_cents": [None, -5, 250]}
    words |= {"data": [["basket", "place"], None, []], "basis": ["declared", None, "sampled"]}
    task = pa.array(["scan", "pay", "scan"]).dictionary_encode()
    file = written(tmp_path / "events.parquet", id=ids, task=task, **words)
    assert bring(file).output == "shops: 3 events came in, 0 were there, 0 lines were left out.\n"
    assert [month[1:] for month in months()] == [
        ("pay", "measured", 1, 30, -5),
        ("scan", "declared", 1, 30, 0),
        ("scan", "sampled", 1, 30, 250),
    ]
    first, _second, third = Event.objects.order_by("event_id")
    assert first.data_mask == 3 and first.who == third.who is not None
    before = stored()
    assert "0 events came in, 3 were there" in bring(file).output
    assert stored() == before


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris"])
def test_a_moment_is_the_same_in_any_unit_and_zone(tmp_path: Path, unit: str, zone: str) -> None:
    make_measured()
    pa, _ = arrow()
    bring(written(tmp_path / "e.parquet", started_at=pa.array([MOMENT] * 3, pa.timestamp(unit, zone))))  # fmt: skip
    assert set(Event.objects.values_list("started_at", flat=True)) == {MOMENT}


@pytest.mark.parametrize(
    ("column", "values", "why"),
    [
        ("seconds", [30, -1, 30], "row 2: seconds is “-1”: give a whole number"),
        ("seconds", [30.0, 1.5, 30], "row 2: seconds is “1.5”"),
        ("seconds", [1, None, 3], "row 2: seconds is missing"),
        ("task", ["scan", "fly", "scan"], "row 2: task is “fly”: no such task"),
        ("id", [number(0), "7", number(2)], "row 2: id is “7”: give a UUID"),
        ("basis", ["measured", "guess", None], "row 2: basis is “guess”"),
        ("data", [["place"], ["moon"], []], "row 2: data is “moon”"),
        ("corrects", [None, number(9), None], "row 2: the event it corrects is not there"),
    ],
)
def test_a_bad_row_is_named_and_the_others_come_in(
    tmp_path: Path, column: str, values: list[Any], why: str
) -> None:
    make_measured()
    found = bring(written(tmp_path / "events.parquet", **{column: values}))
    assert f"events.parquet, {why}" in found.output
    assert Event.objects.count() < 3
    Event.objects.all().delete()
    found = bring(tmp_path / "events.parquet", "--strict")
    assert found.exit_code == 1 and "Nothing came in" in found.output


def test_moments_that_are_no_date_are_named(tmp_path: Path) -> None:
    make_measured()
    pa, _ = arrow()
    far = pa.array([0, 10**18, -(10**15)], pa.timestamp("ms", "UTC"))
    found = bring(written(tmp_path / "events.parquet", started_at=far))
    assert "row 1: started_at is “1970-01-01 00:00:00.000Z”: it lies before" in found.output
    assert "3 lines were left out" in found.output
    assert found.output.count("started_at is “") == 3


def test_columns_of_a_wrong_name_or_type_are_refused(tmp_path: Path) -> None:
    make_measured()
    pa, _ = arrow()
    path = tmp_path / "events.parquet"
    assert "the columns are id, task, started_at, seconds, colour" in refusal(
        written(path, colour=["red"] * 3)
    )
    naive = pa.array([datetime(2026, 5, 4)] * 3, pa.timestamp("ms"))  # noqa: DTZ001
    assert (
        "events.parquet: the column started_at holds timestamp[ms]; write it with its time zone."
        in refusal(written(path, started_at=naive))
    )
    assert "the column seconds holds struct" in refusal(written(path, seconds=[{"s": 1}] * 3))
    assert "the column task holds binary; write it as text" in refusal(
        written(path, task=[b"scan"] * 3)
    )
    assert Event.objects.count() == 0


def test_text_that_is_no_text_is_refused(tmp_path: Path) -> None:
    make_measured()
    pa, _ = arrow()
    bad = pa.StringArray.from_buffers(
        3, pa.array([0, 1, 2, 3], pa.int32()).buffers()[1], pa.py_buffer(b"a\xffb")
    )
    assert "events.parquet, rows 1 to 3: the column person holds text" in refusal(
        written(tmp_path / "events.parquet", person=bad)
    )


def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    make_measured()
    path = written(tmp_path / "events.parquet")
    content = path.read_bytes()
    path.write_bytes(content[:-20])
    assert "events.parquet: it cannot be read as Parquet (" in refusal(path)
    path.write_bytes(content[:4] + bytes(60) + content[64:])
    assert "events.parquet: it cannot be read as Parquet (" in refusal(path)
    path.write_bytes(b"id,task\n")
    assert "events.parquet: it cannot be read as Parquet (" in refusal(path)
    assert Event.objects.count() == 0


def test_the_files_of_a_folder_come_in_one_after_the_other(tmp_path: Path) -> None:
    make_measured()
    folder = tmp_path / "events"
    written(folder / "a.parquet")
    ids = [number(n) for n in (2, 3, 4)]
    written(folder / "b.parquet", id=ids, task=["scan", "scan", "fly"])
    (folder / "_SUCCESS").touch()
    (folder / "_written.parquet").write_text("not yet")
    found = bring(folder)
    assert "shops: 4 events came in, 1 was there, 1 line was left out." in found.output
    assert "b.parquet, row 3: task is “fly”" in found.output
    (tmp_path / "empty").mkdir()
    assert "holds no .parquet file" in refusal(tmp_path / "empty")


READ = """
import sys
import django; django.setup()
from pathlib import Path
from partage.commands.bench_landscape_parts import peak_memory_mb
from partage.commands.events_parquet import opened_parquet
_columns, lines = opened_parquet(Path(sys.argv[1]))
assert sum(1 for _line in lines) == int(sys.argv[2])
print(round(peak_memory_mb()))
"""


def test_many_rows_in_one_group_are_read_in_little_memory(tmp_path: Path) -> None:
    used = []
    for rows in (5_000, 400_000):
        path = written(tmp_path / f"{rows}.parquet", rows)
        command = [sys.executable, "-c", READ, str(path), str(rows)]
        variables = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
        used.append(int(done.stdout))
    assert used[1] - used[0] < MORE_MB, used
