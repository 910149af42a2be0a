"""Who may read a file, out of the permissions as Graph's pages show them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from index.sources import Grantee
from index.sources.item_permissions import readers_of
from tests.fakes.graph_permissions import SALES

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def _granted(identity: dict[str, Any]) -> list[Grantee]:
    return list(readers_of([{"roles": ["read"], "grantedToV2": identity}], NOW))


@pytest.mark.parametrize(
    ("identity", "reader"),
    [
        ({"group": {"id": SALES, "displayName": "Sales"}}, Grantee((SALES, "Sales"), SALES)),
        ({"group": {"id": SALES.upper()}}, Grantee((SALES,), SALES)),
        (
            {"siteUser": {"loginName": f"c:0t.c|tenant|{SALES}", "displayName": "Sales"}},
            Grantee((SALES, "Sales"), SALES),
        ),
        (
            {"siteUser": {"loginName": f"c:0o.c|federateddirectoryclaimprovider|{SALES}"}},
            Grantee((SALES,), SALES),
        ),
        (
            {
                "group": {"id": SALES, "displayName": "Sales Owners"},
                "siteUser": {
                    "loginName": f"c:0o.c|federateddirectoryclaimprovider|{SALES}_o",
                    "displayName": "Sales Owners",
                },
            },
            Grantee((f"c:0o.c|federateddirectoryclaimprovider|{SALES}_o", "Sales Owners")),
        ),
        (
            {"siteUser": {"loginName": "c:0(.s|true"}},
            Grantee(("everyone", "c:0(.s|true"), "everyone"),
        ),
        (
            {"siteGroup": {"id": "5", "displayName": "Visitors", "loginName": "Visitors"}},
            Grantee(("Visitors",)),
        ),
        (
            {"user": {"id": "77", "displayName": "Jane", "email": "j@c.com"}, "siteUser": {}},
            Grantee(("77", "j@c.com")),
        ),
        ({"user": {"displayName": "Everyone"}}, None),
        ({"group": {"id": "5", "displayName": "Sales"}}, None),
        ({"application": {"id": SALES, "displayName": "App"}}, None),
        ({"siteUser": {"displayName": "Everyone except external users"}}, None),
        ({"group": "odd", "siteUser": 7}, None),
        ({}, None),
    ],
)
def test_an_identity_is_known_by_what_cannot_be_taken_by_another(
    identity: dict[str, Any], reader: Grantee | None
) -> None:
    """A display name makes nobody everyone, and the owners of a group are not the group."""
    assert _granted(identity) == ([] if reader is None else [reader])


@pytest.mark.parametrize(
    ("ends", "counts"),
    [
        (None, True),
        ("", True),
        ("0001-01-01T00:00:00Z", True),
        ("2026-11-03T00:00:00Z", True),
        ("2026-11-03", True),
        ("2026-11-01T23:59:59Z", False),
        ("never", False),
    ],
)
def test_a_permission_that_ended_is_none(ends: str | None, counts: bool) -> None:
    given = {"roles": ["read"], "grantedToV2": {"group": {"id": SALES}}, "expirationDateTime": ends}
    assert bool(readers_of([given], NOW)) is counts


def test_what_is_no_permission_is_left_out() -> None:
    odd: list[Any] = [{}, {"roles": "read"}, {"roles": ["read"]}, {"roles": ["read"], "link": {}}]
    odd += [{"roles": [{}, None, 7]}, {"roles": ["read"], "grantedToV2": [1]}]
    assert readers_of(odd, NOW) == ()
