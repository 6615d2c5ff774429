"""What must hold of skills and badges at any moment."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import Check, named
from partage.register.checks import counted_by, entries_by_space, unrecorded
from partage.training.models import Badge, Claim


def _not_recorded() -> Iterator[str]:
    entries = entries_by_space(["skill-claimed"])
    yield from unrecorded(counted_by("participant__space", Claim.objects.all()), entries)
    confirmed = Claim.objects.filter(confirmed_at__isnull=False)
    entries = entries_by_space(["skill-confirmed"])
    yield from unrecorded(counted_by("participant__space", confirmed), entries)


def _still_holding() -> Iterator[str]:
    ended = Q(claim=None) | Q(claim__confirmed_at=None) | Q(claim__revoked_at__isnull=False)
    return named(Badge.objects.filter(ended, revoked_at=None))


CHECKS: tuple[Check, ...] = (
    Check(
        "skills-recorded",
        _("Every skill that was claimed or confirmed stands in the register."),
        _not_recorded,
    ),
    Check(
        "badges-revoked",
        _("No badge holds of a skill that was taken back, or whose confirmation was revoked."),
        _still_holding,
    ),
)
