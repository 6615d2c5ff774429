"""Where search engines find everything that anybody may read, in both languages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.library.models import Work
from partage.opinions.models import Opinion

SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LINKS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
START = '<?xml version="1.0" encoding="UTF-8"?>\n'
KIND = "application/xml; charset=utf-8"
# A file holds at most 50,000 addresses and 50 megabytes; each thing has one in each language.
EACH = 5_000
FIXED = (
    "home",
    "how",
    "opinions",
    "calls",
    "shelves",
    "register",
    "parameters",
    "help",
    "site-map",
)


@dataclass(frozen=True)
class Part:
    """A kind of pages: which rows have one, and when each last changed."""

    rows: Callable[[], Any]
    changed_at: Callable[[Any], datetime | None]


PARTS = {
    "works": Part(lambda: Work.objects.listed().order_by("pk"), lambda work: work.changed_at),
    "coproductions": Part(
        lambda: Coproduction.objects.visible().order_by("pk"), lambda one: one.frame.published_at
    ),
    "opinions": Part(lambda: Opinion.objects.listed().order_by("pk"), lambda _one: None),
    "calls": Part(lambda: Call.objects.listed().order_by("pk"), lambda call: call.decided_at),
}


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everybody may read everything; here is where it is."""
    words = f"User-agent: *\nDisallow:\nSitemap: {settings.BASE_URL}{reverse('sitemap')}\n"
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The files that hold the addresses."""
    files = [("pages", 1)]
    for name, part in PARTS.items():
        count = -(-part.rows().count() // EACH)
        files += [(name, number) for number in range(1, count + 1)]
    lines = [
        f"<sitemap><loc>{settings.BASE_URL}{reverse('sitemap-file', args=file)}</loc></sitemap>"
        for file in files
    ]
    content = "\n".join([f"{START}<sitemapindex {SPACES}>", *lines, "</sitemapindex>", ""])
    return HttpResponse(content, content_type=KIND)


@login_not_required
@require_safe
def sitemap_file(request: HttpRequest, name: str, number: int) -> HttpResponseBase:
    """Addresses of one kind, each with the other language beside it."""
    if name == "pages" and number == 1:
        return StreamingHttpResponse(_file(map(_fixed, FIXED)), content_type=KIND)
    part = PARTS.get(name)
    if part is None or not 0 < number <= -(-part.rows().count() // EACH):
        raise Http404
    rows = part.rows()[(number - 1) * EACH : number * EACH]
    pages = (_page(row.get_absolute_url, part.changed_at(row)) for row in rows)
    return StreamingHttpResponse(_file(pages), content_type=KIND)


def _file(pages: Iterator[str]) -> Iterator[str]:
    yield f"{START}<urlset {SPACES} {LINKS}>\n"
    yield from pages
    yield "</urlset>\n"


def _fixed(name: str) -> str:
    return _page(lambda: reverse(name), None)


def _page(path: Callable[[], str], changed_at: datetime | None) -> str:
    """Both languages of one page, each of which names both."""
    found = {}
    for language in ("en", "fr"):
        with override(language):
            found[language] = escape(f"{settings.BASE_URL}{path()}")
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
        for language, address in found.items()
    )
    changed = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
    return "".join(
        f"<url><loc>{address}</loc>{changed}{links}</url>\n" for address in found.values()
    )
