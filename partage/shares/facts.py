"""What the organization says of the work, before any rule is adopted: dated, and kept as it was."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.events.months import lock
from partage.register.recording import record
from partage.shares.models import FACTS, WorkFacts
from partage.web.localized import reader_language


def latest_facts(coproduction: Coproduction) -> WorkFacts | None:
    return coproduction.work_facts.order_by("number").last()


@transaction.atomic
def record_facts(coproduction: Coproduction, answers: Mapping[str, tuple[str, str]]) -> WorkFacts:
    """Keep an answer and its words for each fact; those from before stay readable."""
    lock(coproduction)
    last = latest_facts(coproduction)
    told = {code: {"answer": answers[code][0], "words": answers[code][1]} for code in FACTS}
    facts = WorkFacts.objects.create(
        coproduction=coproduction,
        number=last.number + 1 if last else 1,
        recorded_at=timezone.now(),
        answers=told,
        language=reader_language(),
    )
    said = {code: answer for code, (answer, _words) in answers.items()}
    record("work-facts", space=coproduction.slug, public={"version": facts.number, **said})
    return facts
