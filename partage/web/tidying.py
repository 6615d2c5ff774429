"""Tidying what people write."""

import unicodedata


def tidy(text: str) -> str:
    """The sentence on one line, in one form, without control or text-direction characters."""
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if c in "\n\r\t" else c
        for c in normal
        if c in "\n\r\t" or c.isprintable() or c == "\u00a0"
    )
    # Not split(): it would also take the no-break spaces of French typography.
    return " ".join(part for part in kept.strip().split(" ") if part)


def tidy_lines(text: str) -> str:
    """Each line tidied; at most one empty line between two."""
    kept: list[str] = []
    for line in map(tidy, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def number_in(sent: str) -> int:
    """A row's number as a form sends it; 0, which no row has, where it is none."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else 0
