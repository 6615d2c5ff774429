"""The shelves of the library: who keeps which works."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partage.coproductions.models import Organization
from partage.library.models import Work
from partage.web.paging import page_of


@login_not_required
@require_safe
def shelves(request: HttpRequest) -> HttpResponse:
    """Every organization that keeps works, and the site itself."""
    kept = Count("works", filter=Q(works__withdrawn_at=None))
    keepers = Organization.objects.annotate(kept=kept).filter(kept__gt=0)
    context = {
        "page": page_of(keepers.order_by("name", "pk"), request),
        "catalogue": Work.objects.listed().filter(shelf=None).count(),
    }
    return render(request, "library/shelves.html", context)


@login_not_required
@require_safe
def shelf(request: HttpRequest, slug: str) -> HttpResponse:
    """The works that one organization keeps."""
    organization = get_object_or_404(Organization, slug=slug)
    works = Work.objects.listed().filter(shelf=organization).newest().prefetch_related("bodies")
    context = {"organization": organization, "page": page_of(works, request)}
    return render(request, "library/shelf.html", context)
