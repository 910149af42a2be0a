"""What becomes of files whose pages are pictures, with an engine that says what it is told."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from errors import NoText, NotRecognised, ReadError
from index.readers import reader
from index.readers.documents import Document
from index.readers.extraction import Extraction
from index.readers.scans.recognised import RecognisedLine, RecognisedPage
from index.recognition.recognition import Recognition
from tests.fakes import pdfs

Said = Mapping[int, tuple[str, float] | ReadError | None]


@dataclass
class Engine:
    """Stands for the limits, the pool and the process at once. `said` are the words of each page
    with their confidence, an error, or None for a page on which nothing is seen."""

    said: Said
    asked: list[int] = field(default_factory=list)
    workers: int = 2

    def pool(self) -> Engine:
        return self

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exception: object) -> None: ...

    def submit(self, work: Callable[[Any], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(self))
        except ReadError as error:
            done.set_exception(error)
        return done

    def read(self, data: bytes, name: str, pages: Any = ()) -> Document:
        return reader.read(data, name, pages)


@pytest.fixture(autouse=True)
def _asks_the_fake(monkeypatch: pytest.MonkeyPatch) -> None:
    def recognise(engine: Engine, data: bytes, name: str, page: int) -> RecognisedPage:
        engine.asked.append(page)
        said = engine.said[page]
        if isinstance(said, ReadError):
            raise said
        lines = (RecognisedLine(said[0], 72, 300, 700, 11, said[1]),) if said else ()
        return RecognisedPage(page, 842, lines, 2.5)

    module = "index.recognition.recognition.ReaderProcess.recognise"
    monkeypatch.setattr(module, recognise)


class Kept:
    """A cache in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.entries[key] = data


def _recognition(engine: Engine, **options: Any) -> Recognition:
    return Recognition(Extraction(workers=1), engine, 0.95, **options)  # type: ignore[arg-type]


def _scanned(folder: Path, pages: int = 3, *, text: str = "") -> Path:
    """A PDF with so many pages that are pictures, and a page of text before them."""
    writer = PdfWriter()
    if text:
        writer.append(PdfReader(io.BytesIO(pdfs.drawn([(72, 700, text)]))))
    writer.append(PdfReader(io.BytesIO(pdfs.scanned(pages))))
    path = folder / f"{pages}.pdf"
    with path.open("wb") as file:
        writer.write(file)
    return path


def _blocks(document: Document | ReadError) -> list[str]:
    assert isinstance(document, Document)
    return [block for section in document.sections for block in section.blocks]


def test_pages_stand_in_their_order_and_the_owner_is_told(tmp_path: Path) -> None:
    engine = Engine({2: ("The second.", 0.97), 3: ("The third.", 0.99)})
    told: list[tuple[str, int, int]] = []
    recognition = _recognition(engine, progress=lambda *step: told.append(step))
    [document] = recognition.extract([_scanned(tmp_path, 2, text="The first.")])
    assert _blocks(document) == ["The first.", "The second.", "The third."]
    assert document.notes == ("pages 2-3 were read by text recognition (confidence 0.98)",)
    assert told == [("recognise", 1, 2), ("recognise", 2, 2)]


def test_an_unsure_page_and_one_that_fails_are_left_out_by_name(tmp_path: Path) -> None:
    engine = Engine(
        {1: ("Good words.", 0.98), 2: ("Gxxd wyrds", 0.6), 3: ReadError("it took more than 60 s")}
    )
    [document] = _recognition(engine).extract([_scanned(tmp_path)])
    assert _blocks(document) == ["Good words."]
    assert document.notes == (
        "page 1 was read by text recognition (confidence 0.98)",
        "page 2 was left out: text recognition is too unsure (confidence 0.60, and 0.95 is wanted)",
        "page 3 was left out: it took more than 60 s",
    )
    assert document.tally.pictured == (2, 3)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (None, "no text: text recognition saw none on pages 1-2"),
        (
            ("Gxxd", 0.4),
            "no text: pages 1-2 were left out: text recognition is too unsure (confidence 0.40, "
            "and 0.95 is wanted)",
        ),
        (ReadError("its reader is gone"), "no text: pages 1-2 were left out: its reader is gone"),
    ],
)
def test_a_file_of_which_no_page_passes_is_refused_with_the_reason(
    said: tuple[str, float] | ReadError | None, reason: str, tmp_path: Path
) -> None:
    [found] = _recognition(Engine({1: said, 2: said})).extract([_scanned(tmp_path, 2)])
    assert isinstance(found, NoText)
    assert str(found) == reason


def test_an_unchanged_file_costs_nothing_and_a_killed_build_loses_no_page(tmp_path: Path) -> None:
    class Killed(Exception): ...

    def kill(stage: str, done: int, total: int) -> None:
        if done == 2:
            raise Killed

    engine = Engine({1: ("Red.", 0.99), 2: ("Green.", 0.99), 3: ("Blue.", 0.99)})
    cache, paths = Kept(), [_scanned(tmp_path)]
    with pytest.raises(Killed):
        _recognition(engine, progress=kill).extract(paths, cache)
    kept = len(engine.asked)
    recognition = _recognition(engine)
    [first] = recognition.extract(paths, cache)
    assert engine.asked[kept:] == [3]
    assert recognition.extract(paths, cache) == [first]
    assert len(engine.asked) == kept + 1


def test_another_threshold_asks_no_page_again(tmp_path: Path) -> None:
    engine, cache, paths = Engine({1: ("Some words.", 0.9)}), Kept(), [_scanned(tmp_path, 1)]
    [strict] = _recognition(engine).extract(paths, cache)
    [lenient] = Recognition(Extraction(workers=1), engine, 0.8).extract(paths, cache)  # type: ignore[arg-type]
    assert isinstance(strict, NoText)
    assert _blocks(lenient) == ["Some words."]
    assert engine.asked == [1]


def test_without_recognition_it_is_said_what_is_missing(tmp_path: Path) -> None:
    engine = Engine({})
    paths = [_scanned(tmp_path, 3), _scanned(tmp_path, 1, text="Words.")]
    missing = "`make install-ocr` installs it"
    refused, mixed = _recognition(engine, missing=missing).extract(paths)
    assert isinstance(refused, NoText)
    assert str(refused) == f"no text: 3 pages need text recognition, and {missing}"
    assert isinstance(mixed, Document)
    assert mixed.notes == (
        f"page 2 needs text recognition, without which nothing is read: {missing}",
    )
    assert engine.asked == []


def test_pages_may_wait_and_what_is_kept_is_taken(tmp_path: Path) -> None:
    engine = Engine({1: ("Good words.", 0.98), 2: None})
    kept, waiting = _scanned(tmp_path, 1), _scanned(tmp_path, 2)
    cache = Kept()
    _recognition(engine).extract([kept], cache)
    told: list[tuple[str, int, int]] = []
    recognition = _recognition(engine, waits=True, progress=lambda *step: told.append(step))
    known, unknown = recognition.extract([kept, waiting], cache)
    assert _blocks(known) == ["Good words."]
    assert isinstance(unknown, NotRecognised)
    assert unknown.pages == (1, 2)
    assert (engine.asked, told) == ([1], [])
