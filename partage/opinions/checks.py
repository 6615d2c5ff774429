"""What must hold of published opinions at any moment."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from partage.checks.declared import Check
from partage.opinions.models import Version
from partage.opinions.publishing import digest_of
from partage.register.checks import unlike


def _changed_since() -> Iterator[str]:
    """Each version is sealed again from its own words."""
    versions = Version.objects.select_related("opinion__coproduction").order_by("pk")
    for one in versions.iterator(10):
        if digest_of(one.content) != one.digest:
            yield f"{Version._meta.label} {one.pk}"
    rows = (
        (f"{Version._meta.label} {one.pk}", (one.opinion.space, one.opinion.slug, one.number, one.digest))
        for one in versions.defer("content").iterator(100)
    )  # fmt: skip
    yield from unlike(rows, "opinion-published", "opinion", "version", "sha256")


CHECKS: tuple[Check, ...] = (
    Check(
        "opinions-as-recorded",
        _("Every published opinion still has the words whose seal the register holds."),
        _changed_since,
    ),
)
