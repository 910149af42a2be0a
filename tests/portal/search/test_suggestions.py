"""What is suggested while somebody types, out of a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from errors import SnapshotNotFound
from portal.search.suggestions import Suggestion, SuggestionIndex, Suggestions
from snapshot.models import EVERYONE, Passage, Resource
from tests.fakes.content import VALIDATION, passage, resource

TODAY = date(2026, 6, 30)
ANYBODY = frozenset({EVERYONE})
LEAVE = resource("leave.md", title="Annual leave")
BANDS = resource("bands.md", title="Pay bands of leaders", audience=("managers",))
HELP = resource("help.md", title="IT help desk")


@dataclass
class OneSnapshot:
    """As much of a snapshot as is read."""

    places: dict[Resource, Sequence[str]]
    examples: Sequence[str] = ()
    id: str = "20260630-1"

    @property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(self.places)

    @property
    def manifest(self) -> Any:
        return SimpleNamespace(examples=self.examples)

    def passages_of(self, number: int) -> list[Passage]:
        owner = self.resources[number]
        return [passage(owner, "Text.", n, text) for n, text in enumerate(self.places[owner])]


SNAPSHOT = OneSnapshot(
    {
        LEAVE: ["Ask for leave", "8. When you leave", "Carry days over"],
        BANDS: ["Leading people", "When you leave"],
        HELP: ["Carry days over"],
    },
    ["How much leave do I get?"],
)


def _said(
    typed: str, audience: frozenset[str] = ANYBODY, snapshot: OneSnapshot = SNAPSHOT
) -> list[tuple[str, str]]:
    found = SuggestionIndex(snapshot).suggest(typed, audience, TODAY)
    return [(one.text, one.about) for one in found]


def test_examples_titles_and_headings_hold_what_is_typed() -> None:
    assert _said("lea") == [
        ("How much leave do I get?", ""),
        ("Annual leave", ""),
        ("Ask for leave", "Annual leave"),
        ("When you leave", "Annual leave"),
    ]
    assert _said("leave carry") == []
    assert _said("days ca") == [("Carry days over", "Annual leave")]


def test_what_begins_as_it_is_typed_comes_first() -> None:
    assert _said("when you l") == [("When you leave", "Annual leave")]
    assert _said("ann lea") == []  # only the last word may be begun
    assert _said("A") == []
    assert _said("when you leave le") == [("When you leave", "Annual leave")]


def test_what_is_typed_already_is_not_suggested() -> None:
    assert ("Annual leave", "") not in _said("annual leave")


def test_what_somebody_may_not_see_is_not_suggested_to_them() -> None:
    """Neither its title nor its headings, and a heading that stands elsewhere, too, does not tell
    where else."""
    assert _said("pay") == _said("leading") == []
    assert _said("pay", ANYBODY | {"managers"}) == [("Pay bands of leaders", "")]
    managers = OneSnapshot({BANDS: ["CARRY DAYS OVER"], HELP: ["Carry days over"]})
    assert _said("carry", snapshot=managers) == [("Carry days over", "IT help desk")]
    titled = replace(BANDS, title="Carry days over")
    places = {titled: [], HELP: ["Carry on", "Carry days over"]}
    assert _said("carry", snapshot=OneSnapshot(places)) == [
        ("Carry on", "IT help desk"),
        ("Carry days over", "IT help desk"),
    ]


def test_what_is_past_its_review_is_not_suggested() -> None:
    old = replace(LEAVE, validation=replace(VALIDATION, review_by=date(2026, 6, 29)))
    assert _said("ann", snapshot=OneSnapshot({old: []})) == []


async def test_suggestions_follow_the_snapshot_that_is_served() -> None:
    served = SimpleNamespace(snapshot=SNAPSHOT)
    suggestions = Suggestions(served)
    assert await suggestions.suggest("ann", ANYBODY) == [Suggestion("Annual leave")]
    served.snapshot = OneSnapshot({HELP: []}, id="20260630-2")
    assert await suggestions.suggest("ann", ANYBODY) == []
    assert await suggestions.suggest("hel", ANYBODY) == [Suggestion("IT help desk")]


async def test_a_snapshot_that_could_not_be_read_is_read_again() -> None:
    class Broken(OneSnapshot):
        works = False

        def passages_of(self, number: int) -> list[Passage]:
            if not self.works:
                raise SnapshotNotFound("it is being replaced")
            return super().passages_of(number)

    snapshot = Broken(SNAPSHOT.places)
    suggestions = Suggestions(SimpleNamespace(snapshot=snapshot))
    with pytest.raises(SnapshotNotFound):
        await suggestions.suggest("ann", ANYBODY)
    snapshot.works = True
    assert await suggestions.suggest("ann", ANYBODY) == [Suggestion("Annual leave")]
