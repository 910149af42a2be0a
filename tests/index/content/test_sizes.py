"""A file or a folder with too much in it is refused in part, and nothing else suffers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from index.content.scan import Scan, scan
from index.content.size_bounds import SizeBounds
from index.content.sizes import Size, size_of
from index.content.validation import Reason
from index.readers.documents import Cue, Document, Section
from snapshot.models import Whole
from tests.fakes.reading import DirectExtraction

FOLDER = (
    "base_url: https://intranet.example.com/\nowner: HR\nlanguage: en\nvalidated_by: Priya\n"
    "validated_on: 2026-10-05\nreview_by: 2027-10-05\n"
)


def _text(characters: int, word: str) -> str:
    return (f"{word} " * characters)[:characters].rstrip().ljust(characters, ".")


def _scan(root: Path, files: dict[str, str], **bounds: int) -> Scan:
    for name, text in {"_folder.yaml": FOLDER, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    within = SizeBounds(**bounds)
    return scan(root, today=date(2026, 11, 23), extraction=DirectExtraction(), bounds=within)


def _served(found: Scan) -> list[str]:
    return [entry.resource.path for entry in found.entries]


def test_a_section_is_a_passage_at_least() -> None:
    sections = (Section((), Whole(), ("a" * 800, "b" * 200)), Section((), Whole(), ("c",)))
    assert size_of(Document(sections=sections)) == Size(3, 1_001)
    assert size_of(Document(cues=(Cue(0, 1, "a" * 501),))) == Size(2, 501)


def test_a_file_over_its_bound_is_refused_whole_and_the_rest_stays(tmp_path: Path) -> None:
    rows = "".join(f"{number},Reading {number},{number * 7 % 100}\n" for number in range(100_000))
    found = _scan(tmp_path, {"a.csv": f"Id,Name,Value\n{rows}", "b.md": "Text."})
    assert _served(found) == ["b.md"]
    [refused] = found.refused
    assert (refused.path, refused.reason) == ("a.csv", Reason.TOO_LARGE)
    assert "and at most 4,000 of one file are served: take out" in refused.detail
    assert "or raise file_passages in a _folder.yaml" in refused.detail
    assert found.warnings == ()


def test_characters_are_bounded_too_and_a_folder_may_raise_or_lower(tmp_path: Path) -> None:
    files = {
        "a.md": _text(200, "one"),
        "hr/_folder.yaml": "file_characters: 300",
        "hr/b.md": _text(200, "two"),
        "hr/x/_folder.yaml": "file_passages: 1",
        "hr/x/c.md": "# C\n\nThree.\n\n## D\n\nFour.",
    }
    found = _scan(tmp_path, files, file_characters=100)
    assert _served(found) == ["hr/b.md"]
    assert [one.detail.split(":")[0] for one in found.refused] == [
        "it has 200 characters, and at most 100 of one file are served",
        "it has about 2 passages, and at most 1 of one file are served",
    ]


def test_the_largest_files_of_a_folder_with_too_much_are_refused(tmp_path: Path) -> None:
    """Whatever their names; subfolders count."""
    files = {
        "a.md": _text(400, "one"),
        "hr/_folder.yaml": "folder_characters: 700",
        "hr/a.md": _text(500, "two"),
        "hr/b.md": _text(300, "three"),
        "hr/x/c.md": _text(300, "four"),
    }
    found = _scan(tmp_path, files)
    assert _served(found) == ["a.md", "hr/b.md", "hr/x/c.md"]
    [refused] = found.refused
    assert refused.detail.startswith(
        "with its 500 characters the folder hr would have 1,100, and at most 700 of one folder are "
        "served, the smallest files first"
    )
    assert _served(_scan(tmp_path, {}, folder_characters=800)) == ["hr/b.md", "hr/x/c.md"]


def test_what_is_for_some_takes_no_room_from_others(tmp_path: Path) -> None:
    some = "---\naudience: {}\n---\n"
    files = {
        "a.md": some.format("managers") + _text(10, "one"),
        "b.md": some.format("hr") + _text(95, "two"),
        "c.md": _text(90, "three"),
    }
    found = _scan(tmp_path, files, folder_characters=100)
    assert _served(found) == ["a.md", "c.md"]
    assert [one.path for one in found.refused] == ["b.md"]
