"""An opinion: its parts, its numbered recommendations, what they rest on, and what became of them.

What is not known is null, or an empty text: it is shown as "not known", never as zero.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.contributions.models import Argument, Idea, Statement, TestReport, TrialTask
from partage.coproductions.models import Coproduction
from partage.register.models import VaultKey
from partage.web.localized import LocalizedField

LONGEST_TEXT = 10_000
LONGEST_REASON = 2000
MOST_REMINDERS = 3


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def published(self) -> "OpinionQuerySet":
        return self.filter(state=Opinion.State.PUBLISHED)

    def listed(self) -> "OpinionQuerySet":
        """What every list and file, and the API, hold: on their own, or of a coproduction that shows."""
        shows = Q(coproduction=None) | Q(coproduction__in=Coproduction.objects.visible())
        return self.published().filter(shows)


class Opinion(models.Model):
    """A text with numbered recommendations, given by a body; in a coproduction or on its own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    class Result(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        REJECTED = "rejected", _("Rejected")

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, null=True, related_name="opinions"
    )
    slug = models.SlugField(max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = LocalizedField()
    question = LocalizedField(blank=True)
    definition = LocalizedField(blank=True)
    # Who gives it, and which part of them wrote it.
    given_by = LocalizedField(blank=True)
    written_by = LocalizedField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    president = models.CharField(max_length=200, blank=True)
    rapporteur = models.CharField(max_length=200, blank=True)
    rapporteur_group = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=40, blank=True)
    journal_number = models.CharField(max_length=40, blank=True)
    pages = models.PositiveIntegerField(null=True)
    referred_by = LocalizedField(blank=True)
    legal_basis = LocalizedField(blank=True)
    referred_on = models.DateField(null=True)
    dated_on = models.DateField(null=True)
    voted_on = models.DateField(null=True)
    in_journal_on = models.DateField(null=True)
    # As it was said: which majority was asked for is not drawn from the totals.
    result = models.CharField(max_length=10, choices=Result, blank=True)
    votes_for = models.PositiveIntegerField(null=True)
    votes_against = models.PositiveIntegerField(null=True)
    votes_abstain = models.PositiveIntegerField(null=True)
    # What was looked for and not found, each in a sentence.
    gaps = models.JSONField(default=list, blank=True)
    # Of the file it was imported from.
    digest = models.CharField(max_length=64, blank=True)

    objects = models.Manager.from_queryset(OpinionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opinion_state_known", condition=Q(state__in=["draft", "published"])
            ),
            models.CheckConstraint(
                name="opinion_result_known", condition=Q(result__in=["", "adopted", "rejected"])
            ),
            models.CheckConstraint(
                name="opinion_totals_all_known_or_none",
                condition=Q(votes_for=None, votes_against=None, votes_abstain=None)
                | Q(
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    votes_abstain__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("opinion", args=[self.slug])

    @property
    def space(self) -> str:
        """Where its acts stand in the register: with its coproduction, or on their own."""
        return self.coproduction.slug if self.coproduction else f"opinion.{self.pk}"


class Part(models.Model):
    """A heading of the body's text, and the text under it."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="parts")
    place = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=40, blank=True)
    title = LocalizedField()
    text = LocalizedField(blank=True)
    page = models.PositiveIntegerField(null=True)
    # Whether the source broke off in it.
    is_cut = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "place"], name="part_one_place"),
            models.CheckConstraint(name="part_level", condition=Q(level__range=(1, 6))),
        ]

    def __str__(self) -> str:
        return f"part {self.place} of {self.opinion_id}"


class Recommendation(models.Model):
    """What somebody should do, who, by when, and how we will know that it is done."""

    class Standing(models.TextChoices):
        """Whose words these are: shown apart, so that nobody takes a wish for what was voted."""

        ADVOCATED = "advocated", _("advocated by the opinion")
        REPORTED = "reported", _("raised by the opinion")
        GROUP = "group", _("wished by a group")
        AUTHOR = "author", _("wished by an author")

    class Basis(models.TextChoices):
        STATED = "stated", _("as the source says")
        INFERRED = "inferred", _("as we read it")

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="recommendations")
    number = models.PositiveIntegerField()
    part = models.ForeignKey(Part, models.SET_NULL, null=True, related_name="recommendations")
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.ADVOCATED)
    text = LocalizedField()
    acts = LocalizedField(blank=True)
    acts_basis = models.CharField(max_length=10, choices=Basis, blank=True)
    due_on = models.DateField(null=True)
    known_by = LocalizedField(blank=True)
    note = LocalizedField(blank=True)
    theme = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "number"], name="recommendation_one_number"),
            models.CheckConstraint(
                name="recommendation_standing_known",
                condition=Q(standing__in=["advocated", "reported", "group", "author"]),
            ),
            models.CheckConstraint(
                name="recommendation_basis_known",
                condition=Q(acts_basis__in=["", "stated", "inferred"]),
            ),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.number} of {self.opinion_id}"

    def get_absolute_url(self) -> str:
        return reverse("recommendation", args=[self.opinion.slug, self.number])


CONTRIBUTED = ("statement", "idea", "argument", "task", "report")
EVIDENCE = (*CONTRIBUTED, "account", "work")


def _evidence(kind: str) -> Q:
    """Only this one is there."""
    there: dict[str, Any] = {f"{name}__isnull": True for name in CONTRIBUTED}
    there |= {"account__isnull": True, "line": "", "work": ""}
    if kind in CONTRIBUTED:
        return Q(**there | {f"{kind}__isnull": False})
    if kind == "account":
        del there["line"]
        return Q(**there | {"account__isnull": False}) & Q(line__gt="")
    del there["work"]
    return Q(**there) & Q(work__gt="")


class Evidence(models.Model):
    """One thing a recommendation rests on: something of this site, or a work by its address."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="evidence")
    statement = models.ForeignKey(Statement, models.CASCADE, null=True, related_name="cited")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, related_name="cited")
    argument = models.ForeignKey(Argument, models.CASCADE, null=True, related_name="cited")
    # A task that people tried, with what their reports say together; or one of the reports.
    task = models.ForeignKey(TrialTask, models.CASCADE, null=True, related_name="cited")
    report = models.ForeignKey(TestReport, models.CASCADE, null=True, related_name="cited")
    # The line of the account of a coproduction, by its code.
    account = models.ForeignKey(Coproduction, models.PROTECT, null=True, related_name="cited")
    line = models.CharField(max_length=20, blank=True)
    work = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="evidence_exactly_one",
                condition=reduce(or_, map(_evidence, EVIDENCE)),
            ),
            *(
                models.UniqueConstraint(
                    fields=["recommendation", name], name=f"evidence_{name}_once"
                )
                for name in CONTRIBUTED
            ),
            models.UniqueConstraint(
                fields=["recommendation", "account", "line"], name="evidence_line_once"
            ),
            models.UniqueConstraint(
                fields=["recommendation", "work"],
                name="evidence_work_once",
                condition=Q(work__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class Source(models.Model):
    """A text that the opinion is known by. Some have no address on the web."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="sources")
    place = models.PositiveIntegerField()
    address = models.CharField(max_length=2000)
    what = LocalizedField(blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "address"], name="source_once"),
            models.UniqueConstraint(fields=["opinion", "place"], name="source_one_place"),
        ]

    def __str__(self) -> str:
        return f"source {self.place} of {self.opinion_id}"


class Finding(models.Model):
    """What the opinion saw before it recommended: a remark, a figure, or a work beside it."""

    class Kind(models.TextChoices):
        FORM = "form", _("Forms of coproduction")
        CHOICE = "choice", _("How far it is chosen")
        CONSUMERS = "consumers", _("What moves consumers")
        FIRMS = "firms", _("What moves firms")
        ISSUE = "issue", _("What is at stake")
        OPPORTUNITY = "opportunity", _("What it may bring")
        FIGURE = "figure", _("Figures")
        SISTER = "sister", _("Works beside it")

    class Qualifier(models.TextChoices):
        MORE = "more than", _("more than")
        LESS = "less than", _("less than")
        ABOUT = "about", _("about")
        AT_LEAST = "at least", _("at least")
        AT_MOST = "at most", _("at most")

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="findings")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    text = LocalizedField()
    # Of a figure: null where the source gives it in words alone.
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=20, blank=True)
    qualifier = models.CharField(max_length=10, choices=Qualifier, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    said_by = models.CharField(max_length=200, blank=True)
    addresses = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "place"], name="finding_one_place"),
            models.CheckConstraint(
                name="finding_kind_known",
                condition=Q(
                    kind__in=[
                        "form", "choice", "consumers", "firms", "issue", "opportunity", "figure",
                        "sister",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="finding_qualifier_known",
                condition=Q(
                    qualifier__in=["", "more than", "less than", "about", "at least", "at most"]
                ),
            ),
            models.CheckConstraint(
                name="finding_value_of_a_figure", condition=Q(value=None) | Q(kind="figure")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"finding {self.place} of {self.opinion_id}"


class Declaration(models.Model):
    """What a group says of the opinion. Its words, never the body's."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="declarations")
    place = models.PositiveIntegerField()
    group = models.CharField(max_length=200)
    kind = LocalizedField(blank=True)
    text = LocalizedField()
    vote_in_words = LocalizedField(blank=True)
    address = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "group"], name="declaration_one_a_group"),
            models.UniqueConstraint(fields=["opinion", "place"], name="declaration_one_place"),
        ]

    def __str__(self) -> str:
        return f"declaration of {self.group}"


class GroupVote(models.Model):
    """How a group voted, as recorded elsewhere; null where no source says."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="group_votes")
    group = models.CharField(max_length=200)
    votes_for = models.PositiveIntegerField(null=True)
    votes_against = models.PositiveIntegerField(null=True)
    votes_abstain = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "group"], name="group_vote_once"),
        ]

    def __str__(self) -> str:
        return f"vote of {self.group}"


class Version(models.Model):
    """The opinion as published on a date. Never changed: another one follows."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["opinion", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.opinion_id}"


class Answer(models.Model):
    """What whoever should act answered, dated; a later one follows, none is changed."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("accepted in part")
        REFUSED = "refused", _("refused")

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=10, choices=Kind)
    said_by = models.CharField(max_length=200)
    text = models.CharField(max_length=LONGEST_REASON, blank=True)
    language = models.CharField(max_length=5)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="answer_kind_known", condition=Q(kind__in=["accepted", "partly", "refused"])
            ),
            models.CheckConstraint(
                name="answer_refused_with_a_reason", condition=~Q(kind="refused") | Q(text__gt="")
            ),
            models.CheckConstraint(name="answer_by_somebody", condition=Q(said_by__gt="")),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} to recommendation {self.recommendation_id}"


class Milestone(models.Model):
    """Something that was done about a recommendation, and where it can be seen."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="milestones")
    reached_on = models.DateField()
    text = models.CharField(max_length=LONGEST_REASON)
    address = models.URLField(max_length=2000)
    language = models.CharField(max_length=5)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["reached_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="milestone_with_evidence", condition=Q(text__gt="", address__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"milestone {self.pk} of recommendation {self.recommendation_id}"


class Addressee(models.Model):
    """Where whoever should act is reminded. Shown at the desk alone, and erased once of no use."""

    recommendation = models.OneToOneField(Recommendation, models.PROTECT, related_name="addressee")
    address = models.EmailField()
    # Of the address: tells it again without reading it.
    mark = models.BinaryField(max_length=32, db_index=True)
    language = models.CharField(max_length=5)
    next_on = models.DateField(db_index=True)
    # Its own secret: what the register holds of it goes with the address.
    vault_key = models.OneToOneField(VaultKey, models.PROTECT)

    def __str__(self) -> str:
        return f"addressee of recommendation {self.recommendation_id}"


class Reminder(models.Model):
    """On which day whoever should act was reminded. Public; it does not say where."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    reminded_on = models.DateField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "number"], name="reminder_one_number"
            ),
            models.CheckConstraint(
                name="reminder_so_many", condition=Q(number__range=(1, MOST_REMINDERS))
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.number} of recommendation {self.recommendation_id}"


class NoReminders(models.Model):
    """The mark of an address whose reader wants no more reminders. The address is not kept."""

    mark = models.BinaryField(max_length=32, unique=True)

    class Meta:
        verbose_name_plural = "no reminders"

    def __str__(self) -> str:
        return f"no reminders {self.pk}"
