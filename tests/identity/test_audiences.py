"""People see what is meant for everyone and for the audiences that they belong to."""

from __future__ import annotations

import pytest

from identity.audience_file import Listed
from identity.audiences import Audiences
from identity.person import Person
from tests.fakes.graph_permissions import MANAGERS, SALES, TENANT

LISTED = Listed(
    {
        "managers": frozenset({"aaa-1", "bbb-2"}),
        "hr": frozenset({"aaa-1", SALES}),
        MANAGERS: frozenset({"ccc-3"}),
    }
)


def _person(object_id: str, *groups: str, tenant_id: str = TENANT) -> Person:
    return Person(object_id=object_id, tenant_id=tenant_id, groups=frozenset(groups))


@pytest.mark.parametrize(
    ("person", "belongs_to"),
    [
        (_person("AAA-1"), {"managers", "hr"}),
        (_person("bbb-2"), {"managers"}),
        (_person("nobody-4"), set()),
        (_person(""), set()),
        (_person("", SALES), set()),
        (_person("nobody-4", SALES.upper()), {"hr"}),
        (_person("nobody-4", MANAGERS), {MANAGERS, MANAGERS.upper()}),
        (_person("ccc-3"), {MANAGERS, MANAGERS.upper()}),
        (_person("aaa-1", SALES, MANAGERS), {"managers", "hr", MANAGERS, MANAGERS.upper()}),
        (_person("aaa-1", SALES, tenant_id="another"), set()),
        (Person(object_id="aaa-1", tenant_id=TENANT), {"managers", "hr"}),
    ],
)
async def test_ones_own_id_or_a_groups_is_listed_or_is_what_the_audience_is_called(
    person: Person, belongs_to: set[str]
) -> None:
    """In whatever letter case the id is written, and only for people of the tenants."""
    audiences = Audiences(LISTED, in_use=lambda: frozenset({MANAGERS.upper()}), tenants=[TENANT])
    assert await audiences.audience(person) == {"everyone", *belongs_to}


async def test_what_is_no_object_id_is_nobodys_by_its_name() -> None:
    """Else who is called "managers" somewhere would be all of them."""
    audiences = Audiences(in_use=lambda: frozenset({"managers"}))
    assert await audiences.audience(_person("managers", "managers")) == {"everyone"}


async def test_without_tenants_those_of_any_are_known() -> None:
    assert "hr" in await Audiences(LISTED).audience(_person("aaa-1", tenant_id="another"))
