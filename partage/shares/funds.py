"""What comes off the top of a pot: the common fund's part enters it, the rest is owed to others."""

from partage.fund.ledger import receive
from partage.shares.models import Period
from partage.web.localized import in_reader_language


def credit_fund(period: Period) -> None:
    """Bring the common fund its part, once. Raises LedgerRefused."""
    name, _language = in_reader_language(period.name)
    source = f"{name}, {period.opens_on} – {period.closes_on}"
    for fund in period.share_out.funds.filter(cents__gt=0, is_common=True):
        receive(period.coproduction, fund.cents, source, f"shares.{period.number}.{fund.place}")
