"""What the admin says means the same is read line by line, and a slip in it is named. What names
a file that is not served because another says the same leads to that other."""

from datetime import date
from pathlib import Path

import pytest

from errors import ContentError
from index.link_targets import LinkTargets
from index.material import gather, read_synonyms
from snapshot.models import Heading, Link, Passage, Whole
from tests.fakes.reading import DirectExtraction


def _write(folder: Path, text: str) -> None:
    (folder / "_synonyms.txt").write_text(text, encoding="utf-8")


def test_a_line_is_a_group(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "\ufeff# leave\nPTO, paid  time off ,vacation\n\n  # tools\nSagitta, expenses tool\n",
    )
    assert read_synonyms(tmp_path) == (
        ("PTO", "paid time off", "vacation"),
        ("Sagitta", "expenses tool"),
    )


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read_synonyms(tmp_path) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("vacation", "'vacation' is one wording alone"),
        ("PTO, PTO", "'PTO, PTO' is one wording alone"),
        ("PTO,, vacation", "'' holds no word"),
        ("PTO, vacation,", "'' holds no word"),
        ("PTO, -", "'-' holds no word"),
    ],
)
def test_a_line_that_is_no_group_is_named(tmp_path: Path, line: str, message: str) -> None:
    _write(tmp_path, f"# first\na, b\n{line}\n")
    with pytest.raises(ContentError, match=rf"_synonyms\.txt:3: {message}"):
        read_synonyms(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "_synonyms.txt").write_bytes(b"\xff\xfea")
    with pytest.raises(ContentError, match=r"_synonyms\.txt cannot be read as UTF-8"):
        read_synonyms(tmp_path)


def test_questions_pinned_answers_and_links_that_name_a_copy_lead_to_what_is_served(
    tmp_path: Path,
) -> None:
    page = "# Leave\n\n## Sick notes{id}\n\nBring a note after three days.\n"
    files = {
        "_folder.yaml": "base_url: https://x.example/\nvalidated_by: HR\nvalidated_on: 2026-01-15\n"
        "owner: HR\nlanguage: en\nreview_by: 2099-12-31\n",
        "leave.md": page.format(id=""),
        "old/leave.md": page.format(id=" {#s}"),
        "home.md": "# Home\n\nSee [notes](old/leave.md#s) and [all](/old/leave/).\n",
        "golden.jsonl": '{"question": "sick?", "place": "old/leave.md#s"}\n',
        "_asked_as.jsonl": '{"question": "flu", "place": "old/leave.md#s"}\n',
        "_pinned.yaml": "- wordings: ill\n  place: old/leave.md#s\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = gather(tmp_path, DirectExtraction(), date(2026, 11, 23))
    [golden] = found.golden.questions
    assert golden.is_at("leave.md", Heading("sick-notes", "Sick notes"))
    assert golden.places == ("old/leave.md#s",)
    assert [one.place for one in found.asked_as] == ["leave.md#sick-notes"]
    assert [one.place for one in found.pinned] == ["leave.md#sick-notes"]
    assert [one for one in found.warnings if "leave" in one] == []
    assert found.found.refused == ()
    [home] = [entry for entry in found.found.entries if entry.resource.path == "home.md"]
    [section] = home.document.sections
    passage = Passage(home.resource.id, 0, (), Whole(), section.text, links=section.links)
    targets = LinkTargets(found.found.entries, found.found.copies)
    leave = next(one.resource for one in found.found.entries if one.resource.path == "leave.md")
    assert targets.resolved(passage, home.resource).links == (
        Link(4, 9, "https://x.example/leave/#sick-notes", leave.id),
        Link(14, 17, "https://x.example/leave/", leave.id),
    )
