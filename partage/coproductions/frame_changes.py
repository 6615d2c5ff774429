"""What one version of a frame changes against another, in the words of its effects."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Family, Frame, Task
from partage.web.templatetags.partage import amount, say

Table = Mapping[str, Any]  # as `creation.frame_table` gives it
Say = Callable[[Any], str]

ALTERNATIVES = {
    Frame.Alternative.STAFFED: _("Whoever does not want to take part is served by a person."),
    Frame.Alternative.NONE: _("There is no other way, and the page warns of it."),
    Frame.Alternative.UNKNOWN: _("The page says that nobody knows whether there is another way."),
}
DEGREES = {
    Task.Degree.CHOSEN: _("Chosen: whoever refuses it loses nothing."),
    Task.Degree.OBLIGED: _("Obliged: without it nobody is served."),
    Task.Degree.ENDURED: _("Endured: people do it without being asked."),
}
KNOWN = {
    True: _("People know that it is taken."),
    False: _("It is taken without people knowing."),
}
COMMERCIAL = {
    True: _("It is sold, or used to sell."),
    False: _("It is neither sold nor used to sell."),
    None: _("Nobody knows whether it is sold."),
}


class Change(NamedTuple):
    """A promise that is not the same: its subject, which one, before and after; empty: none."""

    subject: str
    name: str
    before: str
    after: str


def _families(values: list[str] | None) -> str:
    return ", ".join(str(Family(value).label) for value in values or [])


def _alternative(value: str | None) -> str:
    return str(ALTERNATIVES[Frame.Alternative(value or "unknown")])


def _hours(value: Any) -> str:
    return "" if value is None else gettext("%(n)s hours a week") % {"n": amount(value)}


def _minutes(value: Any) -> str:
    return "" if value is None else gettext("%(n)s minutes") % {"n": amount(value)}


def _sensitive(value: bool | None) -> str:
    if value:
        return gettext("Yes: an explicit consent comes before the first answer.")
    return gettext("No.")


def _landscape(value: str | None) -> str:
    return str(Frame.Landscape(value or "default").label)


def _assurance(value: str | None) -> str:
    return str(Frame.Assurance(value or "open").label)


def _text(value: Table | None) -> SafeString:
    return say(value or {})


# In the order of the page of the frame, and by its names.
PROMISES: dict[str, tuple[Promise, Say]] = {
    "alternative": (_("If you do not want to take part"), _alternative),
    "alternative_words": (_("The other way, in words"), _text),
    "alternative_hours_a_week": (_("Hours a week with somebody to serve you"), _hours),
    "alternative_wait_minutes": (_("Usual wait"), _minutes),
    "decides": (_("Who decides, on what, when"), _text),
    "families": (_("Kind"), _families),
    "profiling": (_("Profiles made by the organization"), _text),
    "ranking": (_("How the organization ranks what it shows"), _text),
    "payer": (_("Who pays"), _text),
    "law": (_("Under which law"), _text),
    "sharing_rule": (_("How value is shared"), _text),
    "retention": (_("How long answers are kept"), _text),
    "landscape": (_("How opinions are mapped"), _landscape),
    "assurance": (_("What you must show before you answer"), _assurance),
    "sensitive": (
        _("Can answers reveal political or other sensitive opinions?"),
        _sensitive,
    ),
    "consent_text": (_("The words of the consent"), _text),
}


def task_words(task: Table) -> SafeString:
    """What one task does to people."""
    before = _labelled(gettext("Done before by"), task.get("done_before_by"))
    return _sentences(str(DEGREES[Task.Degree(task["degree"])]), before)


def data_words(data: Table) -> SafeString:
    """What becomes of one kind of data."""
    return _sentences(
        str(KNOWN[data["known"]]),
        _labelled(gettext("What for"), data.get("purpose")),
        _labelled(gettext("Who receives it"), data.get("receivers")),
        str(COMMERCIAL[data.get("commercial")]),
        _erased(data.get("kept_days")),
    )


def _erased(days: int | None) -> str:
    if days is None:
        return gettext("Nobody knows when it is erased.")
    sentence = ngettext("It is erased after %(n)s day.", "It is erased after %(n)s days.", days)
    return sentence % {"n": amount(days)}


def _labelled(label: str, words: Table | None) -> SafeString | str:
    return format_html("{}{} {}.", label, gettext(":"), say(words)) if words else ""


def _sentences(*parts: SafeString | str) -> SafeString:
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def what_changed(before: Table, after: Table) -> list[Change]:
    """Each promise that differs. The words of another language count, even if not shown here."""
    found = [
        Change(str(name), str(name), told(before.get(key)), told(after.get(key)))
        for key, (name, told) in PROMISES.items()
        if before.get(key) != after.get(key)
    ]
    tasks = before.get("tasks", []), after.get("tasks", [])
    data = before.get("data", []), after.get("data", [])
    return [
        *_rows(gettext("Tasks"), *tasks, "name", task_words),
        *_rows(gettext("Data"), *data, "category", data_words),
        *found,
    ]


def _rows(
    subject: str, before: list[Table], after: list[Table], key: str, told: Say
) -> list[Change]:
    """A row is the same one as long as its name is, in one language at least."""
    left, found = list(before), []
    for row in after:
        names = set(row[key].items())
        same = next((old for old in left if names & set(old[key].items())), None)
        if same is not None:
            left.remove(same)
        if row != same:
            old = told(same) if same is not None else ""
            found.append(Change(subject, say(row[key]), old, told(row)))
    gone = [Change(subject, say(old[key]), told(old), "") for old in left]
    return found + gone
