"""An invented framework and two invented programmes for the demo's sample coproduction."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.training.models import Skill
from partage.training.programmes import enter_programmes
from partage.training.skills import publish_skills

SKILLS: tuple[dict[str, Any], ...] = (
    {
        "code": "help-at-the-till",
        "name": {"en": "Helping somebody at the till", "fr": "Aider quelqu’un à la caisse"},
        "shown_by": {
            "en": "A customer was helped through, without the machine being taken out of their hands.",
            "fr": "Une cliente ou un client a été aidé, sans qu’on lui prenne la machine des mains.",
        },
        "esco": "",
        "rome": "D1505",
    },
    {
        "code": "test-a-screen",
        "name": {"en": "Testing a screen", "fr": "Essayer un écran"},
        "shown_by": {
            "en": "A test report says what happened, for how long, and where it was difficult.",
            "fr": "Un rapport d’essai dit ce qui s’est passé, combien de temps, et où c’était difficile.",
        },
        "esco": "",
        "rome": "",
    },
)
PROGRAMMES: tuple[dict[str, Any], ...] = (
    {
        "title": "Accueillir et apaiser en magasin · Welcoming and calming in a shop",
        "provider": "Centre de formation inventé",
        "region": "Bretagne",
        "audience": "Caissières et caissiers",
        "funding": "La coopérative, et la région pour moitié",
        "hours": Decimal(21),
        "places": 24,
    },
    {
        "title": "Surveiller et débloquer plusieurs caisses · Watching several tills",
        "provider": "La coopérative des Quatre-Vents",
        "region": "Dans les quatre magasins",
        "audience": "Celles et ceux qui tenaient une caisse",
        "funding": "La coopérative",
        "hours": Decimal(7),
        "places": 40,
    },
)


@transaction.atomic
def make_sample_training(
    coproduction: Coproduction, points: list[tuple[str, dict[str, str]]], account: int
) -> None:
    """A small framework, and programmes tied to it and to what the account says of the work."""
    skills: list[Skill] = publish_skills(coproduction, [dict(one) for one in SKILLS])
    begins = timezone.localdate()
    wanted = [
        {
            **values,
            "starts_on": begins,
            "ends_on": begins + timedelta(days=90 * (number + 1)),
            "address": "",
            "changes": [point for point in points if point[0] in {"skills_asked", "tasks_new"}],
            "skills": skills[:1],
        }
        for number, values in enumerate(PROGRAMMES)
    ]
    enter_programmes(coproduction, wanted, account)
