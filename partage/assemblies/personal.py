"""What is held of members, their proxies and their ballots."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_OTHERS_AT_THE_DESK,
    BY_REQUEST,
    DESK,
    EVERYBODY,
    FOR_THE_RECORD,
    ITSELF,
    NOBODY,
    Personal,
    Until,
    at_the_desk,
)

TO_VOTE = _("letting members vote, once each")

PERSONAL = (
    Personal(
        model="Member",
        columns="group name person link_hash vault_key since until substitute_of is_replaced "
        "erased_on",
        what=_("Your seat in an assembly: name, group, term"),
        purpose=TO_VOTE,
        ground=BY_REQUEST,
        until=Until(_("until the desk of the assembly erases you")),
        seen_by=EVERYBODY,
        whose=ITSELF,
        since="since",
        given_by=BY_OTHERS_AT_THE_DESK,
    ),
    Personal(
        model="Proxy",
        columns="giver holder rank given_at ended_at",
        what=_("Proxies you gave"),
        purpose=TO_VOTE,
        ground=BY_REQUEST,
        until=Until(_("until the desk of the assembly erases you")),
        seen_by=DESK,
        whose="giver",
        since="given_at",
    ),
    Personal(
        model="Vote",
        columns="chair",
        what=_("Votes of an assembly that you chair"),
        purpose=_("saying who has the casting vote"),
        ground=BY_REQUEST,
        until=FOR_THE_RECORD,
        seen_by=EVERYBODY,
        whose="chair",
        given_by=BY_OTHERS_AT_THE_DESK,
    ),
    at_the_desk(
        model="Vote",
        columns="counted_by",
        what=_("Shows of hands that you counted"),
        purpose=_("saying who answers for the count"),
        whose="counted_by",
    ),
    at_the_desk(
        model="Vote",
        columns="confirmed_by",
        what=_("Shows of hands whose count you confirmed"),
        purpose=_("saying who answers for the count"),
        whose="confirmed_by",
    ),
    Personal(
        model="RollEntry",
        columns="member name group",
        what=_("Your name on the roll of votes"),
        purpose=TO_VOTE,
        ground=BY_REQUEST,
        until=Until(
            _("roll calls: for good, with their record; other votes: until you are erased")
        ),
        seen_by=EVERYBODY,
        whose="member",
        given_by=BY_OTHERS_AT_THE_DESK,
    ),
    Personal(
        model="RollCallBallot",
        columns="entry acting choice cast_at",
        what=_("Your ballots in roll calls"),
        purpose=_("publishing who voted what, as a roll call does"),
        ground=BY_REQUEST,
        until=Until(_("for good: a roll call is a public record")),
        seen_by=EVERYBODY,
        whose="entry__member",
        since="cast_at",
    ),
    Personal(
        model="SecretElectorate",
        columns="entry acting",
        what=_("That you voted in a secret vote, not what"),
        purpose=TO_VOTE,
        ground=BY_REQUEST,
        until=Until(_("as long as the roll; what you voted is never tied to you")),
        seen_by=NOBODY,
        whose="entry__member",
    ),
    Personal(
        model="Attempt",
        columns="member reason times",
        what=_("Ballots of yours that were refused"),
        purpose=_("showing the chair what went wrong"),
        ground=BY_REQUEST,
        until=Until(_("until the desk of the assembly erases you")),
        seen_by=DESK,
        whose="member",
    ),
)
NOT_PERSONAL = {
    "Assembly": ALL_COLUMNS,
    "Group": ALL_COLUMNS,
    "Vote": "assembly number title question regime majority counted quorum_percent by_chamber "
    "groups_needed closes_at opened_at closed_at roll_size roll_seal roll_salt outcome votes_for "
    "against abstentions",
    "GroupCount": "vote name chamber members votes_for against abstentions",
    "RollEntry": "vote place",
    # It leads to nobody: that is what secret means.
    "SecretBallot": "vote choice",
    "Attempt": "vote",
}
