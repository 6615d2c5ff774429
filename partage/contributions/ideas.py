"""Ideas and their arguments: proposing, answering, withdrawing, counting."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.left_out import people_left_out
from partage.contributions.models import (
    Argument,
    Helped,
    Idea,
    IdeaSource,
    IdeaVote,
    Progress,
)
from partage.contributions.voting import VoteRefused, check_may_act, never
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant
from partage.register.recording import record

ANSWERS_AT_ONCE = 10
VOTE = "idea-vote"


def ideas_stage(coproduction: Coproduction) -> Stage | None:
    return coproduction.stages.filter(kind=Stage.Kind.IDEAS).first()


def check_open(
    participant: Participant, coproduction: Coproduction, has_answered: Callable[[], bool] = never
) -> None:
    """Raise VoteRefused unless this device may contribute now."""
    check_may_act(participant, coproduction, has_answered)
    stage = ideas_stage(coproduction)
    if stage is None or not stage.is_open():
        raise VoteRefused(_("Ideas are not open here, so nothing was recorded."))


def _check_published(idea: Idea) -> None:
    if idea.state != Progress.PUBLISHED:
        raise VoteRefused(_("This idea is not open to answers."))


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
def answer_idea(participant: Participant, idea: Idea, answer: IdeaVote.Answer) -> None:
    """Count one person's answer; another answer to the same idea replaces it."""
    mine = IdeaVote.objects.filter(participant=participant, idea=idea)
    check_open(participant, idea.coproduction, mine.exists)
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


def count_ideas(coproduction: Coproduction) -> None:
    """Count answers again where ten came, or went, since they were last counted.

    A count that followed each answer would tell what one person said.
    """
    stage = ideas_stage(coproduction)
    at_once = 1 if stage is not None and stage.is_over() else ANSWERS_AT_ONCE
    changed = []
    for idea, counts in counted_ideas(coproduction):
        if abs(sum(counts) - idea.agrees - idea.mixed - idea.disagrees) >= at_once:
            idea.agrees, idea.mixed, idea.disagrees = counts
            idea.count()
            changed.append(idea)
    columns = ["agrees", "mixed", "disagrees", "answers", "agreement", "difference"]
    Idea.objects.bulk_update(changed, columns, batch_size=500)


def counted_ideas(coproduction: Coproduction) -> list[tuple[Idea, tuple[int, int, int]]]:
    answers = IdeaVote.Answer
    columns = {
        name: Count("pk", filter=Q(answer=answer))
        for name, answer in (("a", answers.AGREE), ("m", answers.MIXED), ("d", answers.DISAGREE))
    }
    counted = IdeaVote.objects.filter(idea__coproduction=coproduction)
    votes = counted.exclude(participant__in=people_left_out(coproduction)).values("idea")
    rows = votes.annotate(**columns).order_by().values_list("idea", *columns)
    counts = {idea: (a, m, d) for idea, a, m, d in rows}
    # Also those whose last answer was taken back.
    known = Idea.objects.filter(coproduction=coproduction).filter(
        Q(pk__in=counts) | Q(agrees__gt=0) | Q(mixed__gt=0) | Q(disagrees__gt=0)
    )
    return [(idea, counts.get(idea.pk, (0, 0, 0))) for idea in known]
