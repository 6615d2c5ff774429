"""What is held of who wrote a work: names that its body published."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_READERS,
    EVERYBODY,
    FOR_THE_RECORD,
    Personal,
)

PERSONAL = (
    Personal(
        model="Work",
        columns="rapporteurs",
        what=_("The rapporteurs of a work, as its body published them"),
        purpose=_("saying who answers for the text"),
        ground=BY_READERS,
        until=FOR_THE_RECORD,
        seen_by=EVERYBODY,
    ),
)
NOT_PERSONAL = {
    "Work": (
        "slug shelf title region kind year month day votes_for votes_against votes_abstain "
        "body_size url source_url language summary added_at changed_at withdrawn_at withdrawn_why"
    ),
    "WorkBody": ALL_COLUMNS,
    "WorkTheme": ALL_COLUMNS,
    "WorkRecommendation": ALL_COLUMNS,
    "OpenQuestion": ALL_COLUMNS,
    "FollowedUp": ALL_COLUMNS,
    "WorkLink": ALL_COLUMNS,
    "StartedFrom": ALL_COLUMNS,
}
