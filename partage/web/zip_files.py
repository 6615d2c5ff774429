"""Zip files made as they are sent: no more of them is held than the last piece."""

import zipfile
from collections.abc import Iterable, Iterator


class Pieces:
    """A file that is taken away piece by piece, and cannot be sought in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken


def zip_stream(files: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """Each file by its name and its pieces; a later one may depend on what an earlier one yielded."""
    pieces = Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files:
            with archive.open(name, "w") as entry:
                for content in contents:
                    entry.write(content)
                    yield pieces.take()
    yield pieces.take()
