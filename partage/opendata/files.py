"""The files: CSV, JSON Lines and Parquet, made piece by piece from the same rows."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from importlib.util import find_spec
from itertools import islice
from typing import Any, BinaryIO

from partage.opendata.columns import Field
from partage.opendata.rows import as_json
from partage.opendata.tables import Row, Table
from partage.web.csv_files import csv_lines

LINES_A_PIECE = 500
ROWS_A_GROUP = 10_000
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
NAMES = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}


def has_parquet() -> bool:
    return find_spec("pyarrow") is not None


def endings() -> tuple[str, ...]:
    return tuple(MEDIA_TYPES) if has_parquet() else ("csv", "jsonl")


def pieces(table: Table, rows: Iterable[Row], ending: str) -> Iterator[bytes]:
    """The file in this format, never held as a whole in memory."""
    makers: dict[str, Callable[[Table, Iterable[Row]], Iterator[bytes]]] = {
        "csv": _csv_pieces,
        "jsonl": _jsonl_pieces,
        "parquet": _parquet_pieces,
    }
    return makers[ending](table, rows)


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """A line at a time would be a write, and a packet, for each."""
    lines = iter(lines)
    while some := list(islice(lines, LINES_A_PIECE)):
        yield "".join(some).encode()


def _csv_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    told = (tuple(map(_in_csv, table.fields, row)) for row in rows)
    return _joined(csv_lines(table.columns, told, csv.QUOTE_MINIMAL))


def _in_csv(field: Field, value: object) -> object:
    if value is None:
        return None
    if field.type == "json":
        return as_json(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date | datetime) else value


def _jsonl_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    return _joined(_json_line(table.columns, row) for row in rows)


def _json_line(columns: Sequence[str], row: Row) -> str:
    told = dict(zip(columns, row, strict=True))
    return json.dumps(told, ensure_ascii=False, default=_plain, separators=(",", ":")) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"a value of open data must be plain, got {type(value).__name__}")


def _parquet_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """Parquet ends with its index: it is written aside, then sent."""
    with tempfile.TemporaryFile() as file:
        write_parquet(table, rows, file)
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


def write_parquet(table: Table, rows: Iterable[Row], file: BinaryIO) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra: the site runs without it
    from pyarrow import parquet  # noqa: PLC0415

    kinds: dict[str, Any] = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date-time": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
    }
    said = [(field.name, kinds.get(field.type, pa.string())) for field in table.fields]
    schema, rows = pa.schema(said), iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while some := list(islice(rows, ROWS_A_GROUP)):
            columns = zip(*some, strict=True)
            told = [
                pa.array([_in_parquet(field, value) for value in column], kind)
                for field, column, (_name, kind) in zip(table.fields, columns, said, strict=True)
            ]
            writer.write_batch(pa.record_batch(told, schema=schema))


def _in_parquet(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.type == "json":
        return as_json(value)
    if field.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return float(value) if field.type == "number" else value
