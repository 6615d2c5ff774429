"""Votes in one file or several: CSV, or Parquet as a file or as a folder of parts."""

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from partage.calc.votes import Ballot, VotesError, stream_votes, table_votes

DONE_MARK = "_SUCCESS"  # what Spark writes once a folder is complete


def stream_files(paths: Sequence[Path]) -> Iterator[Ballot]:
    """The votes of these files one after the other, in the order of the files."""
    for path in paths:
        if is_parquet(path):
            for part in parquet_parts(path):
                yield from table_votes(needed("votes_parquet", "parquet").parquet_table(part))
        else:
            yield from stream_votes(path)


def is_parquet(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".parquet"


def parquet_parts(path: Path) -> list[Path]:
    """The files of a Parquet folder, by name; a file is its own only part."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise VotesError(f"cannot read {path}: no such file or directory; check its name")
    parts = sorted(
        part for part in path.glob("*.parquet") if part.is_file() and part.name[0] not in "._"
    )
    if not parts:
        raise VotesError(f"{path} holds no .parquet file: name a folder of them, or CSV files")
    if not (path / DONE_MARK).exists():
        raise VotesError(
            f"{path} has no {DONE_MARK}, so parts may be missing: write the folder again, "
            "or name its parts one by one if all are there"
        )
    return parts


def needed(module: str, extra: str) -> ModuleType:
    """A module of these commands whose libraries are not always installed."""
    try:
        return importlib.import_module(f"partage.commands.{module}")
    except ImportError as missing:
        raise VotesError(
            f"{missing.name} is needed for this and is not installed: "
            f"run pip install 'partage[{extra}]'"
        ) from None
