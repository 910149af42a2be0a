"""Somebody who asks: the same behind the bot, the portal and every command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

_OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class Role(StrEnum):
    """What somebody may do beside asking, as their app roles or groups say."""

    READER = "reader"
    EDITOR = "editor"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is. `channel_id` is Teams' name for somebody ("29:..."), empty in a browser;
    `object_id` and `tenant_id` are those of Entra ID. `groups` are the object ids of all groups
    that a token said they are in. They are None if none did: messages in Teams never do, and a
    token does not if there are too many (https://learn.microsoft.com/entra/identity-platform/
    access-token-claims-reference#groups-overage-claim) or its application asks for none.
    `groups_at` is when a token said so, in seconds since 1970, None if that was just now."""

    channel_id: str = ""
    name: str = ""
    object_id: str = ""
    tenant_id: str = ""
    groups: frozenset[str] | None = None
    groups_at: float | None = field(default=None, compare=False)
    roles: frozenset[Role] = frozenset()


def groups_by_role(pairs: Iterable[str]) -> dict[Role, frozenset[str]]:
    """The groups of each role, of pairs such as "analyst=11111111-...". ValueError for others."""
    found: dict[Role, frozenset[str]] = {}
    for pair in pairs:
        name, _, group = pair.partition("=")
        if name not in set(Role) or not is_object_id(group):
            raise ValueError(
                f"{pair!r} must be a role ({', '.join(Role)}), = and a group's object id"
            )
        found[Role(name)] = found.get(Role(name), frozenset()) | {group.lower()}
    return found


def is_object_id(text: str) -> bool:
    """Whether Entra ID could have given this id to a person or a group."""
    return _OBJECT_ID.fullmatch(text) is not None
