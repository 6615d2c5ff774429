"""What becomes of a chosen project: begun, paid, finished, or given up, each said in public."""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.fund.ledger import LedgerRefused, lock, pay
from partage.fund.models import FollowUp, Movement, Purchase
from partage.register.recording import record
from partage.web.localized import reader_language

Kind = FollowUp.Kind
BECOMES = {
    Kind.BEGUN: Purchase.Progress.BEGUN,
    Kind.PAID: Purchase.Progress.BEGUN,
    Kind.FINISHED: Purchase.Progress.FINISHED,
    Kind.GIVEN_UP: Purchase.Progress.GIVEN_UP,
}


@dataclass(frozen=True)
class Said:
    """What the desk says of a project; `key` names the page it was said on."""

    kind: FollowUp.Kind
    text: str
    cents: int = 0
    key: str = ""


@transaction.atomic
def follow_up(purchase: Purchase, said: Said) -> None:
    """Say the next thing. Given up or finished, what was not paid is free again."""
    coproduction = purchase.count.round.coproduction
    lock(coproduction)
    if Movement.objects.filter(coproduction=coproduction, key=said.key).exists():
        return  # the same page sent again: it was paid
    purchase = Purchase.objects.select_related("project__round__coproduction").get(pk=purchase.pk)
    if not purchase.is_under_way:
        raise LedgerRefused(_("This project has ended already: nothing was recorded."))
    if said.kind == Kind.BEGUN and purchase.progress == Purchase.Progress.BEGUN:
        raise LedgerRefused(_("This project has begun already: nothing was recorded."))
    paid = None
    if said.kind == Kind.PAID:
        paid = pay(purchase.project, said.cents, said.text[:200], said.key)
    FollowUp.objects.create(
        purchase=purchase, kind=said.kind, text=said.text, language=reader_language(),
        said_at=timezone.now(), movement=paid,
    )  # fmt: skip
    Purchase.objects.filter(pk=purchase.pk).update(progress=BECOMES[said.kind])
    fingerprint = hashlib.sha256(said.text.encode()).hexdigest()
    public = {"project": purchase.project_id, "role": "facilitator", "text_sha256": fingerprint}
    record(f"fund-project-{said.kind}", space=coproduction.slug, public=public)
