"""The tables of the query log: one schema for SQLite and PostgreSQL.

`analytics/migrations` builds them; a test holds the two together. An opening or a rating may reach
the log before its question, or without it ever doing so: they name the question but need none.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware and UTC in Python on both databases. A time without a zone is a ValueError.

    SQLite has no zones, so UTC is what is written there.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone could be any hour: give an aware one")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text that both databases take: no NUL (PostgreSQL refuses it), no half surrogate pairs (the
    drivers refuse them). JSON from outside can carry either."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class Finite(TypeDecorator[float]):
    """A score or a duration. Neither NaN nor infinity, each a ValueError: SQLite would turn NaN
    into NULL, and neither can be averaged afterwards."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> float:
        if not math.isfinite(value):
            raise ValueError(f"{value} is no score or duration")
        return float(value)


class Rank(TypeDecorator[int]):
    """A rank, which counts from 1. Anything below, or beyond 32 bits, is a ValueError."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int:
        if not 1 <= value < 2**31:
            raise ValueError(f"a rank counts from 1, and this is {value}")
        return int(value)


def clean_text(text: str) -> str:
    """`text` without NUL, split surrogate pairs joined, and U+FFFD for each half without its
    other. TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"text was expected, not {type(text).__name__}")
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

_SO_FAR = "delivered"  # before there was the column, what was not delivered had no row

questions = Table(
    "questions",
    metadata,
    Column("query_id", CleanText, primary_key=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("asker", CleanText, nullable=False),
    Column("channel_kind", CleanText, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("outcome", CleanText, nullable=False),
    Column("top_score", Finite, nullable=False),
    Column("took_ms", Finite, nullable=False),
    Column("snapshot_id", CleanText, nullable=False),
    Column("reply_key", CleanText),
    Column("delivery", CleanText, nullable=False, default=_SO_FAR, server_default=_SO_FAR),
    Index("ix_questions_asked_at", "asked_at", "query_id"),
    Index("ix_questions_reply_key", "reply_key"),
    Index("ix_questions_asker", "asker"),
)

# Who is in distress is not recorded, nor when exactly: beside other rows either could tell.
sensitive_topics = Table(
    "sensitive_topics",
    metadata,
    Column("query_id", CleanText, primary_key=True),
    Column("day", UtcTime, nullable=False),
    Column("topic", CleanText, nullable=False),
    Column("outcome", CleanText, nullable=False),
    Column("delivery", CleanText, nullable=False, default=_SO_FAR, server_default=_SO_FAR),
)

results = Table(
    "results",
    metadata,
    Column(
        "query_id",
        CleanText,
        ForeignKey("questions.query_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("rank", Rank, primary_key=True, autoincrement=False),
    Column("resource_id", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("place", CleanText, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("score", Finite, nullable=False),
    Column("dense_score", Finite, nullable=False),
    Column("lexical_score", Finite, nullable=False),
    Index("ix_results_resource_id", "resource_id"),
)

# The key is all there is to an opening, so that writing one twice after a lost reply of the
# database counts it once.
openings = Table(
    "openings",
    metadata,
    Column("query_id", CleanText, primary_key=True),
    Column("rank", Rank, primary_key=True, autoincrement=False),
    Column("opened_at", UtcTime, primary_key=True),
)

ratings = Table(
    "ratings",
    metadata,
    Column("rating_id", Integer, primary_key=True),
    Column("query_id", CleanText),
    Column("reply_key", CleanText),
    Column("asker", CleanText, nullable=False),
    Column("source", CleanText, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("rated_at", UtcTime, nullable=False),
    Column("comment", CleanText, nullable=False),
    CheckConstraint("query_id IS NOT NULL OR reply_key IS NOT NULL", name="names_an_answer"),
    UniqueConstraint("query_id", "asker", "source"),
    Index(
        "uq_ratings_reply_key",
        "reply_key",
        "asker",
        "source",
        unique=True,
        sqlite_where=Column("query_id").is_(None),
        postgresql_where=Column("query_id").is_(None),
    ),
    Index("ix_ratings_asker", "asker"),
)

# What is wrong with a resource, as somebody says who looked at it.
problem_reports = Table(
    "problem_reports",
    metadata,
    Column("report_id", CleanText, primary_key=True),
    Column("reported_at", UtcTime, nullable=False),
    Column("asker", CleanText, nullable=False),
    Column("resource_id", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Index("ix_problem_reports_resource_id", "resource_id"),
    Index("ix_problem_reports_asker", "asker"),
)

# What was erased and why, without whose it was. `as_of` is the moment that retention reached.
erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", Integer, primary_key=True),
    Column("begun_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("as_of", UtcTime),
    Column("cause", CleanText, nullable=False),
    Column("done_by", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("counts", CleanText, nullable=False),
)

# Whose rows from before `until` are left out if they come in late: `analytics.erasing.marks`.
forgotten = Table(
    "forgotten",
    metadata,
    Column("mark", CleanText, primary_key=True),
    Column("until", UtcTime, nullable=False),
)

# What outlives a process, which `state/` reads and writes. `expires_s` is on that room's own clock.
state = Table(
    "state",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("kind", CleanText, nullable=False),
    Column("owner", CleanText),
    Column("mark", LargeBinary, nullable=False),
    Column("holder", CleanText),
    Column("value", LargeBinary),
    Column("expires_s", Finite, nullable=False),
    Index("ix_state_expires_s", "expires_s"),
    Index("ix_state_owner", "owner"),
)
