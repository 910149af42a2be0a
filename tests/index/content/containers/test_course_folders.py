"""Course packages that lie unpacked in the content."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.content.inventory import take_inventory
from index.content.scan import Scan, scan
from index.readers.extraction import Extraction
from snapshot.formats.format_row import Kind

_FOLDER = "base_url: {}\nvalidated_by: Ann\nvalidated_on: 2026-01-15\nlanguage: en\nowner: HR\n"
_MANIFEST = """<manifest><metadata/><organizations><organization><title>Fire safety</title>
<item identifierref="r"><title>Alarm</title></item></organization></organizations><resources>
<resource identifier="r" href="a b.html?x=1"><file href="a b.html"/></resource></resources>
</manifest>"""


def _fill(root: Path, files: dict[str, str]) -> Path:
    course = {"c/fire/imsmanifest.xml": _MANIFEST, "c/fire/a b.html": "<p>Ring 4400 at once.</p>"}
    for name, text in (course | files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def _scan(root: Path, files: dict[str, str], base_url: str = "https://x.example/") -> Scan:
    _fill(root, {"_folder.yaml": _FOLDER.format(base_url), **files})
    return scan(root, today=date(2026, 11, 23), extraction=Extraction(workers=1))


def test_a_package_is_one_course_that_opens_at_its_first_item(tmp_path: Path) -> None:
    found = _scan(tmp_path, {"c/fire/script.js": "x", "c/other.md": "# Other\n\nText."})
    course, other = found.entries
    assert (course.resource.path, course.resource.kind) == ("c/fire/imsmanifest.xml", Kind.COURSE)
    assert course.resource.title == "Fire safety"
    assert course.resource.url == "https://x.example/c/fire/a%20b.html?x=1"
    assert [one.text for one in course.document.sections] == ["Ring 4400 at once."]
    assert other.resource.path == "c/other.md"
    assert (found.refused, found.ignored) == ((), ())


def test_its_own_metadata_hold(tmp_path: Path) -> None:
    own = {"c/fire/_folder.yaml": "audience: [managers]"}
    own |= {"c/fire/imsmanifest.xml.meta.yaml": "url: https://lms.example/fire"}
    [entry] = _scan(tmp_path, own).entries
    assert entry.resource.url == "https://lms.example/fire"
    assert entry.resource.audience == ("managers",)


def test_on_our_own_server_it_shows_what_was_read(tmp_path: Path) -> None:
    [entry] = _scan(tmp_path, {}, "/content/").entries
    assert entry.resource.url == "/content/c/fire/imsmanifest.xml"


@pytest.mark.parametrize("name", ["c/fire/p/_folder.yaml", "c/fire/a b.html.meta.yaml"])
def test_metadata_of_a_part_refuse_it(tmp_path: Path, name: str) -> None:
    """A course is one resource: what they say of one page would be lost."""
    found = _scan(tmp_path, {name: "audience: [managers]"})
    assert found.entries == ()
    assert [(one.path, one.reason) for one in found.refused] == [
        ("c/fire/imsmanifest.xml", "malformed")
    ]
    assert found.refused[0].detail.startswith(name)


def test_a_description_at_the_top_stands_for_no_folder(tmp_path: Path) -> None:
    inventory = take_inventory(_fill(tmp_path, {"cmi5.xml": "<x/>", "a.md": "x"}))
    assert [file.path for file in inventory.files] == ["a.md", "c/fire/imsmanifest.xml"]
    assert [one.path for one in inventory.ignored] == ["cmi5.xml"]


def test_a_packed_one_says_what_its_link_does(tmp_path: Path) -> None:
    from tests.index.readers.packages.test_course import package

    _fill(tmp_path, {})
    (tmp_path / "d.zip").write_bytes(package({"imsmanifest.xml": _MANIFEST}))
    found = _scan(tmp_path, {})
    assert found.entries[1].resource.url == "https://x.example/d.zip"
    assert any("the link downloads the course package" in one for one in found.warnings)
