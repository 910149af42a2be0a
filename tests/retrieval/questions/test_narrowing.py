"""Resources fit what a question is narrowed to in every respect, or they are left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.questions.narrowing import ALL, Narrowing, folders_of
from snapshot.formats.format_row import Kind
from tests.fakes.content import resource

CLIP = replace(
    resource("time-off/talks/leave.vtt", kind=Kind.VIDEO),
    tags=("Leave", "new here"),
    language="de-AT",
    duration_minutes=5,
)


@pytest.mark.parametrize(
    "fits",
    [
        ALL,
        Narrowing(kinds=frozenset({"video", "deck"})),
        Narrowing(kinds=frozenset({".vtt"})),
        Narrowing(folders=frozenset({"time-off"})),
        Narrowing(folders=frozenset({"time-off/talks", "buying"})),
        Narrowing(tags=frozenset({"leave"})),
        Narrowing(languages=frozenset({"de"})),
        Narrowing(max_minutes=5),
        Narrowing(
            frozenset({"video"}), frozenset({"time-off"}), frozenset({"leave"}), max_minutes=9
        ),
    ],
)
def test_what_fits_in_every_respect_is_taken(fits: Narrowing) -> None:
    assert fits.takes(CLIP)


@pytest.mark.parametrize(
    "other",
    [
        Narrowing(kinds=frozenset({"deck"})),
        Narrowing(folders=frozenset({"time"})),
        Narrowing(folders=frozenset({"talks"})),
        Narrowing(tags=frozenset({"new"})),
        Narrowing(languages=frozenset({"en"})),
        Narrowing(max_minutes=4),
        Narrowing(kinds=frozenset({"video"}), max_minutes=4),
    ],
)
def test_what_fails_in_one_respect_is_not(other: Narrowing) -> None:
    assert not other.takes(CLIP)


def test_what_has_no_duration_is_within_none() -> None:
    assert not Narrowing(max_minutes=60).takes(resource("a.md"))


def test_only_what_asks_for_something_narrows() -> None:
    assert not ALL
    assert Narrowing(max_minutes=5)


def test_folders_are_named_from_the_outermost() -> None:
    assert folders_of(CLIP) == ["time-off", "time-off/talks"]
    assert folders_of(resource("a.md")) == []
