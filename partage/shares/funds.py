"""What comes off the top of a pot, handed over to whoever keeps the funds."""

from partage.shares.models import Period


def credit_fund(period: Period) -> dict[str, int]:
    """The cents that each fund of a period is owed, by the key that makes it count once."""
    return {
        f"shares.{period.number}.{fund.place}": fund.cents for fund in period.share_out.funds.all()
    }
