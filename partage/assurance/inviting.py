"""Invitation codes: made once and shown once, then known by their marks alone; each serves once."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partage.assurance.models import InvitationBatch, InvitationCode
from partage.assurance.proofs import ProofRefused, keep_proof
from partage.coproductions.models import Coproduction, Frame
from partage.people.models import Participant
from partage.people.participants import keyed
from partage.register.recording import record

# Without those that look alike: 0 O, 1 I L. Twelve of thirty: a billion guesses find one of a
# thousand codes once in half a million times.
SIGNS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LENGTH, PART = 12, 4


def _mark(code: str) -> bytes:
    return keyed("invitation", code)


def shown_code(code: str) -> str:
    return "-".join(code[start : start + PART] for start in range(0, LENGTH, PART))


def _new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))


@transaction.atomic
def make_batch(
    coproduction: Coproduction, label: str, number: int, expires_at: datetime
) -> tuple[InvitationBatch, list[str]]:
    """So many new codes, as they are printed: nobody, the site included, can show them again."""
    batch = InvitationBatch.objects.create(
        coproduction=coproduction, label=label, codes_made=number,
        made_at=timezone.now(), expires_at=expires_at,
    )  # fmt: skip
    codes: set[str] = set()
    while len(codes) < number:
        codes.add(_new_code())
    # In no order: that of the sheet would tell which slip a used code was on.
    rows = [InvitationCode(batch=batch, mark=_mark(code)) for code in codes]
    InvitationCode.objects.bulk_create(rows, batch_size=500)
    public = {"batch": batch.pk, "codes": number}
    record("invitations-made", space=coproduction.slug, public=public)
    return batch, [
        shown_code(code) for code in secrets.SystemRandom().sample(sorted(codes), number)
    ]


@transaction.atomic
def close_batch(batch: InvitationBatch) -> None:
    """None of its codes serves any more; those that served stay counted."""
    now = timezone.now()
    if InvitationBatch.objects.filter(pk=batch.pk, expires_at__gt=now).update(expires_at=now):
        public = {"batch": batch.pk}
        record("invitations-closed", space=batch.coproduction.slug, public=public)


@transaction.atomic
def use_invitation(participant: Participant, coproduction: Coproduction, typed: str) -> None:
    """Spend the code. One update decides, so that of two devices at once one is told."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(code) != LENGTH or not set(code) <= set(SIGNS):
        raise ProofRefused(
            _("“%(seen)s” is not an invitation code: it has twelve letters and digits, such as ABCD-EFGH-2345.")
            % {"seen": typed.strip()[:40]}
        )  # fmt: skip
    found = InvitationCode.objects.filter(mark=_mark(code)).select_related("batch").first()
    if found is None:
        raise ProofRefused(_("No invitation has this code. Look again at each letter."))
    _check_in_force(found.batch, coproduction)
    if not InvitationCode.objects.filter(pk=found.pk, is_used=False).update(is_used=True):
        raise ProofRefused(
            _("This code has served already: it serves once. Ask whoever invited you for another.")
        )
    keep_proof(participant, coproduction, Frame.Assurance.CODE, batch=found.batch)


def _check_in_force(batch: InvitationBatch, coproduction: Coproduction) -> None:
    if batch.coproduction_id != coproduction.pk:
        raise ProofRefused(
            _("This code invites to another coproduction. Open the address printed beside it.")
        )
    if batch.expires_at <= timezone.now():
        day = date_format(timezone.localtime(batch.expires_at), "DATE_FORMAT")
        raise ProofRefused(
            _("This code could serve until %(day)s. Ask whoever invited you for another.")
            % {"day": day}
        )
