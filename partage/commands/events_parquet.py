"""A producer's events in Parquet: each row as the line of JSON that would tell the same."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from partage.events.receiving import Line

ROWS_EACH = 5_000
BUFFER = 1 << 16
IDS = ("id", "corrects")
TEXTS = (pa.types.is_string, pa.types.is_large_string)
PLAIN = (*TEXTS, pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_null)


class NotEvents(Exception):
    """A file that cannot be read as events; the message is the sentence to show."""


def opened_parquet(path: Path) -> tuple[list[str], Iterator[Line]]:
    """Names of the columns, and the rows with their numbers. Raises NotEvents."""
    try:
        # Row by row from the disk: a file may hold everything in one group of rows.
        file = parquet.ParquetFile(
            path, pre_buffer=False, buffer_size=BUFFER, page_checksum_verification=True
        )
    except (OSError, pa.ArrowException) as problem:
        raise _unreadable(path, problem) from None
    return list(file.schema_arrow.names), _lines(path, file)


def _unreadable(path: Path, problem: Exception, after: int = 0) -> NotEvents:
    said = str(problem).splitlines()[0].rstrip(".") if str(problem) else "no reason given"
    where = f" after row {after}" if after else ""
    return NotEvents(
        f"{path.name}: it cannot be read as Parquet{where} ({said[:200]}): write it again."
    )


def _lines(path: Path, file: parquet.ParquetFile) -> Iterator[Line]:
    number = 0
    batches = file.iter_batches(batch_size=ROWS_EACH)
    while batch := _next(path, batches, number):
        columns = [
            _cells(path, name, column, number)
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        for cells in zip(*columns, strict=True):
            number += 1
            row = dict(zip(batch.schema.names, cells, strict=True))
            yield number, json.dumps(row).encode()


def _next(path: Path, batches: Iterator[pa.RecordBatch], after: int) -> pa.RecordBatch | None:
    """The next rows, if any: a batch without rows is none."""
    try:
        return next((batch for batch in batches if batch.num_rows), None)
    except (OSError, pa.ArrowException) as problem:
        raise _unreadable(path, problem, after) from None


def _cells(path: Path, name: str, column: pa.Array, after: int) -> Sequence[Any]:
    """As JSON has them. What a cell may hold is for the reading of events to say."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _cells(path, name, column.dictionary_decode(), after)
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        # As text, whatever the unit: the far ends of some units are no dates of Python.
        return _cells(
            path, name, column.cast(pa.timestamp(kind.unit, "UTC")).cast(pa.string()), after
        )
    if name in IDS and (kind == pa.uuid() or kind == pa.binary(16)):
        raw = column.storage if kind == pa.uuid() else column
        return [None if cell is None else cell.hex() for cell in raw.to_pylist()]
    if not (_is(PLAIN, kind) or (pa.types.is_list(kind) and _is(TEXTS, kind.value_type))):
        raise NotEvents(
            f"{path.name}: the column {name} holds {kind}; write it {_advice(name, kind)}."
        )
    try:
        cells: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        rows = f"rows {after + 1} to {after + len(column)}"
        raise NotEvents(
            f"{path.name}, {rows}: the column {name} holds text that is not in UTF-8: write it again."
        ) from None
    return cells


def _is(kinds: Sequence[Any], kind: pa.DataType) -> bool:
    return any(one(kind) for one in kinds)


def _advice(name: str, kind: pa.DataType) -> str:
    return "with its time zone" if pa.types.is_timestamp(kind) else "as text or whole numbers"
