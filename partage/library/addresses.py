"""The addresses of works on this site, in both languages."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import override

from partage.library.models import Work


def addresses(work: Work) -> dict[str, str]:
    """The page in each language: whoever cites it pastes one of them."""
    found = {}
    for language in ("en", "fr"):
        with override(language):
            found[language] = f"{settings.BASE_URL}{work.get_absolute_url()}"
    return found


def slug_at(address: str) -> str:
    """The work whose page stands there, in either language; empty when it is another page."""
    parts = urlsplit(address)
    if f"{parts.scheme}://{parts.netloc}" != settings.BASE_URL:
        return ""
    language = parts.path[1:3]
    with override(language if language in dict(settings.LANGUAGES) else "en"):
        try:
            match = resolve(parts.path)
        except Resolver404:
            return ""
    return str(match.kwargs["slug"]) if match.url_name == "work" else ""


def works_at(found: Iterable[str]) -> dict[str, Work]:
    """The works whose pages stand at these addresses, in one query or none."""
    slugs = {address: slug for address in found if (slug := slug_at(address))}
    if not slugs:
        return {}
    works = {work.slug: work for work in Work.objects.listed().filter(slug__in=slugs.values())}
    return {address: works[slug] for address, slug in slugs.items() if slug in works}
