"""What must hold of consents at any moment."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from partage.checks.declared import Check
from partage.consents.models import Consent
from partage.register.checks import counted_by, entries_by_space, unrecorded


def _not_recorded() -> Iterator[str]:
    entries = entries_by_space(["consent-given"])
    return unrecorded(counted_by("participant__space", Consent.objects.all()), entries)


CHECKS: tuple[Check, ...] = (
    Check(
        "consents-recorded",
        _("Every consent that was given stands in the register."),
        _not_recorded,
    ),
)
