"""What comes off the top of a pot: the common fund's part enters it, the rest is owed to others."""

from django.utils.translation import gettext as _

from partage.fund.ledger import receive
from partage.shares.models import Period, PeriodFund

# A rule is sealed with the name that was typed, in the language of whoever typed it.
COMMON_FUND = ("common fund", "fonds commun")


def is_common(fund: PeriodFund) -> bool:
    return fund.name.casefold() in COMMON_FUND


def credit_fund(period: Period) -> None:
    """Bring the common fund its part, once. Raises LedgerRefused."""
    words = {"number": period.number, "opens": period.opens_on, "closes": period.closes_on}
    source = _("Shares of period %(number)s, %(opens)s to %(closes)s") % words
    for fund in period.share_out.funds.filter(cents__gt=0):
        if is_common(fund):
            receive(period.coproduction, fund.cents, source, f"shares.{period.number}.{fund.place}")
