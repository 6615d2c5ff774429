"""What is held of who makes a call and who supports one."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    BY_REQUEST,
    NOBODY,
    WITH_THE_DEVICE,
    Personal,
    at_the_desk,
    published,
)

PERSONAL = (
    published(
        model="Call",
        columns="title text language author state rule reason written_at",
        what=_("Your calls for a coproduction"),
        purpose=_("asking an organization to make something together"),
        whose="author",
        since="written_at",
    ),
    at_the_desk(
        model="Call",
        columns="decided_at decided_by",
        what=_("Which calls you read at the desk"),
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
