"""Serving the site whose votes leave no entry, for `partage bench register` alone."""

import click

from partage.commands import serve


@click.command(hidden=True)
def serve_unrecorded() -> None:
    """Serve a site whose votes leave no entry."""
    serve.prepare()
    serve.run(with_worker=False, application="partage.commands.unrecorded:unrecorded")
