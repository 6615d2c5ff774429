"""How an app declares what it holds of people: each column, why, until when, and who sees it."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
# In NOT_PERSONAL: every column of a model that no row of leads to anybody.
ALL_COLUMNS = "*"
# As `Personal.whose`: the row is the person.
ITSELF = "pk"

# On what ground (GDPR, article 6): the words of the record of processing and of "My data".
BY_CONSENT = _("your consent (GDPR, article 6.1.a)")
BY_CONSENT_OR_FRAME = _(
    "your consent where the frame asks for it (articles 6.1.a and 9.2.a); else what the frame "
    "promises for the coproduction you joined (article 6.1.f)"
)
BY_REQUEST = _("what you asked this site to do (article 6.1.b)")
BY_LAW = _("a legal obligation (article 6.1.c)")
BY_INTEREST = _("the safety of the site and of its register (article 6.1.f)")
BY_READERS = _("knowing who answers for a text that a body published (article 6.1.f)")

NOBODY = _("nobody: results show totals only")
ITS_OWNER = _("you")
DESK = _("you and the people at the desk")
ADMINISTRATORS = _("you and administrators")
EVERYBODY_NO_NAME = _("everybody, without saying whose it is")
EVERYBODY = _("everybody, with the name")
OPERATOR = _("nobody but the site itself")

TO_ANSWER = _("answering for what the desk decides")

BY_OTHERS_AT_THE_DESK = _("the people at the desk")
BY_THE_ORGANIZATION = _("the organization")


@dataclass(frozen=True)
class Until:
    """How long: in words, and at most so many days after the column `since`, where that is fixed."""

    words: Words
    days: int | None = None


UNTIL_ERASED = Until(_("until you erase it"))
WITH_THE_DEVICE = Until(
    _(
        "until you take it back or erase it; one year after the end, nothing ties it to a device any more"
    )
)
WITH_THE_ACCOUNT = Until(_("as long as the account"))
FOR_THE_RECORD = Until(_("as long as what it is part of is published"))


@dataclass(frozen=True)
class Personal:
    """Columns of one model that say something of somebody.

    `whose` leads from a row to the participant, person, member or beneficiary it is about, by one
    path or by several; it is empty where the row alone cannot tell. `given_by` is empty for what
    they gave themselves. `since` is the column that dates the row; `emptied` are columns that are
    emptied when the time comes, where the row stays.
    """

    model: str
    columns: str
    what: Words
    purpose: Words
    ground: Words
    until: Until
    seen_by: Words
    whose: str = ""
    since: str = ""
    given_by: Words = ""
    emptied: str = ""


def at_the_desk(*, purpose: Words = TO_ANSWER, **told: Any) -> Personal:
    """What somebody does at the desk: it stays as long as their account."""
    kept: dict[str, Any] = {"ground": BY_REQUEST, "until": WITH_THE_ACCOUNT, "seen_by": DESK}
    return Personal(purpose=purpose, **kept, **told)


def published(**told: Any) -> Personal:
    """What somebody gave to be read by all, without their name."""
    kept: dict[str, Any] = {
        "ground": BY_REQUEST,
        "until": WITH_THE_DEVICE,
        "seen_by": EVERYBODY_NO_NAME,
    }
    return Personal(**kept, **told)


def answers(**told: Any) -> Personal:
    """What somebody answered, and nobody reads but as a total."""
    kept: dict[str, Any] = {
        "ground": BY_CONSENT_OR_FRAME,
        "until": WITH_THE_DEVICE,
        "seen_by": NOBODY,
    }
    return Personal(**kept, **told)
