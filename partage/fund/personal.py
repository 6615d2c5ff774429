"""What is held of who proposes projects to the common fund and who votes on them."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_CONSENT_OR_FRAME,
    BY_REQUEST,
    DESK,
    EVERYBODY_NO_NAME,
    NOBODY,
    WITH_THE_ACCOUNT,
    WITH_THE_DEVICE,
    Personal,
)

PERSONAL = (
    Personal(
        model="Project",
        columns="title text doer cost_cents language author state rule reason written_at",
        what=_("Your projects for the common fund"),
        purpose=_("putting them to the vote"),
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=EVERYBODY_NO_NAME,
        whose="author",
        since="written_at",
    ),
    Personal(
        model="Project",
        columns="decided_at decided_by",
        what=_("Which projects you read at the desk"),
        purpose=_("answering for what the desk decides"),
        ground=BY_REQUEST,
        until=WITH_THE_ACCOUNT,
        seen_by=DESK,
        whose="decided_by",
        since="decided_at",
    ),
    Personal(
        model="Ballot",
        columns="participant round projects cast_at",
        what=_("Your ballots on projects of the common fund"),
        purpose=_("choosing what the fund pays"),
        ground=BY_CONSENT_OR_FRAME,
        until=WITH_THE_DEVICE,
        seen_by=NOBODY,
        whose="participant",
        since="cast_at",
    ),
)
NOT_PERSONAL = {
    "Round": ALL_COLUMNS,
    "Project": "round number votes",
    "Count": ALL_COLUMNS,
    "Purchase": "count project place cost_cents paid_cents price at_price all_they_had nothing_left progress",
    "Movement": "coproduction number kind cents balance source key project reverses at",
    "FollowUp": "purchase kind text language said_at movement",
}
