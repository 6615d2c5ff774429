"""Votes read by Spark: every worker reads pieces of the files, then has all the votes of some people.

What goes wrong in a worker comes back as a row, so that it is said in one sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark import RDD, StorageLevel
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as sql

from partage.calc.canonical import Codes, last_of_each_pair
from partage.calc.votes import Ballot, VotesError, columns_read, table_votes
from partage.calc.votes_file import UTF16_MARKS, Head, Table, read_head, text_lines
from partage.commands.spark_session import address
from partage.commands.votes_files import is_parquet, parquet_parts
from partage.commands.votes_parquet import cells_of, parquet_table

FILE, START = "__file", "__start"  # beside the columns of a Parquet file
AT_ONCE = 20_000
BALLOTS = pa.schema(
    [
        ("person", pa.string()),
        ("statement", pa.string()),
        ("answer", pa.int8()),
        ("moment", pa.float64()),
        ("file", pa.int32()),
        ("start", pa.int64()),
        ("line", pa.int64()),
        ("problem", pa.string()),
    ]
)
BALLOTS_SQL = (
    "person string, statement string, answer byte, moment double, "
    "file int, start long, line long, problem string"
)
PART_SQL = "statements array<string>, people binary, numbers binary, answers binary, problem string"


class Part(NamedTuple):
    """All the votes of some people, who have numbers and no names.

    Attributes
    ----------
    statements : names, in the order of their numbers in `codes`
    codes : the votes that count, by person
    n_people : how many
    """

    statements: tuple[str, ...]
    codes: Codes
    n_people: int


class Source(NamedTuple):
    """A file named, with its head if it is CSV, and the numbers of its parts in the whole."""

    path: Path
    head: Head | None
    numbers: dict[str, int]


def read_parts(
    spark: SparkSession,
    sources: Sequence[Source],
    dropped: frozenset[str],
    partitions: int | None,
) -> "RDD[Part]":
    """Everybody's votes, each person's in one part; refused if a file cannot be read."""
    ballots = reduce(DataFrame.union, [_read(spark, source) for source in sources])
    dealt = ballots.repartition(*([partitions] if partitions else []), "person")
    gathered = dealt.mapInArrow(partial(_gathered, dropped), PART_SQL)
    rows = gathered.rdd.persist(StorageLevel.MEMORY_AND_DISK)
    problems = rows.map(lambda row: row.problem).filter(bool).collect()
    if problems:
        raise VotesError(min(problems))
    return rows.map(_part)


def sources_of(paths: Sequence[Path]) -> list[Source]:
    """The files named, refused if one is not there or not complete."""
    sources, so_far = [], 0
    for path in paths:
        parts = parquet_parts(path) if is_parquet(path) else [path]
        head = None if is_parquet(path) else _head_for_pieces(path)
        for part in parts if is_parquet(path) else []:
            parquet_table(part)  # refuses what Spark would fail on, without a word of why
        numbers = {part.name: so_far + place for place, part in enumerate(parts)}
        sources.append(Source(path, head, numbers))
        so_far += len(parts)
    return sources


def _head_for_pieces(path: Path) -> Head:
    head = read_head(path)
    with path.open("rb") as file:
        if file.read(2) in UTF16_MARKS:
            raise VotesError(f"{path.name} is UTF-16, which cannot be cut: save it as CSV (UTF-8)")
    return head


def _read(spark: SparkSession, source: Source) -> DataFrame:
    frame = _frame(spark, source)
    header = source.head.header if source.head else tuple(frame.columns[:-2])
    table_votes(Table(source.path.name, header, iter(())))  # refuses wrong columns
    return frame.mapInArrow(partial(_ballots, source, header), BALLOTS_SQL)


def _frame(spark: SparkSession, source: Source) -> DataFrame:
    """The lines or the rows of a file, each with the part and the piece that it is in."""
    # The driver has looked at these files as files: Spark must not look elsewhere.
    path = address(str(source.path.absolute()))
    where = (
        sql.col("_metadata.file_name").alias(FILE),
        sql.col("_metadata.file_block_start").alias(START),
    )
    if source.head is None:
        return spark.read.parquet(path).select("*", *where)
    return spark.read.text(path).select(sql.col("value").cast("binary"), *where)


def _ballots(
    source: Source, header: tuple[str, ...], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The ballots of some rows, as Spark hands them out, up to the first problem."""
    try:
        for (file, start), piece in groupby(_rows(source, header, batches), itemgetter(0, 1)):
            table = _table(source, header, (file, start), (row[2] for row in piece))
            number = source.numbers.get(unquote(file), min(source.numbers.values()))
            yield from _in_batches(table_votes(table), number, start)
    except VotesError as error:
        yield _batch([Ballot(0.0, "", "", 0, 0)], 0, 0, str(error))


def _rows(
    source: Source, header: tuple[str, ...], batches: Iterable[pa.RecordBatch]
) -> Iterator[tuple[str, int, Any]]:
    """File, piece and content of each row: a line, or the cells of a Parquet file."""
    looked_at = columns_read(Table(source.path.name, header, iter(())))
    for batch in batches:
        files, starts = (column.to_pylist() for column in batch.columns[-2:])
        own = batch.select(range(batch.num_columns - 2))
        is_csv = source.head is not None
        contents = (
            own.column(0).to_pylist() if is_csv else cells_of(source.path.name, own, looked_at)
        )
        yield from zip(files, starts, contents, strict=True)


def _table(
    source: Source, header: tuple[str, ...], place: tuple[str, int], contents: Iterator[Any]
) -> Table:
    file, start = place
    words = f"after byte {start}" if start else ""
    if source.head is None:
        return Table(f"{unquote(file)} {words}".strip(), header, enumerate(contents, 1), "row")
    return source.head.table(
        text_lines(f"{source.head.name} {words}".strip(), contents), place=words
    )


def _in_batches(ballots: Iterator[Ballot], file: int, start: int) -> Iterator[pa.RecordBatch]:
    while some := list(islice(ballots, AT_ONCE)):
        yield _batch(some, file, start)


def _batch(
    ballots: Sequence[Ballot], file: int, start: int, problem: str | None = None
) -> pa.RecordBatch:
    moments, people, statements, answers, lines = zip(*ballots, strict=True)
    same = [[value] * len(ballots) for value in (file, start, problem)]
    columns = [people, statements, answers, moments, *same[:2], lines, same[2]]
    return pa.record_batch(
        [pa.array(column, kind.type) for column, kind in zip(columns, BALLOTS, strict=True)],
        schema=BALLOTS,
    )


def _gathered(
    dropped: frozenset[str], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The votes that count of the people dealt to a worker, numbered."""
    table = pa.Table.from_batches(list(batches), BALLOTS)
    problems = [text for text in pc.unique(table["problem"]).to_pylist() if text is not None]
    is_dropped = pc.is_in(table["statement"], pa.array(sorted(dropped), pa.string()))
    kept = table.filter(pc.and_not(pc.is_null(table["problem"]), is_dropped))
    statements, codes = _counted(kept)
    columns = [
        [statements],
        *([column.tobytes()] for column in (codes.people, codes.statements, codes.answers)),
        [min(problems, default=None)],
    ]
    yield pa.record_batch(columns, names=["statements", "people", "numbers", "answers", "problem"])


def _counted(table: pa.Table) -> tuple[list[str], Codes]:
    """Names of the statements, and the last vote of each pair by person."""
    people, _ = _numbered(table["person"])
    statements, names = _numbered(table["statement"])
    order = np.lexsort([table[name].to_numpy() for name in ("line", "start", "file", "moment")])
    answers = table["answer"].to_numpy()
    codes = Codes(people[order], statements[order], answers[order])
    return names, last_of_each_pair(codes, len(names))


def _numbered(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """The number of each row's name, and the names."""
    coded = column.dictionary_encode().combine_chunks()
    return coded.indices.to_numpy().astype(np.int32), coded.dictionary.to_pylist()


def _part(row: Row) -> Part:
    people, statements = (np.frombuffer(row[name], np.int32) for name in ("people", "numbers"))
    codes = Codes(people, statements, np.frombuffer(row.answers, np.int8))
    return Part(tuple(row.statements), codes, int(people.max(initial=-1)) + 1)
