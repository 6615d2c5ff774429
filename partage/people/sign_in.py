"""Links that sign a person in once, and who asks."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from partage.people.models import Identity, Passkey, Person, Session, SignInLink

LASTS = timedelta(hours=24)


class LinkRefused(Exception):
    """The link does not exist, has served, or is out of date."""


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make_link(person: Person) -> str:
    """The token of a new link; it is shown once and cannot be read back."""
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + LASTS
    SignInLink.objects.create(person=person, token_hash=token_hash(token), expires_at=expires_at)
    return token


@transaction.atomic
def use_link(token: str) -> Person:
    """Spend the link. One update decides, so that two browsers cannot both use it."""
    now = timezone.now()
    links = SignInLink.objects.filter(token_hash=token_hash(token), person__is_active=True)
    if links.filter(used_at=None, expires_at__gt=now).update(used_at=now) != 1:
        raise LinkRefused
    return links.select_related("person").get().person


@transaction.atomic
def prove_address(person: Person) -> None:
    """The address is theirs: whoever held a link or a session before has them no more."""
    person.awaits_proof = False
    person.save(update_fields=["awaits_proof"])
    close_ways_in(person)


def close_ways_in(person: Person) -> None:
    """End the person's sessions, links, passkeys and identities kept elsewhere."""
    Identity.objects.filter(person=person).delete()
    Passkey.objects.filter(person=person).delete()
    SignInLink.objects.filter(person=person, used_at=None).delete()
    Session.objects.filter(person=person).delete()


def forget_old_links_and_sessions() -> None:
    """What can let nobody in any more."""
    now = timezone.now()
    SignInLink.objects.filter(expires_at__lt=now).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def signed_in(request: HttpRequest) -> Person:
    """Who asks. Pages are closed by default, so nobody comes here without signing in."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
