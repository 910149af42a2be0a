"""What the query log holds, read out: its questions with what became of each, as a table or as JSON
lines, and how many there are.

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
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO, assert_never

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.database import VERSION, Database
from analytics.tables import openings, questions, ratings, results, sensitive_topics

CHUNK = 1000
RESULT_FIELDS = ("resource_id", "title", "place", "url", "score", "dense_score", "lexical_score")
QUESTION_FIELDS = (
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
    "delivery",
)
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}
_RATING_FIELDS = ("asker", "source", "helpful", "rated_at", "comment")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogStatus:
    """Counts of rows; `openings_alone` and `ratings_alone` of them name a question that is not in
    the log. `sensitive_topics` are those that came up, with how often; `delivery` what became of
    questions and these topics. `first_asked_at` and `last_asked_at` are UTC, None for an empty log.
    """

    url: str
    schema_version: str
    questions: int
    results: int
    openings: int
    ratings: int
    openings_alone: int
    ratings_alone: int
    first_asked_at: datetime | None
    last_asked_at: datetime | None
    sensitive_topics: dict[str, int] = field(default_factory=dict)
    delivery: dict[str, int] = field(default_factory=dict)


async def read_status(database: Database) -> LogStatus:
    """The log as of this moment. LogError if it cannot be read."""

    def alone(table: Table) -> ColumnElement[bool]:
        return ~exists().where(questions.c.query_id == table.c.query_id)

    async with database.reading() as connection:

        async def count(table: Table, *which: ColumnElement[bool]) -> int:
            counting = select(func.count()).select_from(table).where(*which)
            return (await connection.execute(counting)).scalar_one()

        first, last = (
            await connection.execute(
                select(func.min(questions.c.asked_at), func.max(questions.c.asked_at))
            )
        ).one()
        topic = sensitive_topics.c.topic
        counted = select(topic, func.count()).group_by(topic).order_by(topic)
        raised = (await connection.execute(counted)).all()
        became = union_all(select(questions.c.delivery), select(sensitive_topics.c.delivery))
        delivery = became.subquery().c.delivery
        grouped = select(delivery, func.count()).group_by(delivery).order_by(delivery)
        delivered = (await connection.execute(grouped)).all()
        return LogStatus(
            url=database.url,
            schema_version=VERSION,
            questions=await count(questions),
            results=await count(results),
            openings=await count(openings),
            ratings=await count(ratings),
            openings_alone=await count(openings, alone(openings)),
            ratings_alone=await count(ratings, alone(ratings)),
            first_asked_at=first,
            last_asked_at=last,
            sensitive_topics={row.topic: row[1] for row in raised},
            delivery={row.delivery: row[1] for row in delivered},
        )


async def count_questions(
    database: Database, since: datetime | None = None, until: datetime | None = None
) -> int:
    """How many questions were asked in that time."""
    async with database.reading() as connection:
        counting = select(func.count()).select_from(questions).where(_asked_in(since, until))
        return (await connection.execute(counting)).scalar_one()


async def read_records(
    database: Database, since: datetime | None = None, until: datetime | None = None
) -> AsyncGenerator[list[Record], None]:
    """Chunks of questions with results, openings and ratings, as a line of JSON has them."""
    columns = [questions.c[name] for name in (*QUESTION_FIELDS, "delivery")]
    key = tuple_(questions.c.asked_at, questions.c.query_id)
    page = select(*columns).where(_asked_in(since, until)).limit(CHUNK)
    page = page.order_by(questions.c.asked_at, questions.c.query_id)
    async with database.reading() as connection:
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

    def of_these(table: Table, *names: str) -> Select[Any]:
        columns = (table.c[name] for name in ("query_id", *names))
        return select(*columns).where(table.c.query_id.in_(query_ids))

    shown = of_these(results, "rank", *RESULT_FIELDS).order_by(results.c.rank)
    shown_for = await _by_question(connection, shown)
    rated = of_these(ratings, *_RATING_FIELDS).order_by(ratings.c.rated_at, ratings.c.rating_id)
    rated_for = await _by_question(connection, rated)
    opened = of_these(openings, "rank").add_columns(func.count().label("count"))
    opened_for = await _by_question(
        connection, opened.group_by(openings.c.query_id, openings.c.rank)
    )
    records = []
    for row in found:
        record: Record = {name: getattr(row, name) for name in QUESTION_FIELDS}
        counts = {one["rank"]: one["count"] for one in opened_for[row.query_id]}
        judged = rated_for[row.query_id]
        helpful = sum(rating["helpful"] for rating in judged)
        record["asked_at"] = _iso(row.asked_at)
        record["results"] = [
            one | {"openings": counts.get(one["rank"], 0)} for one in shown_for[row.query_id]
        ]
        record["openings"] = sum(counts.values())
        record["helpful"] = helpful
        record["not_helpful"] = len(judged) - helpful
        record["ratings"] = [one | {"rated_at": _iso(one["rated_at"])} for one in judged]
        record["delivery"] = row.delivery
        records.append(record)
    return records


async def _by_question(
    connection: AsyncConnection, reading: Select[Any]
) -> defaultdict[str, list[Record]]:
    """The rows read, in their order, by the question that each names in `query_id`."""
    rows: defaultdict[str, list[Record]] = defaultdict(list)
    for found in (await connection.execute(reading)).mappings():
        row = dict(found)
        rows[row.pop("query_id")].append(row)
    return rows


def _iso(moment: datetime) -> str:
    """ "2026-11-23T09:30:00.000Z": UTC, as wide for every moment."""
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


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
    yield record["delivery"]


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
