"""Where the PDF of a version stands: the worker makes it, the site serves it."""

from pathlib import Path

from django.conf import settings


def pdf_of(slug: str, number: int, language: str) -> Path:
    return Path(settings.DATA_DIR) / "opinions" / f"{slug}-{number}-{language}.pdf"


def size_of_pdf(slug: str, number: int, language: str) -> int | None:
    """In bytes; None while it is not there."""
    try:
        return pdf_of(slug, number, language).stat().st_size
    except FileNotFoundError:
        return None
