"""What is held of who speaks of tasks and who contests a figure of the account."""

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
        model="Voice",
        columns="participant task speaks_as degree change said_at",
        what=_("What you said of tasks"),
        purpose=_("showing how people live the work that is asked of them"),
        ground=BY_CONSENT_OR_FRAME,
        until=WITH_THE_DEVICE,
        seen_by=NOBODY,
        whose="participant",
        since="said_at",
    ),
    Personal(
        model="CounterInput",
        columns="name low central high source source_date content author state rule reason filed_at",
        what=_("Your figures against those of the account"),
        purpose=_("computing the account with them"),
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=EVERYBODY_NO_NAME,
        whose="author",
        since="filed_at",
    ),
    Personal(
        model="CounterInput",
        columns="decided_at decided_by",
        what=_("Which figures you read at the desk"),
        purpose=_("answering for what the desk decides"),
        ground=BY_REQUEST,
        until=WITH_THE_ACCOUNT,
        seen_by=DESK,
        whose="decided_by",
        since="decided_at",
    ),
)
NOT_PERSONAL = {"PublishedAccount": ALL_COLUMNS, "CounterInput": "account"}
