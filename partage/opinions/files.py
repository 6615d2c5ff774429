"""An opinion as files that other programs read: JSON, Markdown, Akoma Ntoso, PDF."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partage.opinions.akoma_ntoso import Edition, as_akoma_ntoso
from partage.opinions.markdown_text import as_markdown
from partage.opinions.models import Opinion, Version
from partage.opinions.pdf_files import pdf_of
from partage.opinions.views import version_of
from partage.web.localized import reader_language

LONGEST_NUMBER = 9


def asked_version(request: HttpRequest, slug: str) -> Version:
    """The version of the address (`?version=2`), else the last one."""
    number = request.GET.get("version", "")
    is_number = number.isdecimal() and len(number) < LONGEST_NUMBER
    return version_of(slug, int(number) if is_number else None)


def _address(opinion: Opinion) -> str:
    return f"{settings.BASE_URL}{opinion.get_absolute_url()}"


@login_not_required
@require_safe
def as_json(request: HttpRequest, slug: str) -> JsonResponse:
    version = asked_version(request, slug)
    facts = {
        "address": _address(version.opinion),
        "version": version.number,
        "published_at": version.published_at,
        "sha256": version.digest,
        "content": version.content,
    }
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    version = asked_version(request, slug)
    text = as_markdown(version.content, _address(version.opinion))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@login_not_required
@require_safe
def akoma_ntoso(request: HttpRequest, slug: str) -> HttpResponse:
    version = asked_version(request, slug)
    day = timezone.localdate(version.published_at).isoformat()
    edition = Edition(_address(version.opinion), day, version.number)
    document = as_akoma_ntoso(version.content, edition)
    return HttpResponse(document, content_type="application/akn+xml; charset=utf-8")


@login_not_required
@require_safe
def pdf(request: HttpRequest, slug: str) -> FileResponse:
    """The file that the worker made; a request never makes one."""
    version = asked_version(request, slug)
    path = pdf_of(slug, version.number, reader_language())
    try:
        return FileResponse(path.open("rb"), content_type="application/pdf", filename=path.name)
    except FileNotFoundError:
        raise Http404 from None
