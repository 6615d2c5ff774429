"""Pages of open data: files of a coproduction or of the site, what each column means, metadata."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.contributions.results import last_release
from partage.contributions.views import visible_coproduction
from partage.coproductions.models import Coproduction
from partage.opendata import metadata, polis_bundle
from partage.opendata.files import MEDIA_TYPES, NAMES, endings, has_parquet, pieces
from partage.opendata.keeping import kept_file
from partage.opendata.tables import BY_NAME, TABLES, Table
from partage.web.errors import error_page
from partage.web.paging import page_of
from partage.web.zip_files import zip_stream


def _context() -> dict[str, Any]:
    return {
        "tables": TABLES,
        "formats": [(ending, NAMES[ending]) for ending in endings()],
        "has_parquet": has_parquet(),
        "licence": settings.OPEN_DATA_LICENCE,
    }


@login_not_required
@require_safe
def open_data(request: HttpRequest, slug: str) -> HttpResponse:
    """Every table of this coproduction, in each format."""
    coproduction = visible_coproduction(slug)
    release = last_release(coproduction)
    address = settings.BASE_URL + reverse("results-embed", args=[slug]) if settings.EMBED_ON else ""
    context = {"coproduction": coproduction, "release": release, "embed": address, **_context()}
    return render(request, "opendata/open_data.html", context)


@login_not_required
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """Every table of all coproductions together, and the page of each."""
    page = page_of(Coproduction.objects.visible().order_by("-pk"), request)
    return render(request, "opendata/site.html", {"page": page, **_context()})


@login_not_required
@require_safe
def file(request: HttpRequest, slug: str, name: str, ending: str) -> HttpResponseBase:
    """A table of a coproduction: the file made ahead while nothing happened since, else made now."""
    coproduction = visible_coproduction(slug)
    table = _table_or_404(name, ending)
    kept = kept_file(coproduction, f"{name}.{ending}")
    if kept is not None:
        return FileResponse(
            kept.open("rb"), as_attachment=True, filename=f"{slug}-{name}.{ending}",
            content_type=MEDIA_TYPES[ending],
        )  # fmt: skip
    return _made_now(request, table, [coproduction], f"{slug}-{name}.{ending}")


@login_not_required
@require_safe
def site_file(request: HttpRequest, name: str, ending: str) -> HttpResponseBase:
    table = _table_or_404(name, ending)
    everything = Coproduction.objects.visible().order_by("pk").iterator(chunk_size=100)
    return _made_now(request, table, everything, f"{name}.{ending}")


def _table_or_404(name: str, ending: str) -> Table:
    if name not in BY_NAME or ending not in MEDIA_TYPES:
        raise Http404
    return BY_NAME[name]


def _made_now(
    request: HttpRequest, table: Table, coproductions: Iterable[Coproduction], name: str
) -> HttpResponseBase:
    ending = name.rpartition(".")[2]
    if ending not in endings():
        sentence = _("This site has no program that writes Parquet: take CSV or JSON Lines.")
        return error_page(request, 404, _("There is no Parquet file here"), sentence)
    made = pieces(table, table.of(coproductions), ending)
    response = StreamingHttpResponse(made, content_type=MEDIA_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_not_required
@require_safe
def polis(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """What can be told of a Polis export; there is none before the first release."""
    coproduction = visible_coproduction(slug)
    release = last_release(coproduction)
    if release is None:
        raise Http404
    made = zip_stream(polis_bundle.files(coproduction, release))
    response = StreamingHttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}-polis.zip"'
    return response


@login_not_required
@require_safe
def dataset(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    return _metadata(metadata.dataset(visible_coproduction(slug)), ending)


@login_not_required
@require_safe
def catalog(request: HttpRequest, ending: str) -> HttpResponse:
    everything = Coproduction.objects.visible().order_by("pk")
    return _metadata(metadata.catalog(everything), ending)


def _metadata(node: metadata.Node, ending: str) -> HttpResponse:
    if ending not in metadata.FORMATS:
        raise Http404
    text = metadata.as_text(node, ending)
    return HttpResponse(text, content_type=f"{metadata.FORMATS[ending]}; charset=utf-8")


@login_not_required
@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """What each column of a table means."""
    if name not in BY_NAME:
        raise Http404
    return render(request, "opendata/table.html", {"table": BY_NAME[name]})


@login_not_required
@require_safe
def field(request: HttpRequest, name: str, column: str) -> HttpResponse:
    """One column, at an address that other files may point to."""
    found = BY_NAME[name].field(column) if name in BY_NAME else None
    if found is None:
        raise Http404
    return render(request, "opendata/field.html", {"table": BY_NAME[name], "field": found})


@login_not_required
@require_safe
def fields_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    told = [
        {
            "name": table.name, "title": table.title, "about": table.about,
            "fields": [vars(one) | {"address": metadata.address("field", table.name, one.name)} for one in table.fields],
        }
        for table in TABLES
    ]  # fmt: skip
    facts = {"format": "partage-fields/1", "tables": told}
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})
