"""Of files that say the same, one is served; what differs in anything that may be the answer is not
the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.content.copies import Copy
from index.content.entry import Entry
from index.content.scan import Scan, scan
from index.golden.places import led_by
from index.readers.documents import Document, Section
from snapshot.models import Heading, Locator, OtherPlace, Page
from tests.fakes.content import resource
from tests.fakes.reading import DirectExtraction

TODAY = date(2026, 11, 23)
FOLDER = (
    "base_url: https://intranet.example.com/\nowner: HR\nlanguage: en\nvalidated_by: Priya\n"
    "validated_on: 2026-10-05\nreview_by: 2027-10-05\n"
)
TEXT = "You have {days} days of leave a year. Managers in Berlin do not approve it before {date}."
SAME = TEXT.format(days=26, date="1 May")


def _scan(root: Path, files: dict[str, str]) -> Scan:
    for name, text in {"_folder.yaml": FOLDER, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return scan(root, today=TODAY, extraction=DirectExtraction())


def _served(found: Scan) -> list[str]:
    return [entry.resource.path for entry in found.entries]


def test_the_same_words_are_served_once_and_the_other_place_is_named(tmp_path: Path) -> None:
    files = {"hr/leave.md": f"# Leave\n\n{SAME}", "hr/copies/leave.html": f"<h1>Leave</h1>{SAME}"}
    found = _scan(tmp_path, files)
    [entry] = found.entries
    assert entry.resource.path == "hr/leave.md"
    url = "https://intranet.example.com/hr/copies/leave.html"
    assert entry.resource.also_at == (OtherPlace("hr/copies/leave.html", url),)
    [copy] = found.copies
    assert (copy.entry.resource.path, copy.kept) == ("hr/copies/leave.html", entry)
    assert found.refused == ()


@pytest.mark.parametrize(
    "other",
    [
        "You have 26 days of leave a year.\n\n* Managers in Berlin do not approve it before 1 May",
        "you have 26 days of **leave** a year; managers in Berlin do NOT approve it before 1 May!",
        "Please: you have these 26 days of leave a year. The managers in Berlin do not approve it "
        "before 1 May.",
    ],
)
def test_case_marks_and_fillers_make_no_other_text(tmp_path: Path, other: str) -> None:
    found = _scan(tmp_path, {"a.md": f"# Leave\n\n{SAME}", "bb.md": f"# Leave\n\n{other}"})
    assert _served(found) == ["a.md"]


@pytest.mark.parametrize(
    "other",
    [
        SAME.replace("26", "28"),
        SAME.replace("26", "2.6"),
        SAME.replace("26", "-26"),
        SAME.replace("26 days", "26 hours"),
        SAME.replace("26", "26 %"),
        SAME.replace("Berlin", "Paris"),
        SAME.replace("Managers", "Employees"),
        SAME.replace(" not ", " "),
        SAME.replace("before", "after"),
        SAME.replace("1 May", "2 May"),
        SAME.replace("You", "You or they"),
        f"{SAME} Contractors have none.",
    ],
)
def test_what_may_be_another_answer_is_served_by_itself(tmp_path: Path, other: str) -> None:
    found = _scan(tmp_path, {"a.md": f"# Leave\n\n{SAME}", "b.md": f"# Leave\n\n{other}"})
    assert _served(found) == ["a.md", "b.md"]
    assert found.copies == ()


def test_a_table_says_the_same_with_its_names_once_or_in_every_row(tmp_path: Path) -> None:
    """A PDF often does not tell which row names the columns."""
    table = "# Leave\n\n{}\n\n| {} | Days |\n|---|---|\n| A | 26 |\n| B | 30 |\n"
    plain = "Leave\n\n{}\n\nGrade Days\nA 26\nB 30\n"
    files = {"a.md": table.format(SAME, "Grade"), "leave.txt": plain.format(SAME)}
    found = _scan(tmp_path, files | {"c.md": table.format(SAME, "Level")})
    assert _served(found) == ["c.md", "leave.txt"]  # whose link opens words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("# Leave in Germany", "# Leave in France"),
        ("# Leave\n\n## Germany", "# Leave\n\n## France"),
        ("---\ntags: [germany]\n---\n# Leave", "---\ntags: [france]\n---\n# Leave"),
        ("---\naudience: managers\n---\n# Leave", "# Leave"),
        ("---\naudience: [managers, hr]\n---\n# Leave", "---\naudience: hr\n---\n# Leave"),
        ("---\nlanguage: de\n---\n# Leave", "# Leave"),
        ("---\ntitle: Leave 2023\n---\n", "---\ntitle: Leave 2024\n---\n"),
        ("# Group A", "# Group"),
    ],
)
def test_titles_headings_tags_and_audience_count(tmp_path: Path, one: str, other: str) -> None:
    found = _scan(tmp_path, {"a.md": f"{one}\n\n{SAME}", "b.md": f"{other}\n\n{SAME}"})
    assert _served(found) == ["a.md", "b.md"]
    assert found.duplicates == (("a.md", "b.md"),)


def test_a_restricted_copy_changes_nothing_for_others(tmp_path: Path) -> None:
    """Neither what is served nor what is said of it."""
    open_ = {"b/leave.md": f"# Leave\n\n{SAME}", "c/leave.md": f"# Leave\n\n{SAME}"}
    secret = "---\naudience: managers\nvalidated_on: 2026-11-01\n---\n# Leave\n\n"
    without = _scan(tmp_path / "1", open_)
    found = _scan(tmp_path / "2", {"a.md": f"{secret}{SAME}", "d.md": f"{secret}{SAME}"} | open_)
    assert _served(found) == ["a.md", "b/leave.md"]
    assert found.entries[1:] == without.entries


def test_the_last_validated_is_served_then_what_opens_places_then_the_shorter_path(
    tmp_path: Path,
) -> None:
    text = f"# Leave\n\n## Days\n\n{SAME}"
    page = "---\nvalidated_on: {on}\nurl: {url}\n---\n" + text
    older = page.format(on="2026-01-05", url="https://x.example/older")
    newer = page.format(on="2026-11-01", url="https://x.example/newer")
    found = _scan(tmp_path / "1", {"a.md": older, "much/longer.md": newer, "z.md": text})
    assert _served(found) == ["much/longer.md"]
    whole = page.format(on="2026-10-05", url="https://x.example/deck.docx")
    assert _served(_scan(tmp_path / "2", {"a.md": whole, "b/longer.md": text})) == ["b/longer.md"]
    assert _served(_scan(tmp_path / "3", {"b.md": text, "a.md": text, "a/b.md": text})) == ["a.md"]


def test_names_of_places_in_a_copy_lead_to_what_is_served(tmp_path: Path) -> None:
    """Whatever the copy's own places are called."""
    two = "{0} Days\n\nYou have 26 days.\n\n{0} Sick notes\n\nThree days are free."
    files = {
        "a.md": f"# Leave\n\n{two.format('##')}",
        "leave.txt": f"Leave\n\n{two.format('')}",
    }
    files["copy.md"] = (
        "# Leave\n\n## Days {#d}\n\nYou have 26 days.\n\n## Sick notes {#s}\n\nThree days are free."
    )
    found = _scan(tmp_path, files)
    assert _served(found) == ["a.md"]
    lead = led_by(found.copies)
    names = ["copy.md", "copy.md#s", "leave.txt", "copy.md#gone", "a.md#days"]
    assert [lead(name) for name in names] == [
        ("a.md",), ("a.md#sick-notes",), ("a.md",), ("copy.md#gone",), ("a.md#days",),
    ]  # fmt: skip


def test_a_page_of_a_copy_leads_to_all_sections_that_it_holds() -> None:
    def entry(path: str, *places: tuple[Locator, str]) -> Entry:
        sections = tuple(Section((), place, (text,)) for place, text in places)
        return Entry(resource(path), Document(sections=sections))

    kept = entry("a.md", (Heading("a", "A"), "One two."), (Heading("b", "B"), "Three four five."),
                 (Heading("c", "C"), "Six."))  # fmt: skip
    copied = entry("b.pdf", (Page(1), "One two. Three"), (Page(2), "four five. Six."))
    lead = led_by([Copy(copied, kept)])
    assert lead("b.pdf#page=1") == ("a.md#a", "a.md#b")
    assert lead("b.pdf#page=2") == ("a.md#b", "a.md#c")


def test_recordings_are_the_same_only_second_by_second(tmp_path: Path) -> None:
    cues = "WEBVTT\n\n00:{0}.000 --> 00:09.000\nYou have 26 days of leave.\n"
    files = {"a.vtt": cues.format("01"), "bb.vtt": cues.format("01"), "c.vtt": cues.format("02")}
    found = _scan(tmp_path, files | {"d.txt": "You have 26 days of leave."})
    assert _served(found) == ["a.vtt", "c.vtt", "d.txt"]
    assert led_by(found.copies)("bb.vtt#t=1,9") == ("a.vtt#t=1,9",)


def test_what_people_ask_of_a_copy_is_asked_of_what_is_served(tmp_path: Path) -> None:
    asked = "---\nasked_as: [{}]\n---\n# Leave\n\n" + SAME
    found = _scan(tmp_path, {"a.md": asked.format("pto"), "b.md": asked.format("holiday, pto")})
    assert [entry.asked_as for entry in found.entries] == [("pto", "holiday")]
