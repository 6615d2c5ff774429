"""Requests about personal data: an answer is owed within a month."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction, Role
from partage.people.models import Person

LONGEST_REQUEST = 2000
LONGEST_REASON = 500


class RequestQuerySet(models.QuerySet["Request"]):
    def for_desk_of(self, person: Person) -> "RequestQuerySet":
        """Those about what this person facilitates; about the site too, for an administrator.

        Where there is no administrator, every facilitator sees those about the site: somebody must.
        """
        mine = Role.objects.filter(person=person, kind=Role.Kind.FACILITATOR)
        ways = Q(coproduction__in=mine.values("coproduction"))
        of_site = Q(coproduction=None)
        if not person.is_administrator:
            # In the same query: the desk counts them.
            of_site &= Exists(mine) & ~Exists(Person.objects.filter(is_administrator=True))
        return self.filter(ways | of_site)

    def waiting(self) -> "RequestQuerySet":
        return self.filter(answered_at=None).order_by("due_on", "pk")


class Request(models.Model):
    """Somebody asks something about data that is held of them. It names no device: a link does."""

    class Kind(models.TextChoices):
        SEE = "see", _("See what is held about me")
        CORRECT = "correct", _("Correct what is held about me")
        ERASE = "erase", _("Erase what somebody else gave about me")
        OBJECT = "object", _("Object to a use of my data")
        OTHER = "other", _("Something else")

    coproduction = models.ForeignKey(
        Coproduction, models.CASCADE, null=True, related_name="requests"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=LONGEST_REQUEST)
    mail = models.EmailField(blank=True)
    language = models.CharField(max_length=5)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="requests")
    # A mark that slows whoever sends many; emptied after a day.
    network = models.BinaryField(max_length=16, default=b"")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    # Why it takes up to three months, said within the first.
    longer_because = models.CharField(max_length=LONGEST_REASON, blank=True)
    answer = models.CharField(max_length=LONGEST_REQUEST, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects = models.Manager.from_queryset(RequestQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="request_due", condition=Q(answered_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                name="request_kind_known",
                condition=Q(kind__in=["see", "correct", "erase", "object", "other"]),
            ),
            models.CheckConstraint(
                name="request_answered_whole",
                condition=Q(answer="", answered_at=None)
                | Q(answer__gt="", answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_answered_after_it_was_asked",
                condition=Q(answered_at=None) | Q(answered_at__gte=F("asked_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    def is_overdue(self, on: date | None = None) -> bool:
        return self.answered_at is None and self.due_on < (on or timezone.localdate())
