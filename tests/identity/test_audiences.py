"""People see what is meant for everyone and for the audiences that they belong to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import GraphUnavailable
from identity.audience_file import Listed
from identity.audiences import Audiences, held_in
from identity.graph.groups import Groups
from identity.person import Person
from tests.fakes.directory import FakeDirectory
from tests.fakes.graph_permissions import MANAGERS, SALES, TENANT
from tests.fakes.parts import FakeTime

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


def test_an_audience_is_held_by_whom_the_file_lists_and_by_groups_if_they_are_known(
    tmp_path: Path,
) -> None:
    path = tmp_path / "audiences.yaml"
    path.write_text(f"managers: [aaa-1]\nempty: []\n{MANAGERS.upper()}: [bbb-2]\n")
    names = ["everyone", "managers", "empty", "nobodys", MANAGERS, SALES]
    by_file, by_both = held_in(path, groups=False), held_in(path, groups=True)
    assert by_file
    assert by_both
    assert [name for name in names if name in by_file] == ["everyone", "managers", MANAGERS]
    assert [name for name in names if name in by_both] == ["everyone", "managers", MANAGERS, SALES]
    assert held_in(None, groups=False) is None
    by_groups = held_in(None, groups=True)
    assert by_groups
    assert [name for name in names if name in by_groups] == ["everyone", MANAGERS, SALES]


@pytest.fixture
async def directory() -> FakeDirectory:
    return FakeDirectory()


def _with_groups(directory: FakeDirectory, *in_use: str) -> Audiences:
    groups = Groups(directory, tenant_id=TENANT)
    return Audiences(LISTED, groups=groups, in_use=lambda: frozenset(in_use), tenants=[TENANT])


ANNA = Person(object_id="99999999-aaaa-4bbb-8ccc-dddddddddddd", tenant_id=TENANT)


@pytest.mark.parametrize("in_use", [["hr"], [SALES], ["hr", SALES, "nobodys"]])
async def test_whose_groups_no_token_named_has_those_of_the_directory(
    directory: FakeDirectory, in_use: list[str]
) -> None:
    """The same audiences as if a token had named them."""
    audiences = _with_groups(directory, *in_use)
    told = await audiences.audience(replace(ANNA, groups=frozenset({SALES, "other"})))
    assert directory.asked == []
    assert await audiences.audience(ANNA) == told
    assert told >= {"everyone", "hr"}
    assert directory.asked == [ANNA.object_id]


async def test_a_session_keeps_a_tokens_groups_no_longer_than_the_directorys(
    directory: FakeDirectory,
) -> None:
    directory.groups = {}
    time = FakeTime()
    signed_in = replace(ANNA, groups=frozenset({SALES}), groups_at=time.seconds)
    audiences = Audiences(
        LISTED,
        groups=Groups(directory, keep_s=600),
        in_use=lambda: frozenset({"hr"}),
        clock=time,
    )
    time.seconds += 599
    assert "hr" in await audiences.audience(signed_in)
    assert directory.asked == []
    time.seconds += 1
    assert await audiences.audience(signed_in) == {"everyone"}
    without = Audiences(LISTED, in_use=lambda: frozenset({"hr"}), clock=time)
    assert "hr" in await without.audience(signed_in)


@pytest.mark.parametrize(
    ("in_use", "object_id"),
    [
        ([], ANNA.object_id),  # nothing is restricted
        (["everyone", "nobodys"], ANNA.object_id),
        (["managers"], ANNA.object_id),  # no group could be listed there
        (["hr"], "AAA-1"),  # listed by their own id
        (["hr"], ""),
    ],
)
async def test_the_directory_is_not_asked_if_groups_decide_nothing(
    directory: FakeDirectory, in_use: list[str], object_id: str
) -> None:
    await _with_groups(directory, *in_use).audience(replace(ANNA, object_id=object_id))
    assert directory.asked == []


async def test_a_person_of_another_tenant_is_not_asked_for(directory: FakeDirectory) -> None:
    stranger = replace(ANNA, tenant_id="11111111-7777-4888-8999-000000000000")
    assert await _with_groups(directory, SALES).audience(stranger) == {"everyone"}
    assert directory.asked == []


async def test_if_the_directory_is_away_ones_own_id_still_counts(directory: FakeDirectory) -> None:
    directory.error = GraphUnavailable("it is away for now")
    listed = Listed({"managers": frozenset({ANNA.object_id}), "hr": frozenset({SALES})})
    audiences = Audiences(
        listed, groups=Groups(directory, tenant_id=TENANT), in_use=lambda: frozenset({"hr", SALES})
    )
    assert audiences.problem is None
    assert await audiences.audience(ANNA) == {"everyone", "managers"}
    assert audiences.problem == "it is away for now"
    await audiences.close()
