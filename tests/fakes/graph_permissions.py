"""Permissions as Microsoft Graph lists them for a file of SharePoint, and memberships of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TENANT = "66666666-7777-4888-8999-000000000000"
SALES = "11111111-2222-4333-8444-555555555555"
MANAGERS = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


def group(id_: str = SALES, name: str = "Sales", **changes: Any) -> dict[str, Any]:
    """A permission of an Entra group, as SharePoint's libraries have it."""
    login = f"c:0t.c|tenant|{id_}"
    identity = {
        "group": {"id": id_, "displayName": name, "email": f"{name.lower()}@contoso.com"},
        "siteUser": {"id": "12", "displayName": name, "loginName": login},
    }
    return {"id": f"p-{id_}", "roles": ["read"], "grantedToV2": identity, **changes}


def link(scope: str, *identities: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A permission by a link."""
    shared = {"scope": scope, "type": "view", "webUrl": "https://contoso.sharepoint.com/:w:/s/x"}
    granted = list(identities)
    return {
        "id": f"l-{scope}",
        "roles": ["read"],
        "link": shared,
        "grantedToIdentitiesV2": granted,
        "expirationDateTime": "0001-01-01T00:00:00Z",
        **changes,
    }


def membership(id_: str = SALES, name: str = "Sales", kind: str = "group") -> dict[str, Any]:
    """What somebody is in, as Graph lists it of a user."""
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": id_, "displayName": name}


EVERYONE_HERE = {
    "id": "p-all",
    "roles": ["read"],
    "grantedToV2": {
        "siteUser": {
            "id": "7",
            "displayName": "Everyone except external users",
            "loginName": f"c:0-.f|rolemanager|spo-grid-all-users/{TENANT}",
        }
    },
}
