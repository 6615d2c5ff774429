"""Entering programmes, from a form or a file, and taking one off the page."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction
from partage.register.recording import record
from partage.training.models import ChangedWork, Programme
from partage.training.skills import TrainingRefused
from partage.web.localized import reader_language

MOST_PROGRAMMES = 200


@transaction.atomic
def enter_programmes(
    coproduction: Coproduction, wanted: Sequence[dict[str, Any]], account: int
) -> list[Programme]:
    """All of them or none; `account` is the number of the account whose points they name."""
    Coproduction.objects.select_for_update(of=("self",)).get(pk=coproduction.pk)
    there = Programme.objects.shown().filter(coproduction=coproduction).count()
    if there + len(wanted) > MOST_PROGRAMMES:
        facts = {"most": MOST_PROGRAMMES, "seen": there + len(wanted)}
        sentence = _("There would be %(seen)s programmes and %(most)s fit: withdraw some first.")
        raise TrainingRefused(sentence % facts)
    return [_enter(coproduction, dict(values), account) for values in wanted]


def _enter(coproduction: Coproduction, values: dict[str, Any], account: int) -> Programme:
    changes, skills = values.pop("changes"), values.pop("skills")
    about = {"language": reader_language(), "entered_at": timezone.now()}
    try:
        with transaction.atomic():
            found = Programme.objects.create(coproduction=coproduction, **values, **about)
    except IntegrityError:
        sentence = _("The programme “%(title)s” of %(provider)s is there already.")
        raise TrainingRefused(sentence % values) from None
    found.skills.set(skills)
    ChangedWork.objects.bulk_create(
        ChangedWork(programme=found, topic=topic, words=words, account=account)
        for topic, words in changes
    )
    record("programme-entered", space=coproduction.slug, public={"programme": found.pk})
    return found


@transaction.atomic
def withdraw_programme(programme: Programme) -> None:
    """It is shown no more; the hours that people took in it stay."""
    standing = Programme.objects.shown().filter(pk=programme.pk)
    if standing.update(withdrawn_at=timezone.now()):
        public = {"programme": programme.pk}
        record("programme-withdrawn", space=programme.coproduction.slug, public=public)
