"""Proposing a project, deciding on it at the desk, taking it back."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.deciding import decide
from partage.contributions.voting import VoteRefused, check_may_act, refuse_beyond_limit
from partage.fund.models import Project, Round
from partage.people.models import Participant, Person
from partage.register.recording import record

State = Project.State


class ListIsFinal(Exception):
    """Voting has begun: no project comes onto the ballot or leaves it."""


def locked(one: Round) -> Round:
    """The round; ballots, its list and its count come one after the other."""
    return Round.objects.select_for_update(no_key=True).get(pk=one.pk)


@transaction.atomic
def propose_project(participant: Participant, project: Project) -> Project:
    """Keep a project until somebody of the desk has read it; sent again, it is the same one."""
    asked = project.round
    check_may_act(participant, asked.coproduction)
    if not asked.takes_projects():
        raise VoteRefused(_("This round takes no project now, so nothing was recorded."))
    if not 1 <= project.cost_cents <= asked.budget_cents:
        sentence = _("A project costs more than nothing, and at most the budget of the round.")
        raise VoteRefused(sentence)
    words = {name: getattr(project, name) for name in ("title", "text", "doer", "cost_cents")}
    # Locked, so that the same project does not come in twice at once.
    there = locked(asked).projects.waiting().filter(author=participant, **words).first()
    if there:
        return there
    project.author, project.written_at = participant, timezone.now()
    project.save(force_insert=True)
    record(
        "fund-project-proposed",
        space=asked.coproduction.slug,
        payload={"project": project.pk, "round": asked.number, **words},
        vault_key=participant.vault_key,
    )
    return project


def _decide(project: Project, person: Person, **values: object) -> None:
    """Raises AlreadyDecided, or ListIsFinal once voting has begun."""
    if locked(project.round).list_is_final() and values["state"] == State.PUBLISHED:
        raise ListIsFinal(project.pk)
    decide(Project.objects.waiting().filter(pk=project.pk), person, **values)


def _record_decision(project: Project, kind: str, **more: int | str) -> None:
    public = {"project": project.pk, "round": project.round.number, "role": "facilitator", **more}
    record(f"fund-project-{kind}", space=project.round.coproduction.slug, public=public)


@transaction.atomic
def publish_project(project: Project, person: Person) -> None:
    """Put it on the ballot of its round, after those that are there."""
    locked(project.round)
    last = project.round.projects.aggregate(last=Max("number"))["last"] or 0
    _decide(project, person, state=State.PUBLISHED, number=last + 1)
    _record_decision(project, "published", number=last + 1, cost=project.cost_cents)


@transaction.atomic
def refuse_project(project: Project, person: Person, rule: str, reason: str) -> None:
    """Refuse under a rule that is published, with a reason for its author."""
    _decide(project, person, state=State.REFUSED, rule=rule, reason=reason)
    _record_decision(project, "refused", rule=rule)


@transaction.atomic
def withdraw_project(participant: Participant, project: Project) -> None:
    """Take back what one proposed, until voting begins."""
    refuse_beyond_limit(participant)
    if locked(project.round).list_is_final():
        raise VoteRefused(_("Voting has begun: the list of projects does not change any more."))
    open_to_it = Project.objects.filter(
        pk=project.pk, author=participant, state__in=[State.WAITING, State.PUBLISHED]
    )
    if open_to_it.update(state=State.WITHDRAWN):
        record(
            "fund-project-withdrawn",
            space=project.round.coproduction.slug,
            payload={"project": project.pk},
            vault_key=participant.vault_key,
        )


def forget_author(participant: Participant) -> None:
    """Projects that were never shown go. The others, which people read and pay, name nobody."""
    mine = Project.objects.filter(author=participant)
    mine.filter(number=None).delete()
    mine.update(author=None, doer="", reason="")
