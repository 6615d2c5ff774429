"""What is held of who speaks of tasks and who contests a figure of the account."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    answers,
    at_the_desk,
    published,
)

PERSONAL = (
    answers(
        model="Voice",
        columns="participant task speaks_as degree change said_at",
        what=_("What you said of tasks"),
        purpose=_("showing how people live the work that is asked of them"),
        whose="participant",
        since="said_at",
    ),
    published(
        model="CounterInput",
        columns="name low central high source source_date content author state rule reason filed_at",
        what=_("Your figures against those of the account"),
        purpose=_("computing the account with them"),
        whose="author",
        since="filed_at",
    ),
    at_the_desk(
        model="CounterInput",
        columns="decided_at decided_by",
        what=_("Which figures you read at the desk"),
        whose="decided_by",
        since="decided_at",
    ),
)
NOT_PERSONAL = {"PublishedAccount": ALL_COLUMNS, "CounterInput": "account"}
