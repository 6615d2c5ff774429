"""What is held of who makes a call and who supports one."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
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
        model="Call",
        columns="title text language author state rule reason written_at",
        what=_("Your calls for a coproduction"),
        purpose=_("asking an organization to make something together"),
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=EVERYBODY_NO_NAME,
        whose="author",
        since="written_at",
    ),
    Personal(
        model="Call",
        columns="decided_at decided_by",
        what=_("Which calls you read at the desk"),
        purpose=_("answering for what the desk decides"),
        ground=BY_REQUEST,
        until=WITH_THE_ACCOUNT,
        seen_by=DESK,
        whose="decided_by",
        since="decided_at",
    ),
    Personal(
        model="Support",
        columns="call participant given_at",
        what=_("Your supports of calls"),
        purpose=_("counting who asks for it too"),
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=NOBODY,
        whose="participant",
        since="given_at",
    ),
)
NOT_PERSONAL = {"Call": "organization answer_from owed_since answer answered_at"}
