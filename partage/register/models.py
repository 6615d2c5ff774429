"""The register's tables: public entries, and the private openings that can be destroyed."""

from django.db import models


class VaultKey(models.Model):
    """One person's secret. Destroying it makes their commitments impossible to open."""

    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"vault key {self.pk}"


class Entry(models.Model):
    """One public line of the register: no personal data, never changed."""

    log = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=40)
    space = models.SlugField(max_length=80, blank=True, db_index=False)
    hour = models.DateTimeField()
    event_id = models.BinaryField(max_length=16, unique=True)
    commitment = models.BinaryField(max_length=32)
    public = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["space", "id"], name="entry_space")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.space or 'the site'}"


class Payload(models.Model):
    """What a commitment hides: the personal content of an act, erased with its key."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    vault_key = models.ForeignKey(VaultKey, models.CASCADE, related_name="payloads", db_index=False)
    content = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vault_key", "recorded_at"], name="payload_recent")]

    def __str__(self) -> str:
        return f"payload of entry {self.entry_id}"


class Consumer(models.Model):
    """How far a background reader has followed one space of the register."""

    name = models.CharField(max_length=40)
    space = models.SlugField(max_length=80)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "space"], name="consumer_one_position")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.space} at {self.position}"
