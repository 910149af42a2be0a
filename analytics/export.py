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
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO, assert_never

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
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


async def export(
    database: Database,
    sink: TextIO,
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
    table = csv.writer(sink)
    if form is ExportFormat.CSV:
        table.writerow(CSV_COLUMNS)
    async with aclosing(read_records(database, since, until)) as chunks:
        async for chunk in chunks:
            match form:
                case ExportFormat.CSV:
                    table.writerows(map(safe_cell, _cells(record)) for record in chunk)
                case ExportFormat.JSONL:
                    sink.writelines(map(json_line, chunk))
                case _:
                    assert_never(form)
            written += len(chunk)
            on_written(len(chunk))
    return written


def _cells(record: Record) -> Iterator[Any]:
    """The record's values in the order of CSV_COLUMNS."""
    shown = record["results"]
    yield from (record[name] for name in QUESTION_FIELDS)
    yield len(shown)
    for n in range(RESULTS_IN_CSV):
        yield from (shown[n][name] if n < len(shown) else "" for name in RESULT_COLUMNS)
    yield from (record[name] for name in ("openings", "helpful", "not_helpful"))
    yield "\n".join(rating["comment"] for rating in record["ratings"] if rating["comment"])


def safe_cell(value: Any) -> Any:
    """`value` so that no spreadsheet takes it for a formula: a text that begins as one has an
    apostrophe before it, which is how spreadsheets themselves mark a text.

    Beginnings: = + - @ tab and carriage return (OWASP, "CSV Injection"), the full-width forms that
    spreadsheets read as their plain ones, and any of them behind blanks or invisible characters.
    """
    if not isinstance(value, str) or value[:1].isalnum():
        return value
    for char in value:
        if char in "\t\r" or unicodedata.normalize("NFKC", char)[:1] in "=+-@":
            return "'" + value
        if not (char.isspace() or unicodedata.category(char) in {"Cf", "Cc"}):
            return value
    return value


def json_line(record: Record) -> str:
    """One line of JSON, also for a reader that takes a Unicode line separator for a line's end."""
    return json.dumps(record, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


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
