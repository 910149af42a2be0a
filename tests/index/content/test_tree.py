"""The content as one tree: a folder, and sources that stand in it by name."""

from pathlib import Path

import pytest

from index.content.folders import Folders, UnreadableMetadata, load_bytes
from index.content.inventory import Ignored, SourceFile, take_inventory
from index.content.scan import Scan, scan
from index.content.tree import Mount, MountedFile, Tree, narrowed
from index.readers.extraction import Extraction
from snapshot.manifest import Refused
from tests.fakes.sources import PUBLISHED, TODAY, VOUCHED, audiences, refusals, write

EVERYONE = ("everyone",)
HERE = "https://wiki.example.com/x"


def _mount(folder: Path, files: dict[str, object], **fields: object) -> Tree:
    """A tree with one source, "hr". Files are texts, or a text with who may read it there."""
    mounted = {}
    for number, (path, given) in enumerate(files.items()):
        text, audience = given if isinstance(given, tuple) else (given, None)
        copy = folder / "copies" / f"{number}{Path(path).suffix}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(str(text))
        mounted[path] = MountedFile(copy, f"{HERE}/{path}", audience)
    (folder / "content").mkdir(exist_ok=True)
    return Tree(folder / "content", {"hr": Mount("hr", mounted, fields)})


def _scan(tree: Tree) -> Scan:
    return scan(tree, today=TODAY, extraction=Extraction(workers=1))


@pytest.mark.parametrize(
    ("audience", "bound", "left"),
    [
        (EVERYONE, EVERYONE, EVERYONE),
        (EVERYONE, ("a", "b"), ("a", "b")),
        (("a",), EVERYONE, ("a",)),
        (("a", "b"), ("b", "c"), ("b",)),
        (("a",), ("b",), ()),
        (("a",), (), ()),
        (EVERYONE, (), ()),
    ],
)
def test_who_is_in_two_audiences_is_in_both(
    audience: tuple[str, ...], bound: tuple[str, ...], left: tuple[str, ...]
) -> None:
    assert narrowed(audience, bound) == left


def test_files_of_a_source_have_its_name_before_their_paths(tmp_path: Path) -> None:
    tree = _mount(tmp_path, {"a.md": "# A", "deep/b.md": "# B", "deep/b.md.meta.yaml": ""})
    write(tree.root, "c.md", "# C")
    files = {**tree.mounts["hr"].files, "b.xyz": MountedFile(), ".git/config": MountedFile()}
    files |= {"_drafts/a.md": MountedFile(), "big.pdf": MountedFile(refusal="more than 100 MB")}
    found = take_inventory(Tree(tree.root, {"hr": Mount("hr", files)}))
    assert [file.path for file in found.files] == ["c.md", "hr/a.md", "hr/deep/b.md"]
    assert found.files[2] == SourceFile("hr/deep/b.md", None, ("hr/deep/b.md.meta.yaml",))
    assert found.refused == [Refused("hr/big.pdf", "unreadable", "more than 100 MB")]
    assert [one.path for one in found.ignored] == ["hr/.git", "hr/_drafts", "hr/b.xyz"]
    assert found.ignored[0] == Ignored("hr/.git", "hidden")


def test_a_source_is_read_as_a_folder_is(tmp_path: Path) -> None:
    tree = _mount(
        tmp_path,
        {
            "_folder.yaml": VOUCHED,
            "a.md": "# A\n\nText.",
            "in/links.yaml": f"- title: T\n  url: {HERE}/t\n",
            "in/_folder.yaml": "owner: Sales",
        },
    )
    found = _scan(tree)
    assert found.refused == ()
    [page, link] = [entry.resource for entry in found.entries]
    assert (page.path, page.url, page.owner) == ("hr/a.md", f"{HERE}/a.md", "HR")
    assert (link.path, link.url, link.owner) == ("hr/in/links.yaml:1", f"{HERE}/t", "Sales")


def test_what_the_folder_above_says_holds_in_a_source_but_for_its_address(tmp_path: Path) -> None:
    tree = _mount(tmp_path, {"a.md": "# A\n\nText."})
    write(tree.root, "_folder.yaml", f"{PUBLISHED}audience: staff\n")
    [entry] = _scan(tree).entries
    assert entry.resource.url == f"{HERE}/a.md"
    assert entry.resource.audience == ("staff",)


def test_metadata_may_give_another_link(tmp_path: Path) -> None:
    tree = _mount(
        tmp_path,
        {
            "_folder.yaml": VOUCHED,
            "a.md": "---\nurl: https://a.example.com/\n---\n# A\n\nText.",
            "in/_folder.yaml": "base_url: https://b.example.com/",
            "in/b.md": "# B\n\nOther text.",
        },
    )
    urls = [entry.resource.url for entry in _scan(tree).entries]
    assert urls == ["https://a.example.com/", "https://b.example.com/b/"]


def test_a_recordings_transcript_opens_the_recording_at_the_source(tmp_path: Path) -> None:
    talk = "WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning.\n"
    tree = _mount(tmp_path, {"_folder.yaml": VOUCHED, "talk.vtt": talk})
    files = {**tree.mounts["hr"].files, "talk.mp4": MountedFile(url=f"{HERE}/talk.mp4")}
    [entry] = _scan(Tree(tree.root, {"hr": Mount("hr", files)})).entries
    assert entry.resource.url == f"{HERE}/talk.mp4"


@pytest.mark.parametrize(
    ("given", "own", "readers", "seen_by"),
    [
        ("everyone", "everyone", None, EVERYONE),
        ("everyone", "managers", None, ("managers",)),
        ("managers", "everyone", None, ("managers",)),
        ("managers, sales", "sales, everyone", None, ("managers", "sales")),
        ("everyone", "everyone", ("sales", "hr"), ("sales", "hr")),
        ("everyone", "hr, it", ("sales", "hr"), ("hr",)),
        ("sales", "everyone", ("sales", "hr"), ("sales",)),
        ("sales", "sales", EVERYONE, ("sales",)),
        ("it", "everyone", ("sales", "hr"), None),
        ("everyone", "it", ("sales", "hr"), None),
        ("managers", "sales", None, None),
        ("everyone", "everyone", (), None),
    ],
)
def test_what_stands_in_a_source_only_narrows_who_sees_it(
    tmp_path: Path,
    given: str,
    own: str,
    readers: tuple[str, ...] | None,
    seen_by: tuple[str, ...] | None,
) -> None:
    """By front matter, `_folder.yaml`, a file beside it and in a row of links alike."""
    tree = _mount(
        tmp_path,
        {
            "_folder.yaml": VOUCHED,
            "front.md": (f"---\naudience: {own}\n---\n# A\n\nOne.", readers),
            "in/_folder.yaml": f"audience: {own}",
            "in/b.md": ("# B\n\nTwo.", readers),
            "c.md": ("# C\n\nThree.", readers),
            "c.md.meta.yaml": f"audience: {own}",
            "rows/links.csv": (f'title,url,audience\nT,{HERE}/t,"{own}"\n', readers),
        },
        audience=tuple(given.split(", ")),
    )
    found = _scan(tree)
    paths = ["hr/c.md", "hr/front.md", "hr/in/b.md", "hr/rows/links.csv:2"]
    if seen_by is None:
        assert sorted(refusals(found)) == paths
        assert {one.reason for one in found.refused} == {"no_audience"}
    else:
        assert audiences(found) == dict.fromkeys(paths, seen_by)


def test_the_refusal_says_who_would_have_seen_it(tmp_path: Path) -> None:
    tree = _mount(
        tmp_path,
        {"_folder.yaml": VOUCHED, "a.md": "---\naudience: sales\n---\n# A\n\nText."},
        audience=("managers",),
    )
    said = "it is for sales, and its source lets only managers read it"
    assert refusals(_scan(tree)) == {"hr/a.md": said}


def test_metadata_that_a_source_does_not_give_refuses_what_it_describes(tmp_path: Path) -> None:
    tree = _mount(
        tmp_path,
        {"_folder.yaml": VOUCHED, "a.md": "# A\n\nText.", "in/b.md": "# B\n\nText."},
    )
    files = {**tree.mounts["hr"].files, "in/_folder.yaml": MountedFile(refusal="kept by Git LFS")}
    files |= {"a.md.meta.yaml": MountedFile(refusal="kept by Git LFS")}
    found = _scan(Tree(tree.root, {"hr": Mount("hr", files)}))
    assert refusals(found) == {
        "hr/a.md": "hr/a.md.meta.yaml: kept by Git LFS",
        "hr/in/b.md": "hr/in/_folder.yaml: kept by Git LFS",
    }
    with pytest.raises(UnreadableMetadata, match=r"it was not fetched"):
        load_bytes(Tree(tree.root, {"hr": Mount("hr", {"a.yaml": MountedFile()})}), "hr/a.yaml", 9)


def test_a_path_that_the_source_does_not_have_is_for_nobody(tmp_path: Path) -> None:
    """A part of an archive is for those who may read the archive."""
    tree = _mount(tmp_path, {"x.zip": ("", ("sales",)), "a.md": ("", ("hr",))})
    folders = Folders(tree)
    assert folders.bounds("hr/x.zip/a.md") == (EVERYONE, ("sales",))
    assert folders.bounds("hr/a.md:3") == (EVERYONE, ("hr",))
    assert folders.bounds("hr/b.md") == (EVERYONE, ())
    assert folders.bounds("other/b.md") == ()


def test_nobody_is_warned_that_everyone_sees_what_its_source_restricts(tmp_path: Path) -> None:
    page = "---\nvisibility: managers\n---\n# Keys (audience: managers)\n\nText"
    tree = _mount(
        tmp_path,
        {"_folder.yaml": VOUCHED, "a.md": (f"{page}.", ("hr",)), "b.md": (f"{page}, too.", None)},
    )
    warned = [one for one in _scan(tree).warnings if "everyone sees it" in one]
    assert [one.rpartition(": ")[2] for one in warned] == ["hr/b.md", "hr/b.md"]
