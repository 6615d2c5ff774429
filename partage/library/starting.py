"""Starting a coproduction from a work, or from a question that it leaves open."""

from django.db import transaction

from partage.coproductions.models import Coproduction
from partage.library.models import OpenQuestion, StartedFrom, Work
from partage.register.recording import record


@transaction.atomic
def start_from(coproduction: Coproduction, work: Work, asked: OpenQuestion | None) -> None:
    """Note where the coproduction comes from, in the words of the work that day."""
    question = asked.text if asked else ""
    StartedFrom.objects.create(coproduction=coproduction, work=work, question=question)
    public = {"work": work.slug, **({"question": asked.number} if asked else {})}
    record("coproduction-started-from", space=coproduction.slug, public=public)
