"""What must hold of calls at any moment."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from partage.calls.models import Call, Support
from partage.checks.declared import Check
from partage.register.checks import counted_by, entries_by_space, unrecorded


def _not_recorded() -> Iterator[str]:
    supports = ((f"{Call.SPACE}{pk}", n) for pk, n in counted_by("call", Support.objects.all()))
    yield from unrecorded(supports, entries_by_space(["call-supported"]))
    asked = ((f"{Call.SPACE}{pk}", 1) for pk in Call.objects.values_list("pk", flat=True))
    yield from unrecorded(asked, entries_by_space(["call-proposed"]))


CHECKS: tuple[Check, ...] = (
    Check(
        "calls-recorded",
        _("Every call, and every support of one, stands in the register."),
        _not_recorded,
    ),
)
