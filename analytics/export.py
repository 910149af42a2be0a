"""The query log as a table or as JSON lines: one row a question, with what became of it.

`docs/export.md` describes every column; a test holds that page to this module.
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, literal, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.database import Store
from analytics.tables import openings, questions, ratings, results

CHUNK = 1000
RESULTS_IN_CSV = 3
RESULT_FIELDS = ("resource_id", "title", "place", "url", "score", "dense_score", "lexical_score")
RESULT_COLUMNS = (*RESULT_FIELDS, "openings")
QUESTION_COLUMNS = (
    "query_id",
    "asked_at",
    "asker",
    "channel_kind",
    "locale",
    "text",
    "outcome",
    "top_score",
    "took_ms",
    "snapshot_id",
)
CSV_COLUMNS = (
    *QUESTION_COLUMNS,
    "results_shown",
    *(f"result_{n}_{name}" for n in range(1, RESULTS_IN_CSV + 1) for name in RESULT_COLUMNS),
    "openings",
    "helpful",
    "not_helpful",
    "comments",
)

Record = dict[str, Any]


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


class TextSink(Protocol):
    """Where an export is written."""

    def write(self, text: str, /) -> object: ...


async def export(
    store: Store,
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
    async with aclosing(read_records(store, since, until)) as chunks:
        async for chunk in chunks:
            write(chunk)
            written += len(chunk)
            on_written(len(chunk))
    return written


async def count_questions(
    store: Store, since: datetime | None = None, until: datetime | None = None
) -> int:
    """How many questions were asked in that time."""
    async with store.reading() as connection:
        counting = select(func.count()).select_from(questions).where(_asked_in(since, until))
        return (await connection.execute(counting)).scalar_one()


async def read_records(
    store: Store, since: datetime | None = None, until: datetime | None = None
) -> AsyncGenerator[list[Record], None]:
    """Chunks of questions with results, openings and ratings, as a line of JSON has them."""
    columns = [questions.c[name] for name in QUESTION_COLUMNS]
    key = tuple_(questions.c.asked_at, questions.c.query_id)
    page = select(*columns).where(_asked_in(since, until)).limit(CHUNK)
    page = page.order_by(questions.c.asked_at, questions.c.query_id)
    async with store.reading() as connection:
        found = (await connection.execute(page)).all()
        while found:
            yield await _records(connection, found)
            last = tuple_(
                literal(found[-1].asked_at, questions.c.asked_at.type),
                literal(found[-1].query_id, questions.c.query_id.type),
            )
            found = (await connection.execute(page.where(key > last))).all()


def _asked_in(since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    return and_(
        true() if since is None else questions.c.asked_at >= since,
        true() if until is None else questions.c.asked_at < until,
    )


async def _records(connection: AsyncConnection, found: Sequence[Any]) -> list[Record]:
    query_ids = [row.query_id for row in found]
    opened = await _openings(connection, query_ids)
    shown = await _results(connection, query_ids, opened)
    rated = await _ratings(connection, query_ids)
    records = []
    for row in found:
        record: Record = dict(zip(QUESTION_COLUMNS, row, strict=True))
        judged = rated.get(row.query_id, [])
        helpful = sum(rating["helpful"] for rating in judged)
        record["asked_at"] = _iso(row.asked_at)
        record["results"] = shown.get(row.query_id, [])
        record["openings"] = sum(opened.get(row.query_id, {}).values())
        record["helpful"] = helpful
        record["not_helpful"] = len(judged) - helpful
        record["ratings"] = judged
        records.append(record)
    return records


async def _openings(connection: AsyncConnection, query_ids: list[str]) -> dict[str, dict[int, int]]:
    """How often each rank was opened, by question."""
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    counting = select(openings.c.query_id, openings.c.rank, func.count())
    counting = counting.where(openings.c.query_id.in_(query_ids))
    for query_id, rank, count in await connection.execute(
        counting.group_by(openings.c.query_id, openings.c.rank)
    ):
        counts[query_id][rank] = count
    return counts


async def _results(
    connection: AsyncConnection, query_ids: list[str], opened: dict[str, dict[int, int]]
) -> dict[str, list[Record]]:
    names = ("rank", *RESULT_FIELDS)
    reading = (
        select(results.c.query_id, *(results.c[name] for name in names))
        .where(results.c.query_id.in_(query_ids))
        .order_by(results.c.query_id, results.c.rank)
    )
    shown = {}
    for query_id, rows in groupby(await connection.execute(reading), itemgetter(0)):
        counts = opened.get(query_id, {})
        shown[query_id] = [
            {**dict(zip(names, row[1:], strict=True)), "openings": counts.get(row.rank, 0)}
            for row in rows
        ]
    return shown


async def _ratings(connection: AsyncConnection, query_ids: list[str]) -> dict[str, list[Record]]:
    judged: dict[str, list[Record]] = defaultdict(list)
    rows = await connection.execute(
        select(ratings)
        .where(ratings.c.query_id.in_(query_ids))
        .order_by(ratings.c.rated_at, ratings.c.rating_id)
    )
    for row in rows:
        judged[row.query_id].append(
            {
                "asker": row.asker,
                "source": row.source,
                "helpful": row.helpful,
                "rated_at": _iso(row.rated_at),
                "comment": row.comment,
            }
        )
    return judged


def _iso(moment: datetime) -> str:
    """ "2026-11-23T09:30:00.000Z": UTC, as wide for every moment."""
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


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
    for name in QUESTION_COLUMNS:
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
    """`text` so that no spreadsheet takes it for a formula: with an apostrophe before it where it
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
