"""Which works are near another one, by a rule that the page prints."""

from django.db.models import Count, F, Q
from django.db.models.expressions import Combinable

from partage.library.models import Work

SHOWN = 5


def related(work: Work) -> list[Work]:
    """The nearest ones: a point for each theme of both, and for each work that both are linked to.

    Then the last dated first. Works that are linked to it are told above them, and left out here.
    """
    linked = {link.other_id for link in work.links.all()}
    linked |= {link.work_id for link in work.linked_by.all()}
    others = Work.objects.listed().exclude(pk__in=[work.pk, *linked])
    themes = Q(themes__theme__in=work.theme_slugs)
    points: Combinable = Count("themes", filter=themes, distinct=True)
    # A count of what is in nothing would make nothing of the whole sum.
    if linked:
        out, back = Q(links__other__in=linked), Q(linked_by__work__in=linked)
        points += Count("links__other", filter=out, distinct=True)
        points += Count("linked_by__work", filter=back, distinct=True)
    dated = [F(name).desc(nulls_last=True) for name in ("year", "month", "day")]
    near = others.annotate(points=points).filter(points__gt=0)
    return list(near.order_by("-points", *dated, "slug").prefetch_related("bodies")[:SHOWN])
