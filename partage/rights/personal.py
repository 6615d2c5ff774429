"""What is held of who asks something about their data."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    BY_INTEREST,
    BY_LAW,
    DESK,
    OPERATOR,
    Personal,
    Until,
    at_the_desk,
)

PERSONAL = (
    Personal(
        model="Request",
        columns="kind text mail language person asked_at due_on longer_because answer answered_at",
        what=_("Requests you made about your data"),
        purpose=_("answering you within the time that the law sets"),
        ground=BY_LAW,
        until=Until(_("six months after the answer"), days=183),
        seen_by=DESK,
        whose="person",
        since="answered_at",
    ),
    Personal(
        model="Request",
        columns="network",
        what=_("The mark of a network that requests came from"),
        purpose=_("slowing down whoever sends by the thousand"),
        ground=BY_INTEREST,
        until=Until(_("one day"), days=2),
        seen_by=OPERATOR,
        since="asked_at",
        emptied="network",
    ),
    at_the_desk(
        model="Request",
        columns="answered_by",
        what=_("Requests you answered at the desk"),
        whose="answered_by",
        since="answered_at",
    ),
)
NOT_PERSONAL = {"Request": "coproduction"}
