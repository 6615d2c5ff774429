"""Each return from an identity provider serves once on this site, and so many come from one network."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from partage.people.models import SpentReturn
from partage.people.participants import keyed

LASTS = timedelta(minutes=10)  # as long as the browser keeps its question
PER_NETWORK = 300  # within that time: each makes this site ask the provider


class ReturnSpent(Exception):
    """It has served."""


class TooManyReturns(Exception):
    """Many came from this network within ten minutes."""


def spend_return(state: str, network: bytes, now: datetime) -> None:
    """No transaction around it: what is refused afterwards has served all the same."""
    recent = SpentReturn.objects.filter(network=network, at__gt=now - LASTS)
    if recent.count() >= PER_NETWORK:
        raise TooManyReturns
    mark = keyed("identity return", state)
    try:
        with transaction.atomic():
            SpentReturn.objects.create(mark=mark, network=network, at=now)
    except IntegrityError:
        raise ReturnSpent from None


def forget_old_returns() -> None:
    SpentReturn.objects.filter(at__lt=timezone.now() - LASTS).delete()
