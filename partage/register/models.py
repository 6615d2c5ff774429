"""The register's tables: public entries, and the private openings that can be destroyed."""

from django.db import models


class VaultKey(models.Model):
    """One person's secret. Destroying it makes their commitments impossible to open."""

    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"vault key {self.pk}"


class Log(models.Model):
    """One tree of entries and its signed head. A site has one, and a new one after a fork."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    # Empty until the first signature: the name and the keys are chosen by the process that signs.
    origin = models.CharField(max_length=200, blank=True)
    vkeys = models.TextField(blank=True)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"", blank=True)
    checkpoint = models.TextField(blank=True)
    signed_size = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    cosigned = models.TextField(blank=True)
    # Why nothing may be signed any more; only an operator lifts it.
    halted = models.CharField(max_length=400, blank=True)
    verified_at = models.DateTimeField(null=True)
    verdict = models.JSONField(null=True)

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.CheckConstraint(
                name="log_signed_what_it_holds",
                condition=models.Q(signed_size__gte=0, signed_size__lte=models.F("size")),
            )
        ]

    def __str__(self) -> str:
        return self.origin or f"log {self.number}"


class Entry(models.Model):
    """One public line of the register: no personal data, never changed.

    Appended without a place; the sequencer gives it one in the current log.
    """

    log = models.PositiveSmallIntegerField(default=1)
    position = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    space = models.SlugField(max_length=80, blank=True, db_index=False)
    hour = models.DateTimeField()
    event_id = models.BinaryField(max_length=16, unique=True)
    commitment = models.BinaryField(max_length=32)
    public = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["space", "log", "position"], name="entry_in_space")]
        constraints = [
            # Also how those without a place are found: both databases index what is null.
            models.UniqueConstraint(fields=["position", "log"], name="entry_one_place"),
            models.CheckConstraint(name="entry_place", condition=models.Q(position__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.space or 'the site'}"


class Payload(models.Model):
    """What a commitment hides: the personal content of an act, erased with its key."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    vault_key = models.ForeignKey(VaultKey, models.CASCADE, related_name="payloads", db_index=False)
    content = models.TextField()
    # Set when the person's secret was replaced: what is kept must still open.
    opening = models.BinaryField(max_length=32, null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vault_key", "recorded_at"], name="payload_recent")]

    def __str__(self) -> str:
        return f"payload of entry {self.entry_id}"


class Erasure(models.Model):
    """An entry whose hidden content is gone, until an entry of the register says so."""

    event_id = models.BinaryField(max_length=16, unique=True)
    ground = models.CharField(max_length=40)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"erasure of {bytes(self.event_id).hex()}"


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
