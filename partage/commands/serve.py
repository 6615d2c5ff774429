"""Running a site: web processes and one background worker, or either alone."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import click
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

from partage.commands.tidy import Nightly, tidy_for_ever
from partage.config.sqlite.guard import claim
from partage.contributions.worker import follow_for_ever
from partage.fund.counting import count_for_ever
from partage.news.telling import tell_for_ever
from partage.opendata.keeping import keep_for_ever
from partage.opinions.debating import settle_for_ever
from partage.opinions.printing import print_for_ever
from partage.opinions.reminding import remind_for_ever
from partage.people.outbox import send_for_ever
from partage.register.sequencer import seal_for_ever
from partage.register.witnesses import cosign_for_ever
from partage.rights.declared import faults
from partage.search.keeping import index_for_ever

# What the worker does beside following: a landscape that takes long must not delay a seal or a mail.
THREADS = (
    seal_for_ever, cosign_for_ever, settle_for_ever, tell_for_ever, remind_for_ever, send_for_ever,
    print_for_ever, count_for_ever, keep_for_ever, index_for_ever,
)  # fmt: skip


@click.command()
@click.option(
    "--no-worker", is_flag=True, help="Web processes only; run `partage worker` elsewhere."
)
def serve(no_worker: bool) -> None:
    """Serve the site, with one background worker, until Ctrl-C.

    Brings the database and the static files up to date first.

    \b
    Example:
      PARTAGE_BASE_URL=https://partage.example.org partage serve
    """
    prepare()
    # Each machine that serves pages has an index of its own: the worker's, or one that follows.
    run(worker=("index", "--follow") if no_worker else ("worker",))


@click.command()
def worker() -> None:
    """Seal the register and follow it: count turnout, publish results, settle votes, count rounds, send mail, make PDFs.

    \b
    Example:
      partage worker
    """
    _refuse_undeclared()
    _claim_database()
    stop = threading.Event()
    for work in THREADS:
        threading.Thread(target=work, args=(stop,), daemon=True).start()
    nightly = Nightly()
    threading.Thread(target=tidy_for_ever, args=(stop, nightly), daemon=True).start()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        follow_for_ever()
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        nightly.stop()


def prepare() -> None:
    """Migrate and collect static files. What is written is for this account alone."""
    _refuse_undeclared()
    os.umask(0o077)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    _claim_database()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def _refuse_undeclared() -> None:
    """A column that nobody said is personal, or not, must hold nothing of anybody."""
    sentences = list(faults())
    if sentences:
        raise click.ClickException("\n".join(sentences))


def _claim_database() -> None:
    """Stop here, with one sentence, when another machine writes the same SQLite file."""
    if connection.vendor == "sqlite":
        try:
            claim(str(connection.settings_dict["NAME"]))
        except OperationalError as error:
            raise click.ClickException(str(error)) from None


def run(
    *, worker: Sequence[str] = ("worker",), application: str = "partage.config.wsgi:application"
) -> None:
    """Start granian and the worker (a `partage` command, or none), and stop both together."""
    host, port = settings.LISTEN
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": _fresh_metrics_folder()}
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(settings.WEB_PROCESSES), "--blocking-threads", str(settings.WEB_THREADS),
        "--workers-kill-timeout", "5", "--respawn-failed-workers", "--no-access-log",
        "--log-level", "warning", application,
    ]  # fmt: skip
    commands = [web] + ([[sys.executable, "-m", "partage", *worker]] if worker else [])
    # Their own group: a Ctrl-C reaches this process alone, which then stops them in order.
    running = [subprocess.Popen(c, env=environment, start_new_session=True) for c in commands]
    # Set for both: a shell that starts this in the background makes it deaf to Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        failed = next(p for p in running if p.poll() is not None)
        raise click.ClickException(f"a process of the site stopped with code {failed.returncode}")
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        _stop(running)


def _fresh_metrics_folder() -> str:

    folder = settings.DATA_DIR / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
