"""Who may see what is not meant for everyone: audiences by people's directory ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Protocol

from identity.audience_file import Listed, Members, normalised, read_members
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
    audience if one of these is listed in it, or is what it is called.
    """

    def __init__(
        self,
        listed: MemberList | None = None,
        *,
        in_use: Callable[[], frozenset[str]] = frozenset,
        tenants: Collection[str] = (),
    ) -> None:
        """`in_use` are the audiences that content is for now, as it is written there. People of
        other tenants than `tenants`, if any are given, belong to none."""
        self._listed = listed or Listed()
        self._in_use = in_use
        self._tenants = frozenset(tenant.lower() for tenant in tenants)

    @property
    def problem(self) -> str | None:
        """Why people may be in fewer audiences than they should, or were in those before."""
        return self._listed.problem

    async def audience(self, person: Person) -> frozenset[str]:
        """The audiences that the person belongs to; everyone belongs to `everyone`."""
        if not person.object_id or (
            self._tenants and person.tenant_id.lower() not in self._tenants
        ):
            return frozenset({EVERYONE})
        granting = ids_granting(await self._listed.current(), self._in_use())
        ids = {person.object_id.lower(), *map(str.lower, person.groups or ())}
        return frozenset({EVERYONE, *(name for name, by in granting.items() if by & ids)})


def ids_granting(members: Members, in_use: Collection[str]) -> Mapping[str, frozenset[str]]:
    """By audience, also by those that are only `in_use`, whose ids belong to it, in lower case."""
    return {
        name: members.get(normalised(name), frozenset())
        | ({name.lower()} if is_object_id(name) else set())
        for name in {*members, *in_use} - {EVERYONE}
    }


def held_in(path: Path | None) -> frozenset[str] | None:
    """The audiences that somebody belongs to by that file; None without a file."""
    if path is None:
        return None
    return frozenset({EVERYONE, *(name for name, by in read_members(path).items() if by)})
