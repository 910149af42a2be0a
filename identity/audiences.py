"""Who may see what is not meant for everyone: audiences by people's directory ids."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from errors import GraphUnavailable
from identity.audience_file import Listed, Members, normalised, read_members
from identity.graph.groups import Groups
from identity.person import Person, is_object_id
from snapshot.models import EVERYONE


class MemberList(Protocol):
    """Who is listed in which audience. `problem` says why that may not be as it should be."""

    @property
    def problem(self) -> str | None: ...

    async def current(self) -> Members:
        """The members now. Raises nothing."""
        ...


class Audiences:
    """Knows the audiences that somebody belongs to.

    A person has the ids of Entra ID: their own, and those of their groups. They belong to an
    audience if one of these is listed in it, or is what it is called. If no token said lately which
    groups they are in, `groups` are asked, unless that decides nothing about what there is. As long
    as nobody can tell, they count as being in none.
    """

    def __init__(
        self,
        listed: MemberList | None = None,
        *,
        groups: Groups | None = None,
        in_use: Callable[[], frozenset[str]] = frozenset,
        tenants: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`in_use` are the audiences that content is for now, as it is written there. People of
        other tenants than `tenants`, if any are given, belong to none."""
        self._listed = listed or Listed()
        self._groups = groups
        self._in_use = in_use
        self._clock = clock
        self._tenants = frozenset(tenant.lower() for tenant in tenants)

    @property
    def problem(self) -> str | None:
        """Why people may be in fewer audiences than they should, or were in those before."""
        of_groups = self._groups.problem if self._groups else None
        return "; ".join(filter(None, (self._listed.problem, of_groups))) or None

    async def close(self) -> None:
        if self._groups:
            await self._groups.close()

    async def audience(self, person: Person) -> frozenset[str]:
        """The audiences that the person belongs to; everyone belongs to `everyone`."""
        if not person.object_id or (
            self._tenants and person.tenant_id.lower() not in self._tenants
        ):
            return frozenset({EVERYONE})
        in_use = self._in_use() - {EVERYONE}
        granting = ids_granting(await self._listed.current(), in_use)
        own = person.object_id.lower()
        groups = None if self._is_outdated(person) else person.groups
        if groups is None:
            undecided = [granting[name] for name in in_use if own not in granting[name]]
            groups = await self._groups_among(person, frozenset().union(*undecided))
        ids = {own, *map(str.lower, groups)}
        return frozenset({EVERYONE, *(name for name, by in granting.items() if by & ids)})

    def _is_outdated(self, person: Person) -> bool:
        """Whether a session has kept a token's groups for longer than the directory's would be."""
        if self._groups is None or person.groups_at is None:
            return False
        return self._clock() - person.groups_at >= self._groups.keep_s

    async def _groups_among(self, person: Person, ids: frozenset[str]) -> frozenset[str]:
        """Those of the ids that are groups of the person; none if nobody can tell now."""
        asked = frozenset(filter(is_object_id, ids))
        if not asked or self._groups is None:
            return frozenset()
        try:
            return await self._groups.among(person, asked)
        except GraphUnavailable:  # `groups` have told why
            return frozenset()


def ids_granting(members: Members, in_use: Collection[str]) -> Mapping[str, frozenset[str]]:
    """By audience, also by those that are only `in_use`, whose ids belong to it, in lower case."""
    return {
        name: members.get(normalised(name), frozenset())
        | ({name.lower()} if is_object_id(name) else set())
        for name in {*members, *in_use} - {EVERYONE}
    }


@dataclass(frozen=True, slots=True)
class Held:
    """The audiences that somebody may belong to: those in which somebody is listed (`names`), and
    if `groups` are known those that are called by an object id."""

    names: frozenset[str]
    groups: bool = False

    def __contains__(self, audience: str) -> bool:
        is_a_groups = self.groups and is_object_id(audience)
        return is_a_groups or audience == EVERYONE or normalised(audience) in self.names


def held_in(path: Path | None, *, groups: bool) -> Held | None:
    """The audiences that somebody may belong to; None if nothing says who is in which. Raises
    SettingsError if the file cannot be used."""
    if path is None and not groups:
        return None
    members = read_members(path) if path else {}
    return Held(frozenset(name for name, by in members.items() if by), groups)
