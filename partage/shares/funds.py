"""What comes off the top of a pot: the common fund's part enters it, the rest is owed to others."""

from partage.fund.ledger import receive
from partage.shares.models import Period, PeriodFund
from partage.web.localized import in_reader_language

# A rule is sealed with the name that was typed, in the language of whoever typed it.
COMMON_FUND = ("common fund", "fonds commun")


def is_common(fund: PeriodFund) -> bool:
    return fund.name.casefold() in COMMON_FUND


def credit_fund(period: Period) -> None:
    """Bring the common fund its part, once. Raises LedgerRefused."""
    name, _language = in_reader_language(period.name)
    source = f"{name}, {period.opens_on} – {period.closes_on}"
    for fund in period.share_out.funds.filter(cents__gt=0):
        if is_common(fund):
            receive(period.coproduction, fund.cents, source, f"shares.{period.number}.{fund.place}")
