"""What a check says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import aiohttp

from settings import Settings


class Level(StrEnum):
    """How bad it is. A problem keeps people from answers; a note is for somebody to look at."""

    FINE = "ok"
    NOTE = "note"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence on one thing, and for all but what is fine what to do."""

    about: str
    level: Level
    said: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined. `http_client` takes the place of the sign-in library's own."""

    settings: Settings
    session: aiohttp.ClientSession
    http_client: Any = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def is_a_trial(self) -> bool:
        """Whether nobody but this machine is served."""
        return self.settings.development and not self.settings.app_id


def fine(about: str, said: str) -> Finding:
    return Finding(about, Level.FINE, said)


def note(about: str, said: str, to_do: str) -> Finding:
    return Finding(about, Level.NOTE, said, to_do)


def problem(about: str, said: str, to_do: str) -> Finding:
    return Finding(about, Level.PROBLEM, said, to_do)


def some(names: Sequence[str], most: int = 5) -> str:
    """The first few, and how many more."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
