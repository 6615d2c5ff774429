"""What is held of those who show who they are, and of those on a list."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_INTEREST,
    BY_REQUEST,
    BY_THE_ORGANIZATION,
    OPERATOR,
    WITH_THE_DEVICE,
    Personal,
    Until,
)

ONE_VOTE_EACH = _("one vote a person, as the frame of the coproduction promises")

PERSONAL = (
    Personal(
        model="Proof",
        columns="participant coproduction level mark batch shown_on",
        what=_("What you showed before you answered, as a mark"),
        purpose=ONE_VOTE_EACH,
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=OPERATOR,
        whose="participant",
        since="shown_on",
    ),
    Personal(
        model="ListedMember",
        columns="coproduction mark is_used listed_at",
        what=_("The mark of a member's address or number"),
        purpose=ONE_VOTE_EACH,
        ground=BY_INTEREST,
        until=Until(
            _(
                "until the list is erased, two years at most; that of a place that served, one year after the end"
            ),
            days=730,
        ),
        seen_by=OPERATOR,
        since="listed_at",
        given_by=BY_THE_ORGANIZATION,
    ),
    Personal(
        model="MailCheck",
        columns="coproduction address network code_hash asked_at expires_at tries_left used_at",
        what=_("Codes that show that an address is yours, as marks"),
        purpose=ONE_VOTE_EACH,
        ground=BY_REQUEST,
        until=Until(_("one day"), days=1),
        seen_by=OPERATOR,
        since="asked_at",
    ),
    Personal(
        model="Try",
        columns="network kind at",
        what=_("The mark of a network that wrong codes, or member numbers, came from"),
        purpose=_("slowing down whoever guesses codes"),
        ground=BY_INTEREST,
        until=Until(_("two hours"), days=1),
        seen_by=OPERATOR,
        since="at",
    ),
)
NOT_PERSONAL = {"InvitationBatch": ALL_COLUMNS, "InvitationCode": ALL_COLUMNS}
