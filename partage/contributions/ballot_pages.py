"""Which sentences of a ballot sheet stand on which printed page, so that each page can say its number."""

from collections.abc import Mapping, Sequence
from math import ceil

from partage.contributions.models import Statement

# In points, of A4 with the margins and letters of partage.css, measured with long words all over.
ONE_PAGE, FIRST_PAGE, NEXT_PAGE = 340, 500, 530
ROW, LINE = 8, 13
SIGNS_A_LINE, WIDE_SIGNS_A_LINE = 44, 60
SHORTEST = 2  # lines for a title and a question, counted in the room of a page

Numbered = Mapping[int, Statement]


def pages_of(statements: Numbered, around: Sequence[str] = ()) -> list[dict[int, Statement]]:
    """The sentences page by page; one page where everything fits, with the end of the sheet.

    `around` holds the words that stand before and after them: title, question, consent.
    Heights are estimated from the number of signs: a page too early costs less than a line that
    stands on a page without a number.
    """
    taken = LINE * max(0, sum(ceil(len(words) / WIDE_SIGNS_A_LINE) for words in around) - SHORTEST)
    if sum(map(_height, statements.values())) <= ONE_PAGE - taken:
        return [dict(statements)]
    pages: list[dict[int, Statement]] = [{}]
    left = FIRST_PAGE - taken
    for number, statement in statements.items():
        height = _height(statement)
        if height > left and pages[-1]:
            pages.append({})
            left = NEXT_PAGE
        pages[-1][number] = statement
        left -= height
    if len(pages) == 1 and statements:  # they fit, and what follows them does not
        pages.append({})
    return pages


def _height(statement: Statement) -> int:
    longest = max((len(words) for words in statement.words.values()), default=0)
    return ROW + LINE * ceil(longest / SIGNS_A_LINE)
