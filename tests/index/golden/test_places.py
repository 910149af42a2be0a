"""What the query log kept of a place becomes the name that golden questions give it."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.golden.places import NamedPlace, PlaceNames, time_range
from snapshot.formats.format_row import Kind
from snapshot.models import (
    Fragment,
    Heading,
    Locator,
    Page,
    Passage,
    Resource,
    Slide,
    TimeRange,
    Whole,
)
from snapshot.store import SnapshotStore
from tests.fakes.content import resource
from tests.fakes.snapshots import publish


def names(folder: Path, owner: Resource, *locators: Locator) -> PlaceNames:
    store = SnapshotStore(folder / "snapshots")
    passages = [
        Passage(
            owner.id,
            ordinal,
            (),
            locator,
            "Hello. Goodbye.",
            ((0, locator.start_s), (7, locator.start_s + 10))
            if isinstance(locator, TimeRange)
            else (),
        )
        for ordinal, locator in enumerate(locators)
    ]
    publish(store, resources=[owner], passages=passages)
    return PlaceNames(store.open())


@pytest.mark.parametrize(
    ("path", "locator", "name"),
    [
        ("a.md", Heading("mileage", "Mileage"), "a.md#mileage"),
        ("a.docx", Heading("", "Mileage"), "a.docx#Mileage"),
        ("a.pdf", Page(4), "a.pdf#page=4"),
        ("a.pptx", Slide(3), "a.pptx#slide=3"),
        ("a.txt", Fragment("Hello. Goodbye."), "a.txt"),
        ("links.csv:3", Whole(), "links.csv:3"),
        ("a.mp4", TimeRange(66.2, 90.7), "a.mp4#t=66,91"),
    ],
)
def test_every_kind_of_place_has_its_name(
    tmp_path: Path, path: str, locator: Locator, name: str
) -> None:
    owner = resource(path)
    found = names(tmp_path, owner, locator)(owner.id, locator.label, owner.url_at(locator))
    assert found == NamedPlace(name)


def test_a_moment_of_a_talk_is_named_by_the_stretch_that_says_it(tmp_path: Path) -> None:
    """The log has the second at which the sentence is said."""
    talk = resource("a.mp4", kind=Kind.VIDEO)
    name = names(tmp_path, talk, TimeRange(0.0, 60.0), TimeRange(60.5, 90.5))
    shown = TimeRange(70.5, 90.5)
    found = name(talk.id, shown.label, talk.url_at(shown))
    assert found == NamedPlace("a.mp4#t=60,91")
    assert time_range(found.name) == (60.0, 91.0)


def test_two_places_of_one_label_are_told_apart_by_their_links(tmp_path: Path) -> None:
    owner = resource("a.md")
    places = [Heading("notes", "Notes"), Heading("notes-1", "Notes")]
    name = names(tmp_path, owner, *places)
    urls = [owner.url_at(place) for place in places]
    assert [name(owner.id, "Notes", url) for url in urls] == [
        NamedPlace("a.md#notes"),
        NamedPlace("a.md#notes-1"),
    ]


def test_a_file_that_has_moved_is_named_by_where_it_lies_now(tmp_path: Path) -> None:
    """Its id stays, and so do the labels of its places."""
    old = resource("a.md")
    moved = replace(old, path="b/a.md", url="https://new.example/a")
    name = names(tmp_path, moved, Heading("mileage", "Mileage"))
    assert name(old.id, "Mileage", f"{old.url}#mileage") == NamedPlace("b/a.md#mileage")


def test_what_is_gone_has_no_name(tmp_path: Path) -> None:
    owner = resource("a.md")
    name = names(tmp_path, owner, Heading("mileage", "Mileage"))
    assert name("another", "Mileage", f"{owner.url}#mileage") is None
    assert name(owner.id, "Taxis", f"{owner.url}#taxis") is None


def test_who_may_see_it_is_told(tmp_path: Path) -> None:
    owner = resource("a.md", audience=("hr", "managers"))
    name = names(tmp_path, owner, Whole())
    assert name(owner.id, "", owner.url) == NamedPlace("a.md", ("hr", "managers"))
