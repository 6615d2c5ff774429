"""Works on digital society: what they are, what they ask for, what they leave open.

What is not known is null, or an empty text: it is shown as "not known", never as zero.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction, Organization

LONGEST_SLUG = 100
LONGEST_NAME = 200
LONGEST_TITLE = 500
LONGEST_SUMMARY = 4000
LONGEST_LINE = 2000
LONGEST_REASON = 500
FIRST_YEAR, LAST_YEAR = 1900, 2100
YEAR_KNOWN = Q(year__isnull=False, year__range=(FIRST_YEAR, LAST_YEAR))
MONTH_KNOWN = Q(month__isnull=False, month__range=(1, 12))


class Theme(models.TextChoices):
    """What a work is about. A fixed list, so that works of all shelves are found together."""

    PLATFORMS = "plateformes", _("Platforms and collaborative economy")
    DATA = "donnees", _("Data")
    ALGORITHMS = "algorithmes-ia", _("Algorithms and AI")
    WORK = "travail-emploi", _("Work and employment")
    TAXATION = "fiscalite-valeur", _("Taxation and sharing of value")
    ENVIRONMENT = "environnement", _("Environment")
    INCLUSION = "inclusion", _("Inclusion")
    COMMONS = "communs", _("Commons, cooperation, third places")
    EDUCATION = "education-formation", _("Education and training")
    HEALTH = "sante", _("Health")
    DEMOCRACY = "democratie", _("Democracy and participation")
    PUBLIC_SERVICES = "services-publics", _("Public services")
    CONSUMPTION = "consommation", _("Consumption")
    SOVEREIGNTY = "souverainete", _("Digital sovereignty")
    TERRITORIES = "territoires", _("Territories")
    CULTURE = "culture-information", _("Culture and information")
    INDUSTRY = "industrie-innovation", _("Industry and innovation")
    RIGHTS = "droits-libertes", _("Rights and liberties")


class WorkQuerySet(models.QuerySet["Work"]):
    def listed(self) -> "WorkQuerySet":
        """What every list, feed and index holds: a withdrawn work keeps its page alone."""
        return self.filter(withdrawn_at=None)

    def newest(self) -> "WorkQuerySet":
        """The last dated first, those without a date at the end."""
        parts = [F(name).desc(nulls_last=True) for name in ("year", "month", "day")]
        return self.order_by(*parts, "slug")

    def with_lists(self) -> "WorkQuerySet":
        """Each with its bodies and themes, in two more queries."""
        return self.prefetch_related("bodies", "themes")


class Work(models.Model):
    """An opinion, a report or a study, given by one body or several."""

    # Entries about works stand there. No slug holds a dot: it is never that of a coproduction.
    SPACE = "library."

    slug = models.SlugField(max_length=LONGEST_SLUG, unique=True)
    # Who keeps it up to date; nobody in particular: the catalogue of the site.
    shelf = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="works")
    title = models.CharField(max_length=LONGEST_TITLE)
    region = models.CharField(max_length=LONGEST_NAME)
    kind = models.CharField(max_length=LONGEST_NAME)
    # As much of the date as is known: a year, a month of it, a day of that.
    year = models.PositiveSmallIntegerField(null=True)
    month = models.PositiveSmallIntegerField(null=True)
    day = models.PositiveSmallIntegerField(null=True)
    # Names as published, in their order.
    rapporteurs = models.JSONField(default=list, blank=True)
    votes_for = models.PositiveIntegerField(null=True)
    votes_against = models.PositiveIntegerField(null=True)
    votes_abstain = models.PositiveIntegerField(null=True)
    # How many members could vote.
    body_size = models.PositiveIntegerField(null=True)
    url = models.CharField(max_length=LONGEST_LINE)
    source_url = models.CharField(max_length=LONGEST_LINE, blank=True)
    language = models.CharField(max_length=5)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects = models.Manager.from_queryset(WorkQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="work_says_what_it_is",
                condition=Q(slug__gt="", title__gt="", kind__gt="", url__gt="", language__gt=""),
            ),
            models.CheckConstraint(
                name="work_date_in_order",
                # Said to be there as well: a comparison with nothing refuses nothing.
                condition=Q(year=None, month=None, day=None)
                | Q(YEAR_KNOWN, month=None, day=None)
                | Q(YEAR_KNOWN, MONTH_KNOWN, day=None)
                | Q(YEAR_KNOWN, MONTH_KNOWN, day__isnull=False, day__range=(1, 31)),
            ),
            models.CheckConstraint(
                name="work_votes_within_the_body",
                condition=Q(body_size=None)
                | Q(
                    body_size__gte=Coalesce(F("votes_for"), 0)
                    + Coalesce(F("votes_against"), 0)
                    + Coalesce(F("votes_abstain"), 0)
                ),
            ),
            models.CheckConstraint(
                name="work_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_why__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("work", args=[self.slug])

    @property
    def dated(self) -> str:
        """As much of the ISO date as is known; empty when nothing is."""
        parts = ((self.year, 4), (self.month, 2), (self.day, 2))
        return "-".join(f"{part:0{width}}" for part, width in parts if part is not None)

    @property
    def dated_with_slashes(self) -> str:
        """As reference managers read it."""
        return self.dated.replace("-", "/")

    @property
    def exact_day(self) -> date | None:
        return date.fromisoformat(self.dated) if self.year and self.month and self.day else None

    @property
    def knows_a_vote(self) -> bool:
        return any(n is not None for n in (self.votes_for, self.votes_against, self.votes_abstain))

    @property
    def title_is_ours(self) -> bool:
        """In square brackets: the exact title was not seen, the words are the catalogue's."""
        return self.title.startswith("[") and self.title.endswith("]")

    @property
    def institutions(self) -> list[str]:
        return [body.name for body in self.bodies.all()]

    @property
    def theme_slugs(self) -> list[str]:
        return [one.theme for one in self.themes.all()]


class WorkBody(models.Model):
    """One of the bodies that gave a work."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="bodies", db_index=False)
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME, db_index=True)

    class Meta:
        ordering = ["work", "place"]
        verbose_name_plural = "work bodies"
        constraints = [
            models.UniqueConstraint(fields=["work", "place"], name="work_body_one_place"),
            models.UniqueConstraint(fields=["work", "name"], name="work_body_once"),
            models.CheckConstraint(name="work_body_named", condition=Q(name__gt="")),
        ]

    def __str__(self) -> str:
        return self.name


class WorkTheme(models.Model):
    """One of the themes of a work, the main one first."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="themes", db_index=False)
    place = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=40, choices=Theme, db_index=True)

    class Meta:
        ordering = ["work", "place"]
        constraints = [
            models.UniqueConstraint(fields=["work", "place"], name="work_theme_one_place"),
            models.UniqueConstraint(fields=["work", "theme"], name="work_theme_once"),
            models.CheckConstraint(
                name="work_theme_known",
                condition=Q(
                    theme__in=[
                        "plateformes",
                        "donnees",
                        "algorithmes-ia",
                        "travail-emploi",
                        "fiscalite-valeur",
                        "environnement",
                        "inclusion",
                        "communs",
                        "education-formation",
                        "sante",
                        "democratie",
                        "services-publics",
                        "consommation",
                        "souverainete",
                        "territoires",
                        "culture-information",
                        "industrie-innovation",
                        "droits-libertes",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.theme


class WorkRecommendation(models.Model):
    """One thing that a work asks for."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="recommendations", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST_LINE)

    class Meta:
        ordering = ["work", "number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="work_recommendation_number"),
            models.CheckConstraint(name="work_recommendation_says", condition=Q(text__gt="")),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.number} of {self.work_id}"


class OpenQuestion(models.Model):
    """A question that a work leaves open."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="questions", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST_LINE)

    class Meta:
        ordering = ["work", "number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="open_question_number"),
            models.CheckConstraint(name="open_question_says", condition=Q(text__gt="")),
        ]

    def __str__(self) -> str:
        return f"question {self.number} of {self.work_id}"


class FollowedUp(models.Model):
    """Something that was done about a work, and where it can be seen."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="effects", db_index=False)
    place = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=LONGEST_LINE)
    url = models.CharField(max_length=LONGEST_LINE)

    class Meta:
        ordering = ["work", "place"]
        verbose_name_plural = "followed up"
        constraints = [
            models.UniqueConstraint(fields=["work", "place"], name="followed_up_one_place"),
            models.CheckConstraint(
                name="followed_up_is_seen_somewhere", condition=Q(what__gt="", url__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"effect {self.place} of {self.work_id}"


class WorkLink(models.Model):
    """What a work says of another one."""

    class Kind(models.TextChoices):
        FOLLOWS = "follows", _("follows")
        ANSWERS = "answers", _("answers")
        CITES = "cites", _("cites")

    work = models.ForeignKey(Work, models.CASCADE, related_name="links", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    other = models.ForeignKey(Work, models.CASCADE, related_name="linked_by")

    class Meta:
        ordering = ["work", "kind", "other"]
        constraints = [
            models.UniqueConstraint(fields=["work", "kind", "other"], name="work_link_once"),
            models.CheckConstraint(
                name="work_link_kind_known", condition=Q(kind__in=["follows", "answers", "cites"])
            ),
            models.CheckConstraint(name="work_link_to_another", condition=~Q(work=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.kind} {self.other_id}"


class StartedFrom(models.Model):
    """The work, and the question it left open, that a coproduction was started from."""

    coproduction = models.OneToOneField(
        Coproduction, models.CASCADE, related_name="started_from", primary_key=True
    )
    work = models.ForeignKey(Work, models.PROTECT, related_name="started")
    # As the work asked it that day.
    question = models.CharField(max_length=LONGEST_LINE, blank=True)

    class Meta:
        verbose_name_plural = "started from"

    def __str__(self) -> str:
        return f"{self.coproduction_id} from {self.work_id}"
