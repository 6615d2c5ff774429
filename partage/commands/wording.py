"""Numbers in the sentences of commands."""

from collections.abc import Mapping


def counted(number: int, one: str, many: str = "") -> str:
    """The number and its noun: `many` is the noun with an s unless it is said."""
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def listed(numbers: Mapping[str, int]) -> str:
    """Numbers by the name of what they count, in the plural."""
    return ", ".join(counted(number, _one(name), name) for name, number in numbers.items())


def _one(many: str) -> str:
    if many == "people":
        return "person"
    return f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s")
