"""A TOML document read with suspicion: each value checked, each mistake told with its line."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn, TypeVar

from partage.calc.formula import FormulaError

T = TypeVar("T")

# Beyond these a number is a slip of the keyboard, and exact arithmetic would stall on it.
LARGEST_NUMBER = 10**18
LONGEST_NUMBER = 40
SMALLEST_STEP = Decimal("1e-12")
_NAME = re.compile("[a-z][a-z0-9_]{0,60}")
_ADDRESS = re.compile("https?://")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class DeclarationError(ValueError):
    """A declaration that cannot be used: one plain sentence, and where to look.

    ``key`` is the dotted path of the entry (``"inputs.scan.low"``); ``line`` starts at 1 and is
    None when it cannot be known.
    """

    def __init__(self, file: str, key: str, problem: str, line: int | None = None) -> None:
        self.file, self.key, self.problem, self.line = file, key, problem, line
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {key} {problem}.")


@dataclass(frozen=True)
class Text:
    """The same words in English and in French."""

    en: str
    fr: str


def line_of(key: str, text: str) -> int | None:
    """Line of an entry in a TOML text, or of the nearest table that should hold it."""
    parts = key.split(".")
    for depth in range(len(parts), 0, -1):
        line = _find(parts[: depth - 1], parts[depth - 1], text)
        if line:
            return line
    return None


def _find(table: Sequence[str], name: str, text: str) -> int | None:
    wanted, here = ".".join(table), ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        if header:
            here = header[1].strip()
            if here == ".".join([*table, name]):
                return number
        elif here == wanted and re.match(rf"\s*{re.escape(name)}\s*[=.]", line):
            return number
    return None


class CheckedToml:
    """One TOML document, and the questions asked to it; the first bad answer raises.

    Raises
    ------
    DeclarationError
        From every method.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        try:
            self.document = tomllib.loads(text, parse_float=Decimal)
        except (ValueError, ArithmeticError, RecursionError) as error:
            found = re.search(r"line (\d+)", str(error))
            reason = re.sub(r" \(at .*", "", str(error)) or "too deep"
            problem = f"is not TOML ({reason}): correct it"
            line = int(found[1]) if found else None
            raise DeclarationError(file, "the text", problem, line) from None

    def refuse(self, key: str, problem: str) -> NoReturn:
        raise DeclarationError(self.file, key, problem, line_of(key, self.text))

    def table(self, key: str, value: object) -> Mapping[str, object]:
        if not isinstance(value, dict):
            self.refuse(key, f"is {_seen(value)}: write a table")
        return value

    def listed(self, key: str, value: object) -> list[object]:
        if not isinstance(value, list):
            self.refuse(key, f"is {_seen(value)}: write a list")
        return value

    def known_keys(self, key: str, table: Mapping[str, object], known: Sequence[str]) -> None:
        for name in table:
            if name not in known:
                path = f"{key}.{name}" if key else name
                self.refuse(path, f"is not a known key: use {', '.join(known)}")

    def name(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            self.refuse(key, f"is named {_seen(value)}: use small letters, digits and _")
        return value

    def words(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, f"is {_seen(value)}: write it between quotes")
        return value.strip()

    def both(self, key: str, value: object) -> Text:
        table = value if isinstance(value, dict) else {}
        words = [table.get("en"), table.get("fr")]
        if len(table) != len(words) or not all(isinstance(w, str) and w.strip() for w in words):
            self.refuse(key, f'is {_seen(value)}: write {{ en = "…", fr = "…" }}')
        return Text(*map(str, words))

    def one_of(self, key: str, value: object, allowed: Sequence[str]) -> str:
        if value not in allowed:
            self.refuse(key, f"is {_seen(value)}: use {', '.join(allowed)}")
        return str(value)

    def number(self, key: str, value: object) -> Fraction:
        """A number of zero or more, exact."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse(key, f"is {_seen(value)}: write a number")
        if len(str(value)) > LONGEST_NUMBER:
            self.refuse(key, f"has more than {LONGEST_NUMBER} digits: round it")
        if isinstance(value, Decimal) and not value.is_finite():
            self.refuse(key, f"is {value}: write a number")
        if value < 0:
            self.refuse(key, f"is {value}, below zero: write zero or more")
        if value > LARGEST_NUMBER or 0 < value < SMALLEST_STEP:
            self.refuse(key, "is out of range: write it in a larger or smaller unit")
        return Fraction(value)

    def day(self, key: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(key, f"is {_seen(value)}: write a day such as 2026-06-01")
        return value

    def source_day(self, key: str, value: object) -> str:
        """A day, a month or a year: sources are rarely dated better."""
        if isinstance(value, datetime) or not isinstance(value, date | str):
            self.refuse(key, f'is {_seen(value)}: write 2024-05-01, "2024-05" or "2024"')
        if not _DAY.fullmatch(str(value)):
            self.refuse(key, f'is {_seen(value)}: write 2024-05-01, "2024-05" or "2024"')
        return str(value)

    def address(self, key: str, value: object) -> str:
        """The address of a page, or nothing."""
        if value != "" and not (isinstance(value, str) and _ADDRESS.match(value)):
            self.refuse(key, f"is {_seen(value)}: write an address that begins with https://")
        return str(value)

    def checked(self, key: str, read: Callable[[], T]) -> T:
        """What a formula or a unit gives, its mistakes told at this key."""
        try:
            return read()
        except FormulaError as error:
            self.refuse(key, str(error))


def _seen(value: object) -> str:
    """The value in a sentence; a long one is cut."""
    if value is None:
        return "missing"
    shown = repr(str(value)) if isinstance(value, str) else str(value)
    longest = 60
    return shown if len(shown) <= longest else f"{shown[:longest]}…"
