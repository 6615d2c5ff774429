"""The PDF of each version in each language, made by the worker as files beside the data."""

import logging
import os
import threading
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.template.loader import render_to_string
from django.utils import translation

from partage.opinions.models import Version
from partage.opinions.pdf_files import pdf_of
from partage.opinions.views import shown

log = logging.getLogger("partage.worker")

EVERY_SECONDS = 10.0


class CannotPrint(Exception):
    """WeasyPrint, or the libraries of the system that it draws with, are not there."""


def print_missing() -> int:
    """Make the files that are not there yet; how many."""
    made = 0
    for pk, slug, number in Version.objects.values_list("pk", "opinion__slug", "number"):
        for language, _name in settings.LANGUAGES:
            path = pdf_of(slug, number, language)
            if not path.exists():
                version = Version.objects.select_related("opinion__coproduction").get(pk=pk)
                _keep(path, printed(version, language))
                made += 1
    return made


def printed(version: Version, language: str) -> bytes:
    """The page as a tagged PDF. Nothing is fetched: no image, no font, one sheet of style of ours."""
    try:
        # Here: it takes half a second, and libraries that a web process does not need.
        import weasyprint  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise CannotPrint(str(error)) from None
    with translation.override(language):
        page = render_to_string("opinions/print.html", shown(version))
    style = (Path(__file__).parent / "print.css").read_text("utf-8")
    document = weasyprint.HTML(
        string=page, base_url=settings.BASE_URL, url_fetcher=_refuse_to_fetch
    )
    found: bytes = document.write_pdf(
        stylesheets=[weasyprint.CSS(string=style)], pdf_variant="pdf/ua-1"
    )
    return found


def _refuse_to_fetch(address: str, *_more: object, **_options: object) -> None:
    raise ValueError(f"nothing is fetched for a PDF: {address[:100]}")


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all, also when the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def print_for_ever(stop: threading.Event) -> None:
    """A thread of the worker; ends for good, with one line, where nothing can be printed."""
    while not stop.is_set():
        try:
            close_old_connections()
            print_missing()
        except CannotPrint as error:
            log.warning("no PDF on this machine, see the page on running a site: %s", error)
            return
        except (OperationalError, InterfaceError, OSError) as error:
            log.warning("PDF not made: %s", type(error).__name__)
        stop.wait(EVERY_SECONDS)
