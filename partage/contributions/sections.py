"""The sections under which ideas are filed: which there are, and the ideas of one."""

from django.db import connection

from partage.contributions.models import Idea, Progress
from partage.coproductions.models import Coproduction

# More links than this would be a page of links; the section of any idea is a link on its own page.
SECTIONS_SHOWN = 40
# Goes from each section to the next by the index: reading all ideas to find eighteen names would
# take longer than the page itself.
NEXT_SECTIONS = """
WITH RECURSIVE found(section) AS (
    SELECT CAST(min(section) AS text) FROM {ideas}
    WHERE coproduction_id = %(coproduction)s AND state = %(state)s AND section > ''
    UNION ALL
    SELECT (
        SELECT CAST(min(section) AS text) FROM {ideas}
        WHERE coproduction_id = %(coproduction)s AND state = %(state)s AND section > found.section
    ) FROM found WHERE found.section IS NOT NULL
)
SELECT section FROM found WHERE section IS NOT NULL LIMIT %(most)s
"""


def sections_of(coproduction: Coproduction) -> tuple[list[str], bool]:
    """The first sections that have a published idea, by name; whether there are more."""
    with connection.cursor() as cursor:
        cursor.execute(
            NEXT_SECTIONS.format(ideas=Idea._meta.db_table),
            {
                "coproduction": coproduction.pk,
                "state": Progress.PUBLISHED.value,
                "most": SECTIONS_SHOWN + 1,
            },
        )
        found = [name for (name,) in cursor.fetchall()]
    return found[:SECTIONS_SHOWN], len(found) > SECTIONS_SHOWN
