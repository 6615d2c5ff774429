"""`partage bench votes`: a tiny run on a real site, and failures planted to be noticed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pysqlite3
import pytest
from pytest_django import DjangoDbBlocker

from partage.commands import bench_votes
from partage.commands.bench_prepare import shared_rows
from partage.commands.bench_site import Site, cpu_seconds, descendants, running_site
from partage.commands.bench_votes import Figure, Measured, Run, judged, percentile
from partage.commands.load import is_accepted
from partage.commands.throwaway_postgres import PostgresMissing, throwaway_postgres

VOTE = "INSERT INTO contributions_vote (answer) VALUES (1) ON CONFLICT (id) DO UPDATE SET answer=1"
COUNTER = 'UPDATE "coproductions_coproduction" SET "votes" = "votes" + 1 WHERE "id" = 1'


@pytest.fixture(scope="module")
def site(django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    # Not the tests' database: that of the site itself.
    with django_db_blocker.unblock(), running_site("sqlite", people=30, statements=20) as found:
        yield found
    assert not found.folder.exists()


def held(figures: list[Figure], name: str) -> bool:
    return next(figure.holds for figure in figures if figure.name == name)


def measured_on(site: Site) -> Measured:
    return bench_votes.measure(site, seconds=0.5, rounds=1, htmx=True)


@pytest.mark.slow
def test_a_run_finds_in_the_register_as_many_votes_as_were_accepted(site: Site) -> None:
    measured = measured_on(site)
    runs = [run for (run,) in measured.runs.values() if run.rows_added is not None]
    assert len(runs) == 4 and all(run.rows_added == run.accepted > 0 for run in runs)
    assert not any(run.other for run in runs)
    figures = judged(measured)
    assert held(figures, "rows added") and held(figures, "answers not accepted")
    assert held(figures, "SQL of a vote") and held(figures, "shared rows changed")
    assert all(run.server_cpu_ms > 0 for run in runs)
    assert "\n".join(bench_votes.lines(measured)).startswith("sqlite: 2 processes")


@pytest.mark.slow
def test_votes_that_do_not_reach_the_register_are_noticed(site: Site) -> None:
    planted = pysqlite3.connect(str(site.folder / "partage.sqlite3"))
    planted.execute(
        "CREATE TRIGGER lost AFTER INSERT ON register_entry WHEN NEW.kind = 'vote' AND NEW.id % 5 = 0 "
        "BEGIN UPDATE register_entry SET kind = 'lost' WHERE id = NEW.id; END"
    )
    try:
        assert not held(judged(measured_on(site)), "rows added")
    finally:
        planted.execute("DROP TRIGGER lost")
        planted.close()


def made_up(**changed: object) -> Measured:
    """A measure in which all holds, but for what is changed in the calm votes."""
    good = Run(100, 100, Counter(), 100, 500.0, 1.0, 2.0, 3.0, 1.0, 0.5, 0.0)
    names = (bench_votes.EMPTY, bench_votes.VOTE, bench_votes.VOTE_BUSY, bench_votes.PACED)
    runs = {name: [good] for name in names}
    runs[bench_votes.EMPTY] = [replace(good, rows_added=None)]
    runs[bench_votes.VOTE] = [replace(good, **changed)]  # type: ignore[arg-type]
    case = {"case": "later", "htmx": False, "status": 302, "sql": 8, "shared": []}
    cases = [case, case | {"case": "newcomer", "sql": 20}]
    return Measured("sqlite", runs, [*cases, *(told | {"htmx": True} for told in cases)])


def test_nothing_fails_when_all_holds() -> None:
    assert all(figure.holds for figure in judged(made_up()))


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"rows_added": 99}, "rows added"),
        ({"other": Counter({"503": 1})}, "answers not accepted"),
        ({"server_cpu_ms": 5.1}, "CPU of a vote / of the empty view"),
        ({"per_second": 600.0}, "votes a second, 64 / 16 connections"),
    ],
)
def test_each_planted_failure_is_named(changed: dict[str, object], name: str) -> None:
    assert [figure.name for figure in judged(made_up(**changed)) if not figure.holds] == [name]


@pytest.mark.parametrize("planted", [{"sql": 11}, {"case": "first", "sql": 9}, {"status": 500}])
def test_sql_that_grows_or_is_refused_is_noticed(planted: dict[str, object]) -> None:
    measured = made_up()
    measured.sql.append(measured.sql[0] | planted)
    assert not held(judged(measured), "SQL of a vote")


def test_only_a_change_of_shared_rows_is_listed() -> None:
    assert shared_rows(["SELECT 1", VOTE]) == []
    assert shared_rows([COUNTER, "SELECT 1 FROM stage FOR UPDATE"]) == [
        COUNTER,
        "SELECT 1 FROM stage FOR UPDATE",
    ]


@pytest.mark.parametrize(
    ("status", "accepted"),
    [
        ("200", True),
        ("302 to /en/vote/#card", True),
        ("302 to /en/sign-in/", False),
        ("503", False),
    ],
)
def test_an_accepted_answer_is_a_page_or_the_way_to_the_card(status: str, accepted: bool) -> None:
    assert is_accepted(status) is accepted


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.95) == 1.0


@pytest.mark.slow
def test_the_cpu_of_a_site_is_that_of_all_its_processes(site: Site) -> None:
    assert len(descendants(site.pid)) >= 4  # serve, granian and its two workers
    assert site.server_cpu() >= cpu_seconds(site.pid) - 1 > 0


def test_a_throwaway_postgres_answers_then_goes() -> None:
    try:
        with throwaway_postgres() as url, psycopg.connect(url) as opened:
            assert opened.execute("SELECT 1").fetchone() == (1,)
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
