"""A coproduction, its stages, and its frame: the published promises it is held to."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.people.models import Person
from partage.web.localized import LocalizedField

FEWEST_SUPPORTS, MOST_SUPPORTS = 1, 1_000_000


class Organization(models.Model):
    """Who runs coproductions."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    # It promises to answer a call that has so many supports.
    answers_from = models.PositiveIntegerField(default=50)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_answers_from_a_number_in_reach",
                condition=Q(answers_from__range=(FEWEST_SUPPORTS, MOST_SUPPORTS)),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Family(models.TextChoices):
    SELF_SERVICE = "self-service", _("Self-service")
    MARKETING = "participatory-marketing", _("Ideas and tests")
    COLLABORATIVE = "collaborative-economy", _("Collaborative economy")
    DATA = "data", _("Data")


class CoproductionQuerySet(models.QuerySet["Coproduction"]):
    def visible(self) -> "CoproductionQuerySet":
        """Those whose frame is published: the only ones any page, file or feed may show."""
        return self.filter(frame__isnull=False).select_related("organization", "frame")

    def open_to_votes(self, at: datetime | None = None) -> "CoproductionQuerySet":
        at = at or timezone.now()
        still_open = Q(stages__closes_at=None) | Q(stages__closes_at__gt=at)
        return self.filter(still_open, stages__kind=Stage.Kind.VOTES, stages__opens_at__lte=at)


class Coproduction(models.Model):
    """One thing made together: a question, an organization, stages, a frame."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="coproductions")
    slug = models.SlugField(max_length=80, unique=True)
    title = LocalizedField()
    question = LocalizedField()
    asked_by = LocalizedField(blank=True)
    legal_basis = LocalizedField(blank=True)
    asked_on = models.DateField(null=True, blank=True)
    not_discussed = LocalizedField(blank=True)
    is_sample = models.BooleanField(default=False)
    frame = models.OneToOneField(
        "Frame", models.PROTECT, null=True, related_name="current_of", editable=False
    )

    objects = models.Manager.from_queryset(CoproductionQuerySet)()

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("coproduction", args=[self.slug])

    @property
    def asks_consent(self) -> bool:
        """Whether answers are sensitive, so that an explicit yes comes before the first one."""
        return self.frame is not None and self.frame.is_sensitive

    @property
    def assurance(self) -> "Frame.Assurance":
        """What the frame in force asks before a first act."""
        return Frame.Assurance(self.frame.assurance) if self.frame else Frame.Assurance.OPEN

    @property
    def decides(self) -> dict[str, str]:
        """Who decides, on what and when, as the frame in force says."""
        return self.frame.decides if self.frame else {}

    @property
    def family_names(self) -> list[str]:
        return self.frame.family_names if self.frame else []


class Stage(models.Model):
    """A period of a coproduction."""

    class Kind(models.TextChoices):
        IDEAS = "ideas", _("Ideas")
        TESTS = "tests", _("Tests")
        VOTES = "votes", _("Votes")
        RECOMMENDATIONS = "recommendations", _("Recommendations")
        OPINION = "opinion", _("Vote on the opinion")
        FOLLOW_UP = "follow-up", _("Follow-up")

    coproduction = models.ForeignKey(Coproduction, models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=20, choices=Kind)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opens_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "kind"], name="stage_once"),
            models.CheckConstraint(
                name="stage_closes_after_opening",
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="stage_kind_known",
                condition=Q(
                    kind__in=["ideas", "tests", "votes", "recommendations", "opinion", "follow-up"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def is_open(self, at: datetime | None = None) -> bool:
        at = at or timezone.now()
        return self.opens_at <= at and (self.closes_at is None or at < self.closes_at)

    def is_over(self, at: datetime | None = None) -> bool:
        return self.closes_at is not None and self.closes_at <= (at or timezone.now())


class Frame(models.Model):
    """One dated version of the promises of a coproduction. Never changed: a new one follows."""

    class Alternative(models.TextChoices):
        STAFFED = "staffed", _("A person serves you")
        NONE = "none", _("None")
        UNKNOWN = "unknown", _("Unknown")

    class Landscape(models.TextChoices):
        DEFAULT = (
            "default",
            _("It says how sure it is, and announces groups only when tests pass."),
        )
        POLIS = (
            "polis",
            _(
                "By the rules of Polis: it always cuts people into groups, and does not say how sure it is."
            ),
        )

    class Assurance(models.TextChoices):
        """What shows that a device is one person; how each is proved stands in partage/assurance."""

        OPEN = "open", _("Nothing is asked: one device counts as one person.")
        MAIL = "mail", _("A mail address, shown to be yours by a code sent to it.")
        CODE = "code", _("An invitation code, which serves once.")
        LIST = "list", _("Being on the list of members.")
        IDENTITY = "identity", _("An identity, shown by whoever keeps it for you.")

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="frames")
    version = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    reason = LocalizedField(blank=True)
    decides = LocalizedField(blank=True)
    families = models.JSONField(default=list, blank=True)
    profiling = LocalizedField(blank=True)
    ranking = LocalizedField(blank=True)
    payer = LocalizedField(blank=True)
    law = LocalizedField(blank=True)
    sharing_rule = LocalizedField(blank=True)
    retention = LocalizedField(blank=True)
    alternative = models.CharField(max_length=10, choices=Alternative, default="unknown")
    alternative_words = LocalizedField(blank=True)
    alternative_hours_a_week = models.DecimalField(
        max_digits=5, decimal_places=1, null=True, blank=True
    )
    alternative_wait_minutes = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, blank=True
    )
    is_sensitive = models.BooleanField(default=False)
    consent_text = LocalizedField(blank=True)
    landscape = models.CharField(
        max_length=10, choices=Landscape, default=Landscape.DEFAULT, db_default=Landscape.DEFAULT
    )
    assurance = models.CharField(
        max_length=10, choices=Assurance, default=Assurance.OPEN, db_default=Assurance.OPEN
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "version"], name="frame_version_once"),
            models.CheckConstraint(
                name="frame_landscape_known", condition=Q(landscape__in=["default", "polis"])
            ),
            models.CheckConstraint(
                name="frame_assurance_known",
                condition=Q(assurance__in=["open", "mail", "code", "list", "identity"]),
            ),
            models.CheckConstraint(
                name="frame_alternative_known",
                condition=Q(alternative__in=["staffed", "none", "unknown"]),
            ),
            models.CheckConstraint(
                name="frame_changed_with_a_reason",
                condition=Q(version=1) | ~Q(reason={}),
            ),
        ]

    def __str__(self) -> str:
        return f"frame {self.version} of {self.coproduction_id}"

    @property
    def family_names(self) -> list[str]:
        return [str(Family(family).label) for family in self.families]


class Task(models.Model):
    """Work asked of participants, and who did it before."""

    class Degree(models.TextChoices):
        CHOSEN = "chosen", _("chosen")
        OBLIGED = "obliged", _("obliged")
        ENDURED = "endured", _("endured")

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="tasks")
    name = LocalizedField()
    done_before_by = LocalizedField(blank=True)
    degree = models.CharField(max_length=10, choices=Degree)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"task {self.pk}"


class DataTaken(models.Model):
    """A kind of data the organization takes, whether people know it or not."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="data_taken")
    category = LocalizedField()
    is_known_to_people = models.BooleanField()
    purpose = LocalizedField(blank=True)
    receivers = LocalizedField(blank=True)
    is_commercial = models.BooleanField(null=True)
    kept_days = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "data taken"

    def __str__(self) -> str:
        return f"data {self.pk}"


class Role(models.Model):
    """What a person may do in a coproduction."""

    class Kind(models.TextChoices):
        FACILITATOR = "facilitator", _("facilitator")
        MODERATOR = "moderator", _("moderator")
        READER = "reader", _("reader of drafts")

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    coproduction = models.ForeignKey(Coproduction, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "coproduction", "kind"], name="role_once"),
            models.CheckConstraint(
                name="role_kind_known",
                condition=Q(kind__in=["facilitator", "moderator", "reader"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} of {self.coproduction_id}"


class StageChange(models.Model):
    """New dates of a stage, with the reason: both stay public."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="changes")
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    language = models.CharField(max_length=5)
    opened_before = models.DateTimeField()
    closed_before = models.DateTimeField(null=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="stage_changed_with_a_reason", condition=Q(reason__gt="")),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of stage {self.stage_id}"
