"""Two sites for `partage bench register` alone: one that records and seals, one that does neither."""

import threading

import click

from partage.commands import serve
from partage.register.sequencer import seal_for_ever


@click.command(hidden=True)
def serve_unrecorded() -> None:
    """Serve a site whose votes leave no entry."""
    serve.prepare()
    serve.run(worker=(), application="partage.commands.unrecorded:unrecorded")


@click.command(hidden=True)
def serve_sealed() -> None:
    """Serve a site whose worker seals and does nothing else: results have a cost of their own."""
    serve.prepare()
    serve.run(worker=("bench", "seal"))


@click.command(hidden=True)
def seal() -> None:
    """Seal until stopped."""
    seal_for_ever(threading.Event())
