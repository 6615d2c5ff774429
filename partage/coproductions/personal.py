"""What is held of those who have a role in a coproduction."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_OTHERS_AT_THE_DESK,
    BY_REQUEST,
    DESK,
    Personal,
    Until,
)

PERSONAL = (
    Personal(
        model="Role",
        columns="person coproduction kind",
        what=_("Your roles in coproductions"),
        purpose=_("opening the desk to whoever was given it"),
        ground=BY_REQUEST,
        until=Until(_("until the role is ended")),
        seen_by=DESK,
        whose="person",
        given_by=BY_OTHERS_AT_THE_DESK,
    ),
)
NOT_PERSONAL = {
    "Organization": ALL_COLUMNS,
    "Coproduction": ALL_COLUMNS,
    "Stage": ALL_COLUMNS,
    "Frame": ALL_COLUMNS,
    "Task": ALL_COLUMNS,
    "DataTaken": ALL_COLUMNS,
    "StageChange": ALL_COLUMNS,
}
