"""`python -m faults`: each fault is a command."""

import signal
from collections.abc import Callable, Iterable
from functools import partial

import click

from faults.backup import backup
from faults.disk_full import disk_full
from faults.kill import kill
from faults.mutate import mutate, mutate_command, mutate_foreign
from faults.outcome import Outcome, Part, report
from faults.power import power
from faults.race import race
from faults.restart import restart

BACKENDS = ("sqlite", "postgres")
on_database = click.option(
    "--database",
    type=click.Choice([*BACKENDS, "both"]),
    default="both",
    show_default=True,
    help="Where the votes are kept.",
)
in_json = click.option("--json", "as_json", is_flag=True, help="Print the outcomes as JSON.")


def each(name: str, database: str, run: Callable[[str], Iterable[Outcome]]) -> list[Part]:
    """The same fault on one database, or on both in turn."""
    chosen = BACKENDS if database == "both" else (database,)
    return [Part(f"{name}, {backend}", partial(run, backend)) for backend in chosen]


def times(name: str, count: int, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        name, type=click.IntRange(min=1), default=count, show_default=True, help=text
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Break the site on purpose and count what is lost.

    Exit code 1: a promise was broken, or nothing was tested. 77: this machine cannot run the
    fault, which is not a pass.

    \b
    Examples:
      python -m faults suite                          a short run of all
      python -m faults kill --database sqlite         kill -9 under load
    """


@main.command("kill")
@on_database
@times("--cycles", 50, "How many times the site is killed.")
@in_json
def kill_command(database: str, cycles: int, as_json: bool) -> None:
    """Kill every process of the site with kill -9 while people vote, and start it again.

    First with a planted fault, which must be noticed: a site that answers before it records.

    \b
    Example:
      python -m faults kill --database postgres --cycles 10
    """
    report(each("kill", database, partial(kill, cycles=cycles)), as_json=as_json)


@main.command("power")
@on_database
@times("--cuts", 20, "How many power cuts.")
@in_json
def power_command(database: str, cuts: int, as_json: bool) -> None:
    """Cut the power while people vote; first with a planted fault, which must be noticed.

    Needs root, loop devices, xfsprogs and e2fsprogs.

    \b
    Example:
      python -m faults power --database sqlite --cuts 5
    """
    report(each("power", database, partial(power, cuts=cuts)), as_json=as_json)


@main.command("race")
@on_database
@times("--requests", 100_000, "How many votes are sent.")
@in_json
def race_command(database: str, requests: int, as_json: bool) -> None:
    """Send each vote from eight clients at the same time; first with a planted fault.

    \b
    Example:
      python -m faults race --database postgres --requests 4000
    """
    report(each("race", database, partial(race, requests=requests)), as_json=as_json)


@main.command("disk-full")
@in_json
def disk_full_command(as_json: bool) -> None:
    """Fill the disk of an SQLite site while people vote, then give room again.

    First with a planted fault, which must be noticed: a site that answers before it records.
    Needs root, loop devices and e2fsprogs.

    \b
    Example:
      python -m faults disk-full
    """
    report([Part("disk full, sqlite", disk_full)], as_json=as_json)


@main.command("restart")
@in_json
def restart_command(as_json: bool) -> None:
    """Restart PostgreSQL while people vote.

    First with a planted fault, which must be noticed: a site that answers before it records.

    \b
    Example:
      python -m faults restart --json
    """
    report([Part("restart, postgres", restart)], as_json=as_json)


@main.command("backup")
@on_database
@times("--n", 5, "How many backups.")
@in_json
def backup_command(database: str, n: int, as_json: bool) -> None:
    """Back up while people vote, restore elsewhere, compare; first with a plain copy of a file.

    \b
    Example:
      python -m faults backup --database sqlite --n 2
    """
    report(each("backup", database, partial(backup, count=n)), as_json=as_json)


main.add_command(mutate_command)


@main.command("suite")
@in_json
def suite_command(as_json: bool) -> None:
    """A short run of every fault, on both databases.

    \b
    Example:
      python -m faults suite
    """
    short = [
        *each("kill", "both", partial(kill, cycles=3)),
        *each("power", "both", partial(power, cuts=3)),
        *each("race", "both", partial(race, requests=4000)),
        Part("disk full, sqlite", disk_full),
        Part("restart, postgres", restart),
        *each("backup", "both", partial(backup, count=2)),
        Part("alterations", partial(mutate, 3000, 1)),
        Part("alterations, the second checker", partial(mutate_foreign, 100, 1)),
    ]
    report(short, as_json=as_json)


if __name__ == "__main__":
    # However it is stopped, sites are stopped and disks unmounted on the way out. Ctrl-C too: a
    # shell that starts this in the background makes it deaf to it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    main(prog_name="python -m faults")
