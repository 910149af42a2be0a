"""A line of the spool is an event, or is known not to be one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from analytics.events import Event, MalformedEvent, rows_of
from analytics.spool.spooled_lines import read_lines, to_line
from tests.analytics.test_events import EACH, Empty
from tests.fakes.query_log import ASKED

AWKWARD = replace(ASKED, text="a\0b \ud83d c\u202ed\n\x85e 旅費 🧾", locale="", reply_key=None)


@pytest.mark.parametrize("event", [*EACH, ASKED, AWKWARD], ids=lambda one: type(one).__name__)
def test_what_is_written_is_read(event: Event, tmp_path: Path) -> None:
    path = tmp_path / "one.spool"
    path.write_bytes(to_line(event) * 2)
    found = read_lines(path)
    assert [rows_of(one) for one in found.events] == [rows_of(event)] * 2
    assert (found.damaged, found.torn) == ((), b"")


def test_what_becomes_no_row_becomes_no_line() -> None:
    with pytest.raises(MalformedEvent):
        to_line(Empty("q1"))


def test_a_torn_end_is_left_out(tmp_path: Path) -> None:
    """Wherever the writing stopped."""
    path, line = tmp_path / "one.spool", to_line(ASKED)
    for kept in (1, 8, 9, len(line) // 2, len(line) - 1):
        path.write_bytes(line + line[:kept])
        found = read_lines(path)
        assert (len(found.events), found.damaged, len(found.torn)) == (1, (), kept)


def test_blocks_that_never_reached_the_disk_are_a_torn_end(tmp_path: Path) -> None:
    path, line = tmp_path / "one.spool", to_line(ASKED)
    path.write_bytes(line + bytes(100) + b"\n" + bytes(50))
    found = read_lines(path)
    assert (len(found.events), found.damaged, len(found.torn)) == (1, (), 151)


def test_a_damaged_line_between_others_is_told_from_them(tmp_path: Path) -> None:
    path, line = tmp_path / "one.spool", to_line(ASKED)
    damaged = line.replace(b"travel", b"travex", 1)
    path.write_bytes(line + damaged + line)
    found = read_lines(path)
    assert (len(found.events), found.damaged, found.torn) == (2, (damaged[:-1],), b"")


@pytest.mark.parametrize(
    "rows", [[["nowhere", {}]], [["questions"]], 7, [["questions", {"asked_at": "noon"}]]]
)
def test_a_line_of_another_version_is_kept_as_damaged(rows: object, tmp_path: Path) -> None:
    text = json.dumps(rows).encode()
    path = tmp_path / "one.spool"
    path.write_bytes(b"%08x %s\n" % (crc32(text), text) + to_line(ASKED))
    assert len(read_lines(path).damaged) == 1


def test_columns_that_came_later_are_empty_and_those_that_went_are_left_out(tmp_path: Path) -> None:
    rows = [["openings", {"query_id": "q", "rank": 1, "device": "phone"}]]
    text = json.dumps(rows).encode()
    path = tmp_path / "one.spool"
    path.write_bytes(b"%08x %s\n" % (crc32(text), text))
    [event] = read_lines(path).events
    assert [row for _, row in rows_of(event)] == [{"query_id": "q", "rank": 1, "opened_at": None}]
