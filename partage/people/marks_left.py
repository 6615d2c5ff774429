"""Marks that outlast an erasure, so that whoever was left out of the results does not count again."""

from collections.abc import Iterable

from partage.people.models import LeftMark


def leave_marks(space: str, marks: Iterable[bytes]) -> None:
    rows = [LeftMark(space=space, mark=mark) for mark in marks]
    LeftMark.objects.bulk_create(rows, ignore_conflicts=True)


def is_left(space: str, mark: bytes) -> bool:
    return LeftMark.objects.filter(space=space, mark=mark).exists()


def forget_left_marks(spaces: Iterable[str]) -> None:
    """Of what forgets its devices too: nobody answers there any more."""
    LeftMark.objects.filter(space__in=spaces).delete()
