"""Files read without a process of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from errors import ReadError
from index.readers.documents import Document
from index.readers.extraction import DocumentCache
from index.readers.reader import read


class DirectExtraction:
    """Reads files in this process, and remembers which. `errors` says which it cannot read."""

    def __init__(self, errors: Mapping[str, ReadError] | None = None) -> None:
        self.read: list[str] = []
        self._errors = errors or {}

    def extract(
        self,
        paths: Sequence[Path],
        cache: DocumentCache | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Document | ReadError]:
        found = []
        for number, path in enumerate(paths, start=1):
            self.read.append(path.name)
            found.append(self._read(path))
            progress(number, len(paths))
        return found

    def _read(self, path: Path) -> Document | ReadError:
        try:
            return self._errors.get(path.name) or read(path.read_bytes(), path.name)
        except ReadError as error:
            return error
