"""Votes in a Parquet file, as the table that a CSV file would give."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from partage.calc.votes import columns_read
from partage.calc.votes_file import Table, VotesError, without_twins


def parquet_table(path: Path) -> Table:
    """The rows of a file; refused if it cannot be read as Parquet, also half way."""
    with _readable(path):
        file = parquet.ParquetFile(path)
    return table_of(path.name, file.schema_arrow.names, _batches(path, file))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as problem:
        raise VotesError(
            f"cannot read {path} as Parquet ({_said(problem)}): write it again"
        ) from None


def _batches(path: Path, file: parquet.ParquetFile) -> Iterator[pa.RecordBatch]:
    with _readable(path):
        yield from file.iter_batches()


def table_of(name: str, header: Sequence[str], batches: Iterable[pa.RecordBatch]) -> Table:
    """A table whose rows come from batches with these columns."""
    columns = without_twins(name, header)
    looked_at = columns_read(Table(name, columns, iter(())))
    rows = (cells for batch in batches for cells in cells_of(name, batch, looked_at))
    return Table(name, columns, enumerate(rows, 1), "row")


def cells_of(name: str, batch: pa.RecordBatch, looked_at: frozenset[int]) -> Iterator[list[str]]:
    """The rows of a batch as text; columns that nobody looks at are left empty."""
    nothing = [""] * batch.num_rows
    columns = [
        _texts(name, batch, place) if place in looked_at else nothing
        for place in range(batch.num_columns)
    ]
    yield from map(list, zip(*columns, strict=True))


def _texts(name: str, batch: pa.RecordBatch, place: int) -> list[str]:
    column = batch.column(place)
    try:
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            column = _microseconds(column)
        texts = column.cast(pa.string()).to_pylist()
    except (pa.ArrowException, ValueError) as problem:
        title = batch.schema.names[place]
        raise VotesError(
            f"{name}: the column {title} holds {column.type} ({_said(problem)}); "
            "write it as text or whole numbers"
        ) from None
    return ["" if text is None else text.strip() for text in texts]


def _microseconds(column: pa.Array) -> pa.Array:
    """Moments in one unit, whichever the file has: those of several files are compared."""
    zone = getattr(column.type, "tz", None)
    return column.cast(pa.timestamp("us", zone), safe=False).cast(pa.int64())


def _said(problem: Exception) -> str:
    return str(problem).splitlines()[0].rstrip(".") if str(problem) else "no reason given"
