"""A payout as files: for a bank (ISO 20022, pain.001.001.09) and for a spreadsheet."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError

from partage.shares.accounts import bank_text
from partage.shares.models import Payout
from partage.shares.paying import Transfer

FORMAT = "pain.001.001.09"
CSV_COLUMNS = ("statement", "name", "iban", "euros", "reference", "pay_on")


class NotForTheBank(Exception):
    """The file does not follow the bank's format; the message is the sentence to show."""


def bank_file(payout: Payout, lines: Iterable[Transfer]) -> bytes:
    """The file of transfers, checked against the published schema of its format."""
    payer = {"name": bank_text(payout.payer_name), "IBAN": payout.payer_iban}
    file = SepaTransfer({**payer, "batch": True, "currency": "EUR"}, FORMAT)
    period = payout.share_out.period
    words = f"Share {period.coproduction.slug} period {period.number}"
    for line in lines:
        file.add_payment(
            {
                "name": bank_text(line.to.name),
                "IBAN": line.to.iban,
                "amount": line.statement.net,
                "execution_date": payout.paid_on,
                "description": bank_text(words),
                "endtoend_id": line.reference,
            }
        )
    try:
        made: bytes = file.export()
    except ValidationError:
        raise NotForTheBank(_("The bank's format refuses this file: look at the names.")) from None
    # The library draws another number each time: a bank would take the same file for two.
    return made.replace(file.msg_id.encode(), f"PAYOUT-{payout.pk}".encode())


def sheet_rows(payout: Payout, lines: Iterable[Transfer]) -> Iterator[list[object]]:
    for line in lines:
        cents = line.statement.net
        euros = f"{cents // 100}.{cents % 100:02}"
        told = [line.statement.number, line.to.name, line.to.iban, euros]
        yield [*told, line.reference, f"{payout.paid_on}"]
