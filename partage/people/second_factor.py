"""A second factor: the six digits of an authenticator application, or a recovery code.

The digits are those of RFC 6238, one for each step of thirty seconds.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.people.models import TRIES_BEFORE_A_WAIT, Person, RecoveryCode, SecondFactor
from partage.people.outbox import queue_mail
from partage.people.participants import keyed
from partage.people.sessions import end_other_sessions
from partage.people.sign_in import close_ways_in
from partage.register.recording import record

NONCE = 12  # bytes
RECOVERY_CODES, RECOVERY_DIGITS = 10, 12
# Five wrong codes, then a wait that doubles up to a day: a year of trying finds one in 800 times.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(days=1)
MOST_COUNTED = 20  # the wait grows no more
A_NOTICE_LASTS = timedelta(days=1)


class WrongCode(Exception):
    """Neither a code of the application at this minute nor a recovery code that is left."""


class CodeServed(Exception):
    """The code is right, and has served already."""


class TooManyTries(Exception):
    """Many wrong codes were typed for this person: no code is looked at before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class AlreadyOn(Exception):
    """The person has a second factor."""


class NotProved(Exception):
    """Somebody else saw this person's link, and could keep them out with a second factor."""


def has_second_factor(person: Person) -> bool:
    return SecondFactor.objects.filter(person=person).exists()


def lacks_second_factor(person: Person) -> bool:
    """Whether the site wants a second factor of this person, who has none."""
    is_wanted = settings.ADMINISTRATORS_NEED_SECOND_FACTOR and person.is_administrator
    return is_wanted and not has_second_factor(person)


def new_key(person: Person) -> bytes:
    """A key for an application, sealed: it counts once a code shows that the application has it."""
    if has_second_factor(person):
        raise AlreadyOn
    if Person.objects.filter(pk=person.pk, awaits_proof=True).exists():
        raise NotProved
    return _seal(person, pyotp.random_base32())


def application_of(person: Person, sealed: bytes) -> pyotp.TOTP | None:
    """What the person's application computes; None when the seal is not of this site and person."""
    key = _unseal(person, sealed)
    site = urlsplit(settings.BASE_URL).hostname
    return pyotp.TOTP(key, name=person.email, issuer=f"Partage {site}") if key else None


def _cipher() -> AESGCM:
    return AESGCM(keyed("second factor", "seal"))


def _seal(person: Person, key: str) -> bytes:
    """Bound to the person: a row copied onto somebody else's opens nothing."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher().encrypt(nonce, key.encode(), str(person.pk).encode())


def _unseal(person: Person, sealed: bytes) -> str | None:
    try:
        key = _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], str(person.pk).encode())
    except (InvalidTag, ValueError):  # sealed before the site's secret changed
        return None
    return key.decode()


def digits_of(typed: str) -> str:
    return "".join(sign for sign in typed if sign in "0123456789")


def _step_of(application: pyotp.TOTP | None, digits: str, now: datetime) -> int | None:
    """The step that these digits stand for, this one or a neighbour: clocks differ a little."""
    if application is None:
        return None
    here = application.timecode(now)
    near = (here - 1, here, here + 1)
    found = [at for at in near if hmac.compare_digest(application.generate_otp(at), digits)]
    return max(found, default=None)


@transaction.atomic
def turn_on(person: Person, sealed: bytes, typed: str, session_key: str | None) -> list[str]:
    """Ask both factors from now on; the recovery codes, which cannot be read back.

    Other browsers are signed out: what was signed in with one factor alone ends.
    """
    now = timezone.now()
    step = _step_of(application_of(person, sealed), digits_of(typed), now)
    if step is None:
        raise WrongCode
    factor = SecondFactor(person=person, sealed_key=sealed, last_step=step, since=now)
    _keep(factor)
    codes = _new_recovery_codes(factor)
    end_other_sessions(person, session_key)
    record("second-factor-on", space="")
    tell(person, _("A second code is now asked of you"))
    return codes


def _keep(factor: SecondFactor) -> None:
    """The row decides who turned it on first."""
    try:
        with transaction.atomic():
            factor.save(force_insert=True)
    except IntegrityError:
        raise AlreadyOn from None


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = [
        f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}"
        for _number in range(RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(factor=factor).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(factor=factor, code_hash=_hash(factor, code)) for code in codes]
    )
    return [" ".join((code[:4], code[4:8], code[8:])) for code in codes]


def _hash(factor: SecondFactor, digits: str) -> bytes:
    return keyed("recovery code", f"{factor.pk}:{digits}")


def check_second_code(person: Person, typed: str) -> None:
    """Spend the code that was typed. Updates decide, so that nobody tries or enters twice at once.

    No transaction around them: a refusal must not give the try back.
    """
    now = timezone.now()
    factor = SecondFactor.objects.filter(person=person).select_related("person").first()
    if factor is None:
        raise WrongCode
    _spend_try(factor, now)
    digits = digits_of(typed)
    if len(digits) == RECOVERY_DIGITS:
        _use_recovery_code(factor, digits, now)
    else:
        _use_step(factor, digits, now)


def _spend_try(factor: SecondFactor, now: datetime) -> None:
    """Count the try as wrong before looking at it; a right code sets the count back."""
    if factor.next_try_at and factor.next_try_at > now:
        raise TooManyTries(factor.next_try_at)
    tries = min(factor.wrong_tries + 1, MOST_COUNTED)
    same = SecondFactor.objects.filter(
        pk=factor.pk, wrong_tries=factor.wrong_tries, next_try_at=factor.next_try_at
    )
    if not same.update(wrong_tries=tries, next_try_at=_wait_after(tries, now)):
        raise WrongCode  # another try came in between


def _wait_after(tries: int, now: datetime) -> datetime | None:
    beyond = tries - TRIES_BEFORE_A_WAIT
    return now + min(FIRST_WAIT * 2**beyond, LONGEST_WAIT) if beyond >= 0 else None


def _use_step(factor: SecondFactor, digits: str, now: datetime) -> None:
    application = application_of(factor.person, bytes(factor.sealed_key))
    step = _step_of(application, digits, now)
    if step is None:
        raise WrongCode
    before = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    if not before.update(last_step=step, wrong_tries=0, next_try_at=None):
        raise CodeServed


def _use_recovery_code(factor: SecondFactor, digits: str, now: datetime) -> None:
    codes = RecoveryCode.objects.filter(factor=factor, code_hash=_hash(factor, digits))
    if not codes.filter(used_at=None).update(used_at=now):
        raise CodeServed if codes.exists() else WrongCode
    SecondFactor.objects.filter(pk=factor.pk).update(wrong_tries=0, next_try_at=None)


def recovery_codes_left(person: Person) -> int:
    return RecoveryCode.objects.filter(factor__person=person, used_at=None).count()


def renew_recovery_codes(person: Person, typed: str) -> list[str]:
    """New recovery codes in place of the old ones, which serve no more; it takes a code."""
    check_second_code(person, typed)
    return _replace_recovery_codes(person)


@transaction.atomic
def _replace_recovery_codes(person: Person) -> list[str]:
    factor = SecondFactor.objects.select_for_update().filter(person=person).first()
    if factor is None:
        raise WrongCode
    record("recovery-codes-renewed", space="")
    tell(person, _("Your recovery codes were replaced"))
    return _new_recovery_codes(factor)


def turn_off(person: Person, typed: str) -> None:
    """Ask the first factor alone from now on; it takes a code."""
    check_second_code(person, typed)
    _remove(person)


@transaction.atomic
def remove_second_factor(person: Person) -> bool:
    """For somebody who lost theirs, from the command line; False when they have none.

    They are signed out everywhere: whoever found the telephone may be signed in with it.
    """
    if not _remove(person):
        return False
    close_ways_in(person)
    return True


@transaction.atomic
def _remove(person: Person) -> bool:
    RecoveryCode.objects.filter(factor__person=person).delete()
    if not SecondFactor.objects.filter(person=person).delete()[0]:
        return False
    record("second-factor-off", space="")
    tell(person, _("No second code is asked of you any more"))
    return True


def tell(person: Person, subject: str) -> None:
    words = {"what": subject, "site": settings.BASE_URL}
    body = _(
        "%(what)s, at %(site)s.\n\nIf you did not ask for it, tell whoever runs the site at once: "
        "somebody else may get in as you."
    )
    queue_mail(person.email, subject, body % words, lasts=A_NOTICE_LASTS)
