"""A framework with a skill, programmes, and people who claim and confirm."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone
from joserfc.jwk import RSAKey

from partage.contributions.private_links import private_key
from partage.coproductions.models import Coproduction
from partage.training.models import Claim, Programme, Skill
from tests.factories import at, participant_of


@cache
def _key_line() -> str:
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True)) + "\n"


def keep_a_key() -> None:
    """One made once for all tests: making a key takes a second."""
    settings.BADGE_KEYS.write_text(_key_line())
    settings.BADGE_KEYS.chmod(0o600)


def make_skill(coproduction: Coproduction, code: str = "help", **more: Any) -> Skill:
    return Skill.objects.create(
        coproduction=coproduction,
        code=code,
        name={"en": "Helping at the machine", "fr": "Aider à la machine"},
        shown_by={"en": "Somebody was helped through.", "fr": "Une personne a été aidée."},
        published_at=timezone.now(),
        **more,
    )


def make_programme(skill: Skill, title: str = "Helping others", **more: Any) -> Programme:
    """One of fourteen hours and twenty places that prepares for this skill."""
    values = {"provider": "Greta", "hours": 14, "places": 20, "language": "en"} | more
    found = Programme.objects.create(
        coproduction=skill.coproduction, title=title, entered_at=timezone.now(), **values
    )
    found.skills.add(skill)
    return found


def claim(browser: Client, skill: Skill, **said: Any) -> Claim:
    """Say on this browser that one has the skill."""
    slug = skill.coproduction.slug
    sent = {"text": "I helped twelve people in May."} | said
    response = browser.post(at("claim-skill", slug, skill.code), sent)
    assert response.status_code == 302, response.content.decode()[:2000]
    return Claim.objects.get(skill=skill, participant=participant_of(browser, skill.coproduction))


def link_of(one: Claim) -> str:
    """The private link that its owner gives to somebody else."""
    slug = one.skill.coproduction.slug
    key = private_key("skill-claim", one.pk)
    return f"http://testserver{at('confirm-skill', slug, one.pk)}?key={key}"


def entered(**changes: Any) -> dict[str, Any]:
    """What a facilitator types for a programme."""
    said = {
        "do": "enter",
        "title": "Helping others",
        "provider": "Greta",
        "region": "Bretagne",
        "hours": "14",
        "places": "20",
        "changes": ["0"],
    }
    return said | changes
