"""Sessions of people in a browser: sealed, short, and ended at will.

A session is a cookie and nothing else: who it is, since when, and when they were last seen, so that
every process knows it and no database is needed to read it. What is kept is only what ended early.
"""

from __future__ import annotations

import json
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken

from identity.person import Person, Role, is_object_id
from keys import Keys

MAX_GROUPS = 150  # with more, a browser would not keep the cookie: 4,096 bytes
_MAX_NAME_CHARS = 80
_SKEW_S = 300.0


@dataclass(frozen=True, slots=True)
class Session:
    """Who has signed in, and when, in seconds since 1970."""

    id: str
    person: Person
    signed_in_at: float


class EarlyEndings(Protocol):
    """When sessions were ended before their time: one, or all of a person."""

    async def ended_at(self, name: str) -> float | None:
        """Until when those of that name that began before are ended; None if none are."""
        ...

    async def end(self, name: str, at: float) -> None:
        """From now on, those of that name that began until `at` are no good."""
        ...


class Sessions:
    """Opens sessions, reads them back and ends them. Each is good for `hours`, and for
    `idle_minutes` after it was last seen."""

    def __init__(
        self,
        keys: Keys,
        endings: EarlyEndings,
        *,
        hours: float = 8.0,
        idle_minutes: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._seal = keys.seal("session")
        self._endings = endings
        self.max_age_s = hours * 3600
        self._idle_s = idle_minutes * 60
        self._clock = clock

    def open(self, person: Person) -> Session:
        """A session of somebody who has just said who they are."""
        return Session(uuid4().hex, person, self._clock())

    def write(self, session: Session) -> str:
        """The cookie's value; whoever sends it was seen now."""
        person = session.person
        content = [
            session.id,
            person.tenant_id,
            person.object_id,
            person.name[:_MAX_NAME_CHARS],
            sorted(person.roles),
            _packed(person.groups),
            session.signed_in_at,
        ]
        packed = zlib.compress(json.dumps(content).encode())
        return self._seal.encrypt_at_time(packed, int(self._clock())).decode()

    async def read(self, cookie: str) -> Session | None:
        """The session, if it is one of ours, still good and not ended."""
        try:
            content = json.loads(zlib.decompress(self._seal.decrypt(cookie)))
            seen_at = self._seal.extract_timestamp(cookie)
            session = _session(content)
        except (InvalidToken, zlib.error, ValueError, TypeError, IndexError):
            return None
        now = self._clock()
        # A clock that was set back must not make sessions good for longer.
        if not -_SKEW_S <= now - session.signed_in_at <= self.max_age_s:
            return None
        if not -_SKEW_S <= now - seen_at <= self._idle_s:
            return None
        for name in (session.id, name_of(session.person)):
            ended_at = await self._endings.ended_at(name)
            if ended_at is not None and session.signed_in_at <= ended_at:
                return None
        return session

    def wants_renewal(self, cookie: str) -> bool:
        """Whether a good cookie is so old that it should be written anew: a tenth of its time."""
        return self._clock() - self._seal.extract_timestamp(cookie) > self._idle_s / 10

    async def end(self, session: Session) -> None:
        """Signs the person out in that browser."""
        await self._endings.end(session.id, self._clock())

    async def end_all(self, person: Person) -> None:
        """Signs the person out everywhere."""
        await self._endings.end(name_of(person), self._clock())


def name_of(person: Person) -> str:
    """The name under which all sessions of a person end."""
    return f"{person.tenant_id}/{person.object_id}".lower()


def _packed(groups: frozenset[str] | None) -> str | None:
    """Their ids, 16 bytes each. None, as if no token had named them, if they are too many."""
    ids = sorted(group for group in groups or () if is_object_id(group))
    if groups is None or len(ids) > MAX_GROUPS:
        return None
    return b64encode(b"".join(UUID(group).bytes for group in ids)).decode()


def _session(content: list[object]) -> Session:
    match content:
        case [
            str(session_id),
            str(tenant_id),
            str(object_id),
            str(name),
            list(roles),
            groups,
            float(at) | int(at),
        ]:
            person = Person(
                name=name,
                object_id=object_id,
                tenant_id=tenant_id,
                groups=_unpacked(groups),
                groups_at=float(at),
                roles=frozenset(Role(role) for role in roles if role in set(Role)),
            )
            return Session(session_id, person, float(at))
    raise ValueError("it holds no session")


def _unpacked(groups: object) -> frozenset[str] | None:
    if not isinstance(groups, str):
        return None
    packed = b64decode(groups)
    ids = (packed[at : at + 16] for at in range(0, len(packed), 16))
    return frozenset(str(UUID(bytes=one)) for one in ids)
