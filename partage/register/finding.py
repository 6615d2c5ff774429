"""Short numbers of acts: how an entry is named to people, and found again."""

import re

from partage.register.models import Entry

CODE_BYTES = 8
CODE = re.compile(rf"[0-9a-f]{{{2 * CODE_BYTES},32}}")


def code_of(event_id: bytes) -> str:
    """The first half of an event's number, in groups of four: enough to tell it from all others."""
    text = event_id[:CODE_BYTES].hex()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def entry_of_code(typed: str) -> Entry | None:
    """The entry whose number begins with what was typed; None when it is no number or unknown."""
    text = re.sub(r"[\s-]", "", typed.lower())
    if not CODE.fullmatch(text) or len(text) % 2:
        return None
    start = bytes.fromhex(text)
    first, last = start.ljust(16, b"\x00"), start.ljust(16, b"\xff")
    return Entry.objects.filter(event_id__gte=first, event_id__lte=last).first()
