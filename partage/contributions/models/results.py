"""How many took part, and the results as they were published."""

from django.db import models

from partage.coproductions.models import Coproduction


class Turnout(models.Model):
    """How many people took part, as last counted by the worker."""

    coproduction = models.OneToOneField(Coproduction, models.CASCADE, primary_key=True)
    people = models.PositiveIntegerField(default=0)
    # Channel to people and answers, for the desk: never shown to the public.
    by_channel = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.people} people"

    @property
    def shown(self) -> int:
        """Rounded down to five: a live count to the unit would tell when one person answers."""
        return self.people - self.people % 5


class Release(models.Model):
    """The results as published on a date; never changed afterwards."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    is_final = models.BooleanField(default=False)
    people = models.PositiveIntegerField()
    content = models.JSONField()
    # Loadings of the map, aggregates only: by it a person may locate themselves. Never published.
    model = models.JSONField(null=True)
    # Opens the commitment to the answers counted, for whoever may read them. Never published.
    opening = models.BinaryField(null=True)
    # How many people it leaves out, and of which contested sets: for the rule of the next one.
    left_out = models.JSONField(default=dict)

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="release_number_once")
        ]

    def __str__(self) -> str:
        return f"release {self.number} of {self.coproduction_id}"
