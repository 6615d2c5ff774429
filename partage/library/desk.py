"""The desk of a shelf: whoever facilitates for an organization keeps its works."""

import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partage.calc.votes_file import VotesError
from partage.contributions.sheet_files import FileRefused, check_readable
from partage.coproductions.models import Organization
from partage.coproductions.roles import facilitated_organizations, organizations_of
from partage.library.forms import FileForm, WithdrawalForm, WorkForm, filled
from partage.library.importing import MOST_SENT, import_file
from partage.library.keeping import AlreadyWithdrawn, Kept, keep_works, withdraw_work
from partage.library.models import Work
from partage.library.reading import RESERVED
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.paging import page_of

MOST_BYTES = 4_000_000
REASONS_SHOWN = 20


def own_shelf(request: HttpRequest, slug: str) -> Organization:
    """The organization, if this person facilitates for it."""
    found = get_object_or_404(Organization, slug=slug)
    if not organizations_of(signed_in(request)).filter(pk=found.pk).exists():
        raise PermissionDenied
    return found


def own_work(request: HttpRequest, slug: str, work: str) -> Work:
    shelf = own_shelf(request, slug)
    return get_object_or_404(Work.objects.select_related("shelf"), shelf=shelf, slug=work)


@require_safe
def library_desk(request: HttpRequest) -> HttpResponse:
    """The shelves of one's organizations, those that are empty too."""
    mine = facilitated_organizations(request).annotate(kept=Count("works", distinct=True))
    return render(request, "library/desk.html", {"page": page_of(mine, request)})


def shelf_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The works of the shelf; POST brings in a file of them."""
    shelf = own_shelf(request, slug)
    if request.method != "POST":
        return _show(request, shelf, form=FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, shelf, 400, form=form)
    return _bring(request, shelf, form)


def _show(
    request: HttpRequest, shelf: Organization, status: int = 200, **told: Any
) -> HttpResponse:
    works = Work.objects.filter(shelf=shelf).newest().prefetch_related("bodies")
    context = {"shelf": shelf, "page": page_of(works, request), **told}
    return render(request, "library/shelf_desk.html", context, status=status)


def _bring(request: HttpRequest, shelf: Organization, form: FileForm) -> HttpResponse:
    bad: list[tuple[int, str]] = []
    try:
        kept = _read(form.cleaned_data["file"], shelf, bad)
    except (FileRefused, VotesError) as problem:
        told = {"bad": bad[:REASONS_SHOWN], "more_bad": len(bad[REASONS_SHOWN:])}
        sentence = "" if bad else f"{str(problem).rstrip('.')}."
        return _show(request, shelf, 400, form=form, sentence=sentence, **told)
    return _show(request, shelf, form=FileForm(), kept=kept)


def _read(sent: "UploadedFile[Any]", shelf: Organization, bad: list[tuple[int, str]]) -> Kept:
    if (sent.size or 0) > MOST_BYTES:
        words = _("The file weighs more than %(most)s megabytes: cut it in several.")
        raise FileRefused(words % {"most": MOST_BYTES // 1_000_000})
    if sent.file is not None:
        check_readable(sent.file)
        sent.seek(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "works.csv"
        path.write_bytes(sent.read())
        return import_file(path, shelf, lambda row, why: bad.append((row, why)), most=MOST_SENT)


def work_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a work to the shelf."""
    shelf = own_shelf(request, slug)
    form = WorkForm(_new_slug(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        keep_works([form.said], shelf)
        return redirect("work", form.said.slug)
    context = {"shelf": shelf, "form": form}
    return render(request, "library/edit.html", context, status=400 if form.errors else 200)


def _new_slug(request: HttpRequest) -> str:
    """An address of its own, from who gave the work, when, and its title."""
    parts = (request.POST.get(name, "") for name in ("institution", "date", "title"))
    base = slugify(" ".join(part[:60] for part in parts))[:80].strip("-_").replace("_", "-")
    base = "-".join(filter(None, base.split("-"))) or "work"
    taken = set(Work.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (f"{base}-{number}" if number > 1 else base for number in count(1))
    return next(name for name in names if name not in taken | RESERVED)


def work_edit(request: HttpRequest, slug: str, work: str) -> HttpResponse:
    """Change what a work of the shelf says, or withdraw it with a reason."""
    found = own_work(request, slug, work)
    if request.method == "POST" and "reason" in request.POST:
        return _withdraw(request, found)
    sent = request.POST if request.method == "POST" else None
    form = WorkForm(found.slug, sent, initial=filled(found))
    if sent is not None and form.is_valid() and not found.withdrawn_at:
        keep_works([form.said], found.shelf)
        return redirect(found)
    return _edit(request, found, form)


def _edit(
    request: HttpRequest, work: Work, form: WorkForm, withdrawal: WithdrawalForm | None = None
) -> HttpResponse:
    is_wrong = form.errors or (withdrawal is not None and withdrawal.errors)
    withdrawal = withdrawal or WithdrawalForm()
    context = {"shelf": work.shelf, "work": work, "form": form, "withdrawal": withdrawal}
    return render(request, "library/edit.html", context, status=400 if is_wrong else 200)


def _withdraw(request: HttpRequest, work: Work) -> HttpResponse:
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _edit(request, work, WorkForm(work.slug, initial=filled(work)), form)
    try:
        withdraw_work(work, form.cleaned_data["reason"])
    except AlreadyWithdrawn:
        sentence = _("This work is withdrawn already, with its reason.")
        return error_page(request, 409, _("Nothing was changed"), sentence)
    return redirect("shelf-desk", work.shelf.slug if work.shelf else "")
