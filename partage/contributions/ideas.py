"""Ideas and their arguments: proposing, answering, and deciding with a reason."""

import hmac
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.models import (
    Argument,
    Helped,
    Idea,
    IdeaSource,
    IdeaVote,
    Progress,
    Statement,
    TestReport,
)
from partage.contributions.statements import decide
from partage.contributions.voting import VoteRefused, check_may_act, refuse_beyond_limit
from partage.coproductions.models import Coproduction, Stage
from partage.coproductions.roles import moderating_role
from partage.people.models import Participant, Person
from partage.register.recording import record

ANSWERS_AT_ONCE = 10
VOTE = "idea-vote"
Contribution = Idea | Argument | TestReport
KINDS = {Idea: "idea", Argument: "argument", TestReport: "test-report"}


def ideas_stage(coproduction: Coproduction) -> Stage | None:
    return coproduction.stages.filter(kind=Stage.Kind.IDEAS).first()


def check_open(participant: Participant, coproduction: Coproduction) -> None:
    """Raise VoteRefused unless this device may contribute now."""
    check_may_act(participant, coproduction)
    stage = ideas_stage(coproduction)
    if stage is None or not stage.is_open():
        raise VoteRefused(_("Ideas are not open here, so nothing was recorded."))


def _check_published(idea: Idea) -> None:
    if idea.state != Progress.PUBLISHED:
        raise VoteRefused(_("This idea is not open to answers."))


def private_key(number: int, kind: str = "idea") -> str:
    """What the author's private link carries: nobody finds it without the site's secret."""
    said = f"{kind}:{number}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256").hex()[:32]


@transaction.atomic
def propose_idea(
    participant: Participant, coproduction: Coproduction, words: dict[str, str], language: str
) -> Idea:
    """Keep an idea until somebody has read it. `words`: title, body, section, link."""
    check_open(participant, coproduction)
    link = words.pop("link", "")
    now = timezone.now()
    idea = Idea.objects.create(
        coproduction=coproduction, author=participant, language=language, written_at=now, **words
    )
    if link:
        IdeaSource.objects.create(idea=idea, title=link[:300], link=link)
    record(
        "idea-proposed",
        space=coproduction.slug,
        payload={"idea": idea.pk, "link": link, **words},
        vault_key=participant.vault_key,
    )
    return idea


@transaction.atomic
def withdraw_idea(participant: Participant, idea: Idea) -> None:
    """Take one's own idea back; others' answers and arguments no longer show with it."""
    refuse_beyond_limit(participant)
    mine = Idea.objects.filter(pk=idea.pk, author=participant)
    if mine.filter(state__in=[Progress.WAITING, Progress.PUBLISHED]).update(
        state=Progress.WITHDRAWN
    ):
        _record_about(participant, idea.coproduction, "idea-withdrawn", idea=idea.pk)


@transaction.atomic
def answer_idea(participant: Participant, idea: Idea, answer: IdeaVote.Answer) -> None:
    """Count one person's answer; another answer to the same idea replaces it."""
    check_open(participant, idea.coproduction)
    _check_published(idea)
    said = {"answer": answer, "cast_at": timezone.now()}
    IdeaVote.objects.update_or_create(participant=participant, idea=idea, defaults=said)
    _record_about(participant, idea.coproduction, VOTE, idea=idea.pk, answer=answer.name.lower())


@transaction.atomic
def add_argument(
    participant: Participant, idea: Idea, side: Argument.Side, text: str, link: str, language: str
) -> Argument:
    """Keep a reason for or against until somebody has read it."""
    check_open(participant, idea.coproduction)
    _check_published(idea)
    argument = Argument.objects.create(
        idea=idea, side=side, text=text, link=link, language=language,
        author=participant, written_at=timezone.now(),
    )  # fmt: skip
    said = {
        "argument": argument.pk,
        "idea": idea.pk,
        "side": side.value,
        "text": text,
        "link": link,
    }
    _record_about(participant, idea.coproduction, "argument-proposed", **said)
    return argument


@transaction.atomic
def mark_helped(participant: Participant, argument: Argument) -> None:
    """Say that an argument helped to think; saying it again changes nothing."""
    check_open(participant, argument.idea.coproduction)
    if argument.state != Progress.PUBLISHED:
        raise VoteRefused(_("This argument is not shown."))
    _helped, is_new = Helped.objects.get_or_create(participant=participant, argument=argument)
    if is_new:
        space = argument.idea.coproduction
        _record_about(participant, space, "argument-helped", argument=argument.pk)


def _record_about(
    participant: Participant, coproduction: Coproduction, kind: str, **facts: Any
) -> None:
    record(kind, space=coproduction.slug, payload=facts, vault_key=participant.vault_key)


def _decide(one: Contribution, person: Person, **values: Any) -> None:
    waiting = type(one)._default_manager.filter(pk=one.pk, state=Progress.WAITING)
    decide(waiting, person, **values)


def _record_decision(one: Contribution, person: Person, deed: str, **facts: Any) -> None:
    kind, coproduction = KINDS[type(one)], _coproduction_of(one)
    public = {kind: one.pk, "role": moderating_role(person, coproduction), **facts}
    record(f"{kind}-{deed}", space=coproduction.slug, public=public)


def _coproduction_of(one: Contribution) -> Coproduction:
    if isinstance(one, Idea):
        return one.coproduction
    return one.idea.coproduction if isinstance(one, Argument) else one.task.coproduction


@transaction.atomic
def publish_contribution(one: Contribution, person: Person) -> None:
    if isinstance(one, Idea):
        _decide(one, person, state=Progress.PUBLISHED, number=next_number(one.coproduction))
    else:
        _decide(one, person, state=Progress.PUBLISHED)
    if isinstance(one, Argument):
        Idea.objects.filter(pk=one.idea_id).update(discussion=F("discussion") + 1)
    _record_decision(one, person, "published")


def next_number(coproduction: Coproduction) -> int:
    """One more than the highest; whoever publishes at the same time waits here."""
    Coproduction.objects.select_for_update().only("pk").get(pk=coproduction.pk)
    found = Idea.objects.filter(coproduction=coproduction).aggregate(highest=Max("number"))
    return int(found["highest"] or 0) + 1


@transaction.atomic
def refuse_contribution(
    one: Contribution, person: Person, rule: Statement.Rule, reason: str
) -> None:
    """Refuse under a rule of the charter, with a word to the author."""
    _decide(one, person, state=Progress.REFUSED, rule=rule, reason=reason)
    _record_decision(one, person, "refused", rule=rule)


@transaction.atomic
def group_idea(idea: Idea, person: Person, other: Idea) -> None:
    """Say that another idea already says it: the two are read, answered and counted as one."""
    _decide(idea, person, state=Progress.GROUPED, grouped_with=other)
    _record_decision(idea, person, "grouped", **{"with": other.pk})


def count_ideas(coproduction: Coproduction) -> None:
    """Count answers again where ten came, or went, since they were last counted.

    A count that followed each answer would tell what one person said.
    """
    stage = ideas_stage(coproduction)
    at_once = 1 if stage is not None and stage.is_over() else ANSWERS_AT_ONCE
    changed = []
    for idea, counts in _counted(coproduction):
        if abs(sum(counts) - idea.agrees - idea.mixed - idea.disagrees) >= at_once:
            idea.agrees, idea.mixed, idea.disagrees = counts
            idea.count()
            changed.append(idea)
    columns = ["agrees", "mixed", "disagrees", "answers", "agreement", "difference"]
    Idea.objects.bulk_update(changed, columns, batch_size=500)


def _counted(coproduction: Coproduction) -> list[tuple[Idea, tuple[int, int, int]]]:
    answers = IdeaVote.Answer
    columns = {
        name: Count("pk", filter=Q(answer=answer))
        for name, answer in (("a", answers.AGREE), ("m", answers.MIXED), ("d", answers.DISAGREE))
    }
    votes = IdeaVote.objects.filter(idea__coproduction=coproduction).values("idea")
    rows = votes.annotate(**columns).order_by().values_list("idea", *columns)
    counts = {idea: (a, m, d) for idea, a, m, d in rows}
    # Also those whose last answer was taken back.
    known = Idea.objects.filter(coproduction=coproduction).filter(
        Q(pk__in=counts) | Q(agrees__gt=0) | Q(mixed__gt=0) | Q(disagrees__gt=0)
    )
    return [(idea, counts.get(idea.pk, (0, 0, 0))) for idea in known]
