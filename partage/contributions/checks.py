"""What must hold of answers, contributions, decisions and results at any moment."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import AT_ONCE, Check, named
from partage.consents.models import Consent
from partage.contributions.ideas import ANSWERS_AT_ONCE, counted_ideas
from partage.contributions.models import (
    Argument,
    ContestedSet,
    Decision,
    Idea,
    IdeaVote,
    Notice,
    Progress,
    Release,
    Rule,
    Statement,
    TestReport,
    TrialTask,
    Turnout,
    Vote,
)
from partage.contributions.test_reports import counted_reports
from partage.contributions.worker import IDEAS, TEST_REPORTS, TURNOUT
from partage.coproductions.models import Coproduction
from partage.people.models import Channel
from partage.register import consumers
from partage.register.checks import counted_by, entries_by_space, unlike, unrecorded
from partage.register.models import Entry

NOUNS: tuple[type[Any], ...] = (Statement, Idea, Argument, TestReport)
REFUSALS = (Decision.Kind.REFUSED, Decision.Kind.REPLACED)


def _at_rest(reader: str) -> Iterator[Coproduction]:
    """Where nothing happened since this reader counted: elsewhere a count is behind, and not wrong."""
    for one in Coproduction.objects.visible().order_by("pk").iterator(AT_ONCE):
        waits = Entry.objects.filter(space=one.slug, position=None)
        end = consumers.last_position(one.slug)
        if end and consumers.position(reader, one.slug) == end and not waits.exists():
            yield one


def _turnout() -> Iterator[str]:
    """People, and answers to each sentence, counted again by the database."""
    for one in _at_rest(TURNOUT):
        if one.releases.filter(is_final=True).exists():
            continue  # counted no more
        people = Vote.objects.filter(statement__coproduction=one).order_by()
        number = people.values("participant").distinct().count()
        yield from named(Turnout.objects.filter(coproduction=one).exclude(people=number))
        yield from named(_miscounted(one))


def _miscounted(coproduction: Coproduction) -> "QuerySet[Statement]":
    votes = Vote.objects.filter(statement=OuterRef("pk")).order_by().values("statement")
    unclear = Count("pk", filter=Q(answer=Vote.Answer.UNCLEAR))
    return Statement.objects.filter(coproduction=coproduction).exclude(
        answers_counted=_number(votes, Count("pk")), unclear_counted=_number(votes, unclear)
    )


def _number(rows: "QuerySet[Any, Any]", count: Count) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=count).values("n")), 0)


def _idea_totals() -> Iterator[str]:
    brought = F("brought_agrees") + F("brought_mixed") + F("brought_disagrees")
    return named(Idea.objects.exclude(answers=F("agrees") + F("mixed") + F("disagrees") + brought))


def _idea_counts() -> Iterator[str]:
    for one in _at_rest(IDEAS):
        for idea, counts in counted_ideas(one):
            if abs(sum(counts) - idea.agrees - idea.mixed - idea.disagrees) >= ANSWERS_AT_ONCE:
                yield f"{Idea._meta.label} {idea.pk}"


def _discussions() -> Iterator[str]:
    shown = Argument.objects.published().filter(idea=OuterRef("pk")).order_by().values("idea")
    return named(Idea.objects.exclude(discussion=_number(shown, Count("pk"))))


def _report_counts() -> Iterator[str]:
    for one in _at_rest(TEST_REPORTS):
        for task in TrialTask.objects.filter(coproduction=one).select_related("coproduction"):
            if abs(counted_reports(task).count() - task.counted) >= ANSWERS_AT_ONCE:
                yield f"{TrialTask._meta.label} {task.pk}"


def _refused_in_silence() -> Iterator[str]:
    """Refused, and the public log says neither when nor under which rule."""
    for model in NOUNS:
        said = Decision.objects.filter(
            **{model.noun: OuterRef("pk")}, kind__in=REFUSALS, rule=OuterRef("rule")
        )
        refused = model.objects.filter(state=Progress.REFUSED).exclude(rule=Rule.SOURCE)
        yield from named(refused.exclude(Exists(said)))


def _excluded_in_silence() -> Iterator[str]:
    kind = Decision.Kind.EXCLUDED
    said = Decision.objects.filter(contested_set=OuterRef("pk"), kind=kind, reason__gt="")
    excluded = ContestedSet.objects.filter(state=ContestedSet.State.EXCLUDED)
    yield from named(excluded.exclude(Exists(said), reason__gt=""))
    yield from named(Notice.objects.filter(decided_at__isnull=False, answer=""))


def _without_consent() -> Iterator[str]:
    given = Consent.objects.filter(participant=OuterRef("participant"))
    votes = Vote.objects.filter(
        statement__coproduction__frame__is_sensitive=True, participant__channel=Channel.WEB
    )
    return named(votes.exclude(Exists(given.in_force())))


def _results() -> Iterator[str]:
    """Released results, and what the register said of them that day."""
    columns = ("pk", "coproduction__slug", "number", "people", "content__inputs")
    releases = Release.objects.order_by("pk").values_list(*columns)
    rows = ((f"{Release._meta.label} {pk}", tuple(said)) for pk, *said in releases.iterator(100))
    return unlike(rows, "results-published", "release", "people", "inputs")


def _votes() -> Iterator[str]:
    entries = entries_by_space(["vote"]) + _brought_in()
    rows = counted_by("statement__coproduction__slug", Vote.objects.all())
    return unrecorded(rows, entries)


def _brought_in() -> Counter[str]:
    """Answers of an import, or invented for a sample: one entry says how many."""
    found: Counter[str] = Counter()
    entries = Entry.objects.filter(kind__in=["import", "answers-invented"])
    for space, public in entries.values_list("space", "public").iterator(AT_ONCE):
        found[space] += int(public.get("votes", public.get("answers", 0)))
    return found


def _acts() -> Iterator[str]:
    """Answers to ideas, test reports, and decisions of the desk."""
    told: Sequence[tuple[str, QuerySet[Any], Sequence[str]]] = (
        ("idea__coproduction__slug", IdeaVote.objects.all(), ["idea-vote"]),
        ("task__coproduction__slug", TestReport.objects.all(), ["test-report-filed"]),
        ("coproduction__slug", Notice.objects.all(), ["notice-filed"]),
        ("coproduction__slug", ContestedSet.objects.all(), ["contested-set-opened"]),
        ("coproduction__slug", Decision.objects.all(), DECIDED),
    )
    for path, rows, kinds in told:
        yield from unrecorded(counted_by(path, rows), entries_by_space(kinds))


DECIDED = [
    f"{model.noun.replace('_', '-')}-{kind}"
    for model in (Statement, Idea, Argument, TestReport, ContestedSet)
    for kind in Decision.Kind.values
]
CHECKS: tuple[Check, ...] = (
    Check(
        "answers-counted",
        _("The numbers of people and answers shown are those of the answers kept."),
        _turnout,
    ),
    Check(
        "idea-totals",
        _("The total of an idea is the sum of its answers for, mixed and against."),
        _idea_totals,
    ),
    Check(
        "ideas-counted",
        _("The answers counted for an idea are those kept, but for fewer than ten."),
        _idea_counts,
    ),
    Check(
        "arguments-counted",
        _("An idea has as many arguments as it shows."),
        _discussions,
    ),
    Check(
        "reports-counted",
        _("The test reports counted for a task are those published, but for fewer than ten."),
        _report_counts,
    ),
    Check(
        "refused-with-reasons",
        _("Nothing is refused without its rule in the public log of moderation."),
        _refused_in_silence,
    ),
    Check(
        "left-out-with-reasons",
        _("No answer is left out, and no report is settled, without a reason that can be read."),
        _excluded_in_silence,
    ),
    Check(
        "answers-with-consent",
        _("Where answers are sensitive, none is kept without a consent in force."),
        _without_consent,
    ),
    Check(
        "results-as-recorded",
        _("Every release of results says what the register said on the day it was published."),
        _results,
    ),
    Check("votes-recorded", _("Every answer to a sentence stands in the register."), _votes),
    Check(
        "acts-recorded",
        _("Every answer to an idea, test report, report of a contribution and decision of the desk stands in the register."),
        _acts,
    ),
)  # fmt: skip
