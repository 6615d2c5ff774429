"""What is held of who proposes projects to the common fund and who votes on them."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    answers,
    at_the_desk,
    published,
)

PERSONAL = (
    published(
        model="Project",
        columns="title text doer cost_cents language author state rule reason written_at",
        what=_("Your projects for the common fund"),
        purpose=_("putting them to the vote"),
        whose="author",
        since="written_at",
    ),
    at_the_desk(
        model="Project",
        columns="decided_at decided_by",
        what=_("Which projects you read at the desk"),
        whose="decided_by",
        since="decided_at",
    ),
    answers(
        model="Ballot",
        columns="participant round projects cast_at is_counted",
        what=_("Your ballots on projects of the common fund"),
        purpose=_("choosing what the fund pays"),
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
