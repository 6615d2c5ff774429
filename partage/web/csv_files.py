"""CSV files, streamed, that a spreadsheet can open safely."""

# A spreadsheet would run a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Line:
    """A file of which only the last line is kept, to stream a CSV."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """The value as text; a text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text
