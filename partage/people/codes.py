"""Codes by mail that sign a person in. A known and an unknown address get the same work."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.people.mailed_codes import (
    HOUR,
    LASTS,
    are_too_many,
    new_code,
    pending,
    spend,
    tried,
)
from partage.people.models import Person, SignInCode
from partage.people.outbox import queue_mail
from partage.people.participants import keyed
from partage.people.sign_in import prove_address

PER_NETWORK = 30  # codes in an hour
PURPOSE = "sign-in code"


class TooManyCodes(Exception):
    """Many codes were asked within the hour, for this address or from this network."""


class CodeRefused(Exception):
    """The code is wrong, has served, is out of date, or was tried too often."""


@transaction.atomic
def ask_code(email: str, network: bytes) -> SignInCode:
    """Write a code down and have it mailed; for an address that nobody has, the same to nobody."""
    address = keyed("address", email.lower())
    if are_too_many(SignInCode.objects.all(), address, network, PER_NETWORK):
        raise TooManyCodes
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    code, kept = new_code(PURPOSE, address)
    asked = SignInCode.objects.create(person=person, network=network, **kept)
    body = _(
        "Your code for %(site)s is %(code)s\n\nIt serves once, within ten minutes, on the page where "
        "you asked for it. If you did not ask for it, do nothing: nobody gets in without it."
    ) % {"code": code, "site": settings.BASE_URL}
    queue_mail(person.email if person else "", _("Your sign-in code"), body, lasts=LASTS)
    return asked


def use_code(number: int, typed: str) -> Person:
    """Spend the code, which no transaction may give back."""
    codes = SignInCode.objects.filter(pk=number).select_related("person")
    asked, is_right = tried(codes, PURPOSE, typed)
    person: Person | None = asked.person if asked else None
    if not is_right or person is None or not person.is_active or not spend(codes):
        raise CodeRefused
    if person.awaits_proof:
        prove_address(person)
    return person


def is_pending(number: int) -> bool:
    """Whether this code can still be typed."""
    return pending(SignInCode.objects.filter(pk=number)).exists()


def forget_old_codes() -> None:
    """An hour after they were asked, when no limit counts them any more."""
    SignInCode.objects.filter(asked_at__lt=timezone.now() - HOUR).delete()
