"""The framework of a coproduction: publishing its skills, one by one or from a file."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction
from partage.register.recording import record
from partage.training.models import Skill

MOST_SKILLS = 60  # a framework that people read


class TrainingRefused(Exception):
    """Nothing was done; the message is the sentence to show."""


@transaction.atomic
def publish_skills(coproduction: Coproduction, wanted: Sequence[dict[str, Any]]) -> list[Skill]:
    """All of them or none. What is published does not change: another code takes over."""
    # Locked, so that two facilitators at once do not pass the limit together.
    Coproduction.objects.select_for_update(of=("self",)).get(pk=coproduction.pk)
    there = coproduction.skills.filter(retired_at=None).count()
    if there + len(wanted) > MOST_SKILLS:
        facts = {"most": MOST_SKILLS, "seen": there + len(wanted)}
        raise TrainingRefused(
            _("A framework holds %(most)s skills, and with these it would hold %(seen)s: retire some first.")
            % facts
        )  # fmt: skip
    return [_publish(coproduction, values) for values in wanted]


def _publish(coproduction: Coproduction, values: dict[str, Any]) -> Skill:
    try:
        with transaction.atomic():
            skill = Skill.objects.create(
                coproduction=coproduction, published_at=timezone.now(), **values
            )
    except IntegrityError:
        sentence = _("The code “%(seen)s” is there already: choose another one.")
        raise TrainingRefused(sentence % {"seen": values["code"]}) from None
    record("skill-published", space=coproduction.slug, public={"skill": skill.code})
    return skill


@transaction.atomic
def retire_skill(skill: Skill) -> None:
    """Nobody claims it any more; what was confirmed stays."""
    if Skill.objects.filter(pk=skill.pk, retired_at=None).update(retired_at=timezone.now()):
        record("skill-retired", space=skill.coproduction.slug, public={"skill": skill.code})
