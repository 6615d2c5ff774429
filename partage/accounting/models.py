"""The open account of a coproduction, as it was published."""

import json
from typing import Any

from django.db import models

from partage.coproductions.models import Coproduction


class PublishedAccount(models.Model):
    """One dated version: the declaration, and what it computed to. Never changed."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="accounts")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    declaration = models.TextField()
    digest = models.CharField(max_length=64)
    # Text, so that the file served is the same to the byte as the command's.
    content = models.TextField()

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="account_number_once")
        ]

    def __str__(self) -> str:
        return f"account {self.number} of {self.coproduction_id}"

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.content)
        return facts
