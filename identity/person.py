"""Somebody who asks: the same behind the bot, the portal and every command."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do beside asking, as their app roles or groups say."""

    READER = "reader"
    EDITOR = "editor"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is. `channel_id` is Teams' name for somebody ("29:..."), empty in a browser;
    `object_id` and `tenant_id` are those of Entra ID. `groups` are the object ids of the groups
    that a token named, which may be none although there are some."""

    channel_id: str = ""
    name: str = ""
    object_id: str = ""
    tenant_id: str = ""
    groups: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
