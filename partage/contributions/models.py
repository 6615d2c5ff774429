"""Statements, ideas, the answers to them, and the results as they were published."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.calc.ranking import difference, share_agree
from partage.coproductions.models import Coproduction, Role
from partage.people.models import Channel, Participant, Person

LONGEST_STATEMENT = 280
LONGEST_TITLE = 150
LONGEST_BODY = 10_000
LONGEST_ARGUMENT = 400
UNCLEAR_TO_MANY = 5
NOT_SHOWN = {
    "en": "This sentence is not shown any more.",
    "fr": "Cette phrase n’est plus montrée.",
}
LONGEST_REPORT = 2000
LONGEST_TASK = 200
LONGEST_TRIAL_MINUTES = 24 * 60


class Progress(models.TextChoices):
    """What became of a contribution."""

    WAITING = "waiting", _("waiting: somebody will read it")
    ASKED = "asked", _("waiting for its author: a change was asked for")
    SECOND = "second", _("waiting: a second person will read it")
    PUBLISHED = "published", _("published")
    GROUPED = "grouped", _("grouped with another idea")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    ERASED = "erased", _("erased by its author")


class Rule(models.TextChoices):
    """The charter: under which of its rules something is refused."""

    OFF_TOPIC = "off-topic", _("It is about something else.")
    PERSONAL = "personal", _("It attacks or names a person.")
    SEVERAL = "several", _("It holds several ideas: one sentence, one idea.")
    DUPLICATE = "duplicate", _("Another sentence already says it.")
    UNLAWFUL = "unlawful", _("The law forbids it.")
    UNCLEAR = "unclear", _("Many did not understand it: a clearer sentence takes its place.")
    SOURCE = "source", _("It was left out where it was imported from.")


# Those a moderator may choose from.
CHARTER = [r for r in Rule if r not in (Rule.UNCLEAR, Rule.SOURCE)]


def progress_rules(name: str) -> list[models.CheckConstraint]:
    ruled = Q(state__in=["refused", "second"])
    return [
        models.CheckConstraint(
            name=f"{name}_refused_with_a_rule",
            condition=(ruled & Q(rule__gt="")) | (~ruled & Q(rule="")),
        ),
        models.CheckConstraint(name=f"{name}_state_known", condition=Q(state__in=Progress.values)),
        models.CheckConstraint(
            name=f"{name}_asked_with_words", condition=~Q(state="asked") | Q(reason__gt="")
        ),
        models.CheckConstraint(
            name=f"{name}_refused_by_two",
            condition=~Q(state="refused") | Q(first_reader=None) | ~Q(decided_by=F("first_reader")),
        ),
    ]


class ContributionQuerySet(models.QuerySet[Any]):
    def published(self) -> Any:
        return self.filter(state=Progress.PUBLISHED)

    def waiting(self) -> Any:
        return self.filter(state=Progress.WAITING)

    def to_read(self, person: Person) -> Any:
        """What waits for this person: a refusal needs a second reader where two must agree."""
        second = Q(state=Progress.SECOND) & ~Q(first_reader=person)
        return self.filter(Q(state=Progress.WAITING) | second)


class Decided(models.Model):
    """What all contributions have in common: what became of them, and why."""

    noun: ClassVar[str]
    label: ClassVar[Any]

    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=Progress, default=Progress.WAITING)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    first_reader = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True


class StatementQuerySet(ContributionQuerySet):
    def unclear(self) -> Any:
        """Published, and more people found it unclear since the desk last looked into it."""
        seen = F("unclear_seen") + UNCLEAR_TO_MANY
        return self.published().filter(unclear_counted__gte=seen)


class Statement(Decided):
    """One sentence people agree or disagree with."""

    noun, label = "statement", _("Sentence")

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="statements")
    text = models.CharField(max_length=1000)
    translations = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="statements")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    is_from_team = models.BooleanField(default=False)
    # When it first was, whatever became of it since: its number on ballot sheets follows from it.
    published_at = models.DateTimeField(null=True)
    # Counted by the worker, for the rule that shows seldom-answered sentences first.
    answers_counted = models.PositiveIntegerField(default=0)
    # How many of them said that it is not clear, and how many when the desk last looked into it.
    unclear_counted = models.PositiveIntegerField(default=0)
    unclear_seen = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(StatementQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["coproduction", "state"], name="statement_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "source_id"], name="statement_imported_once"
            ),
            *progress_rules("statement"),
            models.CheckConstraint(
                name="statement_published_on_a_day",
                condition=~Q(state="published") | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.coproduction.slug, self.pk])

    @property
    def words(self) -> dict[str, str]:
        return {self.language: self.text, **self.translations}

    @property
    def words_for_all(self) -> dict[str, str]:
        """For whoever answered it: taken down or withdrawn, it is read by its author alone."""
        is_shown = self.state in (Progress.PUBLISHED, Progress.ERASED)
        return self.words if is_shown else NOT_SHOWN


class Vote(models.Model):
    """A participant's answer to a statement; the last one counts."""

    class Answer(models.IntegerChoices):
        AGREE = 1, _("Agree")
        DISAGREE = -1, _("Disagree")
        UNSURE = 0, _("I don't know")
        UNCLEAR = 2, _("This sentence is not clear")

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="votes", db_index=False
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="votes")
    answer = models.SmallIntegerField(choices=Answer)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "statement"], name="vote_one_each"),
            models.CheckConstraint(name="vote_answer_known", condition=Q(answer__in=[1, -1, 0, 2])),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk}"


class Sheet(models.Model):
    """A ballot sheet or a phone call that the desk entered: one participant, without a device."""

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="sheets", db_index=False
    )
    channel = models.CharField(
        max_length=10, choices=[(c.value, c.label) for c in (Channel.PAPER, Channel.PHONE)]
    )
    # The number written on the sheet: by it people have their answers removed.
    mark = models.CharField(max_length=20)
    participant = models.OneToOneField(Participant, models.CASCADE, related_name="sheet")
    entered_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "channel", "mark"], name="sheet_entered_once"
            ),
            models.CheckConstraint(
                name="sheet_channel_known", condition=Q(channel__in=["paper", "phone"])
            ),
            models.CheckConstraint(name="sheet_has_a_number", condition=Q(mark__gt="")),
        ]

    def __str__(self) -> str:
        return self.mark


# What everybody may see of ideas.
IDEAS_SHOWN = (Progress.PUBLISHED, Progress.GROUPED, Progress.ERASED)


class IdeaQuerySet(ContributionQuerySet):
    def visible_to(self, participant: Participant | None, numbers: Sequence[int] = ()) -> Any:
        """What is published, what this device wrote, and ideas whose private link was shown."""
        own = Q(author=participant) if participant else Q(pk__in=[])
        return self.filter(Q(state__in=IDEAS_SHOWN) | Q(pk__in=numbers) | own)


class Idea(Decided):
    """A proposal with a body, sources and arguments, on which people say agree, mixed, disagree."""

    noun, label = "idea", _("Idea")

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="ideas", db_index=False
    )
    # Its place among the published, without gaps, so that any page of a drawn order is found at once.
    number = models.PositiveIntegerField(null=True)
    section = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="ideas")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    grouped_with = models.ForeignKey("self", models.PROTECT, null=True, related_name="grouped")
    # Totals that came with an import, without their voters; shown apart.
    brought_agrees = models.PositiveIntegerField(default=0)
    brought_mixed = models.PositiveIntegerField(default=0)
    brought_disagrees = models.PositiveIntegerField(default=0)
    # Counted by the worker, ten answers at a time: a live count would tell what one person said.
    agrees = models.PositiveIntegerField(default=0)
    mixed = models.PositiveIntegerField(default=0)
    disagrees = models.PositiveIntegerField(default=0)
    # What lists are ordered by (partage/calc/ranking.py).
    answers = models.PositiveIntegerField(default=0)
    agreement = models.FloatField(default=0)
    difference = models.FloatField(default=0)
    discussion = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(IdeaQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["coproduction", "state", "-number"], name="idea_by_number"),
            *(
                models.Index(
                    fields=["coproduction", "state", name, "number"],
                    name=f"idea_by_{name.strip('-')}",
                )
                for name in ("answers", "-agreement", "-difference", "-discussion")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="idea_one_number"),
            models.UniqueConstraint(
                fields=["coproduction", "source_id"], name="idea_imported_once"
            ),
            models.CheckConstraint(
                name="idea_grouped_with_another",
                condition=Q(state="grouped", grouped_with__isnull=False)
                | (~Q(state="grouped") & Q(grouped_with=None)),
            ),
            models.CheckConstraint(
                name="idea_published_with_a_number",
                condition=~Q(state="published") | Q(number__gt=0),
            ),
            *progress_rules("idea"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("idea", args=[self.coproduction.slug, self.pk])

    def count(self) -> None:
        """Make again what lists are ordered by."""
        agrees = self.agrees + self.brought_agrees
        disagrees = self.disagrees + self.brought_disagrees
        self.answers = agrees + disagrees + self.mixed + self.brought_mixed
        counts = {"agrees": agrees, "disagrees": disagrees, "seen": self.answers, "groups": ()}
        self.agreement, self.difference = share_agree(counts), difference(counts)


class IdeaSource(models.Model):
    """A page or document that an idea rests on."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="sources")
    title = models.CharField(max_length=300)
    link = models.URLField(max_length=2000)
    category = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "source_id"], name="idea_source_imported_once")
        ]

    def __str__(self) -> str:
        return self.title


class IdeaVersion(models.Model):
    """The words an idea had before they were changed."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="versions")
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    # By whom they were replaced: the desk mends spelling, the author changes what they like.
    replaced_by_team = models.BooleanField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def shown(self, coproduction: Coproduction) -> "OutcomeQuerySet":
        """Those of ideas that everybody may see."""
        return self.filter(idea__coproduction=coproduction, idea__state__in=IDEAS_SHOWN)


class Outcome(models.Model):
    """What the organization did with an idea, dated; a later one follows, none is changed."""

    class Kind(models.TextChoices):
        STUDIED = "studied", _("being studied")
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        DECLINED = "declined", _("not followed")

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=2000)
    language = models.CharField(max_length=5)
    said_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OutcomeQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outcome_kind_known",
                condition=Q(kind__in=["studied", "planned", "done", "declined"]),
            ),
            models.CheckConstraint(name="outcome_says_why", condition=Q(text__gt="")),
        ]

    def __str__(self) -> str:
        return f"outcome {self.pk} of idea {self.idea_id}"


class IdeaVote(models.Model):
    """A participant's answer to an idea; the last one counts."""

    class Answer(models.IntegerChoices):
        AGREE = 1, _("Agree")
        MIXED = 0, _("Mixed")
        DISAGREE = -1, _("Disagree")

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="idea_votes", db_index=False
    )
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    answer = models.SmallIntegerField(choices=Answer)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "idea"], name="idea_vote_one_each"),
            models.CheckConstraint(name="idea_vote_known", condition=Q(answer__in=[1, 0, -1])),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk} on an idea"


class Argument(Decided):
    """One reason for or against an idea, in a sentence, with a source when there is one."""

    noun, label = "argument", _("Argument")

    class Side(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="arguments", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    text = models.TextField()
    link = models.URLField(max_length=2000, blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="arguments")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    brought_helped = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(ContributionQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["idea", "state", "side"], name="argument_of_idea"),
            models.Index(fields=["idea"], name="argument_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["idea", "source_id"], name="argument_imported_once"),
            models.CheckConstraint(name="argument_side", condition=Q(side__in=["for", "against"])),
            *progress_rules("argument"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{self.idea.get_absolute_url()}#argument-{self.pk}"

    @property
    def coproduction(self) -> Coproduction:
        return self.idea.coproduction

    @coproduction.setter
    def coproduction(self, value: Coproduction) -> None:
        self.idea.coproduction = value


class TrialTask(models.Model):
    """Something people are asked to try, so as to say how it went."""

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="trial_tasks", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    language = models.CharField(max_length=5)
    # Counted by the worker, ten reports at a time: how many, and what they say together.
    counted = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="trial_task_number"),
            models.CheckConstraint(name="trial_task_says_what", condition=Q(words__gt="")),
        ]

    def __str__(self) -> str:
        return self.words


class TestReportQuerySet(ContributionQuerySet):
    def visible_to(self, participant: Participant | None, numbers: Sequence[int] = ()) -> Any:
        """What is published, what this device filed, and reports whose private link was shown."""
        own = Q(author=participant) if participant else Q(pk__in=[])
        return self.filter(Q(state=Progress.PUBLISHED) | Q(pk__in=numbers) | own)


class TestReport(Decided):
    """What happened when a person tried a task."""

    noun, label = "test_report", _("Test report")

    class Outcome(models.TextChoices):
        DONE = "done", _("I did it")
        HELPED = "helped", _("I did it with help")
        GAVE_UP = "gave-up", _("I gave up")

    class Severity(models.TextChoices):
        NONE = "none", _("no problem")
        ANNOYING = "annoying", _("annoying")
        SERIOUS = "serious", _("serious: I lost time or made a mistake")
        BLOCKING = "blocking", _("blocking: I could not go on")

    class Difficulty(models.IntegerChoices):
        VERY_EASY = 1, _("very easy")
        EASY = 2, _("easy")
        NEITHER = 3, _("neither easy nor hard")
        HARD = 4, _("hard")
        VERY_HARD = 5, _("very hard")

    task = models.ForeignKey(TrialTask, models.PROTECT, related_name="reports", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome)
    severity = models.CharField(max_length=10, choices=Severity, blank=True)
    text = models.TextField()
    # How well a person managed: shown to nobody, and counted with those of others.
    minutes = models.PositiveSmallIntegerField(null=True)
    difficulty = models.PositiveSmallIntegerField(null=True, choices=Difficulty)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="test_reports")
    objects = models.Manager.from_queryset(TestReportQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["task", "state", "-id"], name="test_report_of_task")]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "task"],
                condition=Q(state__in=["waiting", "second", "published"]),
                name="test_report_one_each",
            ),
            models.CheckConstraint(
                name="test_report_outcome_known",
                condition=Q(outcome__in=["done", "helped", "gave-up"]),
            ),
            models.CheckConstraint(
                name="test_report_severity_known",
                condition=Q(severity__in=["", "none", "annoying", "serious", "blocking"]),
            ),
            models.CheckConstraint(
                name="test_report_minutes_of_a_day",
                condition=Q(minutes=None) | Q(minutes__range=(1, LONGEST_TRIAL_MINUTES)),
            ),
            models.CheckConstraint(
                name="test_report_difficulty_known",
                condition=Q(difficulty=None) | Q(difficulty__range=(1, 5)),
            ),
            *progress_rules("test_report"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk} on {self.task_id}"

    def get_absolute_url(self) -> str:
        return reverse("test-report", args=[self.task.coproduction.slug, self.pk])

    @property
    def coproduction(self) -> Coproduction:
        return self.task.coproduction

    @coproduction.setter
    def coproduction(self, value: Coproduction) -> None:
        self.task.coproduction = value


Contribution = Statement | Idea | Argument | TestReport


class Helped(models.Model):
    """This argument helped somebody think: said once, whether or not they agree."""

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="helped", db_index=False
    )
    argument = models.ForeignKey(Argument, models.CASCADE, related_name="helped")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "argument"], name="helped_once")
        ]

    def __str__(self) -> str:
        return f"argument {self.argument_id} helped"


def decided_whole(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_decided_whole",
        condition=Q(decided_at=None, is_upheld=None)
        | Q(decided_at__isnull=False, is_upheld__isnull=False),
    )


class About(models.Model):
    """Rows about exactly one contribution."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, db_index=False)
    statement = models.ForeignKey(Statement, models.CASCADE, null=True)
    idea = models.ForeignKey(Idea, models.CASCADE, null=True)
    argument = models.ForeignKey(Argument, models.CASCADE, null=True)
    test_report = models.ForeignKey(TestReport, models.CASCADE, null=True)

    class Meta:
        abstract = True

    @property
    def one(self) -> Contribution:
        found = self.statement or self.idea or self.argument or self.test_report
        if found is None:
            raise LookupError(f"{self} is about nothing")  # the database refuses such a row
        found.coproduction = self.coproduction
        return found


def about_one(name: str) -> models.CheckConstraint:
    nouns = ("statement", "idea", "argument", "test_report")
    ways = [Q(**{f"{other}__isnull": other != noun for other in nouns}) for noun in nouns]
    return models.CheckConstraint(name=f"{name}_about_one", condition=reduce(or_, ways))


class Notice(About):
    """Somebody reports a published contribution; the desk says what it did about it."""

    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="notices")
    rule = models.CharField(max_length=20, choices=Rule)
    text = models.CharField(max_length=1000)
    # To be answered; forgotten some time after the decision, and with whoever gave them.
    name = models.CharField(max_length=120, blank=True)
    mail = models.EmailField(blank=True)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_upheld = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["coproduction"], name="notice_waiting", condition=Q(decided_at=None)
            )
        ]
        constraints = [about_one("notice"), decided_whole("notice")]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Decision(About):
    """What the desk decided on a contribution and why: the public log of moderation, never changed."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")
        GROUPED = "grouped", _("grouped with another idea")
        ASKED = "asked", _("asked its author for a change")
        KEPT = "kept", _("kept after a report")
        REPLACED = "replaced", _("replaced by a clearer sentence")
        RESTORED = "restored", _("published after all, the refusal being contested")

    kind = models.CharField(max_length=10, choices=Kind)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # As whom it was decided: no name.
    role = models.CharField(max_length=20, blank=True)
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["coproduction", "-id"], name="decision_log")]
        constraints = [
            about_one("decision"),
            models.CheckConstraint(
                name="decision_known",
                condition=Q(
                    kind__in=[
                        "published",
                        "refused",
                        "grouped",
                        "asked",
                        "kept",
                        "replaced",
                        "restored",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="decision_refused_with_a_rule",
                condition=~Q(kind__in=["refused", "replaced"]) | Q(rule__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.kind}"

    @property
    def contested(self) -> "Appeal | None":
        return getattr(self, "appeal", None)

    @property
    def role_name(self) -> str:
        return str(Role.Kind(self.role).label) if self.role in Role.Kind.values else "–"


class Appeal(models.Model):
    """An author contests a refusal: somebody else than who refused decides."""

    decision = models.OneToOneField(Decision, models.CASCADE, primary_key=True)
    text = models.CharField(max_length=500)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_upheld = models.BooleanField(null=True)

    class Meta:
        constraints = [decided_whole("appeal")]

    def __str__(self) -> str:
        return f"appeal against {self.decision_id}"


class Moderation(models.Model):
    """How refusals are decided in a coproduction, with the reason of the last change; public."""

    coproduction = models.OneToOneField(Coproduction, models.CASCADE, primary_key=True)
    two_to_refuse = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    language = models.CharField(max_length=5)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"moderation of {self.coproduction_id}"


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

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="release_number_once")
        ]

    def __str__(self) -> str:
        return f"release {self.number} of {self.coproduction_id}"
