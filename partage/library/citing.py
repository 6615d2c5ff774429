"""A work as others quote it: a reference to copy, BibTeX, CSL-JSON, schema.org."""

import json
from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from partage.library.models import Theme, Work

Facts = dict[str, Any]
# In JSON that stands inside a page: no text may end the element that holds it.
IN_HTML = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
IN_BIBTEX = {ord(sign): f"\\{sign}" for sign in "{}%&$#_"} | {
    ord("\\"): "\\textbackslash{}",
    ord("~"): "\\textasciitilde{}",
    ord("^"): "\\textasciicircum{}",
}


def permanent(work: Work) -> str:
    return f"{settings.BASE_URL}{work.get_absolute_url()}"


def date_in_words(work: Work) -> str:
    """As much of the date as is known, as the reader's language writes it."""
    if work.exact_day:
        return str(formats.date_format(work.exact_day, "DATE_FORMAT"))
    if work.month:
        return f"{MONTHS[work.month]} {work.year}"
    return str(work.year) if work.year else ""


def reference(work: Work) -> str:
    """Who, what, when, where: one line to paste."""
    when = date_in_words(work) or _("no date known")
    what = _("“%(title)s”") % {"title": work.title}
    who = ", ".join([*work.rapporteurs, *work.institutions])
    return f"{who}. {what}, {work.kind}, {when}. {work.url}"


def bibtex(work: Work) -> str:
    fields = {
        "title": f"{{{_escaped(work.title)}}}",
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in _authors(work)),
        "institution": _escaped(", ".join(work.institutions)),
        "type": _escaped(work.kind),
        "year": str(work.year or ""),
        "month": str(work.month or ""),
        "day": str(work.day or ""),
        "url": work.url,
        "language": work.language,
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@techreport{{{work.slug},", *lines, "}", ""])


def _escaped(text: str) -> str:
    return text.translate(IN_BIBTEX)


def _authors(work: Work) -> list[str]:
    """Whoever signs it; the body itself where nobody is named."""
    return work.rapporteurs or work.institutions


def csl(work: Work) -> Facts:
    """An item of CSL-JSON 1.0, which reference managers read."""
    parts = [part for part in (work.year, work.month, work.day) if part]
    return {
        "id": work.slug,
        "type": "report",
        "title": work.title,
        "author": [{"literal": name} for name in _authors(work)],
        "publisher": ", ".join(work.institutions),
        "genre": work.kind,
        **({"issued": {"date-parts": [parts]}} if parts else {}),
        **({"abstract": work.summary} if work.summary else {}),
        "language": work.language,
        "URL": work.url,
    }


def schema_org(work: Work) -> SafeString:
    """What search engines read, as JSON-LD that may stand in a page."""
    bodies = [{"@type": "Organization", "name": name} for name in work.institutions]
    people = [{"@type": "Person", "name": name} for name in work.rapporteurs]
    known = {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": permanent(work),
        "name": work.title,
        "url": work.url,
        "author": [*people, *bodies],
        "publisher": bodies,
        "datePublished": work.dated,
        "inLanguage": work.language,
        "genre": work.kind,
        "abstract": work.summary,
        "keywords": [str(Theme(slug).label) for slug in work.theme_slugs],
        "spatialCoverage": work.region,
    }
    told = json.dumps({name: value for name, value in known.items() if value}, ensure_ascii=False)
    return mark_safe(told.translate(IN_HTML))  # noqa: S308 - no sign of HTML is left in it
