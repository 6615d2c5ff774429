"""The big tables opened by an engine: DuckDB on this machine, or Spark on many."""

import glob
import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import ibis
from ibis import Table
from ibis.common.exceptions import IbisError

from partage.accounting.table_files import CODES, EVENTS, TablesRefused

# Sums that do not fit are an error, as on DuckDB; a month is a text.
SPARK = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}


class Opened(NamedTuple):
    """The tables of one writing."""

    events: Table
    codes: Table


@contextmanager
def on_duckdb(place: Path, threads: int, memory: str) -> Iterator[Opened]:
    files = sorted((place / EVENTS).glob("*/*.parquet"))
    if not files:
        raise TablesRefused(f"{place} holds no event: no month was closed when it was written")
    try:
        # Not where the command was started: what does not fit tells of people too.
        with tempfile.TemporaryDirectory(prefix="partage-spill-") as spill:
            engine = ibis.duckdb.connect(
                threads=threads,
                memory_limit=memory,
                temp_directory=spill,
                autoinstall_known_extensions=False,
                autoload_known_extensions=False,
            )
            paths = [glob.escape(str(file)) for file in files]
            events = engine.read_parquet(
                paths, table_name="events", hive_partitioning=True, hive_types_autocast=False
            )
            codes = engine.read_parquet(glob.escape(str(place / CODES)), table_name="codes")
            yield Opened(events, codes)
            engine.disconnect()
    except (duckdb.Error, IbisError) as problem:
        raise TablesRefused(f"DuckDB did not finish ({_said(problem)})") from None


def _said(problem: Exception) -> str:
    return (str(problem).strip() or "no reason given").splitlines()[0].rstrip(".:")[:300]


@contextmanager
def on_spark(place: Path) -> Iterator[Opened]:
    try:
        sparks = importlib.import_module("partage.commands.spark_session")
    except ImportError as missing:
        raise TablesRefused(
            f"{missing.name} is needed for this and is not installed: run pip install 'partage[spark]'"
        ) from None
    try:
        spark = sparks.session("partage tables", SPARK)
        try:
            engine = ibis.pyspark.connect(spark)
            events = engine.read_parquet(sparks.address(str(place / EVENTS)), table_name="events")
            codes = engine.read_parquet(sparks.address(str(place / CODES)), table_name="codes")
            yield Opened(events, codes)
        finally:
            spark.stop()
    except (*sparks.SparkProblem, IbisError) as problem:
        raise TablesRefused(
            f"Spark did not finish ({sparks.cause(problem)}): check that Java 17 is there, and that "
            "every worker sees the files"
        ) from None
