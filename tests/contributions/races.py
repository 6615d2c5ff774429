"""Running the same thing in several threads at once, each with its own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(*deeds: Callable[[], Result]) -> list[Result]:
    """Start these together; their results, in order. An exception in one is raised here."""
    start = Barrier(len(deeds))

    def one(deed: Callable[[], Result]) -> Result:
        start.wait(timeout=20)
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(one, deed) for deed in deeds]]
