"""The copy of a source, whatever the source does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.sources import ItemUnreadable, Listing, SourceItem, SourceUnreachable
from index.sources.mirror import Mirror


@dataclass
class Shelf:
    """A source that holds texts by path. `failing` is what comes instead of a file."""

    files: dict[str, str]
    read_paths: list[str] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    memories: list[str] = field(default_factory=list)

    async def list(self, memory: str) -> Listing:
        self.memories.append(memory)
        items = [
            SourceItem(path=path, id=path, version=text, size=self.sizes.get(path, len(text)))
            for path, text in self.files.items()
        ]
        return Listing(tuple(items), f"after {memory}")

    async def read(self, item: SourceItem) -> bytes:
        self.read_paths.append(item.path)
        if item.path in self.failing:
            raise self.failing[item.path]
        return self.files[item.path].encode()

    async def close(self) -> None:
        pass


def _bring(folder: Path, shelf: Shelf, place: str = "here") -> Mirror:
    mirror = Mirror(folder, place)
    asyncio.run(mirror.bring(shelf, may_be_empty=False, progress=lambda done, total: None))
    return mirror


def _texts(mirror: Mirror) -> dict[str, str]:
    return {
        item.path: mirror.copy(item).read_text()
        for item in mirror.state.items
        if mirror.copy(item).exists()
    }


def test_only_what_a_build_opens_is_read(tmp_path: Path) -> None:
    names = ["a.md", "links.csv", "in/_folder.yaml", "a.pdf.meta.yaml"]
    others = ["a.mp4", "a.xyz", ".git/a.md", "_drafts/a.md", "in/.hidden.md"]
    shelf = Shelf(dict.fromkeys([*names, *others], "text"))
    mirror = _bring(tmp_path, shelf)
    assert shelf.read_paths == names
    assert [item.path for item in mirror.state.items] == [*names, *others]


def test_a_copy_that_was_cut_off_is_as_before_and_goes_on(tmp_path: Path) -> None:
    """Half of a change could show what the other half restricts."""
    shelf = Shelf({"a.md": "1", "_folder.yaml": "audience: all"})
    _bring(tmp_path, shelf)
    shelf.files |= {"a.md": "2", "_folder.yaml": "audience: managers"}
    shelf.failing = {"_folder.yaml": SourceUnreachable("the line is cut")}
    with pytest.raises(SourceUnreachable):
        _bring(tmp_path, shelf)
    before = Mirror(tmp_path, "here")
    assert _texts(before) == {"a.md": "1", "_folder.yaml": "audience: all"}
    shelf.failing, shelf.read_paths = {}, []
    after = _bring(tmp_path, shelf)
    assert _texts(after) == {"a.md": "2", "_folder.yaml": "audience: managers"}
    assert shelf.read_paths == ["_folder.yaml"], "a.md had come already"
    assert len(list((tmp_path / "copies").iterdir())) == 2, "what is not held any more is gone"


def test_what_a_source_does_not_give_is_refused_and_the_rest_comes(tmp_path: Path) -> None:
    shelf = Shelf({"a.md": "1", "b.md": "2"}, failing={"a.md": ItemUnreadable("it is locked")})
    mirror = _bring(tmp_path, shelf)
    assert [(item.path, item.refusal) for item in mirror.state.items] == [
        ("a.md", "it is locked"),
        ("b.md", ""),
    ]


def test_a_file_that_a_source_stops_giving_is_not_kept(tmp_path: Path) -> None:
    shelf = Shelf({"a.md": "1"})
    _bring(tmp_path, shelf)
    shelf.files["a.md"] = "2"
    shelf.failing = {"a.md": ItemUnreadable("it is locked")}
    mirror = _bring(tmp_path, shelf)
    assert mirror.state.items[0].refusal == "it is locked"
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.parametrize("path", ["a//b.md", "../b.md", "a/./b.md", "/b.md", "a\\b.md", "a\nb.md"])
def test_a_path_that_could_be_taken_for_another_is_refused(tmp_path: Path, path: str) -> None:
    shelf = Shelf({path: "text", "ok.md": "text"})
    mirror = _bring(tmp_path, shelf)
    assert shelf.read_paths == ["ok.md"]
    [odd] = [item for item in mirror.state.items if item.refusal]
    assert odd.refusal == "its path cannot be used: rename it"
    assert odd.path.endswith("b.md")
    assert "/" not in odd.path


def test_names_that_no_disk_takes_are_only_names(tmp_path: Path) -> None:
    names = [f"{'long' * 75}.md", "con.md", "a:b?.md", "Ä\u00a0b.md"]
    mirror = _bring(tmp_path, Shelf(dict.fromkeys(names, "text")))
    assert list(_texts(mirror)) == names


def test_a_file_over_its_formats_limit_is_not_read(tmp_path: Path) -> None:
    mb = 1024 * 1024
    shelf = Shelf(
        dict.fromkeys(["a.md", "b.pdf", "_folder.yaml"], "text"),
        sizes={"a.md": 20 * mb + 1, "b.pdf": 20 * mb + 1, "_folder.yaml": 5 * mb + 1},
    )
    mirror = _bring(tmp_path, shelf)
    assert [item.refusal for item in mirror.state.items] == [
        "more than 20 MB",
        "",
        "more than 5 MB",
    ]
    assert shelf.read_paths == ["b.pdf"]


def test_a_listing_is_told_what_the_one_before_said(tmp_path: Path) -> None:
    shelf = Shelf({"a.md": "1"})
    _bring(tmp_path, shelf)
    _bring(tmp_path, shelf)
    _bring(tmp_path, shelf, place="elsewhere")
    assert shelf.memories == ["", "after ", ""]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"place": "here", "items": [{}]}'])
def test_a_damaged_state_is_none(tmp_path: Path, damage: bytes) -> None:
    shelf = Shelf({"a.md": "1"})
    _bring(tmp_path, shelf)
    (tmp_path / "state.json").write_bytes(damage)
    assert Mirror(tmp_path, "here").state.read_at is None
    assert _texts(_bring(tmp_path, shelf)) == {"a.md": "1"}


def test_a_problem_is_told_since_when_it_lasts(tmp_path: Path) -> None:
    _bring(tmp_path, Shelf({"a.md": "1"})).fail("no route")
    first = Mirror(tmp_path, "here").state.problem
    Mirror(tmp_path, "here").fail("no name")
    second = Mirror(tmp_path, "here").state.problem
    assert first and second
    assert (first.reason, second.reason) == ("no route", "no name")
    assert first.since == second.since
