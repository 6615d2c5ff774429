"""A code by mail that shows that an address is theirs. Listed or not, an address gets the same work."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from partage.assurance.models import ListedMember, MailCheck
from partage.assurance.proofs import ProofRefused, TooManyTries, keep_proof, mark_of
from partage.coproductions.models import Coproduction, Frame
from partage.people.mailed_codes import LASTS, are_too_many, new_code, spend, tried
from partage.people.models import Participant
from partage.people.outbox import queue_mail

# In an hour. A whole workplace may ask: what slows guessing is the limit of each address.
PER_NETWORK = 500
PURPOSE = "assurance code"


@transaction.atomic
def ask_check(coproduction: Coproduction, address: str, network: bytes) -> MailCheck:
    """Write a code down and have it mailed. To who is not on the list, where one is asked: to nobody."""
    mark = mark_of(coproduction, address)
    if are_too_many(MailCheck.objects.all(), mark, network, PER_NETWORK):
        raise TooManyTries(
            _("Many codes were asked within the hour. Wait a little, then try again.")
        )
    code, kept = new_code(PURPOSE, mark)
    asked = MailCheck.objects.create(coproduction=coproduction, network=network, **kept)
    _mail(address if _may_answer(coproduction, mark) else "", code)
    return asked


def _may_answer(coproduction: Coproduction, mark: bytes) -> bool:
    listed = ListedMember.objects.listed().filter(coproduction=coproduction, mark=mark)
    return coproduction.assurance != Frame.Assurance.LIST or listed.exists()


def _mail(to: str, code: str) -> None:
    body = _(
        "Your code to answer on %(site)s is %(code)s\n\nIt serves once, within ten minutes, on the page "
        "where you asked for it. If you did not ask for it, do nothing. Your address is not kept."
    ) % {"code": code, "site": settings.BASE_URL}
    queue_mail(to, _("Your code to answer"), body, lasts=LASTS)


def spend_check(coproduction: Coproduction, number: int, typed: str) -> bytes:
    """The mark of the address whose code was typed; no transaction may give the try back."""
    checks = MailCheck.objects.filter(pk=number, coproduction=coproduction)
    asked, is_right = tried(checks, PURPOSE, typed)
    if asked is None:
        raise ProofRefused(
            _("This code has served, is out of date, or was tried too often. Ask for a new one.")
        )
    if not is_right or not spend(checks):
        raise ProofRefused(_("This is not the code of the last mail. Look again."))
    return bytes(asked.address)


def show_address(participant: Participant, coproduction: Coproduction, mark: bytes) -> None:
    keep_proof(participant, coproduction, Frame.Assurance.MAIL, mark=mark)
