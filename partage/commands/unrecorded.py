"""The site with a register that writes nothing: what `partage bench register` compares with."""

from typing import Any

from partage.config.wsgi import application
from partage.contributions import voting
from partage.register.models import Entry


def record(*_words: Any, **_facts: Any) -> Entry:
    """Everything of an act but its entry."""
    return Entry()


def unrecorded(environ: Any, start_response: Any) -> Any:
    """The site's own application, once its votes record nothing."""
    vars(voting)["record"] = record
    return application(environ, start_response)
