"""Every kind of source keeps the same promises, each on a place of its own kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from index.sources import KINDS, Access
from tests.fakes.git import GitPlace
from tests.fakes.graph import LibraryPlace
from tests.fakes.s3 import BucketPlace
from tests.fakes.sources import (
    PUBLISHED,
    FolderPlace,
    audiences,
    content_with,
    found_in,
    refusals,
    sync,
)


class Place(Protocol):
    """Somewhere that a kind of source reads."""

    entry: str
    access: Access

    def put(self, path: str, data: bytes) -> None: ...

    def remove(self, path: str) -> None: ...

    def break_off(self) -> None:
        """From now on nothing can be read."""
        ...

    def mend(self) -> None: ...

    def close(self) -> None: ...


PLACES: dict[str, Callable[[Path], Place]] = {
    "folder": FolderPlace,
    "git": GitPlace,
    "objects": BucketPlace,
    "sharepoint": LibraryPlace,
}


@pytest.fixture(params=sorted(KINDS))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    found = PLACES[request.param](tmp_path / "place")
    yield found
    found.close()


@pytest.fixture
def content(place: Place, tmp_path: Path) -> Path:
    lines = (*place.entry.splitlines(), *PUBLISHED.splitlines())
    return content_with(tmp_path, "hr:\n" + "".join(f"  {line}\n" for line in lines))


def _page(words: str) -> bytes:
    return f"# Leave\n\n{words}\n".encode()


def _served(content: Path, place: Place) -> dict[str, str]:
    """Path -> first words of what a build would serve."""
    return {
        entry.resource.path: " ".join(entry.document.sections[0].blocks)
        for entry in found_in(sync(content, place.access)).entries
    }


def test_every_kind_has_a_place_to_be_tried_on() -> None:
    assert set(PLACES) == set(KINDS)


def test_what_it_holds_is_served_with_links(place: Place, content: Path) -> None:
    place.put("leave.md", _page("Thirty days."))
    place.put("deep/ly/sick.md", _page("Call in."))
    place.put("picture.xyz", b"\0")
    found = found_in(sync(content, place.access))
    assert audiences(found) == {"hr/deep/ly/sick.md": ("everyone",), "hr/leave.md": ("everyone",)}
    assert [one.path for one in found.ignored] == ["hr/picture.xyz"]
    urls = [entry.resource.url for entry in found.entries]
    base = "https://intranet.example.com"
    assert urls == [f"{base}/deep/ly/sick.md", f"{base}/leave.md"]


def test_changes_and_deletions_come_with_the_next_build(place: Place, content: Path) -> None:
    place.put("a.md", _page("One."))
    place.put("b.md", _page("Two."))
    place.put("c/d.md", _page("Three."))
    assert _served(content, place) == {"hr/a.md": "One.", "hr/b.md": "Two.", "hr/c/d.md": "Three."}
    place.put("a.md", _page("One, changed."))
    place.remove("b.md")
    place.put("e.md", _page("Four."))
    assert _served(content, place) == {
        "hr/a.md": "One, changed.",
        "hr/c/d.md": "Three.",
        "hr/e.md": "Four.",
    }


def test_what_has_not_changed_is_not_read_again(place: Place, content: Path) -> None:
    place.put("a.md", _page("One."))
    place.put("b.md", _page("Two."))
    sync(content, place.access)
    before = _copies(content)
    place.put("b.md", _page("Two, changed."))
    sync(content, place.access)
    after = _copies(content)
    assert len(before) == len(after) == 2
    [kept] = before.keys() & after.keys()
    assert before[kept] == after[kept], "written anew"


def _copies(content: Path) -> dict[str, int]:
    folder = content.parent / ".sources" / "hr" / "copies"
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


def test_an_unreachable_source_keeps_what_it_had_and_says_so(place: Place, content: Path) -> None:
    place.put("a.md", _page("One."))
    sync(content, place.access)
    place.break_off()
    sources = sync(content, place.access)
    assert list(audiences(found_in(sources))) == ["hr/a.md"]
    [note] = [note for note in sources.notes if "cannot be read since" in note]
    assert note.startswith("source hr: it cannot be read since 20")
    assert "what it held at 20" in note
    assert note.endswith("is kept (1 files)")
    place.mend()
    place.put("b.md", _page("Two."))
    sources = sync(content, place.access)
    assert list(audiences(found_in(sources))) == ["hr/a.md", "hr/b.md"]
    assert [note for note in sources.notes if "cannot be read" in note] == []


def test_a_source_that_never_could_be_read_is_refused_and_the_rest_is_built(
    place: Place, content: Path
) -> None:
    place.put("a.md", _page("One."))
    place.break_off()
    (content / "b.md").write_bytes(_page("Two."))
    (content / "_folder.yaml").write_text(PUBLISHED)
    found = found_in(sync(content, place.access))
    assert list(audiences(found)) == ["b.md"]
    [(path, detail)] = refusals(found).items()
    assert path == "hr/"
    assert detail.startswith("the source has not been read yet: ")


def test_metadata_within_the_source_count(place: Place, content: Path) -> None:
    place.put("_folder.yaml", b"owner: Sales\n")
    place.put("in/_folder.yaml", b"audience: managers\n")
    place.put("in/a.md", _page("One."))
    place.put("in/b.md", _page("Two."))
    place.put("in/b.md.meta.yaml", b"status: retired\n")
    found = found_in(sync(content, place.access))
    assert audiences(found) == {"hr/in/a.md": ("managers",)}
    assert found.entries[0].resource.owner == "Sales"
    assert refusals(found) == {"hr/in/b.md": "its status is retired"}


def test_an_empty_listing_is_taken_for_a_fault(place: Place, content: Path) -> None:
    """A share that is not mounted is an empty folder."""
    place.put("a.md", _page("One."))
    sync(content, place.access)
    place.remove("a.md")
    sources = sync(content, place.access)
    assert list(audiences(found_in(sources))) == ["hr/a.md"]
    assert "it lists nothing, and held 1 files before" in sources.notes[0]
    with (content / "sources.yaml").open("a") as file:
        file.write("  may_be_empty: true\n")
    assert audiences(found_in(sync(content, place.access))) == {}


def test_without_access_nothing_is_read(place: Place, content: Path) -> None:
    place.put("a.md", _page("One."))
    found = found_in(sync(content, None))
    assert refusals(found) == {
        "hr/": "the source has not been read yet: `build` or `check --fetch` does it"
    }
    sync(content, place.access)
    place.put("b.md", _page("Two."))
    assert list(audiences(found_in(sync(content, None)))) == ["hr/a.md"]
