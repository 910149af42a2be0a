"""Who may read a SharePoint file, out of the permissions that Graph lists for it.

The resource: https://learn.microsoft.com/en-us/graph/api/resources/permission. Graph lists those in
effect, inherited ones among them. What is not understood is left out, which restricts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from index.sources import Grantee
from snapshot.models import EVERYONE

_READING = frozenset({"read", "write", "owner"})
_WIDE_LINKS = ("organization", "anonymous")
_GUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_IS_GUID = re.compile(_GUID)
# SharePoint's claims: https://learn.microsoft.com/en-us/sharepoint/dev/general-development/claims-encoding
_ALL = re.compile(r"c:0\(\.s\|true|c:0-\.f\|rolemanager\|spo-grid-all-users/.+")
_GROUP = re.compile(rf"c:0(?:t\.c\|tenant|o\.c\|federateddirectoryclaimprovider)\|({_GUID})")
_OWNERS = re.compile(rf".*\|{_GUID}_o")


def readers_of(permissions: Iterable[Mapping[str, Any]], now: datetime) -> tuple[Grantee, ...]:
    """Everybody whom they let read, each once; nobody twice by other words."""
    return tuple(dict.fromkeys(_all(permissions, now)))


def _all(permissions: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Grantee]:
    for one in permissions:
        if not any(role in _READING for role in map(str, _list(one.get("roles")))):
            continue
        if _has_ended(one, now):
            continue
        if isinstance(link := one.get("link"), dict):
            if link.get("scope") in _WIDE_LINKS and not one.get("hasPassword"):
                # Whoever was given the link may read, which makes it findable for nobody by itself.
                yield Grantee((str(link["scope"]),))
            granted = _list(one.get("grantedToIdentitiesV2"))
        else:
            granted = [one.get("grantedToV2")]
        for identity in granted:
            if isinstance(identity, dict) and (reader := _reader(identity)):
                yield reader


def _reader(identity: Mapping[str, Any]) -> Grantee | None:
    """One of a set of identities, which all stand for the same person or group."""
    site = _part(identity, "siteGroup") or _part(identity, "siteUser")
    login = str(site.get("loginName") or "")
    if _ALL.fullmatch(login):
        return Grantee(("everyone", login), EVERYONE)
    if "siteGroup" in identity and site:
        # Its members are known to SharePoint alone, and its id is a number on each site.
        return _named(site.get("loginName"), site.get("displayName"))
    group, user = _part(identity, "group"), _part(identity, "user")
    if _OWNERS.fullmatch(login):
        return _named(login, site.get("displayName"))  # not the group: its owners
    match = _GROUP.fullmatch(login)
    id_ = str(group.get("id") or (match[1] if match else "")).lower()
    if _IS_GUID.fullmatch(id_) and (group or match):
        name = group.get("displayName") or site.get("displayName")
        reader = _named(id_, group.get("email"), name)
        return reader and Grantee(reader.names, id_)
    # People's names are not unique; their ids and addresses are.
    return _named(
        user.get("id"), user.get("userPrincipalName"), user.get("email") or site.get("email")
    )


def _named(*names: object) -> Grantee | None:
    said = tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name.strip()))
    return Grantee(said) if said else None


def _part(identity: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = identity.get(name)
    return found if isinstance(found, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _has_ended(permission: Mapping[str, Any], now: datetime) -> bool:
    """The year 1 says that it has no end. A time that cannot be read has passed."""
    said = permission.get("expirationDateTime")
    if not said:
        return False
    try:
        ends = datetime.fromisoformat(str(said))
    except ValueError:
        return True
    ends = ends if ends.tzinfo else ends.replace(tzinfo=UTC)
    return ends.year > 1 and ends <= now
