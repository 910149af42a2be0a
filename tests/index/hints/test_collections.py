"""`_collection.yaml`: places in an order, validated as content; what cannot be shown says why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.build import Build
from index.encoder_source import GivenEncoder
from index.material import gather
from index.readers.extraction import Extraction
from snapshot.manifest import Collection, CollectionStep
from snapshot.models import Validation
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder

TODAY = date(2026, 6, 1)
VALID = "---\nvalidated_by: Ann\nvalidated_on: 2026-01-15\n---\n"
WEEK = """\
title: Your first week
description: In the order in which you will want it.
places:
  - place: leave.md#carry-over
    note: What is left at the end of the year.
  - place: joining/first-day.md
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "joining").mkdir(parents=True)
    (folder / "_folder.yaml").write_text(
        "base_url: /content/\nurl_style: file\nvalidated_by: Ann\nvalidated_on: 2026-01-15\n"
    )
    (folder / "leave.md").write_text(f"{VALID}# Leave\n\nFirst.\n\n## Carry over\n\nMarch.\n")
    (folder / "joining" / "first-day.md").write_text(f"{VALID}# First day\n\nBring a pen.\n")
    (folder / "bands.md").write_text(f"{VALID[:-4]}audience: [managers]\n---\n# Bands\n\nA.\n")
    (folder / "draft.md").write_text("---\nstatus: draft\n---\n# Draft\n\nNot yet.\n")
    return folder


def _shown(content: Path, text: str = WEEK, where: str = "joining") -> tuple[Collection, ...]:
    (content / where / "_collection.yaml").write_text(text, encoding="utf-8")
    store = SnapshotStore(content.parent / "snapshots")
    Build(store, GivenEncoder(WordEncoder())).run(content, Extraction(), TODAY)
    return store.open().manifest.collections


def _reasons(content: Path, text: str) -> list[str]:
    (content / "joining" / "_collection.yaml").write_text(text, encoding="utf-8")
    refused = gather(content, Extraction(), TODAY).found.refused
    return [f"{one.path} {one.detail}" for one in refused if "_collection" in one.path]


def test_places_are_kept_in_their_order_with_what_opens_them(content: Path) -> None:
    [shown] = _shown(content)
    assert (shown.slug, shown.title) == ("your-first-week", "Your first week")
    assert shown.description == "In the order in which you will want it."
    assert shown.validation == Validation("Ann", date(2026, 1, 15))
    first, second = shown.steps
    assert first.url == "/content/leave.md#carry-over"
    assert (first.place, first.note) == ("Carry over", "What is left at the end of the year.")
    assert second == CollectionStep(second.resource_id, "/content/joining/first-day.md")


def test_it_is_no_content_itself_and_no_file_that_is_passed_over(content: Path) -> None:
    _shown(content)
    found = gather(content, Extraction(), TODAY).found
    assert not [one for one in found.ignored if "_collection" in one.path]
    assert not [one for one in found.entries if "_collection" in one.resource.path]


def test_another_order_is_another_snapshot(content: Path) -> None:
    first, second = WEEK.split("  - place: ")[1:]
    turned = f"title: Your first week\nplaces:\n  - place: {second}  - place: {first}"
    before, after = _shown(content), _shown(content, turned)
    assert [one.url for one in after[0].steps] == [one.url for one in before[0].steps][::-1]


def test_a_folder_for_some_has_its_collection_for_them(content: Path) -> None:
    (content / "joining" / "_folder.yaml").write_text("audience: [managers]\n")
    [shown] = _shown(content)
    assert shown.audience == ("managers",)


def test_a_place_for_some_may_stand_in_a_collection_for_everyone(content: Path) -> None:
    [shown] = _shown(content, f"{WEEK}  - place: bands.md\n")
    assert [one.url for one in shown.steps][-1] == "/content/bands.md"


def test_a_place_that_is_not_served_is_named_and_the_others_stay(content: Path) -> None:
    text = f"{WEEK}  - place: draft.md\n"
    [reason] = _reasons(content, text)
    assert reason.startswith("joining/_collection.yaml:3 its place 'draft.md' is not served today")
    assert len(_shown(content, text)[0].steps) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- a list\n", "it must be lines of `field: value`"),
        ("places: [{place: leave.md}]\n", "title is missing"),
        ("title: Week\n", "places must be a list of 1 to 50 entries"),
        ("title: Week\nplaces: []\n", "places must be a list of 1 to 50 entries"),
        ("title: Week\nplaces: [leave.md]\n", "place 1: it must be lines of `field: value`"),
        ("title: Week\nplaces: [{place: ../x.md}]\n", "place 1: place is '../x.md'"),
        ("title: Week\nplaces: [{plce: leave.md}]\n", "plce"),
        ("title: Week\nstatus: draft\nplaces: [{place: leave.md}]\n", "its status is draft"),
        ("title: [7]\nplaces: [{place: leave.md}]\n", "title must be a text"),
        ("title: Week\nplaces: [{place: nowhere.md}]\n", "none of its places is served"),
        ("title: Week\nreview_by: 2026-05-01\nplaces: [{place: leave.md}]\n", "review was due"),
    ],
)
def test_what_cannot_be_shown_says_why(content: Path, text: str, reason: str) -> None:
    assert any(reason in one for one in _reasons(content, text)), _reasons(content, text)
    assert _shown(content, text) == ()


def test_of_two_with_one_title_the_first_is_shown(content: Path) -> None:
    (content / "_collection.yaml").write_text(WEEK, encoding="utf-8")
    [reason] = _reasons(content, WEEK)
    assert reason == "joining/_collection.yaml _collection.yaml has its title"
    assert len(_shown(content)) == 1
