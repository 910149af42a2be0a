"""The query log as a table or as JSON lines: one row a question, with what became of it.

`docs/export.md` describes every column; a test holds that page to this module.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing, contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TextIO

from analytics.contents import QUESTION_FIELDS, RESULT_FIELDS, Record, read_records
from analytics.database import Database

RESULTS_IN_CSV = 3
RESULT_COLUMNS = (*RESULT_FIELDS, "openings")
CSV_COLUMNS = (
    *QUESTION_FIELDS,
    "results_shown",
    *(f"result_{n}_{name}" for n in range(1, RESULTS_IN_CSV + 1) for name in RESULT_COLUMNS),
    "openings",
    "helpful",
    "not_helpful",
    "comments",
)


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


class TextSink(Protocol):
    """Where an export is written."""

    def write(self, text: str, /) -> object: ...


async def export(
    database: Database,
    sink: TextSink,
    form: ExportFormat,
    since: datetime | None = None,
    until: datetime | None = None,
    on_written: Callable[[int], None] = lambda count: None,
) -> int:
    """Writes the questions asked from `since` up to, but not including, `until`; returns how many.

    In the order they were asked, as of one moment of the log, with a thousand of them in memory
    at a time. `on_written` hears how many more were written.
    """
    written = 0
    write = _csv_writer(sink) if form is ExportFormat.CSV else _jsonl_writer(sink)
    async with aclosing(read_records(database, since, until)) as chunks:
        async for chunk in chunks:
            write(chunk)
            written += len(chunk)
            on_written(len(chunk))
    return written


def _csv_writer(sink: TextSink) -> Callable[[Iterable[Record]], None]:
    writer = csv.writer(sink)
    writer.writerow(CSV_COLUMNS)
    return lambda records: writer.writerows(_cells(record) for record in records)


def _jsonl_writer(sink: TextSink) -> Callable[[Iterable[Record]], None]:
    def write(records: Iterable[Record]) -> None:
        for record in records:
            sink.write(json_line(record))

    return write


def _cells(record: Record) -> Iterator[Any]:
    """The record's values in the order of CSV_COLUMNS."""
    for name in QUESTION_FIELDS:
        yield _cell(record[name])
    shown = record["results"]
    yield len(shown)
    for n in range(RESULTS_IN_CSV):
        for name in RESULT_COLUMNS:
            yield _cell(shown[n][name]) if n < len(shown) else ""
    yield record["openings"]
    yield record["helpful"]
    yield record["not_helpful"]
    yield _cell("\n".join(rating["comment"] for rating in record["ratings"] if rating["comment"]))


def _cell(value: Any) -> Any:
    return safe_cell(value) if isinstance(value, str) else value


def safe_cell(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula: with an apostrophe before it if it
    begins as one, which is how spreadsheets themselves mark a text.

    Beginnings: = + - @ tab and carriage return (OWASP, "CSV Injection"), the full-width forms that
    spreadsheets read as their plain ones, and any of them behind blanks or invisible characters.
    """
    if text[:1].isalnum():
        return text
    for char in text:
        if char in "\t\r" or unicodedata.normalize("NFKC", char)[:1] in "=+-@":
            return "'" + text
        if not (char.isspace() or unicodedata.category(char) in {"Cf", "Cc"}):
            return text
    return text


def json_line(record: Record) -> str:
    """One line of JSON, also for a reader that takes a Unicode line separator for a line's end."""
    line = json.dumps(record, ensure_ascii=False)
    for char in "\x85\u2028\u2029":
        if char in line:
            line = line.replace(char, f"\\u{ord(char):04x}")
    return line + "\n"


@contextmanager
def whole_file(path: Path, encoding: str) -> Iterator[TextIO]:
    """A file to write that appears at `path` when it is complete, in place of what was there.

    Until then it stands beside it under a hidden name, and a failure removes it. It is open to
    this user only: people's questions are in it. OSError if it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output as UTF-8 without translated line ends, whatever the terminal's language.

    BrokenPipeError if the reader has gone; Python then has nothing left to complain about at
    its end.
    """
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
    finally:
        with suppress(BrokenPipeError):
            stream.detach()
