"""Units as the reader's language says them: an account names them as `EUR/month` or `min/task`."""

from django.utils.translation import gettext_lazy as _

# One, and several; what is a symbol in every language stays as it is.
WORDS = {
    "day": (_("day"), _("days")),
    "month": (_("month"), _("months")),
    "week": (_("week"), _("weeks")),
    "year": (_("year"), _("years")),
    "task": (_("task"), _("tasks")),
    "person": (_("person"), _("people")),
    "job": (_("job"), _("jobs")),
    "category": (_("category"), _("categories")),
    "change": (_("change"), _("changes")),
    "contribution": (_("contribution"), _("contributions")),
    "room": (_("room"), _("rooms")),
    "stay": (_("stay"), _("stays")),
    "visit": (_("visit"), _("visits")),
    "vote": (_("vote"), _("votes")),
    "MB": (_("MB"), _("MB")),
    "GB": (_("GB"), _("GB")),
    "EUR": ("€", "€"),
    "1": ("", ""),
}


def unit_in_words(unit: str) -> str:
    """A unit that an organization named itself stays as it wrote it."""
    counted, slash, by = unit.partition("/")
    above = "·".join(_word(part, 1) for part in counted.split("*"))
    return f"{above}/{_word(by, 0)}" if slash else above


def _word(part: str, many: int) -> str:
    return str(WORDS[part][many]) if part in WORDS else part
