"""What must hold of frames at any moment."""

from collections.abc import Iterator

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import AT_ONCE, Check, named
from partage.coproductions.models import Coproduction, Frame
from partage.register.checks import unlike


def _not_the_last() -> Iterator[str]:
    last = Coproduction.objects.alias(last=Max("frames__version")).filter(last__isnull=False)
    return named(last.exclude(frame__version=F("last"), frame__coproduction=F("pk")))


def _not_recorded() -> Iterator[str]:
    frames = Frame.objects.values_list("pk", "coproduction__slug", "version").order_by("pk")
    rows = ((f"coproductions.Frame {pk}", tuple(said)) for pk, *said in frames.iterator(AT_ONCE))
    return unlike(rows, "frame-published", "version")


CHECKS: tuple[Check, ...] = (
    Check(
        "frames-last",
        _("The frame in force is the last one that was published."),
        _not_the_last,
    ),
    Check(
        "frames-recorded",
        _("The publication of every frame stands in the register."),
        _not_recorded,
    ),
)
