"""Erasing what is held about a participant: their rows, their secret, and what entries hid."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from partage.accounting.models import CounterInput
from partage.assurance.models import Proof
from partage.calls.models import Call
from partage.contributions.models import (
    Appeal,
    Argument,
    Decision,
    Idea,
    IdeaSource,
    IdeaVersion,
    InDoubt,
    Progress,
    Release,
    Statement,
    TestReport,
    Vote,
)
from partage.contributions.releases import say_in_releases
from partage.fund.ballots import withdraw_ballots
from partage.fund.proposing import forget_author
from partage.news.subscribing import forget_participant
from partage.people.marks_left import leave_marks
from partage.people.models import Participant, ProvedIdentity
from partage.register.erasing import EVERYTHING, destroy, list_for_backups
from partage.register.recording import record
from partage.shares.people import erase_beneficiary
from partage.training.claiming import forget_skills

GROUND = EVERYTHING
# In the list of erasures: the mark of a device, so that a file from before brings nothing back.
DEVICE = "device"
ERASED_WORDS = {
    "en": "This sentence was erased by its author.",
    "fr": "Cette phrase a été effacée par son auteur.",
}

ERASED_IDEA = "This idea was erased by its author. – Cette idée a été effacée par son auteur."


@transaction.atomic
def erase_participant(participant: Participant) -> None:
    """Destroy all that is held about this person in this coproduction or call, for good.

    What is published and counted stays as counts. The register says within the hour which of its
    entries were emptied, among others, so that the moment names nobody.
    """
    space = participant.space
    _erase_words(Statement.objects.filter(author=participant))
    _erase_ideas(participant)
    TestReport.objects.filter(author=participant).delete()
    CounterInput.objects.filter(author=participant).delete()
    _erase_calls(Call.objects.filter(author=participant))
    withdraw_ballots(participant)
    forget_author(participant)
    forget_skills(participant)
    # What the desk did about a report stays; who made it and what they wrote goes.
    participant.notices.update(text="", name="", mail="")
    forget_participant(participant)
    for beneficiary in participant.beneficiaries.select_related("vault_key", "coproduction"):
        erase_beneficiary(beneficiary)
    vault_key = participant.vault_key
    # What they answered follows from all else that a release counted, for who can open its seal.
    Release.objects.filter(coproduction__slug=space).update(opening=None)
    leave_marks(space, marks_that_stay(participant))
    participant.delete()  # with answers, voices, supports and consents
    destroy(vault_key, GROUND)
    list_for_backups(DEVICE, bytes(participant.key))
    record("person-erased", space=space)


def marks_that_stay(participant: Participant) -> list[bytes]:
    """Of what they showed, where their answers are left out: shown again, it would count again."""
    if not InDoubt.objects.left_out().filter(participant=participant).exists():
        return []
    shown = Proof.objects.filter(participant=participant, mark__isnull=False)
    proved = ProvedIdentity.objects.filter(participant=participant)
    marks = [*shown.values_list("mark", flat=True), *proved.values_list("mark", flat=True)]
    return [bytes(mark) for mark in marks if mark is not None]


def _erase_words(written: "QuerySet[Statement]") -> None:
    """Sentences that others answered keep their place without their words; the others go."""
    others_rest_on = Q(state=Progress.PUBLISHED) | Exists(
        Vote.objects.filter(statement=OuterRef("pk"))
    )
    answered = list(written.filter(others_rest_on).values_list("pk", flat=True))
    written.exclude(pk__in=answered).delete()
    written.model.objects.filter(pk__in=answered).update(
        text=ERASED_WORDS["en"],
        language="en",
        translations={"fr": ERASED_WORDS["fr"]},
        state=Progress.ERASED,
        author=None,
        rule="",
        reason="",
        first_reader=None,
    )
    forget_appeals(statement__in=answered)
    if answered:
        say_in_releases(dict.fromkeys(answered, ERASED_WORDS))


def _erase_ideas(participant: Participant) -> None:
    """Ideas that were published keep their place without their words; arguments go."""
    arguments = Argument.objects.filter(author=participant)
    shown = arguments.filter(state=Progress.PUBLISHED).values("idea").annotate(n=Count("pk"))
    for idea, gone in shown.order_by().values_list("idea", "n"):
        Idea.objects.filter(pk=idea).update(discussion=F("discussion") - gone)
    arguments.delete()
    ideas = Idea.objects.filter(author=participant)
    others_rest_on = Q(number__gt=0) | Q(grouped__isnull=False)
    kept = list(ideas.filter(others_rest_on).values_list("pk", flat=True))
    ideas.exclude(pk__in=kept).delete()
    IdeaSource.objects.filter(idea__in=kept).delete()
    forget_appeals(idea__in=kept)
    IdeaVersion.objects.filter(idea__in=kept).delete()
    Idea.objects.filter(pk__in=kept).update(
        title=ERASED_IDEA, body="", section="", language="en", state=Progress.ERASED,
        rule="", reason="", grouped_with=None, author=None, first_reader=None,
    )  # fmt: skip


def forget_appeals(**about: Any) -> None:
    """What authors wrote against refusals, and what the desk wrote to them."""
    decisions = Decision.objects.filter(**about)
    Appeal.objects.filter(decision__in=decisions).delete()
    decisions.update(reason="")


def _erase_calls(written: "QuerySet[Call]") -> None:
    """A call that others may support keeps its place without its words; another goes."""
    written.exclude(state=Call.State.PUBLISHED).delete()
    written.update(title="", text="", state=Call.State.ERASED, author=None)
