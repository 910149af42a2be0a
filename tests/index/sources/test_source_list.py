"""`sources.yaml`: what an entry may say, and what is said of one that cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from errors import ContentError
from index.sources.source_list import load_sources
from snapshot.formats.format_row import UrlStyle
from tests.fakes.sources import content_with


def test_a_folder_without_the_file_has_no_sources(tmp_path: Path) -> None:
    assert load_sources(tmp_path) == ()


def test_an_entry_says_where_a_source_is_and_what_holds_for_all_of_it(tmp_path: Path) -> None:
    content = content_with(
        tmp_path,
        """
        hr-share:
          type: folder
          path: /mnt/hr
          Base-URL: https://files.example.com/hr/
          audience: [staff, managers]
          validated_on: 2026-10-01
          may_be_empty: true
        """,
    )
    [entry] = load_sources(content)
    assert (entry.name, entry.kind.name, entry.place) == ("hr-share", "folder", {"path": "/mnt/hr"})
    assert entry.fields == {
        "base_url": "https://files.example.com/hr/",
        "base_path": "hr-share",
        "url_style": UrlStyle.FILE,
        "audience": ("staff", "managers"),
        "validated_on": date(2026, 10, 1),
    }
    assert entry.may_be_empty


def test_another_place_is_another_source_and_other_metadata_are_not(tmp_path: Path) -> None:
    def digest(lines: str) -> str:
        [entry] = load_sources(content_with(tmp_path, f"hr: {{type: folder, {lines}}}"))
        return entry.digest

    assert digest("path: /a") == digest("path: /a, owner: HR")
    assert digest("path: /a") != digest("path: /b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a", "sources.yaml: it must be lines of `name:`, each with fields below it"),
        ("hr: here", "sources.yaml, hr: it must have lines of `field: value`"),
        ("HR: {type: folder}", "sources.yaml, HR: a name has small letters, digits and hyphens"),
        ("../hr: {type: folder}", "sources.yaml, ../hr: a name has small letters"),
        ("a: {path: /b}", "sources.yaml, a: type is '': it must be one of folder, "),
        (
            "a: {type: git, url: /b, branch: main}",
            "sources.yaml, a: there is no field 'branch'; known are anchors, ",
        ),
        ("a: {type: ftp}", "sources.yaml, a: type is 'ftp': it must be one of folder, "),
        ("a: {type: folder}", "sources.yaml, a: path must be given"),
        ("a: {type: folder, path: [b]}", "sources.yaml, a: path must be text on one line"),
        ("a: {type: folder, path: /b, audiance: x}", "did you mean audience?"),
        ("a: {type: folder, path: /b, audiences: {x: y}}", "there is no field 'audiences'"),
        ("a: {type: folder, path: /b, title: x}", "title describes one file"),
        ("a: {type: folder, path: /b, audience: }", "sources.yaml, a: audience is ''"),
        ("a: {type: folder, path: /b, may_be_empty: 7}", "may_be_empty must be true or false"),
        ("a: {type: folder, path: /b, keep_days: -1}", "keep_days must be a whole number of days"),
        ("a: {type: folder, path: /b, owner: x, Owner: y}", "a field is given twice"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_sources(content_with(tmp_path, text))
    assert said in str(caught.value)


def test_a_source_takes_no_name_of_a_file_in_the_folder(tmp_path: Path) -> None:
    content = content_with(tmp_path, "hr: {type: folder, path: /b}")
    (content / "hr").mkdir()
    with pytest.raises(ContentError, match="the content folder has hr, too: rename one of them"):
        load_sources(content)
