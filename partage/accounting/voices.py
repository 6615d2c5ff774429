"""Three voices on each task: the organization's, the participants', the employees'."""

from collections import Counter
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from partage.accounting.models import Voice
from partage.contributions.releases import FEWEST_VOTERS
from partage.contributions.voting import check_may_act
from partage.coproductions.models import Coproduction, Task
from partage.people.models import Participant
from partage.register.recording import record

Counts = Counter[tuple[int, str, str]]


_TEN_BY_TEN = """
    SELECT task_id, speaks_as, {column}, COUNT(*) FROM (
        SELECT v.*, COUNT(*) OVER (PARTITION BY task_id, speaks_as) AS people,
            ROW_NUMBER() OVER (PARTITION BY task_id, speaks_as ORDER BY said_at, id) AS place
        FROM accounting_voice v WHERE task_id IN ({marks})
            AND NOT EXISTS (SELECT 1 FROM consents_restriction r
                WHERE r.participant_id = v.participant_id)
            AND NOT EXISTS (SELECT 1 FROM contributions_indoubt d
                JOIN contributions_contestedset s ON s.id = d.contested_set_id
                WHERE d.participant_id = v.participant_id AND s.state = 'excluded'
                AND (d.is_upheld IS NULL OR NOT d.is_upheld))
    ) ordered WHERE place <= people - people %% 10 GROUP BY task_id, speaks_as, {column}
"""
TEN_BY_TEN = {column: _TEN_BY_TEN.replace("{column}", column) for column in ("degree", "change")}


class VoiceRefused(Exception):
    """The task is not one of those that the frame in force asks."""


@dataclass(frozen=True)
class Heard:
    """What people of one kind say of a task; None under ten of them."""

    people: int
    shares: dict[str, float] | None
    change: str | None

    @property
    def most_said(self) -> str | None:
        """The degree most of them name, None when it is not known or tied."""
        ranked = Counter(self.shares or {}).most_common(2)
        return ranked[0][0] if ranked and ranked[0][1] > ranked[1][1] else None


@transaction.atomic
def speak(participant: Participant, coproduction: Coproduction, voice: Voice) -> None:
    """Keep what this person says of one task; saying it again replaces it."""
    check_may_act(participant, coproduction)
    if not Task.objects.filter(pk=voice.task_id, frame=coproduction.frame).exists():
        raise VoiceRefused(voice.task_id)
    voice.participant, voice.said_at = participant, timezone.now()
    Voice.objects.bulk_create(
        [voice],
        update_conflicts=True,
        unique_fields=["participant", "task"],
        update_fields=["speaks_as", "degree", "change", "said_at"],
    )
    record(
        "voice",
        space=coproduction.slug,
        payload={"task": voice.task_id, "as": voice.speaks_as, "degree": voice.degree},
        vault_key=participant.vault_key,
    )


def heard(tasks: list[Task]) -> dict[int, dict[str, Heard]]:
    """Per task and kind of person, the shares that say chosen, obliged or endured."""
    degrees, changes = _counts(tasks, "degree"), _counts(tasks, "change")
    return {
        task.pk: {kind: _heard(task.pk, kind, degrees, changes) for kind in Voice.SpeaksAs.values}
        for task in tasks
    }


def _counts(tasks: list[Task], column: str) -> Counts:
    """Voices per task, kind and answer, among the first ten, twenty, thirty… people who count.

    Whoever froze what they said, or is left out of the results with a reason, is not among them.

    A live count would tell what the last person said; so they are counted ten by ten.
    """
    if not tasks:
        return Counter()
    marks = ", ".join(["%s"] * len(tasks))
    with connection.cursor() as cursor:
        cursor.execute(TEN_BY_TEN[column].format(marks=marks), [task.pk for task in tasks])
        return Counter({(task, kind, said): people for task, kind, said, people in cursor})


def _heard(task: int, kind: str, degrees: Counts, changes: Counts) -> Heard:
    counts = {degree: degrees[task, kind, degree] for degree in Task.Degree.values}
    people = sum(counts.values())
    if people < FEWEST_VOTERS:
        return Heard(0, None, None)
    change = max(Voice.Change.values, key=lambda name: changes[task, kind, name])
    return Heard(
        people - people % 5,
        {d: n / people for d, n in counts.items()},
        str(Voice.Change(change).label),
    )


def withdraw_voices(participant: Participant) -> None:
    """Remove what the person said; the caller ends the consent in the same transaction."""
    Voice.objects.filter(participant=participant).delete()
