"""What a reader's process answers is believed as little as the file that it read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from errors import NoText, ReadError
from index.readers.documents import Document, Section, document_from_json
from index.readers.processes.reader_process import ReaderProcess
from snapshot.models import Fragment


@pytest.fixture
def process() -> Iterator[ReaderProcess]:
    process = ReaderProcess(timeout_s=60, memory_mb=512)
    yield process
    process.kill()


def _document(process: ReaderProcess, answer: bytes) -> Document:
    return process._parse(answer, b'{"document":', document_from_json)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"{}",
        b'{"document":{}}',
        b'{"document":{"title":1}}',
        b'{"refused": 1}',
        b'{"refused": "x", "no_text": 1}',
        b'{"died": "young"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_none_is_a_refusal(process: ReaderProcess, answer: bytes) -> None:
    with pytest.raises(ReadError, match="its reader gave nonsense"):
        _document(process, answer)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b'{"refused": "why", "no_text": false}', ReadError("why")),
        (b'{"refused": "a scan", "no_text": true}', NoText("a scan")),
        (b'{"out_of_memory": true}', ReadError("reading it needed more than 512 MB of memory")),
        (b'{"died": -11}', ReadError("its reader crashed (SIGSEGV)")),
        (b'{"died": 7}', ReadError("its reader crashed (exit code 7)")),
        (b'{"died": -24}', ReadError("reading it took more than 60 s")),
    ],
)
def test_a_reason_is_told_as_it_is(process: ReaderProcess, answer: bytes, error: ReadError) -> None:
    with pytest.raises(type(error)) as raised:
        _document(process, answer)
    assert (type(raised.value), str(raised.value)) == (type(error), str(error))


def test_a_reason_without_end_is_cut(process: ReaderProcess) -> None:
    with pytest.raises(ReadError) as raised:
        _document(process, b'{"refused": "' + b"x" * 9_999 + b'", "no_text": false}')
    assert len(str(raised.value)) == 500


def test_a_process_reads_one_file_after_another(process: ReaderProcess) -> None:
    for words in ("One.", "Two."):
        assert process.read(words.encode(), "a.txt") == Document(
            sections=(Section((), Fragment(words), (words,)),)
        )


def test_a_process_that_is_gone_is_not_usable(process: ReaderProcess) -> None:
    process.kill()
    with pytest.raises(ReadError, match="its reader is gone"):
        process.read(b"x", "a.txt")
    assert not process.is_usable
