"""What the spool's files hold: a line an event, as the rows it becomes.

A line is the CRC-32 of its JSON in eight hexadecimal digits, a space, and the JSON: a list of
tables' names, each with a row. So any event can be spooled, and read by a later version.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zlib import crc32

from sqlalchemy import Table

from analytics.events import Event, Row, rows_of
from analytics.tables import UtcTime, metadata


@dataclass(frozen=True, slots=True)
class Replayed(Event):
    """An event as it was found in the spool."""

    found: tuple[tuple[Table, Row], ...]

    def rows(self) -> Iterable[tuple[Table, Row]]:
        return self.found


@dataclass(frozen=True, slots=True)
class Lines:
    """What a file holds. `damaged` are lines that are none, before ones that are; `torn` is what
    stands behind the last whole line: it was being written when its writer was killed."""

    events: tuple[Replayed, ...]
    damaged: tuple[bytes, ...]
    torn: bytes


def to_line(event: Event) -> bytes:
    """The line. MalformedEvent for what becomes no rows, TypeError for what is no JSON."""
    rows = [[table.name, row] for table, row in rows_of(event)]
    text = json.dumps(rows, default=_text_of, separators=(",", ":")).encode()
    return b"%08x %s\n" % (crc32(text), text)


def read_lines(path: Path) -> Lines:
    """OSError if the file cannot be read."""
    *whole, torn = path.read_bytes().split(b"\n")
    events = [_event(line) for line in whole]
    while events and events[-1] is None:
        events.pop()
        torn = b"\n".join((whole.pop(), torn))
    damaged = [line for line, event in zip(whole, events, strict=True) if event is None]
    return Lines(tuple(event for event in events if event), tuple(damaged), torn)


def _text_of(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not spooled")


def _event(line: bytes) -> Replayed | None:
    """None for a line that is none."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % crc32(text):
        return None
    try:
        return Replayed(tuple(_row(name, row) for name, row in json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError):  # of another version's tables
        return None


def _row(name: str, values: Row) -> tuple[Table, Row]:
    """The row, without columns that are gone, and with nothing in those that are new."""
    table = metadata.tables[name]
    row = {
        column.key: values.get(column.key, getattr(column.default, "arg", None))
        for column in table.c
        if column is not table.autoincrement_column
    }
    for name, value in row.items():
        if isinstance(table.c[name].type, UtcTime) and value is not None:
            row[name] = datetime.fromisoformat(value)
    return table, row
