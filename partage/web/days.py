"""The day alone of what people wrote: a minute, beside the log of a network, would say who."""

from typing import Any

from django.db.models.functions import TruncDate
from django.utils import timezone

WRITTEN_ON = TruncDate("written_at")


def days_of(row: Any, *deeds: str) -> dict[str, Any]:
    """For `written`, the day of `written_at`; None where it has not happened."""
    moments = {deed: getattr(row, f"{deed}_at") for deed in deeds}
    return {f"{deed}_on": at and timezone.localdate(at) for deed, at in moments.items()}
