"""The site with a register that writes nothing: what `partage bench register` compares with."""

from typing import Any

import click

from partage.commands import serve
from partage.config.wsgi import application
from partage.contributions import voting
from partage.register.models import Entry

__all__ = ["application", "serve_unrecorded"]


def record(*_words: Any, **_facts: Any) -> Entry:
    """Everything of an act but its entry."""
    return Entry()


@click.command(hidden=True)
def serve_unrecorded() -> None:
    """Serve a site whose votes leave no entry; for the bench alone."""
    serve.prepare()
    serve.run(with_worker=False, application="partage.commands.bench_unrecorded:unrecorded")


def unrecorded(environ: Any, start_response: Any) -> Any:
    """The site's own application, once its votes record nothing."""
    vars(voting)["record"] = record
    return application(environ, start_response)
