"""What is held of who may be paid."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_LAW,
    BY_REQUEST,
    BY_THE_ORGANIZATION,
    DESK,
    FOR_THE_RECORD,
    ITS_OWNER,
    ITSELF,
    OPERATOR,
    UNTIL_ERASED,
    Personal,
    Until,
)

TO_SHARE = _("sharing the value by the rule, and paying you")

PERSONAL = (
    Personal(
        model="Beneficiary",
        columns="coproduction who vault_key link_round participant",
        what=_("The mark of the organization's number for you"),
        purpose=TO_SHARE,
        ground=BY_REQUEST,
        until=UNTIL_ERASED,
        seen_by=OPERATOR,
        whose=ITSELF,
        given_by=BY_THE_ORGANIZATION,
    ),
    Personal(
        model="Beneficiary",
        columns="payment",
        emptied="payment",
        what=_("Your name and account, closed"),
        purpose=_("paying you"),
        ground=BY_REQUEST,
        until=UNTIL_ERASED,
        seen_by=OPERATOR,
        whose=ITSELF,
    ),
    Personal(
        model="Recorded",
        columns="period beneficiary person seconds counts given received circle",
        what=_("What the organization recorded that you did"),
        purpose=TO_SHARE,
        ground=BY_REQUEST,
        until=Until(
            _("the amounts stay, for the accounts; what ties them to you, until you erase it")
        ),
        seen_by=ITS_OWNER,
        whose="beneficiary",
        given_by=BY_THE_ORGANIZATION,
    ),
    Personal(
        model="Statement",
        columns="share_out number recorded gross contributions tax net stages payout",
        what=_("Your statements of shares"),
        purpose=TO_SHARE,
        ground=BY_LAW,
        until=Until(
            _("the amounts stay, for the accounts; what ties them to you, until you erase it")
        ),
        seen_by=ITS_OWNER,
        whose="recorded__beneficiary",
    ),
    Personal(
        model="Payout",
        columns="payer_name payer_iban",
        what=_("The account of who pays"),
        purpose=_("telling the bank whom to debit"),
        ground=BY_LAW,
        until=FOR_THE_RECORD,
        seen_by=DESK,
    ),
)
NOT_PERSONAL = {
    "WorkFacts": ALL_COLUMNS,
    "Period": ALL_COLUMNS,
    "ShareOut": ALL_COLUMNS,
    "PeriodFund": ALL_COLUMNS,
    "Payout": "share_out number made_at paid_on people net said_paid_at cancelled_at cancelled_reason",
    "ErasedSellers": ALL_COLUMNS,
}
