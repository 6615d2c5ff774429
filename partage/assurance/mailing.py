"""A code by mail that shows that an address is theirs. Listed or not, an address gets the same work."""

import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assurance.models import ListedMember, MailCheck
from partage.assurance.proofs import HOUR, ProofRefused, TooManyTries, keep_proof, mark_of
from partage.coproductions.models import Coproduction, Frame
from partage.people.codes import DIGITS, LASTS, PER_ADDRESS
from partage.people.models import Participant
from partage.people.outbox import queue_mail
from partage.people.participants import keyed

# In an hour. A whole workplace may ask: what slows guessing is the limit of each address.
PER_NETWORK = 500


def _hash(address: bytes, code: str) -> bytes:
    return keyed("assurance code", f"{address.hex()}:{code}")


@transaction.atomic
def ask_check(coproduction: Coproduction, address: str, network: bytes) -> MailCheck:
    """Write a code down and have it mailed. To who is not on the list, where one is asked: to nobody."""
    mark, now = mark_of(coproduction, address), timezone.now()
    recent = MailCheck.objects.filter(asked_at__gt=now - HOUR)
    from_network = recent.filter(network=network).count()
    if recent.filter(address=mark).count() >= PER_ADDRESS or from_network >= PER_NETWORK:
        raise TooManyTries(
            _("Many codes were asked within the hour. Wait a little, then try again.")
        )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    asked = MailCheck.objects.create(
        coproduction=coproduction, address=mark, network=network, code_hash=_hash(mark, code),
        asked_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    _mail(address if _may_answer(coproduction, mark) else "", code, LASTS)
    return asked


def _may_answer(coproduction: Coproduction, mark: bytes) -> bool:
    listed = ListedMember.objects.listed().filter(coproduction=coproduction, mark=mark)
    return coproduction.assurance != Frame.Assurance.LIST or listed.exists()


def _mail(to: str, code: str, lasts: timedelta) -> None:
    words = {"code": f"{code[:4]} {code[4:]}", "site": settings.BASE_URL}
    body = _(
        "Your code to answer on %(site)s is %(code)s\n\nIt serves once, within ten minutes, on the page "
        "where you asked for it. If you did not ask for it, do nothing. Your address is not kept."
    )
    queue_mail(to, _("Your code to answer"), body % words, lasts=lasts)


def spend_check(coproduction: Coproduction, number: int, typed: str) -> bytes:
    """The mark of the address whose code was typed. Updates decide, one for each try.

    No transaction around them: a refusal must not give the try back.
    """
    now = timezone.now()
    checks = MailCheck.objects.filter(
        pk=number, coproduction=coproduction, used_at=None, expires_at__gt=now
    )
    if not checks.filter(tries_left__gt=0).update(tries_left=F("tries_left") - 1):
        raise ProofRefused(
            _("This code has served, is out of date, or was tried too often. Ask for a new one.")
        )
    asked = checks.get()
    digits = "".join(sign for sign in typed if sign in "0123456789")
    is_right = hmac.compare_digest(bytes(asked.code_hash), _hash(bytes(asked.address), digits))
    if not is_right or not checks.update(used_at=now):
        raise ProofRefused(_("This is not the code of the last mail. Look again."))
    return bytes(asked.address)


def show_address(participant: Participant, coproduction: Coproduction, mark: bytes) -> None:
    keep_proof(participant, coproduction, Frame.Assurance.MAIL, mark=mark)
