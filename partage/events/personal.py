"""What the producer's machines tell of people, under marks."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_INTEREST,
    BY_THE_ORGANIZATION,
    OPERATOR,
    Personal,
    Until,
)

PERSONAL = (
    Personal(
        model="Event",
        columns="event_id batch task who started_at seconds value_cents data_mask basis corrects",
        what=_("Tasks that you did, under a mark of the organization's number for you"),
        purpose=_("counting the work of participants, and sharing the value by the rule"),
        ground=BY_INTEREST,
        until=Until(_("as long as the account rests on it; the mark, until you erase it")),
        seen_by=OPERATOR,
        since="started_at",
        given_by=BY_THE_ORGANIZATION,
    ),
)
NOT_PERSONAL = {
    "Event": "coproduction",
    "EventTask": ALL_COLUMNS,
    "EventData": ALL_COLUMNS,
    "ProducerKey": ALL_COLUMNS,
    "Batch": ALL_COLUMNS,
    "EventMonth": ALL_COLUMNS,
    "ClosedMonth": ALL_COLUMNS,
}
