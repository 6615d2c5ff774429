"""This site's register with what its database knows: rows, secrets, what was erased."""

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from partage.register.audit import Audit, Broken, Folder, Hidden, Report, SourceError
from partage.register.keys import verifiers_of
from partage.register.leaves import Line, commitment, opening
from partage.register.models import Entry, Erasure, Log
from partage.register.notes import NoteError
from partage.register.storage import COLUMNS, folder_of

KEPT = ("payload__content", "payload__opening", "payload__vault_key__key")
GONE = Hidden(b"", None)


class ThisSite:
    """The current log of this site, its entries compared with the rows they were made of."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.source = Folder(folder_of(log.pk))
        self.verifiers = verifiers_of(log)
        events = Erasure.objects.values_list("event_id", flat=True)
        self._being_erased = {bytes(event) for event in events}

    def open(self, start: int, end: int) -> Sequence[Hidden]:
        """What the rows say of each entry, and the commitment to what is kept of it."""
        places = Entry.objects.filter(log=self._log.pk, position__gte=start, position__lt=end)
        rows = places.values_list("position", *COLUMNS, *KEPT)
        found = {row[0]: self._hidden(row[1:]) for row in rows}
        return [found.get(place, GONE) for place in range(start, end)]

    def _hidden(self, row: tuple[Any, ...]) -> Hidden:
        *columns, content, opened, key = row
        event = bytes(columns[COLUMNS.index("event_id")])
        opened_by = bytes(opened) if opened else opening(bytes(key), event) if key else None
        made = commitment(opened_by, content) if content and opened_by else None
        return Hidden(Line(*columns).leaf(), made, event in self._being_erased)

    def keep_verdict(self, report: Report) -> None:
        """For the public page: when the register was last checked, and what was found."""
        verdict = {"size": report.size, "holds": report.holds, "erased": report.erased}
        Log.objects.filter(pk=self._log.pk).update(verified_at=timezone.now(), verdict=verdict)


def this_site() -> ThisSite:
    try:
        log = Log.objects.exclude(checkpoint="").order_by("-number").first()
    except DatabaseError as error:
        raise SourceError(f"The site's database does not answer: {error}".splitlines()[0]) from None
    if log is None:
        raise SourceError("Nothing is sealed yet in this site's register: its worker does that.")
    return ThisSite(log)


def verify_this_site() -> None:
    """Read this site's register from its first entry on, and keep the verdict for its pages."""
    if not Log.objects.exclude(checkpoint="").exists():
        return  # nothing is sealed yet
    site = this_site()
    try:
        audit = Audit(site.source, site.verifiers, opener=site.open)
        for _done in audit.run():
            pass
        site.keep_verdict(audit.report)
    except (NoteError, SourceError) as error:
        site.keep_verdict(Report(broken=[Broken(None, str(error))]))
