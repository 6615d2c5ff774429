"""What becomes of the work itself: said in words, with a source, or unknown."""

from collections.abc import Mapping
from dataclasses import dataclass

from partage.calc.checked_toml import CheckedToml, Text

UNKNOWN = "unknown"
# What a declaration may say of the work, besides figures.
TOPICS = (
    "tasks_gone",
    "tasks_new",
    "skills_asked",
    "remaining_work",
    "human_contact",
    "left_without_help",
)
_ORIGIN = ("source", "date", "grade")

WorkContent = Mapping[str, tuple[Text, ...] | None]


@dataclass(frozen=True)
class Work:
    """The content of work, topic by topic; None where it is unknown.

    Attributes
    ----------
    topics : for each of TOPICS, the points declared in both languages, or None
    source, date, grade : where they come from; empty when everything is unknown
    """

    topics: WorkContent
    source: str = ""
    date: str = ""
    grade: str = ""


def read_work(toml: CheckedToml, value: object, grades: tuple[str, ...]) -> Work:
    """Read the table ``[work]`` of a declaration; without one, everything is unknown.

    Parameters
    ----------
    toml : the document, to tell mistakes with their line.
    value : the table as read, or None.
    grades : the grades allowed.

    Raises
    ------
    DeclarationError
        If a topic is neither "unknown" nor a list of texts, or a point has no source or date.
    """
    if value is None:
        return Work(dict.fromkeys(TOPICS))
    table = toml.table("work", value)
    toml.known_keys("work", table, (*TOPICS, *_ORIGIN))
    topics = {name: _points(toml, name, table.get(name, UNKNOWN)) for name in TOPICS}
    if not any(topics.values()):
        return Work(topics)
    if "date" not in table:
        toml.refuse("work", "has no date: add 'date', the day or year of its source")
    return Work(
        topics,
        source=toml.words("work.source", table.get("source")),
        date=toml.source_day("work.date", table["date"]),
        grade=toml.one_of("work.grade", table.get("grade"), grades),
    )


def _points(toml: CheckedToml, name: str, value: object) -> tuple[Text, ...] | None:
    if value == UNKNOWN:
        return None
    key = f"work.{name}"
    return tuple(toml.both(key, each) for each in toml.listed(key, value))
