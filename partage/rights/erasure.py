"""Erasing what is held about a participant: their rows, their secret, and what entries hid."""

from django.db import transaction
from django.db.models import QuerySet

from partage.accounting.models import CounterInput
from partage.calls.models import Call
from partage.contributions.models import Release, Statement
from partage.people.models import Participant
from partage.register.erasing import destroy
from partage.register.recording import record

GROUND = "erasure"
ERASED_WORDS = {
    "en": "This sentence was erased by its author.",
    "fr": "Cette phrase a été effacée par son auteur.",
}


@transaction.atomic
def erase_participant(participant: Participant) -> None:
    """Destroy all that is held about this person in this coproduction or call, for good.

    What is published and counted stays as counts. The register says within the hour which of its
    entries were emptied, among others, so that the moment names nobody.
    """
    space = participant.space
    _erase_words(Statement.objects.filter(author=participant))
    CounterInput.objects.filter(author=participant).delete()
    _erase_calls(Call.objects.filter(author=participant))
    vault_key = participant.vault_key
    participant.delete()  # with answers, voices, supports and consents
    destroy(vault_key, GROUND)
    record("person-erased", space=space)


def _erase_words(written: "QuerySet[Statement]") -> None:
    """Sentences that others answered keep their place without their words; the others go."""
    answered = list(written.filter(state=Statement.State.PUBLISHED).values_list("pk", flat=True))
    written.exclude(pk__in=answered).delete()
    written.model.objects.filter(pk__in=answered).update(
        text=ERASED_WORDS["en"],
        language="en",
        translations={"fr": ERASED_WORDS["fr"]},
        state=Statement.State.ERASED,
        author=None,
        reason="",
    )
    if answered:
        _erase_in_releases(set(answered))


def _erase_calls(written: "QuerySet[Call]") -> None:
    """A call that others may support keeps its place without its words; another goes."""
    written.exclude(state=Call.State.PUBLISHED).delete()
    written.update(title="", text="", state=Call.State.ERASED, author=None)


def _erase_in_releases(numbers: set[int]) -> None:
    """Releases never change but for this: words that a person takes back."""
    spaces = Statement.objects.filter(pk__in=numbers).values("coproduction")
    for release in Release.objects.filter(coproduction__in=spaces).select_for_update():
        lines = [line for line in release.content["statements"] if line["id"] in numbers]
        for line in lines:
            line["words"] = ERASED_WORDS
        if lines:
            release.save(update_fields=["content"])
