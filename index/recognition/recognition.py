"""Files whose pages are pictures: each such page is read by text recognition, once.

It works as `index.readers.extraction` does and on what that gives: in processes with limits, with
results kept in the build's cache, page by page, as soon as they are there.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from errors import NoText, NotRecognised, ReadError
from index.progress import Progress, silent
from index.readers import reader
from index.readers.documents import Document, document_from_json, document_to_json
from index.readers.extraction import DocumentCache, Extraction, load
from index.readers.processes.reader_pool import ReaderPool
from index.readers.processes.reader_process import ReaderProcess
from index.readers.scans.recognised import RecognisedPage, pages_from_json, pages_to_json
from index.recognition import installed
from index.recognition.installed import ReadingSettings
from index.recognition.remarks import left_unread, remarks, why_none
from snapshot import formats

_FILES_AT_ONCE = 4
_MOST_WORKERS = 4
_PAGE_MEMORY_MB = 2048  # of address space; 600 MB of it are used, more by very large pictures


def page_workers() -> int:
    """How many pages are recognised at a time, each by one thread in some 600 MB."""
    return min(_MOST_WORKERS, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Reads files, and those of their pages that are pictures.

    `limits` are those of recognising one page. A page whose confidence is below `least` is left
    out. With a `missing` nothing is recognised, and it says why. If it `waits`, only what the cache
    has is taken, and the rest is left for later. `progress` is told of pages.
    """

    extraction: Extraction
    limits: Extraction
    least: float
    missing: str = ""
    waits: bool = False
    progress: Progress = silent

    @classmethod
    def by(
        cls,
        settings: ReadingSettings,
        progress: Progress = silent,
        *,
        waits: bool = False,
    ) -> Recognition:
        """As it is set. Raises SettingsError if it is to be on and is not installed."""
        timeout_s = settings.read_timeout_s
        return cls(
            Extraction(timeout_s=timeout_s, memory_mb=settings.read_memory_mb),
            Extraction(page_workers(), timeout_s, _PAGE_MEMORY_MB),
            settings.recognition_confidence,
            installed.why_not(settings.recognition),
            waits,
            progress,
        )

    def extract(
        self,
        paths: Sequence[Path],
        cache: DocumentCache | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Document | ReadError]:
        """As `Extraction.extract`. A file of pictures alone is a NoText that says why nothing of it
        could be read, or NotRecognised if it waits."""
        found = self.extraction.extract(paths, cache, progress)
        wanted = {
            at: one
            for at, one in enumerate(found)
            if isinstance(one, Document) and one.tally.pictured
        }
        if self.missing:
            return [
                left_unread(wanted[at], self.missing) if at in wanted else one
                for at, one in enumerate(found)
            ]
        total = sum(len(one.tally.pictured) for one in wanted.values())
        done = 0

        def tell() -> None:
            nonlocal done
            done += 1
            if not self.waits:
                self.progress("recognise", done, total)

        with self.limits.pool() as pool:
            pending: deque[tuple[int, _Pictured]] = deque()
            for at, document in wanted.items():
                pending.append((at, self._begin(paths[at], document, pool, cache)))
                if len(pending) == _FILES_AT_ONCE:
                    first, file = pending.popleft()
                    found[first] = self._finish(file, pool, cache, tell)
            for at, file in pending:
                found[at] = self._finish(file, pool, cache, tell)
        return found

    def sample(self, path: Path, page: int) -> RecognisedPage:
        """One page, read now, as a measure of what others take. Raises ReadError."""
        data, name = load(path), _name(path)
        with self.limits.pool() as pool:
            return pool.submit(lambda process: process.recognise(data, name, page)).result()

    def _begin(
        self, path: Path, document: Document, pool: ReaderPool, cache: DocumentCache | None
    ) -> _Pictured:
        """Asks for all pages of the file that the cache has not."""
        file = _Pictured(path, document)
        try:
            file.data = load(path)
        except ReadError as error:  # it was there a moment ago
            file.known = dict.fromkeys(document.tally.pictured, error)
            return file
        data, name = file.data, _name(path)
        for number in document.tally.pictured:
            kept = _kept(cache, file.key(number))
            if kept is not None:
                file.known[number] = kept
            elif not self.waits:
                asking = partial(ReaderProcess.recognise, data=data, name=name, page=number)
                file.asked[number] = pool.submit(asking)
        return file

    def _finish(
        self,
        file: _Pictured,
        pool: ReaderPool,
        cache: DocumentCache | None,
        tell: Callable[[], None],
    ) -> Document | ReadError:
        for number in file.document.tally.pictured:
            if number in file.asked:
                try:
                    page = file.asked[number].result()
                except ReadError as error:
                    file.known[number] = error
                else:
                    file.known[number] = page
                    if cache is not None:
                        cache.put(file.key(number), pages_to_json([page]))
            tell()
        waiting = tuple(one for one in file.document.tally.pictured if one not in file.known)
        good = [
            page
            for _, page in sorted(file.known.items())
            if isinstance(page, RecognisedPage) and page.lines and page.confidence >= self.least
        ]
        document = file.document
        if good:
            try:
                document = self._merged(file, good, pool, cache)
            except ReadError as error:
                return error
        if waiting:
            document = replace(document, tally=replace(document.tally, pictured=waiting))
        if document.sections or document.cues:
            return replace(document, notes=(*document.notes, *remarks(file.known, self.least)))
        return NotRecognised(waiting) if waiting else NoText(why_none(file.known, self.least))

    def _merged(
        self,
        file: _Pictured,
        pages: Sequence[RecognisedPage],
        pool: ReaderPool,
        cache: DocumentCache | None,
    ) -> Document:
        """The file read anew, with the lines of those pages in their places. Raises ReadError."""
        data, name = file.data, _name(file.path)
        seen = hashlib.sha256(pages_to_json(pages)).hexdigest()
        key = _key(file.digest, reader.version(), name, seen)
        if cache is not None and (kept := cache.get(key)) is not None:
            try:
                return document_from_json(kept)
            except ValueError:
                pass  # a damaged entry: read the file anew
        document = pool.submit(lambda process: process.read(data, name, pages)).result()
        if cache is not None:
            cache.put(key, document_to_json(document))
        return document


class _Pictured:
    """A file with its pages that are recognised, or why they are not, and those that are asked
    for."""

    def __init__(self, path: Path, document: Document) -> None:
        self.path = path
        self.document = document
        self.data = b""
        self.known: dict[int, RecognisedPage | ReadError] = {}
        self.asked: dict[int, Future[RecognisedPage]] = {}

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def key(self, number: int) -> str:
        return _key(self.digest, installed.version(), _name(self.path), f"page {number}")


def _name(path: Path) -> str:
    return f"file{formats.extension(path.name)}"


def _key(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def _kept(cache: DocumentCache | None, key: str) -> RecognisedPage | None:
    try:
        [page] = pages_from_json((cache and cache.get(key)) or b"[]")
    except ValueError:  # none, or a damaged one
        return None
    return page
