"""Which groups people are in, asked for at most once in a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from cachetools import LRUCache

from errors import GraphUnavailable, SettingsError
from identity.graph.graph_sign_in import GraphSettings
from identity.graph.member_of import GraphDirectory
from identity.person import Person, is_object_id
from retrieval.serving.flight import Flight

KEEP_S = 600.0
WAIT_S = 1.5
REMEMBERED = 10_000  # people
_NOBODY_S = 60.0
_SLOW_AWAY_S = 10.0
_LONGEST_AWAY_S = 600.0

log = structlog.get_logger(__name__)


class Directory(Protocol):
    """Knows people's groups."""

    async def groups_of(self, object_id: str) -> Mapping[str, str] | None:
        """By their ids, in lower case; None if nobody has that id. Raises GraphUnavailable."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Known:
    """Which of some groups somebody is in (`found`), and until when that is taken as true."""

    asked: frozenset[str]
    found: frozenset[str]
    renew_at: float
    ends_at: float


class Groups:
    """People's groups by a directory; to be closed.

    What it said holds for `keep_s` seconds and no longer, also while it is away. After half of them
    it is asked again aside, so that who asks often never waits. Of a person only those
    groups are remembered that were asked about. If it is away, nobody waits for it until it is
    worth asking again.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        tenant_id: str = "",
        keep_s: float = KEEP_S,
        wait_s: float = WAIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tenant_id` is the directory's: it is not asked about people of another. One that is a
        domain name says nothing of whose people they are."""
        self._directory = directory
        self._tenant_id = tenant_id.lower() if is_object_id(tenant_id) else ""
        self.keep_s = keep_s
        self._wait_s = wait_s
        self._clock = clock
        self._known: LRUCache[str, _Known] = LRUCache(REMEMBERED)
        self._flights: dict[tuple[str, frozenset[str]], Flight[_Known]] = {}
        self._away_until = clock()
        self.problem: str | None = None

    async def among(self, person: Person, asked: frozenset[str]) -> frozenset[str]:
        """Those of the groups `asked`, ids in lower case, that the person is in. Raises
        GraphUnavailable if that is not known and cannot be told soon."""
        id_ = person.object_id.lower()
        if not is_object_id(id_) or self._tenant_id not in ("", person.tenant_id.lower()):
            return frozenset()
        known, now = self._known.get(id_), self._clock()
        if known is None or not asked <= known.asked or now >= known.ends_at:
            try:
                async with asyncio.timeout(self._wait_s):
                    known = await self._asked(id_, asked).result()
            except TimeoutError as error:
                reason = f"the directory takes longer than {self._wait_s} s to name groups"
                self._tell_away(reason, _SLOW_AWAY_S)
                raise GraphUnavailable(reason) from error
        elif now >= known.renew_at and now >= self._away_until:
            self._asked(id_, asked)
        return known.found & asked

    async def close(self) -> None:
        """Stop what is under way."""
        for flight in list(self._flights.values()):
            await flight.stop()
        await self._directory.close()

    def _asked(self, id_: str, asked: frozenset[str]) -> Flight[_Known]:
        """The question that is under way, or else a new one, which goes on without anybody."""
        if (id_, asked) not in self._flights:
            task = asyncio.create_task(self._ask(id_, asked), name="groups")
            task.add_done_callback(lambda _: self._flights.pop((id_, asked), None))
            self._flights[id_, asked] = Flight(task, goes_on=True)
        return self._flights[id_, asked]

    async def _ask(self, id_: str, asked: frozenset[str]) -> _Known:
        now = self._clock()
        if now < self._away_until:
            raise GraphUnavailable(f"not asked again yet: {self.problem}")
        try:
            groups = await self._directory.groups_of(id_)
        except GraphUnavailable as error:
            self._tell_away(str(error), error.again_in_s)
            raise
        except Exception as error:  # whatever is wrong here, people get an answer
            log.exception("groups.failed")
            self._tell_away(f"asking for groups broke: {error!r}", _SLOW_AWAY_S)
            raise GraphUnavailable(f"asking for groups broke: {error!r}") from error
        self._tell_back()
        keep_s = self.keep_s if groups is not None else min(self.keep_s, _NOBODY_S)
        found = asked & frozenset(groups or ())
        known = self._known[id_] = _Known(asked, found, now + keep_s / 2, now + keep_s)
        return known

    def _tell_away(self, reason: str, again_in_s: float) -> None:
        self._away_until = self._clock() + min(again_in_s, _LONGEST_AWAY_S)
        if self.problem != reason:
            log.error("groups.unknown", reason=reason)
        self.problem = reason

    def _tell_back(self) -> None:
        self._away_until = self._clock()
        if self.problem:
            log.info("groups.known")
        self.problem = None


def open_groups(graph: GraphSettings, keep_s: float, *, required: bool = False) -> Groups | None:
    """People's groups by Microsoft Graph; None if settings are missing, which is logged. Raises
    SettingsError then if it is `required`."""
    if problem := graph.problem:
        if required:
            raise SettingsError(f"SIGNPOST_GROUPS=on needs Microsoft Graph: {problem}")
        log.warning("groups.not_asked", reason=problem)
        return None
    return Groups(GraphDirectory(graph), tenant_id=graph.tenant_id, keep_s=keep_s)
