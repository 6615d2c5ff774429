"""The landscape of votes on Spark: workers give sums, and the votes of the sample, to this process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pandas  # noqa: F401  (PySpark misses it only once at work)
from pyspark import RDD, StorageLevel

from partage.calc.canonical import (
    Codes,
    Ints,
    Keys,
    by_person,
    key_sums,
    person_keys,
    ranks,
    statement_keys,
)
from partage.calc.everybody import InBlocks, Total
from partage.calc.key_ranges import Ranges, count_in, ranges_of, wanted
from partage.calc.landscape import Landscape, landscape, landscape_of
from partage.calc.ppca import Observed, observed_rows
from partage.calc.votes import VotesError, votes_from_arrays
from partage.commands.spark_session import SparkProblem, cause, session
from partage.commands.spark_votes import Part, read_parts, sources_of

Made = TypeVar("Made")


def landscape_on_spark(
    paths: Sequence[Path], dropped: frozenset[str], partitions: int | None
) -> Landscape:
    """The landscape of the votes in these files, some statements left out."""
    sources = sources_of(paths)
    try:
        spark = session("partage landscape")
        try:
            everybody = _everybody(read_parts(spark, sources, dropped, partitions))
            return (
                landscape_of(everybody) if everybody else landscape(votes_from_arrays([], [], []))
            )
        finally:
            spark.stop()
    except SparkProblem as problem:
        raise VotesError(
            f"Spark did not finish ({cause(problem)}): check that Java 17 is there, and that every "
            "worker has Partage and sees the files"
        ) from None


class _Numbered(NamedTuple):
    """A part whose statements have canonical numbers; `keys` place its people among all."""

    codes: Codes
    keys: Keys


def _everybody(parts: "RDD[Part]") -> "_Everybody | None":
    """Everybody over these parts; nobody if there is no vote."""
    names = sorted(set().union(*parts.map(lambda part: part.statements).collect()))
    if not names:
        return None
    coded = _kept(parts.map(partial(_with_numbers, {name: j for j, name in enumerate(names)})))
    keys = statement_keys(
        lambda known: coded.map(partial(_key_sums, len(names), known)).reduce(add), len(names)
    )
    new, statement_ids = ranks(np.arange(len(names)), keys, names)
    numbered = _kept(coded.map(partial(_in_canonical_order, new)))
    n_people = numbered.map(lambda part: part.keys.size).sum()
    coded.unpersist()
    return _Everybody(numbered, n_people, statement_ids)


def _kept(parts: "RDD[Made]") -> "RDD[Made]":
    return parts.persist(StorageLevel.MEMORY_AND_DISK)


def _with_numbers(numbers: dict[str, int], part: Part) -> Part:
    """The same part, its statements numbered among those of all the parts."""
    of_own = np.array([numbers[name] for name in part.statements], np.int32)
    codes = replace(part.codes, statements=of_own[part.codes.statements])
    return Part((), codes, part.n_people)


def _key_sums(n_statements: int, keys: Keys | None, part: Part) -> Keys:
    return key_sums(part.codes, part.n_people, n_statements, keys)


def _in_canonical_order(new: Ints, part: Part) -> _Numbered:
    codes = replace(part.codes, statements=new.astype(np.int32)[part.codes.statements])
    return _Numbered(by_person(codes, new.size), person_keys(codes, part.n_people))


@dataclass(frozen=True)
class _Everybody:
    """Everybody over the workers; see `partage.calc.everybody.Everybody`."""

    parts: "RDD[_Numbered]"
    n_people: int
    statement_ids: tuple[str, ...]

    def total(self, reading: Callable[[Observed], Total]) -> Total:
        totals = self.parts.map(partial(_total, reading, self.statement_ids)).collect()
        total: Total = reduce(add, (one for one in totals if one is not None))
        return total

    def people(self, numbers: Ints) -> Observed:
        ranges = ranges_of(numbers, self._count)
        found = _together(self.parts.map(partial(_people_in, ranges)).collect())
        chosen = wanted(found.keys, ranges, numbers)
        places = np.full(found.keys.size, -1)
        places[chosen] = np.arange(chosen.size)
        rows = found.codes.take(np.flatnonzero(places[found.codes.people] >= 0))
        n_statements = len(self.statement_ids)
        rows = by_person(replace(rows, people=places[rows.people]), n_statements)
        shape = (chosen.size, n_statements)
        return observed_rows(rows.people, rows.statements, rows.answers, shape)

    def _count(self, starts: Keys, bits: int) -> Ints:
        counted: Ints = self.parts.map(partial(_count_in, starts, bits)).reduce(add)
        return counted


def _total(
    reading: Callable[[Observed], Total], names: tuple[str, ...], part: _Numbered
) -> Total | None:
    if part.keys.size == 0:
        return None
    return InBlocks(part.codes, part.keys.size, names).total(reading)


def _count_in(starts: Keys, bits: int, part: _Numbered) -> Ints:
    return count_in(part.keys, starts, bits)


def _people_in(ranges: Ranges, part: _Numbered) -> _Numbered:
    """The people of a part whose keys are in these ranges, numbered again."""
    is_in = ranges.place(part.keys) >= 0
    rows = np.flatnonzero(is_in[part.codes.people])
    few = part.codes.take(rows)
    renumbered = (np.cumsum(is_in, dtype=np.int32) - np.int32(1))[few.people]
    return _Numbered(replace(few, people=renumbered), part.keys[is_in])


def _together(parts: Sequence[_Numbered]) -> _Numbered:
    """One part with the people of several."""
    firsts = np.cumsum([0, *(part.keys.size for part in parts)])[:-1]
    columns = (
        np.concatenate(
            [first + part.codes.people for first, part in zip(firsts, parts, strict=True)]
        ),
        np.concatenate([part.codes.statements for part in parts]),
        np.concatenate([part.codes.answers for part in parts]),
    )
    return _Numbered(Codes(*columns), np.concatenate([part.keys for part in parts]))
