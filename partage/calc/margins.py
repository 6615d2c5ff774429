"""Read the margins of a population, and the categories that people gave with consent."""

from math import isfinite
from pathlib import Path

from partage.calc.raking import UNANSWERED, Margin
from partage.calc.votes import PERSON_COLUMNS
from partage.calc.votes_file import Table, VotesError, read_table

ROUNDED = 0.005  # public shares are often printed rounded: what their sum may miss
MARGIN_COLUMNS = ("question", "category", "share")


def read_margins(path: Path | str) -> tuple[Margin, ...]:
    """Read a table with the columns question, category and share (a fraction of one).

    Shares of a question that sum to one within half a point are divided by their sum. Questions
    and categories come in the order of their names, whatever that of the rows.

    Raises
    ------
    VotesError
        If a row or the sum of a question is wrong: the file, the line, the value, what to do.
    """
    table = read_table(Path(path))
    places = [table.column((name,)) for name in MARGIN_COLUMNS]
    found: dict[str, dict[str, float]] = {}
    for line, row in table.rows:
        question, category, text = (_cell(table, row, place) for place in places)
        shares = found.setdefault(question, {})
        if not question or not category:
            raise table.error(line, "the question or the category is empty", "give each row both")
        if category in shares:
            raise table.error(line, f"{question} has '{category}' twice", "keep one of them")
        shares[category] = _share(table, line, text)
    if not found:
        raise VotesError(f"{table.name} has no row: give a question, its categories and shares")
    return tuple(_margin(table.name, question, found[question]) for question in sorted(found))


def _cell(table: Table, row: list[str], place: int | None) -> str:
    if place is None:
        raise table.error(
            1,
            f"the columns are {', '.join(table.header)}",
            f"there must be {', '.join(MARGIN_COLUMNS)}",
        )
    return row[place]


def _share(table: Table, line: int, text: str) -> float:
    try:
        share = float(text.replace(",", "."))
    except ValueError:
        share = float("nan")
    if not isfinite(share) or not 0 < share <= 1:
        raise table.error(line, f"the share is '{text}'", "write 0.25 for 25 %, above 0, at most 1")
    return share


def _margin(name: str, question: str, shares: dict[str, float]) -> Margin:
    total = sum(shares.values())
    if abs(total - 1) > ROUNDED:
        raise VotesError(
            f"{name}: the shares of {question} sum to {total:.4g}, not 1; "
            "give every category, with fractions that sum to 1"
        )
    return Margin(question, {category: shares[category] / total for category in sorted(shares)})


def read_people(path: Path | str, margins: tuple[Margin, ...]) -> dict[str, tuple[int, ...]]:
    """Read what people said of themselves: a column participant and one for each question.

    Returns
    -------
    dict
        For each participant, the number of their category in each margin, `UNANSWERED` where the
        cell is empty.

    Raises
    ------
    VotesError
        If a question is in one file only, a participant comes twice or without a name, or a
        category has no share.
    """
    table = read_table(Path(path))
    person, places = _columns(table, margins)
    numbers = [{"": UNANSWERED} | {name: n for n, name in enumerate(m.shares)} for m in margins]
    people: dict[str, tuple[int, ...]] = {}
    for line, row in table.rows:
        if not row[person]:
            raise table.error(line, "the participant is empty", "name each as in the votes")
        if row[person] in people:
            raise table.error(line, f"'{row[person]}' comes twice", "keep one row for each person")
        for margin, place, known in zip(margins, places, numbers, strict=True):
            if row[place] not in known:
                raise table.error(
                    line,
                    f"{margin.question} is '{row[place]}', a category without a share",
                    f"write one of {', '.join(margin.shares)}, or nothing",
                )
        people[row[person]] = tuple(
            known[row[place]] for place, known in zip(places, numbers, strict=True)
        )
    return people


def _columns(table: Table, margins: tuple[Margin, ...]) -> tuple[int, list[int]]:
    """Place of the participant, and of each question."""
    person = table.column(PERSON_COLUMNS)
    if person is None:
        seen = f"the columns are {', '.join(table.header)}"
        raise table.error(1, seen, "one must be called participant")
    asked = [margin.question for margin in margins]
    for name in (*asked, *table.header):
        if name not in table.header:
            raise table.error(1, f"there is no column '{name}'", "the margins have that question")
        if name not in asked and name != table.header[person]:
            raise table.error(1, f"'{name}' is a question without margins", "give its shares")
    return person, [table.header.index(question) for question in asked]
