"""Badges: a confirmed skill as an Open Badge 3.0 that whoever it is of takes away, and their status."""

import hashlib
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.models import Idea, TestReport
from partage.contributions.voting import VoteRefused, refuse_beyond_limit
from partage.people.models import Participant
from partage.register.recording import record
from partage.training.badge_keys import kept_keys, signed, signing_key
from partage.training.checking import Badge as SignedBadge
from partage.training.checking import packed
from partage.training.models import LIST_SIZE, Badge, Claim, Skill, TakenHours
from partage.web.localized import in_reader_language

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
FILLED = LIST_SIZE // 2  # then another list: a free place is found by chance at once
SALT = 16


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def issuer() -> dict[str, Any]:
    """The site itself: its key signs."""
    name = settings.BASE_URL.partition("://")[2]
    address = f"{settings.BASE_URL}/badges/issuer"
    return {"id": address, "type": ["Profile"], "name": name, "url": settings.BASE_URL}


def achievement(skill: Skill) -> dict[str, Any]:
    """The skill as its framework publishes it."""
    coproduction = skill.coproduction
    name, shown = in_reader_language(skill.name)[0], in_reader_language(skill.shown_by)[0]
    found: dict[str, Any] = {
        "id": f"{settings.BASE_URL}/badges/skills/{skill.pk}",
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": name,
        "description": in_reader_language(coproduction.title)[0],
        "criteria": {"narrative": shown},
        "creator": {
            "id": f"{settings.BASE_URL}{coproduction.get_absolute_url()}",
            "type": ["Profile"],
            "name": coproduction.organization.name,
        },
    }
    if skill.esco:
        aligned = {"type": ["Alignment"], "targetName": name, "targetUrl": skill.esco}
        found["alignment"] = [aligned | {"targetFramework": "ESCO"}]
    if skill.rome:
        code = {"type": "IdentifierEntry", "identifier": skill.rome, "identifierType": "ext:rome"}
        found["otherIdentifier"] = [code]
    return found


def credential(claim: Claim, badge: Badge, identifiers: list[dict[str, Any]]) -> dict[str, Any]:
    """What is signed. It names the person by a number of its own, and by what they typed, if anything."""
    number, status = f"urn:uuid:{badge.number}", status_address(badge.status_list)
    subject: dict[str, Any] = {
        # Made from the number of the badge: two badges of one person have nothing in common.
        "id": f"urn:uuid:{uuid.uuid5(badge.number, 'holder')}",
        "type": ["AchievementSubject"],
        "achievement": achievement(claim.skill),
    }
    if identifiers:
        subject["identifier"] = identifiers
    begins, by = moment(claim.confirmed_at or claim.claimed_at), issuer()
    return {
        "@context": CONTEXT,
        "id": number,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": subject["achievement"]["name"],
        "issuer": by,
        "validFrom": begins,
        "credentialSubject": subject,
        "evidence": evidence(claim),
        "credentialStatus": {
            "id": f"{status}#{badge.place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(badge.place),
            "statusListCredential": status,
        },
        "iss": by["id"],
        "jti": number,
        "sub": subject["id"],
        "nbf": int(datetime.fromisoformat(begins).timestamp()),
    }


def evidence(claim: Claim) -> list[dict[str, Any]]:
    """Who confirmed it, without a name, and what the person chose to show."""
    facts = {"day": f"{claim.confirmed_at:%Y-%m-%d}", "who": claim.get_confirmed_as_display()}
    said = [{"type": ["Evidence"], "narrative": _("Confirmed on %(day)s by %(who)s.") % facts}]
    if claim.text:
        said.append({"type": ["Evidence"], "narrative": claim.text})
    rows = claim.shown.select_related("idea__coproduction", "test_report__task__coproduction")
    return said + [
        _told(row.about) for row in rows.select_related("taken__programme") if row.is_public
    ]


def _told(about: Idea | TestReport | TakenHours) -> dict[str, Any]:
    if isinstance(about, TakenHours):
        title = about.programme.title
        facts = {"hours": f"{about.hours.normalize():f}", "title": title}
        words = _("%(hours)s hours of training taken, as the person says: %(title)s") % facts
        return {"type": ["Evidence"], "name": title, "narrative": words}
    name = about.title if isinstance(about, Idea) else _("A test report")
    address = f"{settings.BASE_URL}{about.get_absolute_url()}"
    return {"id": address, "type": ["Evidence"], "name": name}


def identifiers(name: str, email: str) -> list[dict[str, Any]]:
    """What the person typed to be known by; an address as a salted mark, which only they can show."""
    found: list[dict[str, Any]] = []
    if name:
        found.append({"identityHash": name, "identityType": "name", "hashed": False})
    if email:
        salt = secrets.token_hex(SALT)
        digest = hashlib.sha256(f"{email.lower()}{salt}".encode()).hexdigest()
        mark = {"identityHash": f"sha256${digest}", "identityType": "emailAddress"}
        found.append({**mark, "hashed": True, "salt": salt})
    return [{"type": "IdentityObject", **one} for one in found]


@transaction.atomic
def make_badge(participant: Participant, claim: Claim, name: str = "", email: str = "") -> str:
    """Sign a badge of the person's confirmed skill; neither name nor address is kept."""
    refuse_beyond_limit(participant)
    locked = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("skill__coproduction__organization")
        .get(pk=claim.pk)
    )
    if not locked.is_confirmed:
        raise VoteRefused(_("A badge is made once somebody else has confirmed the skill."))
    key, badge = signing_key(), _placed(locked)
    record(
        "badge-made",
        space=participant.space,
        payload={"badge": str(badge.number), "claim": claim.pk},
        vault_key=participant.vault_key,
    )
    return signed(credential(locked, badge, identifiers(name, email)), key, "JWT")


def _placed(claim: Claim) -> Badge:
    """A row for it, at a place of the status list that chance draws among the free ones."""
    number = 1 + Badge.objects.count() // FILLED
    taken = Badge.objects.filter(status_list=number)
    place = secrets.randbelow(LIST_SIZE)
    while taken.filter(place=place).exists():
        place = secrets.randbelow(LIST_SIZE)
    return Badge.objects.create(
        claim=claim, number=uuid.uuid4(), status_list=number, place=place, made_at=timezone.now()
    )


def revoke_badges(claims: "QuerySet[Claim]") -> None:
    """From now on their status says that they no longer hold; part of the act that ends them."""
    standing = Badge.objects.filter(claim__in=claims, revoked_at=None)
    standing.update(revoked_at=timezone.now())


def status_address(number: int) -> str:
    return f"{settings.BASE_URL}/badges/status/{number}"


def status_list(number: int) -> str | None:
    """The signed list of what was revoked, for whoever checks; None where there is no such list."""
    listed, keys = Badge.objects.filter(status_list=number), kept_keys()
    if not listed.exists() or not keys:
        return None
    places = sorted(listed.filter(revoked_at__isnull=False).values_list("place", flat=True))
    address = status_address(number)
    said = {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer()["id"],
        "validFrom": moment(timezone.now()),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": packed(places, LIST_SIZE),
        },
    }
    return signed(said, keys[-1], "vc+jwt")


def row_of(badge: SignedBadge) -> Badge | None:
    """This site's row of a badge whose signature was checked."""
    try:
        number = uuid.UUID(str(badge.said.get("id")))
    except ValueError:
        return None
    return Badge.objects.filter(number=number).first()
